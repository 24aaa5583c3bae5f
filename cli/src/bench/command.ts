import { writeFileSync } from "node:fs";
import { DependencyError, exit, UsageError } from "../errors.ts";
import { progressBar } from "../progress.ts";
import { judge } from "./aims.ts";
import { measureBatches } from "./batch.ts";
import {
  type EngineCase,
  type EngineReport,
  measureEngine,
  SEED,
  type Workload,
  workloadCase,
  workloads,
} from "./engine.ts";
import { FlowError, flowScript } from "./flow.ts";
import { describeMachine, withLoadAfter } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { latencyPlot } from "./plot.ts";
import { type RunProgram, runProgram } from "./programs.ts";
import { type BenchPart, type BenchReport, benchParts, findInvalid, usualParts } from "./report.ts";
import { measureRing } from "./ring.ts";
import { measureRisk } from "./risk.ts";
import { measureShapes } from "./shapes.ts";
import { renderReport } from "./table.ts";
import { measureTcp, type TcpSize, tcpRuns } from "./tcp.ts";
import type { BenchVenue, StartVenue } from "./venue.ts";

/** What of `engine` to run; all workloads and the shapes unless told. */
export interface EngineChoice {
  workload?: string;
  /** Of workloads and shapes; 42 unless told. */
  seed?: number;
  /** A LOBSTER message file: W4. */
  flowFile?: string;
  /** Only the shapes. */
  isShapes?: boolean;
  /** Where to draw the latencies. */
  plotFile?: string;
}

export interface BenchOptions {
  /** What to measure; `all` is everything but `memory`. */
  part: string;
  engine?: EngineChoice;
  isJson: boolean;
  /** A look in under a minute; the record wants the full rounds. */
  isQuick: boolean;
  /** Exit 1 when a must is missed. */
  isStrict: boolean;
  /** In place of the usual 7 (quick: 3). */
  rounds?: number;
  /** Durability of acknowledgements in `tcp`; `written` unless told. */
  level?: "executed" | "written" | "synced";
  startVenue: StartVenue;
  /** Where the report goes; standard output unless told. */
  print?: (text: string) => void;
  /** How measured programs are run; processes unless told. */
  run?: RunProgram;
}

const traders = 4;

/** Sizes of a run. Seven rounds, because the median of fewer still moves with a neighbour's compile. */
function sizes(isQuick: boolean, rounds: number) {
  const tcp: TcpSize = isQuick
    ? {
        rounds,
        frames: { single: 2_000, window: 20_000, batched: 4_000, open: 4_000, durable: 300 },
        rate: 4_000,
      }
    : {
        rounds,
        frames: { single: 10_000, window: 100_000, batched: 20_000, open: 20_000, durable: 2_000 },
        rate: 4_000,
      };
  const ladder = isQuick ? [100, 2_000] : [100, 1_000, 10_000, 50_000];
  const commands = Array.from({ length: isQuick ? 1 : 3 }, () => ladder).flat();
  return { tcp, batch: { commands } };
}

/**
 * `sealbook bench`: measures, prints, judges. Exit code 0; 1 when figures rest on wrong results (digest, refused commands) or, with
 * `isStrict`, when a must is missed; 3 when a part could not be measured.
 *
 * @throws UsageError for a part or workload that does not exist, and for a flow that cannot be read
 */
export async function bench(options: BenchOptions): Promise<number> {
  const parts = partsOf(options.part);
  if (options.engine && !parts.includes("engine")) {
    throw new UsageError(
      `--workload, --seed, --flow, --shapes and --plot are of bench engine, not of ${options.part}`,
    );
  }
  const report = await measure(options, parts);
  report.machine = withLoadAfter(report.machine);
  report.aims = judge(report);
  report.invalid = findInvalid(report);
  const print = options.print ?? ((text: string) => void process.stdout.write(`${text}\n`));
  print(options.isJson ? JSON.stringify(report, null, 2) : renderReport(report));
  if (report.problems.length > 0) return exit.dependency;
  const isMissed = report.aims.some((aim) => aim.bar === "must" && !aim.is_met);
  return report.invalid.length > 0 || (options.isStrict && isMissed) ? exit.no : exit.yes;
}

function partsOf(part: string): readonly BenchPart[] {
  if (part === "all") return usualParts;
  const found = benchParts.find((known) => known === part);
  if (!found)
    throw new UsageError(`bench measures ${benchParts.join(", ")} or all, not ${JSON.stringify(part)}`);
  return [found];
}

