import type { Command } from "commander";
import { exit, UsageError } from "../errors.ts";

/** `sealbook serve --validity`: a venue without an enclave, on a chain that is there. */
export function registerServe(program: Command, set: (code: number) => void): void {
  program
    .command("serve")
    .description("serve a venue without an enclave: signed orders, batches proven and posted")
    .option("--validity", "validity mode; a host with an enclave is host/src/main.ts", false)
    .option("--config <file>", "what docs/validity.md describes")
    .addHelpText(
      "after",
      `
NO ENCLAVE: the operator and whoever listens on the network read every order. What nobody can do is trade or withdraw in another's name:
each order is signed by its session key, and the chain takes proven batches alone.

Prints one line of JSON when it serves. Exit codes: 74 the journal failed, 70 a batch has no proof; start it again on the same folder.`,
    )
    .action(async (flags: { validity: boolean; config?: string }) => {
      if (!flags.validity || flags.config === undefined)
        throw new UsageError("sealbook serve wants --validity and --config FILE");
      const { serveConfigured } = await import("./serve.ts");
      set(await serveConfigured(flags.config).catch(refusedStart));
    });
}

async function refusedStart(error: unknown): Promise<number> {
  const { HostError } = await import("@sealbook/host");
  const { ProveError } = await import("../prove/errors.ts");
  if (!(error instanceof HostError || error instanceof ProveError)) throw error;
  console.error(`${error.message}${"fix" in error && error.fix ? ` ${error.fix}` : ""}`);
  return error instanceof HostError ? error.exitCode : exit.dependency;
}
