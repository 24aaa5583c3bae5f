import type { Command } from "commander";
import { exit } from "./errors.ts";

/** `sealbook journal inspect FOLDER`: what can be known of a journal without the enclave's key. Reads only. */
export function registerJournal(program: Command, set: (code: number) => void): void {
  program
    .command("journal")
    .description("look into a data folder's journal")
    .command("inspect")
    .description("segments, epochs, sequences, torn tail; exit 1 when it would be refused at start")
    .argument("<folder>", "a host's data folder")
    .option("--json", "print the report as JSON", false)
    .action(async (folder: string, flags: { json: boolean }) => {
      const { HostError, inspectJournal } = await import("@sealbook/host");
      try {
        const report = inspectJournal(folder);
        if (flags.json)
          console.log(
            JSON.stringify(report, (_, value) => (typeof value === "bigint" ? Number(value) : value), 2),
          );
        else
          console.table(
            Object.fromEntries(Object.entries(report).map(([name, value]) => [name, brief(value)])),
          );
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        if (flags.json) console.log(JSON.stringify({ code: error.code, message: error.message }));
        else console.error(`${error.code}: ${error.message}`);
        set(exit.no);
      }
    });
}

function brief(value: unknown): unknown {
  return typeof value === "object"
    ? JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? Number(inner) : inner))
    : value;
}
