import { readFileSync } from "node:fs";
import {
  type Fetched,
  INTEL_PCS,
  nodeCrypto,
  type PcsOptions,
  type Platform,
  PRODUCTION_ROOTS,
} from "@sealbook/attestation/node";
import { type KeeperFault, type KeeperReport, keep } from "@sealbook/attestation/onchain";
import { simulatedRoots } from "@sealbook/attestation/simulation";
import { type Command, Option } from "commander";
import { exit, UsageError } from "../errors.ts";
import { openChain } from "./chain.ts";

interface KeepFlags {
  readonly rpc: string;
  readonly registry: string;
  readonly platform: string[];
  readonly keyFile: string;
  readonly pcs: string;
  readonly rootCrl?: string;
  readonly update: PcsOptions["update"];
  readonly simulatedSeed?: string;
  readonly marginDays: string;
  readonly everyMinutes: string;
  readonly once: boolean;
  readonly json: boolean;
}

/** `sealbook attest keep`: renews on chain what registered signers rest on, before it lapses. */
export function registerKeep(program: Command, set: (code: number) => void): void {
  const attest = program.commands.find((command) => command.name() === "attest")!;
  attest
    .command("keep")
    .description(
      "keep revocation lists, TCB info and identities on chain from lapsing; any funded account may",
    )
    .requiredOption("--rpc <url>", "JSON-RPC of the chain")
    .requiredOption("--registry <address>", "the AttestationRegistry whose signers rest on them")
    .requiredOption("--platform <tee:fmspc:ca...>", "platforms to keep, as in sgx:00606a000000:platform")
    .requiredOption("--key-file <file>", "private key of the account that pays, hex")
    .option("--pcs <url>", "the provisioning service to ask", INTEL_PCS.url)
    .option(
      "--root-crl <url>",
      "where the root CA's list is; Intel's, or the service's own path for another service",
    )
    .addOption(
      new Option("--update <kind>", "evaluation number to ask for")
        .choices(["standard", "early"])
        .default("standard"),
    )
    .option("--simulated-seed <hex>", "trust the simulated roots of this seed instead of Intel's")
    .option("--margin-days <days>", "renew what ends within this", "7")
    .option("--every-minutes <minutes>", "pause between rounds", "60")
    .option(
      "--once",
      "one round: exit 0 when all is well, 1 when something lapses or is refused, 3 when a dependency failed",
      false,
    )
    .option("--json", "a report a line", false)
    .action(async (flags: KeepFlags) => set(await run(flags)));
}

async function run(flags: KeepFlags): Promise<number> {
  const platforms = flags.platform.map(parsePlatform);
  const pcs = pcsOf(flags);
  const marginMs = positive("--margin-days", flags.marginDays) * 86_400_000;
  const pauseMs = positive("--every-minutes", flags.everyMinutes) * 60_000;
  const chain = await openChain(flags.rpc, flags.registry, readKey(flags.keyFile));
  const cache = new Map<string, Fetched>();
  try {
    for (;;) {
      const report = await keep({ platforms, chain, pcs, cache, marginMs });
      console.log(flags.json ? JSON.stringify(report) : describe(report));
      if (flags.once) return codeOf(report.faults);
      await new Promise((next) => setTimeout(next, pauseMs));
    }
  } finally {
    chain.close();
  }
}

function pcsOf({ pcs, rootCrl, update, simulatedSeed }: KeepFlags): PcsOptions {
  const own = pcs === INTEL_PCS.url ? INTEL_PCS.rootCrlUrl : `${pcs}/sgx/certification/v4/rootcacrl`;
  return {
    url: pcs,
    rootCrlUrl: rootCrl ?? own,
    update,
    roots: simulatedSeed === undefined ? PRODUCTION_ROOTS : simulatedRoots(parseSeed(simulatedSeed)),
    crypto: nodeCrypto,
    freshMs: 10 * 60_000,
    // As long as Intel's endorsements last: what the chain needs, it may as well get from the last good answer.
    lastGoodMs: 30 * 86_400_000,
    timeoutMs: 15_000,
    fetch,
  };
}

function parsePlatform(text: string): Platform {
  const match = /^(sgx|tdx):([0-9a-fA-F]{12}):(platform|processor)$/.exec(text);
  if (!match) throw new UsageError(`platform "${text}" is not like sgx:00606a000000:platform`);
  return { tee: match[1] as Platform["tee"], fmspc: match[2]!.toLowerCase(), ca: match[3] as Platform["ca"] };
}

function parseSeed(text: string): Uint8Array {
  if (!/^(?:0x)?[0-9a-fA-F]{64}$/.test(text)) throw new UsageError("a seed is 64 hex digits");
  return new Uint8Array(Buffer.from(text.replace(/^0x/, ""), "hex"));
}

function readKey(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new UsageError(`cannot read the key file ${path}: ${(cause as Error).message}`);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`${name} "${text}" is not a positive number`);
  return value;
}

function codeOf(faults: readonly KeeperFault[]): number {
  const isDependency = ({ code }: KeeperFault) => code === "KEEPER_SERVICE" || code === "KEEPER_CHAIN";
  if (faults.some(isDependency)) return exit.dependency;
  return faults.length === 0 ? exit.yes : exit.no;
}

function describe({ at, items, faults, earliest }: KeeperReport): string {
  const width = Math.max(0, ...items.map(({ name }) => name.length));
  return [
    `round at ${at ?? "an unknown time"}`,
    ...items.map(
      ({ name, action, until, daysLeft }) =>
        `${action.padEnd(8)} ${name.padEnd(width)}  ${until === null ? "not on chain" : `until ${until}, ${daysLeft} days left`}`,
    ),
    ...faults.map(({ code, about, detail, advice }) => `✗ ${code}: ${about}: ${detail}\n  ${advice}`),
    earliest === null ? "nothing is kept" : `first to end: ${earliest.name}, in ${earliest.daysLeft} days`,
  ].join("\n");
}
