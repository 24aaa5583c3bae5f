import type { Command } from "commander";
import { ChainError } from "../chain/errors.ts";
import { UsageError } from "../errors.ts";

interface Flags {
  rpc: string[];
  out: string;
  settlement?: string;
  blobs: string[];
  genesis?: string;
  fromBlock: string;
  at: string;
  json: boolean;
}

export const collect = (value: string, earlier: string[]): string[] => [...earlier, value];

/** `sealbook recover`: every balance of a venue, from the chain alone. */
export function registerRecover(program: Command, set: (code: number) => void): void {
  program
    .command("recover")
    .description("rebuild every balance of a venue from the chain alone: no host, no disk, no enclave")
    .requiredOption("--rpc <url>", "an Ethereum node; give it twice to have two that must agree", collect, [])
    .requiredOption("--out <folder>", "where to write; a run that was stopped goes on from here")
    .option(
      "--settlement <address>",
      "the venue's settlement contract (found by itself on a development chain)",
    )
    .option(
      "--blobs <source>",
      "beacon node, archive URL with {hash}, or folder; may be given again",
      collect,
      [],
    )
    .option("--genesis <file>", "leaves the venue was deployed with, if any (validity mode)")
    .option("--from-block <number>", "block the contract was deployed in, to spare the search", "0")
    .option("--at <block>", "latest, safe, finalized or a number", "latest")
    .option("--json", "print the summary as JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  sealbook recover --rpc http://127.0.0.1:8545 --out state
  sealbook recover --rpc https://node.example --rpc https://other.example --settlement 0x… --blobs https://beacon.example --out state

Writes leaves.bin (all leaves, docs/state.md), tree.json (roots), balances.json (each account's collateral, positions and exit value).
Exit code 1: the published data does not lead to the contract's root. docs/recover.md has the whole way out.`,
    )
    .action(async (flags: Flags) => {
      const { recover } = await import("./recover.ts");
      const { summaryText } = await import("./report.ts");
      try {
        const { summary, balances } = await recover({
          rpcUrls: flags.rpc,
          ...(flags.settlement === undefined ? {} : { settlement: addressOf(flags.settlement) }),
          out: flags.out,
          blobs: flags.blobs,
          ...(flags.genesis === undefined ? {} : { genesis: flags.genesis }),
          fromBlock: blockOf(flags.fromBlock),
          toBlock: /^\d+$/.test(flags.at) ? Number(flags.at) : flags.at,
        });
        if (flags.json) console.log(JSON.stringify(summary, null, 2));
        else console.log(summaryText(summary, balances));
      } catch (error) {
        set(report(error, flags.json));
      }
    });
}

/** Prints a named error and gives its exit code; anything else is thrown on. */
export function report(error: unknown, isJson: boolean): number {
  if (!(error instanceof ChainError)) throw error;
  if (isJson) console.log(JSON.stringify({ code: error.code, message: error.message }));
  else console.error(error.message);
  return error.exitCode;
}

export function addressOf(text: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text))
    throw new UsageError(`${text} is not an address: give 0x and 40 hex digits.`);
  return text;
}

function blockOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError("--from-block takes a block number.");
  return Number(text);
}
