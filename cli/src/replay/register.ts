import type { Command } from "commander";

interface ReplayFlags {
  book?: string;
  seed?: string;
  engineOnly?: boolean;
  json?: boolean;
}

/** Adds `sealbook replay` to the command line. */
export function registerReplay(program: Command, setExitCode: (code: number) => void): void {
  program
    .command("replay")
    .description("drive a LOBSTER message file through a venue and compare its book with the file's")
    .argument("<flow>", "message file: CSV, plain or gzip")
    .option("--book <file>", "orderbook file: the ground truth, at whatever depth it has")
    .option(
      "--seed <file>",
      "deeper orderbook file whose first row seeds the book (default: found beside --book)",
    )
    .option("--engine-only", "the engine in this process: no socket, no enclave, no chain")
    .option("--json", "print one JSON object")
    .action(async (flowFile: string, flags: ReplayFlags) => {
      const { replay } = await import("./command.ts");
      const code = await replay({
        flowFile,
        ...(flags.book === undefined ? {} : { bookFile: flags.book }),
        ...(flags.seed === undefined ? {} : { seedFile: flags.seed }),
        isEngineOnly: flags.engineOnly === true,
        isJson: flags.json === true,
      });
      setExitCode(code);
    });
}
