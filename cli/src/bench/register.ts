import { type Command, InvalidArgumentError, Option } from "commander";
import { UsageError } from "../errors.ts";
import type { EngineChoice } from "./command.ts";
import { benchParts } from "./report.ts";

interface BenchFlags {
  json?: boolean;
  quick?: boolean;
  strict?: boolean;
  rounds?: number;
  workload?: string;
  seed?: number;
  flow?: string;
  shapes?: boolean;
  plot?: string;
  peers?: string;
  level: "executed" | "written" | "synced";
}

/** Adds `sealbook bench` to the command line. */
export function registerBench(program: Command, setExitCode: (code: number) => void): void {
  const levels = ["executed", "written", "synced"] as const;
  program
    .command("bench")
    .description("measure engine, ring, sockets and batches against the floors of this machine")
    .argument(
      "[part]",
      `${benchParts.join(", ")}, proof, peers or all (all but memory, which takes 2 GB, proof and peers)`,
      "all",
    )
    .option("--workload <name>", "engine: W1, W2 or W3 alone")
    .option("--seed <n>", "engine: seed of workloads and shapes, 42 unless told", parseSeed)
    .option("--flow <file>", "engine: real order flow, a LOBSTER message file (CSV, plain or gzip) alone")
    .option("--shapes", "engine: the awkward markets alone")
    .option("--plot <file>", "engine: draw latencies by command kind into an SVG file")
    .option("--peers <folder>", "peers: checkouts of liquibook, CppTrader and CppCommon")
    .option("--json", "print one JSON object (docs/benchmarks.md)")
    .option("--quick", "a look in about a minute, not a record")
    .option("--strict", "exit 1 when a must is missed")
    .option("--rounds <n>", "interleaved rounds in place of 7 (quick: 3)", parseRounds)
    .addOption(
      new Option("--level <level>", "when a command counts as done").choices(levels).default("written"),
    )
    .action(async (part: string, flags: BenchFlags) => {
      if (part === "proof") return setExitCode(await printProofFigures(flags.quick === true));
      if (part === "peers") return setExitCode(await comparePeers(flags));
      const { bench } = await import("./command.ts");
      const { startDevelopmentVenue } = await import("./development-venue.ts");
      const engine = engineChoice(flags);
      const code = await bench({
        part,
        ...(engine === undefined ? {} : { engine }),
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

/** Undefined when nothing was said about the engine. */
function engineChoice({ workload, seed, flow, shapes, plot }: BenchFlags): EngineChoice | undefined {
  const choice = {
    ...(workload === undefined ? {} : { workload }),
    ...(seed === undefined ? {} : { seed }),
    ...(flow === undefined ? {} : { flowFile: flow }),
    ...(shapes ? { isShapes: true } : {}),
    ...(plot === undefined ? {} : { plotFile: plot }),
  };
  return Object.keys(choice).length > 0 ? choice : undefined;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError("a seed is a whole number from 0 to 2^53 - 1");
  }
  return seed;
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new InvalidArgumentError("rounds are a whole number from 1 to 1000");
  }
  return rounds;
}

async function comparePeers({ peers, flow, rounds, quick, json }: BenchFlags): Promise<number> {
  if (peers === undefined) throw new UsageError("bench peers wants --peers FOLDER (docs/benchmarks.md)");
  const { benchPeers } = await import("./peers.ts");
  const size = rounds ?? (quick ? 3 : 7);
  return benchPeers({ folder: peers, flowFile: flow, rounds: size, isJson: json === true });
}

/** Proofs take minutes and a reference string: measured only when asked for by name. */
async function printProofFigures(isQuick: boolean): Promise<number> {
  const { benchProof } = await import("../prove/bench.ts");
  const names = isQuick ? (["batch2"] as const) : (["batch2", "batch8", "batch30"] as const);
  const figures = await benchProof(names, (what) => process.stderr.write(`  ${what}\n`));
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  return 0;
}
