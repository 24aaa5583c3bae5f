import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { describeOutlooks, type UpdateKind } from "../src/index.ts";
import { INTEL_PCS, PcsError } from "../src/pcs/client.ts";
import type { Roots } from "../src/roots.ts";
import { simulatedRoots } from "../src/simulation/roots.ts";
import { attestForesight } from "./foresight.ts";
import { parseSeed, writeSimulatedFixtures } from "./simulate.ts";
import {
  SIMULATED_KINDS,
  type SimulatedKind,
  simulatedEvidence,
  writeSimulatedEvidence,
} from "./simulate-kinds.ts";
import { renderResult } from "./table.ts";
import { EXIT, parseTime, UsageError } from "./usage.ts";
import { attestBundle, attestFetch, attestVerify, parseRoots, readPolicy } from "./verify.ts";

export { simulatedFixture, writeSimulatedFixtures } from "./simulate.ts";
export { EXIT, parseTime, UsageError } from "./usage.ts";
export { type AttestVerifyOptions, type AttestVerifyResult, attestVerify } from "./verify.ts";

const SEED = "5ea1b00c".repeat(8);

interface VerifyFlags {
  readonly endorsements: string[];
  readonly chain: string[];
  readonly at?: string;
  readonly roots: string;
  readonly seed: string;
  readonly policy?: string;
  readonly fetch: boolean;
  readonly pcs: string;
  readonly rootCrl: string;
  readonly update?: string;
  readonly json: boolean;
}

interface BundleFlags {
  readonly endorsements: string[];
  readonly chain: string[];
  readonly at?: string;
  readonly roots: string;
  readonly seed: string;
  readonly out: string;
}

interface SimulateFlags {
  readonly seed: string;
  readonly out: string;
  readonly name?: string;
  readonly kind: SimulatedKind;
  readonly debug: boolean;
  readonly outOfDate: boolean;
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly wrongModule: boolean;
}

/** Adds the verb `attest` to the command line. Results go through `process.exitCode`: 0 yes, 1 no, 2 usage, 3 dependency. */
export function registerAttest(program: Command): void {
  const attest = program.command("attest").description("judge attestation evidence, or simulate it");
  attest
    .command("verify")
    .description("is this evidence genuine? Offline: endorsements come from files")
    .argument("<file>", "evidence: raw, hex or base64")
    .option(
      "--endorsements <path...>",
      "files or folders with TCB info, identities, CRLs, chains, complete sets",
      [],
    )
    .option("--chain <path...>", "certificate chain of SNP evidence, PEM or DER", [])
    .option("--at <time>", "judge at this time: Unix seconds or ISO 8601; now by default")
    .option("--roots <name>", '"production" or "simulated"', "production")
    .option("--seed <hex>", "seed of the simulated roots", SEED)
    .option(
      "--policy <file>",
      "appraise by this policy (JSON) instead of refusing only debug modes and service TDs",
    )
    .option(
      "--fetch",
      "ask a provisioning service for what the files lack: the only case that touches the network",
      false,
    )
    .option("--pcs <url>", "the service to ask", INTEL_PCS.url)
    .option("--root-crl <url>", "where the root CA's list is", INTEL_PCS.rootCrlUrl)
    .option(
      "--update <kind>",
      '"standard" or "early" endorsements; files are picked by the highest number unless told, a service is asked for "standard"',
    )
    .option("--json", "print the verdict as JSON", false)
    .action((file: string, flags: VerifyFlags) => answer(() => runVerify(file, flags)));
  attest
    .command("foresight")
    .description("how will this quote fare: under the evaluation number in force, and under the newest?")
    .argument("<file>", "SGX or TDX quote: raw, hex or base64")
    .option(
      "--endorsements <path...>",
      "files or folders with endorsements and lists of evaluation numbers",
      [],
    )
    .option("--at <time>", "judge at this time: Unix seconds or ISO 8601; now by default")
    .option("--roots <name>", '"production" or "simulated"', "production")
    .option("--seed <hex>", "seed of the simulated roots", SEED)
    .option("--policy <file>", "appraise by this policy (JSON)")
    .option("--fetch", "ask a provisioning service for the numbers and for both kinds of endorsements", false)
    .option("--pcs <url>", "the service to ask", INTEL_PCS.url)
    .option("--root-crl <url>", "where the root CA's list is", INTEL_PCS.rootCrlUrl)
    .option("--json", "print as JSON", false)
    .action((file: string, flags: VerifyFlags) => answer(() => runForesight(file, flags)));
  attest
    .command("bundle")
    .description("put the endorsements that fit this evidence into one file, for offline use")
    .argument("<file>", "evidence: raw, hex or base64")
    .option("--endorsements <path...>", "files or folders to pick from", [])
    .option("--chain <path...>", "certificate chain of SNP evidence, PEM or DER", [])
    .option("--at <time>", "pick what is in date at this time: Unix seconds or ISO 8601; now by default")
    .option("--roots <name>", '"production" or "simulated"', "production")
    .option("--seed <hex>", "seed of the simulated roots", SEED)
    .requiredOption("--out <file>", "where to write")
    .action((file: string, flags: BundleFlags) => answer(() => runBundle(file, flags)));
  attest
    .command("simulate")
    .description("write simulated evidence and its endorsements; of an SGX v3 quote a description too")
    .addOption(new Option("--kind <kind>", "what evidence").choices(SIMULATED_KINDS).default("sgx-v3"))
    .option("--seed <hex>", "32 bytes that determine everything", SEED)
    .option("--out <directory>", "where to write", ".")
    .option("--name <name>", 'file name without ending; "simulated-v3" for SGX v3, else "simulated-KIND"')
    .option("--debug", "in debug mode", false)
    .option("--out-of-date", "the newest TCB level asks for more than the platform has", false)
    .option("--revoked", "the platform's key, or its signing key, is on its issuer's list", false)
    .option("--expired", "the endorsements ended in June 2025", false)
    .option("--wrong-module", "a TDX module nobody describes", false)
    .action((flags: SimulateFlags) => answer(() => runSimulate(flags)));
}

