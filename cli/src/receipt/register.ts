import { readFileSync } from "node:fs";
import {
  type Evidence,
  EvidenceFileError,
  equivocationOf,
  parseReceipt,
  parseReceiptEvidence,
  signerOfHead,
  verifyReceipt,
} from "@sealbook/sdk";
import type { Command } from "commander";
import { checksText } from "../batch/register.ts";
import { settlementAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { httpRpc } from "../chain/rpc.ts";
import { VenueChain } from "../chain/venue-chain.ts";
import { exit, UsageError } from "../errors.ts";
import { carryOut, guarded, type SendFlags, sending } from "../escape/register.ts";
import { addressOf } from "../recover/register.ts";

type Check = { check: string; isOk: boolean; found: string };

/** `sealbook receipt`: what the venue has signed, checked and, if it broke its word, brought before the court. */
export function registerReceipt(program: Command, set: (code: number) => void): void {
  const receipt = program.command("receipt").description("check what a venue has signed, and hold it to it");
  receipt
    .command("verify")
    .description("does the enclave vouch for this receipt? is this evidence against it?")
    .argument("<file>", "a receipt or evidence, as the SDK writes them")
    .option("--signer <address>", "the attested key of the epoch, if you know it")
    .option("--rpc <url>", "a node, to ask the settlement contract whose key opened the epoch")
    .option("--json", "print the checks as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  sealbook receipt verify receipt.json --rpc http://127.0.0.1:8545\n\nExit code 1: a check failed.",
    )
    .action((file: string, flags: { signer?: string; rpc?: string; json: boolean }) =>
      guarded(flags, set, async () => {
        const checks = await verifyFile(textOf(file), flags);
        if (flags.json) console.log(JSON.stringify(checks, null, 2));
        else console.log(checksText(checks));
        return checks.every(({ isOk }) => isOk) ? exit.yes : exit.no;
      }),
    );
  sending(receipt.command("accuse"))
    .description("bring evidence before the receipt court: the operator's bond answers for it")
    .argument("<file>", "evidence, as the SDK writes it")
    .requiredOption("--court <address>", "the receipt court")
    .option("--from-block <number>", "block the settlement was deployed in", "0")
    .action((file: string, flags: SendFlags & { court: string; fromBlock: string }) =>
      guarded(flags, set, async () => {
        const evidence = parsed(() => parseReceiptEvidence(textOf(file)));
        const { accuseSteps } = await import("./accuse.ts");
        const settlement =
          flags.settlement === undefined ? evidence.venue.settlement : addressOf(flags.settlement);
        const chain = await VenueChain.open(httpRpc(flags.rpc), settlement);
        await carryOut(
          flags,
          await accuseSteps(chain, addressOf(flags.court), evidence, Number(flags.fromBlock)),
          flags.json,
        );
        return exit.yes;
      }),
    );
}

async function verifyFile(text: string, flags: { signer?: string; rpc?: string }): Promise<Check[]> {
  if (!/"kind"\s*:\s*"receipt"/.test(text))
    return verifyEvidence(
      parsed(() => parseReceiptEvidence(text)),
      flags,
    );
  const proven = parsed(() => parseReceipt(text));
  const signer = await signerFor(
    proven.venue.settlement,
    proven.head.epoch,
    signerOfHead(proven.venue, proven.head),
    flags,
  );
  return verifyReceipt(proven, signer);
}

/** Evidence is evidence when every head is signed by the epoch's key, and the two of an equivocation differ. */
async function verifyEvidence(
  evidence: Evidence,
  flags: { signer?: string; rpc?: string },
): Promise<Check[]> {
  const { venue, heads } = evidence;
  const signer = await signerFor(venue.settlement, heads[0].epoch, signerOfHead(venue, heads[0]), flags);
  const checks: Check[] = heads.map((head) => {
    const found = signerOfHead(venue, head);
    return {
      check: "signature",
      isOk: found?.toLowerCase() === signer.toLowerCase(),
      found: `sequence ${head.sequence}, ${head.chainHash}, by ${found ?? "nobody"}`,
    };
  });
  if (evidence.kind === "equivocation") {
    const isTwo = equivocationOf(venue, ...evidence.heads) !== undefined;
    checks.push({
      check: "equivocation",
      isOk: isTwo,
      found: isTwo ? "one key, one place, two histories" : "the heads do not contradict each other",
    });
  }
  return checks;
}

/** The key that may sign for an epoch: told, or asked of the contract, which binds one key to an epoch. */
async function signerFor(
  settlement: string,
  epoch: bigint,
  found: string | undefined,
  flags: { signer?: string; rpc?: string },
): Promise<string> {
  if (flags.signer !== undefined) return addressOf(flags.signer);
  if (flags.rpc === undefined)
    throw new UsageError(
      "Whose signature should it be? Give --signer ADDRESS, or --rpc URL to ask the contract.",
    );
  if (found === undefined) return "the epoch's key";
  const [opened] = await read(httpRpc(flags.rpc), settlementAbi, settlement, "epochOf", [found]);
  return opened === epoch ? found : `a key that opened epoch ${epoch} (this one opened ${opened})`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read.`);
  }
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EvidenceFileError) throw new UsageError(error.message);
    throw error;
  }
}
