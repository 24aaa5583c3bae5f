import { type Command, InvalidArgumentError, Option } from "commander";
import { bench } from "./command.ts";
import { startDevelopmentVenue } from "./development-venue.ts";
import { benchParts } from "./report.ts";

interface BenchFlags {
  json?: boolean;
  quick?: boolean;
  strict?: boolean;
  rounds?: number;
  level: "executed" | "written" | "synced";
}

/** Adds `sealbook bench` to the command line. */
export function registerBench(program: Command, setExitCode: (code: number) => void): void {
  const levels = ["executed", "written", "synced"] as const;
  program
    .command("bench")
    .description("measure engine, ring, sockets and batches against the floors of this machine")
    .argument("[part]", `${benchParts.join(", ")}, proof or all`, "all")
    .option("--json", "print one JSON object (docs/benchmarks.md)")
    .option("--quick", "a look in about a minute, not a record")
    .option("--strict", "exit 1 when a must is missed")
    .option("--rounds <n>", "interleaved rounds in place of 7 (quick: 3)", parseRounds)
    .addOption(
      new Option("--level <level>", "when a command counts as done").choices(levels).default("written"),
    )
    .action(async (part: string, flags: BenchFlags) => {
      if (part === "proof") return setExitCode(await printProofFigures(flags.quick === true));
      const code = await bench({
        part,
        isJson: flags.json === true,
        isQuick: flags.quick === true,
        isStrict: flags.strict === true,
        ...(flags.rounds === undefined ? {} : { rounds: flags.rounds }),
        level: flags.level,
        startVenue: startDevelopmentVenue,
      });
      setExitCode(code);
    });
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new InvalidArgumentError("rounds are a whole number from 1 to 1000");
  }
  return rounds;
}

/** Proofs take minutes and a reference string: measured only when asked for by name. */
async function printProofFigures(isQuick: boolean): Promise<number> {
  const { benchProof } = await import("../prove/bench.ts");
  const names = isQuick ? (["batch2"] as const) : (["batch2", "batch8", "batch30"] as const);
  const figures = await benchProof(names, (what) => process.stderr.write(`  ${what}\n`));
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  return 0;
}
