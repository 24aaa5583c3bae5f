import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";
import { median, ratios, type Spread, spread } from "./statistics.ts";

/** The common workloads, and the digests of their trades at seed 42: independent engines agree on them. */
const digests = { W1: "4252accc495cbd88", W2: "1816365b63515f12", W3: "8cb4142d923958b5" } as const;
export type Workload = keyof typeof digests;
export const workloads = Object.keys(digests) as Workload[];

/** Seed of the published digests. */
export const SEED = 42;

/** Commands are timed apart by what they are. */
export const commandKinds = ["add", "cross_gtc", "ioc", "cancel"] as const;
export type CommandKind = (typeof commandKinds)[number];

/** Medians of the rounds; the timer's own cost subtracted. */
export interface LatencyNs {
  samples: number;
  p50: number;
  p99: number;
  p999: number;
  p9999: number;
}

/** The engine alone on one thread: no seal, no ring, no socket. */
export interface EngineReport {
  /** W1, W2, W3, or W4 for a flow. */
  workload: string;
  seed: number;
  commands: number;
  /** How many of each. */
  kinds: Record<CommandKind, number>;
  /** Of the median of 64 pieces of each round, so that a stolen time slice is not in it. */
  ns_per_command: Spread;
  /** Of each round as a whole. */
  ns_per_command_mean: Spread;
  commands_per_s: Spread;
  /** A book without margin, events or any feature, on the same script in the same process. */
  floor_ns_per_command: Spread;
  /** That book with a 64-byte event for everything, a margin check, reservations and positions over 1,024 accounts. */
  priced_floor_ns_per_command: Spread;
  /** Engine over floor, round by round. */
  ratio_to_floor: Spread;
  ratio_to_priced_floor: Spread;
  /** Percentiles of all commands over the priced floor's, round by round. */
  p99_to_priced_floor: Spread;
  p999_to_priced_floor: Spread;
  /** p50 of an immediate-or-cancel order over the fills such an order makes on average. */
  ns_per_fill: Spread;
  /** Heap allocations of the engine while timed: none is right. */
  allocations: number;
  latency_ns: LatencyNs & Record<CommandKind, LatencyNs>;
  floor_latency_ns: LatencyNs;
  priced_floor_latency_ns: LatencyNs;
  /** `[upper bound in ns, samples]` by kind, over all rounds. */
  latency_ns_buckets: Record<CommandKind, [number, number][]>;
  trades: number;
  volume: number;
  /** Orders in the book at the end. */
  resting: number;
  digest: string;
  /** The published digest where there is one; else the generator's own book's, which knows nothing of the engine. */
  digest_expected: string;
  /** False makes every figure above worthless: the engine did something else than the workload asks. */
  is_digest_right: boolean;
}

/** What a round runs: a common workload of any seed, or a script of real order flow. */
export interface EngineCase {
  name: string;
  /** Of `sealbook-sim bench-engine`. */
  args: string[];
  /** Undefined where nothing was published. */
  digest?: string | undefined;
}

export function workloadCase(workload: Workload, seed: number): EngineCase {
  return {
    name: workload,
    args: ["--workload", workload, "--seed", String(seed)],
    digest: seed === SEED ? digests[workload] : undefined,
  };
}

/** Rounds are interleaved over the cases; one process a case and round. */
export async function measureEngine(
  run: RunProgram,
  cases: readonly EngineCase[],
  rounds: number,
  onRun: () => void,
): Promise<EngineReport[]> {
  const found = new Map<EngineCase, Fields[]>(cases.map((one) => [one, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [{ name, args }, runs] of found) {
      // Exit code 1 says the digest is wrong; the report then says it too.
      const json = await run("sealbook-sim", ["bench-engine", ...args, "--rounds", "1", "--json"], {
        mayRefuse: true,
      });
      runs.push(new Fields(`sealbook-sim bench-engine ${name}`, json));
      onRun();
    }
  }
  return [...found].map(([one, runs]) => summarise(one, runs));
}

function summarise({ name, digest }: EngineCase, runs: readonly Fields[]): EngineReport {
  const all = (field: string) => runs.map((fields) => fields.number(field));
  const [engine, floor] = [all("ns_per_command"), all("floor_ns_per_operation")];
  const priced = all("priced_floor_ns_per_operation");
  const seen = [...new Set(runs.map((fields) => fields.text("digest")))];
  const isRight = runs.every((fields) => fields.flag("is_right"));
  const first = (field: string) => all(field)[0] ?? 0;
  const kindCounts = runs[0]!.object("kinds");
  const latency = runs.map((fields) => fields.object("latency_ns"));
  const floorLatency = runs.map((fields) => fields.object("priced_floor_latency_ns"));
  const ofFloor = (percentile: "p99" | "p999") =>
    ratios(
      latency.map((fields) => fields.object("all").number(percentile)),
      floorLatency.map((fields) => fields.number(percentile)),
    );
  const byKind = <T>(of: (kind: CommandKind) => T) =>
    Object.fromEntries(commandKinds.map((kind) => [kind, of(kind)])) as Record<CommandKind, T>;
  const kinds = byKind((kind) => latencyNs(latency.map((fields) => fields.object(kind))));
  return {
    workload: name,
    seed: first("seed"),
    commands: first("commands"),
    kinds: byKind((kind) => kindCounts.number(kind)),
    ns_per_command: spread(engine),
    ns_per_command_mean: spread(all("ns_per_command_mean")),
    commands_per_s: spread(engine.map((ns) => Math.round(1e9 / ns))),
    floor_ns_per_command: spread(floor),
    priced_floor_ns_per_command: spread(priced),
    ratio_to_floor: ratios(engine, floor),
    ratio_to_priced_floor: ratios(engine, priced),
    ns_per_fill: spread(all("ns_per_fill")),
    allocations: Math.max(...all("allocations")),
    p99_to_priced_floor: ofFloor("p99"),
    p999_to_priced_floor: ofFloor("p999"),
    latency_ns: { ...latencyNs(latency.map((fields) => fields.object("all"))), ...kinds },
    floor_latency_ns: latencyNs(runs.map((fields) => fields.object("floor_latency_ns"))),
    priced_floor_latency_ns: latencyNs(floorLatency),
    latency_ns_buckets: byKind((kind) =>
      merged(latency.map((fields) => fields.object(kind).buckets("buckets"))),
    ),
    trades: first("trades"),
    volume: first("volume"),
    resting: first("resting"),
    digest: seen.join(" "),
    digest_expected: digest ?? seen[0] ?? "",
    is_digest_right: isRight && seen.length === 1 && seen[0] === (digest ?? seen[0]),
  };
}

function latencyNs(runs: readonly Fields[]): LatencyNs {
  const of = (name: string) => median(runs.map((fields) => fields.number(name)));
  return { samples: of("samples"), p50: of("p50"), p99: of("p99"), p999: of("p999"), p9999: of("p9999") };
}

function merged(runs: readonly [number, number][][]): [number, number][] {
  const sums = new Map<number, number>();
  for (const [bound, samples] of runs.flat()) sums.set(bound, (sums.get(bound) ?? 0) + samples);
  return [...sums].sort((a, b) => a[0] - b[0]);
}