async function runVerify(file: string, flags: VerifyFlags): Promise<number> {
  const [at, roots, update] = [timeOf(flags), rootsOf(flags), updateOf(flags)];
  const service = { url: flags.pcs, rootCrlUrl: flags.rootCrl, update: update ?? "standard" };
  const fetched = flags.fetch ? await attestFetch(file, service, { at, roots }) : null;
  const result = attestVerify(file, {
    endorsements: flags.endorsements,
    chain: flags.chain,
    at,
    roots,
    ...(update ? { update } : {}),
    ...(fetched ? { fetched } : {}),
    ...(flags.policy === undefined ? {} : { policy: readPolicy(flags.policy) }),
  });
  process.stdout.write(flags.json ? `${JSON.stringify(result, null, 2)}\n` : renderResult(result));
  return result.isAccepted ? EXIT.YES : EXIT.NO;
}

async function runForesight(file: string, flags: VerifyFlags): Promise<number> {
  const at = timeOf(flags);
  const outlooks = await attestForesight(file, {
    endorsements: flags.endorsements,
    at,
    roots: rootsOf(flags),
    ...(flags.fetch ? { service: { url: flags.pcs, rootCrlUrl: flags.rootCrl } } : {}),
    ...(flags.policy === undefined ? {} : { policy: readPolicy(flags.policy) }),
  });
  process.stdout.write(
    flags.json ? `${JSON.stringify(outlooks, null, 2)}\n` : describeOutlooks(outlooks, at),
  );
  return outlooks.every(({ isAccepted }) => isAccepted) ? EXIT.YES : EXIT.NO;
}

function timeOf({ at }: { readonly at?: string }): Date {
  return at === undefined ? new Date() : parseTime(at);
}

function updateOf({ update }: { readonly update?: string }): UpdateKind | undefined {
  if (update === undefined || update === "standard" || update === "early") return update;
  throw new UsageError(`update "${update}" is neither "standard" nor "early"`);
}

function runBundle(file: string, flags: BundleFlags): number {
  const { endorsements, chain } = flags;
  const bundle = attestBundle(file, {
    endorsements,
    chain,
    at: timeOf(flags),
    roots: rootsOf(flags),
  });
  writeFileSync(flags.out, `${JSON.stringify(bundle, null, 2)}\n`);
  process.stdout.write(
    `${flags.out}: ${Object.keys(bundle).length - 3} endorsements, until ${bundle.expiresAt ?? "unknown"}\n`,
  );
  return EXIT.YES;
}

function runSimulate(flags: SimulateFlags): number {
  const seed = seedOf(flags.seed);
  const knobs = {
    isDebug: flags.debug,
    isOutOfDate: flags.outOfDate,
    isRevoked: flags.revoked,
    isExpired: flags.expired,
    isWrongModule: flags.wrongModule,
  };
  const isPlain =
    flags.kind === "sgx-v3" && !(flags.outOfDate || flags.revoked || flags.expired || flags.wrongModule);
  const name = flags.name ?? (flags.kind === "sgx-v3" ? "simulated-v3" : `simulated-${flags.kind}`);
  const written = isPlain
    ? writeSimulatedFixtures(flags.out, name, { seed, isDebug: flags.debug })
    : writeSimulatedEvidence(flags.out, name, simulatedEvidence(seed, flags.kind, knobs));
  for (const file of written) process.stdout.write(`${file}\n`);
  return EXIT.YES;
}

function rootsOf(flags: { readonly roots: string; readonly seed: string }): Roots {
  return parseRoots(flags.roots, () => simulatedRoots(seedOf(flags.seed)));
}

function seedOf(text: string): Uint8Array {
  try {
    return parseSeed(text);
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** Runs a verb; usage errors and failed services are told in a line, anything else is a fault of ours and keeps its stack. */
async function answer(run: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PcsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof PcsError ? EXIT.DEPENDENCY : EXIT.USAGE;
  }
}

if (import.meta.main) {
  const program = new Command("attestation");
  registerAttest(program);
  await program.parseAsync();
}