async function measure(options: BenchOptions, parts: readonly BenchPart[]): Promise<BenchReport> {
  const rounds = options.rounds ?? (options.isQuick ? 3 : 7);
  const report: BenchReport = {
    schema: "sealbook.bench/1",
    at: new Date().toISOString(),
    is_quick: options.isQuick,
    rounds,
    machine: describeMachine(),
    engine: null,
    shapes: null,
    risk: null,
    memory: null,
    ring: null,
    tcp: null,
    batch: null,
    aims: [],
    invalid: [],
    problems: [],
  };
  const run = options.run ?? runProgram;
  const size = sizes(options.isQuick, rounds);
  // One part that fails must not cost the others their figures.
  const attempt = async (part: BenchPart, work: () => Promise<void>) => {
    if (!parts.includes(part)) return;
    await work().catch((error: unknown) => {
      if (!(error instanceof DependencyError)) throw error;
      report.problems.push({ part, reason: error.message });
    });
  };

  const seed = options.engine?.seed ?? SEED;
  const chosen = chooseCases(options);
  try {
    await attempt("engine", async () => {
      if (chosen.cases.length > 0) {
        report.engine = await counted("engine", rounds * chosen.cases.length, (tick) =>
          measureEngine(run, chosen.cases, rounds, tick),
        );
      }
      if (chosen.isShapes) {
        report.shapes = await counted("shapes", rounds, (tick) => measureShapes(run, seed, rounds, tick));
      }
    });
  } finally {
    chosen.remove();
  }
  if (options.engine?.plotFile !== undefined) plot(options.engine.plotFile, report.engine);
  await attempt("risk", async () => {
    report.risk = await counted("risk", rounds, (tick) => measureRisk(run, SEED, rounds, tick));
  });
  await attempt("memory", async () => {
    report.memory = await measureMemory(run);
  });
  await attempt("ring", async () => {
    report.ring = await counted("ring", rounds, (tick) => measureRing(run, rounds, tick));
  });
  if (parts.includes("tcp") || parts.includes("batch")) {
    const venue = await startOrReport(options, parts, report);
    if (venue) {
      try {
        await attempt("tcp", async () => {
          const level = options.level ?? "written";
          const runs = tcpRuns(size.tcp, venue.unix !== undefined);
          report.tcp = await counted("tcp", runs, (onRun) =>
            measureTcp({ run, venue, level, size: size.tcp, onRun }),
          );
        });
        await attempt("batch", async () => {
          const total = size.batch.commands.length;
          report.batch = await counted("batch", total, (onBatch) =>
            measureBatches({ run, venue, size: size.batch, onBatch }),
          );
        });
      } finally {
        await venue.stop();
      }
    }
  }
  return report;
}

interface Chosen {
  cases: EngineCase[];
  isShapes: boolean;
  remove(): void;
}

/** @throws UsageError for contradictions, unknown workloads and unreadable flows */
function chooseCases({ engine = {}, isQuick }: BenchOptions): Chosen {
  const { workload, flowFile, isShapes = false, seed = SEED } = engine;
  const nothing = () => {};
  if ([workload !== undefined, flowFile !== undefined, isShapes].filter(Boolean).length > 1) {
    throw new UsageError("choose one of --workload, --flow and --shapes");
  }
  if (isShapes) return { cases: [], isShapes: true, remove: nothing };
  if (flowFile !== undefined) {
    if (engine.seed !== undefined) throw new UsageError("a flow has no seed: leave out --seed or --flow");
    try {
      const script = flowScript(flowFile);
      return { cases: [script], isShapes: false, remove: script.remove };
    } catch (error) {
      if (error instanceof FlowError) throw new UsageError(error.message);
      throw error;
    }
  }
  if (workload !== undefined) {
    const known = workloads.find((name) => name === workload.toUpperCase());
    if (!known)
      throw new UsageError(`workloads are ${workloads.join(", ")}, not ${JSON.stringify(workload)}`);
    return { cases: [workloadCase(known, seed)], isShapes: false, remove: nothing };
  }
  const usual: Workload[] = isQuick ? ["W1"] : workloads;
  return { cases: usual.map((name) => workloadCase(name, seed)), isShapes: !isQuick, remove: nothing };
}

/** @throws UsageError when there is nothing to draw or nowhere to put it */
function plot(file: string, engines: readonly EngineReport[] | null): void {
  if (!engines) throw new UsageError("--plot draws latencies by command, and no workload was run");
  try {
    writeFileSync(file, latencyPlot(engines));
  } catch (error) {
    throw new UsageError(`--plot: ${(error as Error).message}`);
  }
}

async function startOrReport(
  options: BenchOptions,
  parts: readonly BenchPart[],
  report: BenchReport,
): Promise<BenchVenue | undefined> {
  try {
    return await options.startVenue({ traders, collateral: 1_000_000_000_000n, batchCommandsMax: 1_000_000 });
  } catch (error) {
    const wanted = parts.filter((part) => part === "tcp" || part === "batch");
    const reason = `no venue: ${(error as Error).message}`;
    for (const part of wanted) report.problems.push({ part, reason });
    return undefined;
  }
}

/** Work under a progress bar of known length. */
async function counted<T>(label: string, total: number, work: (tick: () => void) => Promise<T>): Promise<T> {
  const bar = progressBar(`bench ${label}`, total);
  let done = 0;
  bar.at(0);
  try {
    return await work(() => {
      done += 1;
      bar.at(done);
    });
  } finally {
    bar.end();
  }
}
