import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { exit, UsageError } from "../errors.ts";
import { addressOf, collect, report } from "../recover/register.ts";

interface Flags {
  rpc: string;
  settlement?: string;
  state?: string;
  blobs: string[];
  genesis?: string;
  fromBlock: string;
  json: boolean;
}

/** `sealbook batch verify NUMBER`: from the signature to the state root. */
export function registerBatch(program: Command, set: (code: number) => void): void {
  program
    .command("batch")
    .description("look into what the chain has accepted")
    .command("verify")
    .description(
      "header signature, the signer's epoch and registration, data hash, blobs, and the way from root to root",
    )
    .argument("<number>", "of the batch")
    .requiredOption("--rpc <url>", "an Ethereum node")
    .option(
      "--settlement <address>",
      "the venue's settlement contract (found by itself on a development chain)",
    )
    .option("--state <folder>", "what `sealbook recover` wrote, to spare the batches before")
    .option("--blobs <source>", "as in `sealbook recover`", collect, [])
    .option("--genesis <file>", "as in `sealbook recover`")
    .option("--from-block <number>", "block the contract was deployed in", "0")
    .option("--json", "print the checks as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  sealbook batch verify 12 --rpc http://127.0.0.1:8545\n\nExit code 1: a check failed.",
    )
    .action(async (text: string, flags: Flags) => {
      if (!/^[1-9]\d*$/.test(text)) throw new UsageError("A batch has a number from 1.");
      const temporary =
        flags.state === undefined ? mkdtempSync(join(tmpdir(), "sealbook-batch-")) : undefined;
      try {
        const { verifyBatch } = await import("./verify.ts");
        const checks = await verifyBatch({
          rpcUrl: flags.rpc,
          ...(flags.settlement === undefined ? {} : { settlement: addressOf(flags.settlement) }),
          number: Number(text),
          state: flags.state ?? (temporary as string),
          blobs: flags.blobs,
          ...(flags.genesis === undefined ? {} : { genesis: flags.genesis }),
          fromBlock: Number(flags.fromBlock),
        });
        if (flags.json) console.log(JSON.stringify(checks, null, 2));
        else console.log(checksText(checks));
        set(checks.every(({ isOk }) => isOk) ? exit.yes : exit.no);
      } catch (error) {
        set(report(error, flags.json));
      } finally {
        if (temporary) rmSync(temporary, { recursive: true, force: true });
      }
    });
}

export function checksText(checks: { check: string; isOk: boolean; found: string }[]): string {
  return checks
    .map(({ check, isOk, found }) => `${isOk ? "✓" : "✗"} ${check.padEnd(14)} ${found}`)
    .join("\n");
}
