import { Command, CommanderError } from "commander";
import { DependencyError, exit, UsageError } from "./errors.ts";

type Register = (program: Command, set: (code: number) => void) => Promise<void>;

/** In the order of the help. One that is asked for by name is all that is loaded. */
const verbs: Record<string, Register> = {
  start: async (...to) => (await import("./start/command.ts")).registerStart(...to),
  replay: async (...to) => (await import("./replay/register.ts")).registerReplay(...to),
  bench: async (...to) => (await import("./bench/register.ts")).registerBench(...to),
  recover: async (...to) => (await import("./recover/register.ts")).registerRecover(...to),
  escape: async (...to) => (await import("./escape/register.ts")).registerEscape(...to),
  force: async (...to) => (await import("./escape/register.ts")).registerForce(...to),
  reclaim: async (...to) => (await import("./escape/register.ts")).registerReclaim(...to),
  claim: async (...to) => (await import("./escape/register.ts")).registerClaim(...to),
  batch: async (...to) => (await import("./batch/register.ts")).registerBatch(...to),
  receipt: async (...to) => (await import("./receipt/register.ts")).registerReceipt(...to),
  attest: async (program, set) => {
    (await import("@sealbook/attestation/cli")).registerAttest(program);
    (await import("./attest/keep.ts")).registerKeep(program, set);
  },
  journal: async (...to) => (await import("./journal.ts")).registerJournal(...to),
  prove: async (...to) => (await import("./prove/register.ts")).registerProve(...to),
  serve: async (...to) => (await import("./serve/register.ts")).registerServe(...to),
  doctor: async (...to) => (await import("./doctor.ts")).registerDoctor(...to),
};

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

  const verb = argv[2] ?? "";
  const asked = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  for (const register of asked === undefined ? Object.values(verbs) : [asked]) await register(program, set);

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
