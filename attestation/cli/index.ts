import { Command } from "commander";
import { parseSeed, writeSimulatedFixtures } from "./simulate.ts";

export { simulatedFixture, writeSimulatedFixtures } from "./simulate.ts";

/** Adds the verb `attest` to the command line. */
export function registerAttest(program: Command): void {
  const attest = program.command("attest").description("judge attestation evidence, or simulate it");
  attest
    .command("simulate")
    .description("write a simulated quote, its description and its endorsements")
    .option("--seed <hex>", "32 bytes that determine everything", "5ea1b00c".repeat(8))
    .option("--out <directory>", "where to write", ".")
    .option("--name <name>", "file name without ending", "simulated-v3")
    .option("--debug", "set the DEBUG attribute", false)
    .action((options: { seed: string; out: string; name: string; debug: boolean }) => {
      const written = writeSimulatedFixtures(options.out, options.name, { seed: parseSeed(options.seed), isDebug: options.debug });
      for (const file of written) process.stdout.write(`${file}\n`);
    });
}

if (import.meta.main) {
  const program = new Command("attestation");
  registerAttest(program);
  await program.parseAsync();
}
