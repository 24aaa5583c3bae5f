import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
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
import type { DigestSource } from "./answer.ts";
import { judgeRollback } from "./rollback.ts";

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
    .option("--host <url>", "of a rollback: where the records between the two heads are")
    .option("--data <folder>", "of a rollback: the same, in the data folder of a host that stopped")
    .option("--json", "print the checks as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  sealbook receipt verify receipt.json --rpc http://127.0.0.1:8545\n\nExit code 1: a check failed.",
    )
    .action((file: string, flags: VerifyFlags & { json: boolean }) =>
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
    .addHelpText(
      "after",
      `
Two heads of one place, or a head that a batch contradicts, cost the bond at once. Any other head is challenged: run the same again when the
time to answer is over. Whoever brings it pays the gas and gets the reporter's share.
Exit code 1: not yet, or no evidence; it says which.`,
    )
    .action((file: string, flags: CourtFlags) =>
      guarded(flags, set, async () => {
        const evidence = parsed(() => parseReceiptEvidence(textOf(file)));
        const { accuse } = await import("./accuse.ts");
        const settlement =
          flags.settlement === undefined ? evidence.venue.settlement : addressOf(flags.settlement);
        const chain = await VenueChain.open(httpRpc(flags.rpc), settlement);
        const court = addressOf(flags.court);
        const { steps, isWon, standing } = await accuse(chain, court, evidence, Number(flags.fromBlock));
        await carryOut(flags, steps, flags.json);
        if (standing !== undefined) console.error(standing);
        if (isWon) await fetchReward(flags, chain, court);
        return isWon || steps.length > 0 ? exit.yes : exit.no;
      }),
    );
  registerAnswer(receipt, set);
}

type CourtFlags = SendFlags & { court: string; fromBlock: string };

/** The operator's side: one look at the court, or one every so often. */
function registerAnswer(receipt: Command, set: (code: number) => void): void {
  sending(receipt.command("answer"))
    .description("answer open challenges with the record digests; the operator's key must send")
    .requiredOption("--court <address>", "the receipt court")
    .option("--host <url>", "a host that serves, to ask for the digests")
    .option("--data <folder>", "the host's data folder, if it does not")
    .option("--from-block <number>", "block the court was deployed in", "0")
    .option("--every <minutes>", "go on looking; unless given, once")
    .addHelpText(
      "after",
      "\nExit code 1: a challenge cannot be answered. The bond is lost when its time is over.",
    )
    .action((flags: CourtFlags & { host?: string; data?: string; every?: string }) =>
      guarded(flags, set, async () => {
        const { digestSource } = await import("./digests.ts");
        const source = digestSource(flags);
        if (flags.every === undefined) return answerOnce(flags, source);
        const pauseMs = minutesOf(flags.every) * 60_000;
        for (;;) {
          // Whatever went wrong may be over by the next look; giving up would cost the bond.
          await answerOnce(flags, source).catch((error: Error) => console.error(error.message));
          await sleep(pauseMs);
        }
      }),
    );
}

async function answerOnce(flags: CourtFlags, source: DigestSource): Promise<number> {
  const { answerSteps } = await import("./answer.ts");
  const settlement = flags.settlement === undefined ? undefined : addressOf(flags.settlement);
  const chain = await VenueChain.open(httpRpc(flags.rpc), settlement);
  const court = addressOf(flags.court);
  const { steps, faults } = await answerSteps(chain, court, source, Number(flags.fromBlock));
  if (steps.length === 0 && faults.length === 0) console.error("No challenge is open.");
  await carryOut(flags, steps, flags.json);
  for (const { id, why } of faults) console.error(`Challenge ${id}: ${why}.`);
  if (steps.length > 0) await fetchReward(flags, chain, court);
  return faults.length === 0 ? exit.yes : exit.no;
}

/** What the court keeps for the sender: the reporter's share, or stakes. */
async function fetchReward(flags: CourtFlags, chain: VenueChain, court: string): Promise<void> {
  if (flags.dryRun) return;
  const { openSender } = await import("../escape/sender.ts");
  const { rewardSteps } = await import("./court.ts");
  const sender = await openSender(chain.rpc, flags);
  sender.close();
  await carryOut(flags, await rewardSteps(chain, court, sender.address), flags.json);
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new UsageError("--every takes minutes, above 0.");
  return minutes;
}

interface VerifyFlags {
  signer?: string;
  rpc?: string;
  host?: string;
  data?: string;
}

async function verifyFile(text: string, flags: VerifyFlags): Promise<Check[]> {
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

/** Evidence is evidence when every head is signed by its epoch's key, and where there are two, both cannot be. */
async function verifyEvidence(evidence: Evidence, flags: VerifyFlags): Promise<Check[]> {
  const { venue, heads } = evidence;
  const checks: Check[] = [];
  for (const head of heads) {
    const found = signerOfHead(venue, head);
    const signer = await signerFor(venue.settlement, head.epoch, found, flags);
    checks.push({
      check: "signature",
      isOk: found?.toLowerCase() === signer.toLowerCase(),
      found: `epoch ${head.epoch}, sequence ${head.sequence}, ${head.chainHash}, by ${found ?? "nobody"}`,
    });
  }
  if (evidence.kind === "equivocation") {
    const isTwo = equivocationOf(venue, ...evidence.heads) !== undefined;
    checks.push({
      check: "equivocation",
      isOk: isTwo,
      found: isTwo ? "one key, one place, two histories" : "the heads do not contradict each other",
    });
  }
  if (evidence.kind === "rollback") {
    const { digestSource } = await import("./digests.ts");
    const hasRecords = flags.host !== undefined || flags.data !== undefined;
    const { isBroken, found } = await judgeRollback(evidence, hasRecords ? digestSource(flags) : undefined);
    checks.push({ check: "rollback", isOk: isBroken, found });
  }
  return checks;
}

/** The key that may sign for an epoch: told, or asked of the contract, which binds one key to an epoch. */
async function signerFor(
  settlement: string,
  epoch: bigint,
  found: string | undefined,
  flags: VerifyFlags,
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
