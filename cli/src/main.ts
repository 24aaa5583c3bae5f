import { Command, CommanderError } from "commander";
import { DependencyError, exit, UsageError } from "./errors.ts";

/**
 * The one command line. Each verb is a folder or file beside this one and is loaded only when asked for, so `sealbook --help` answers at
 * once. Exit codes: 0 yes, 1 the answer is no, 2 usage, 3 a dependency failed.
 *
 * @param argv as in `process.argv`
 */
export async function main(argv: string[]): Promise<number> {
  let code: number = exit.yes;
  const set = (value: number) => {
    code = value;
  };
  const program = new Command("sealbook")
    .description("A derivatives venue in a trusted execution environment, on your machine.")
    .showHelpAfterError()
    .exitOverride();

  const { registerStart } = await import("./start/command.ts");
  registerStart(program, set);
  const { registerReplay } = await import("./replay/register.ts");
  registerReplay(program, set);
  const { registerBench } = await import("./bench/register.ts");
  registerBench(program, set);
  const { registerRecover } = await import("./recover/register.ts");
  registerRecover(program, set);
  const { registerClaim, registerEscape, registerForce, registerReclaim } = await import(
    "./escape/register.ts"
  );
  registerEscape(program, set);
  registerForce(program, set);
  registerReclaim(program, set);
  registerClaim(program, set);
  const { registerBatch } = await import("./batch/register.ts");
  registerBatch(program, set);
  const { registerReceipt } = await import("./receipt/register.ts");
  registerReceipt(program, set);
  const { registerAttest } = await import("@sealbook/attestation/cli");
  registerAttest(program);
  const { registerKeep } = await import("./attest/keep.ts");
  registerKeep(program, set);
  const { registerJournal } = await import("./journal.ts");
  registerJournal(program, set);
  const { registerProve } = await import("./prove/register.ts");
  registerProve(program, set);
  const { registerDoctor } = await import("./doctor.ts");
  registerDoctor(program, set);

  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    return failed(error);
  }
}

/** Says what went wrong in a sentence and picks the exit code. */
function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.yes : exit.usage;
  if (error instanceof UsageError) {
    console.error(error.message);
    return exit.usage;
  }
  if (error instanceof DependencyError) {
    console.error(`${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ""}`);
    return exit.dependency;
  }
  console.error(
    error instanceof Error ? (process.env.SEALBOOK_TRACE ? error.stack : error.message) : String(error),
  );
  return exit.dependency;
}
