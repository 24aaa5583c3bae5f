import type { EngineReport } from "./engine.ts";
import type { BenchReport } from "./report.ts";
import { round } from "./statistics.ts";

/** A bar from PERFORMANCE: `must` is this release's, `goal` the one we work towards. Never a test assertion: machines differ. */
export interface Aim {
  id: string;
  says: string;
  bar: "must" | "goal";
  limit: number;
  actual: number;
  /** How far inside or outside: below 1 is met with room, whichever way the aim points. */
  ratio: number;
  is_met: boolean;
}

interface Bar {
  id: string;
  says: string;
  /** Undefined where this release promises nothing yet. */
  must?: number;
  goal?: number;
  /** Whether smaller is better. */
  isCeiling: boolean;
  /** Undefined when the part was not run. */
  actual(report: BenchReport): number | undefined;
}

type Read = (report: BenchReport) => number | undefined;

function ceiling(
  id: string,
  says: string,
  must: number | undefined,
  goal: number | undefined,
  actual: Read,
): Bar {
  const limits = { ...(must === undefined ? {} : { must }), ...(goal === undefined ? {} : { goal }) };
  return { id, says, ...limits, isCeiling: true, actual };
}

function engine(report: BenchReport, name: string, of: (engine: EngineReport) => number): number | undefined {
  const found = report.engine?.find(({ workload }) => workload === name);
  return found && of(found);
}

/**
 * The priced floor on the machine the bars in nanoseconds were set on (docs/benchmarks.md), ns a command. A host twice as slow misses them
 * with any engine, so each is also asked of the figure scaled by the floor of the same run.
 */
const FLOOR_OF_THE_BARS = { W1: 24.7, W2: 34.6, W3: 30.1, W4: 20.4 };

function scaled(
  report: BenchReport,
  name: keyof typeof FLOOR_OF_THE_BARS,
  of: (engine: EngineReport) => number,
): number | undefined {
  return engine(report, name, (found) => {
    return (of(found) / found.priced_floor_ns_per_command.median) * FLOOR_OF_THE_BARS[name];
  });
}

const bars: Bar[] = [
  ceiling("engine_ns_per_command", "M1: engine on W1, one thread, ns a command", 90, 60, (report) =>
    engine(report, "W1", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling(
    "engine_to_priced_floor",
    "M1: engine on W1 over the priced floor of the same run",
    4,
    2.5,
    (report) => engine(report, "W1", ({ ratio_to_priced_floor }) => ratio_to_priced_floor.median),
  ),
  ceiling("engine_fills_ns_per_command", "M2: engine on W2, fill-heavy, ns a command", 110, 75, (report) =>
    engine(report, "W2", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling("engine_sweep_ns_per_fill", "M3: sweeps of W3, ns a fill", 40, 20, (report) =>
    engine(report, "W3", ({ ns_per_fill }) => ns_per_fill.median),
  ),
  ceiling("engine_flow_ns_per_command", "M4: engine on real order flow, ns a command", 75, 50, (report) =>
    engine(report, "W4", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling(
    "engine_scaled_ns_per_command",
    "M1, scaled by the priced floor to the bars' machine",
    90,
    60,
    (report) => scaled(report, "W1", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling("engine_fills_scaled_ns_per_command", "M2, scaled", 110, 75, (report) =>
    scaled(report, "W2", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling("engine_sweep_scaled_ns_per_fill", "M3, scaled", 40, 20, (report) =>
    scaled(report, "W3", ({ ns_per_fill }) => ns_per_fill.median),
  ),
  ceiling("engine_flow_scaled_ns_per_command", "M4, scaled", 75, 50, (report) =>
    scaled(report, "W4", ({ ns_per_command }) => ns_per_command.median),
  ),
  ceiling("engine_latency_ns_p99", "M5: p99 inside the step, W1, ns", 400, 300, (report) =>
    engine(report, "W1", ({ latency_ns }) => latency_ns.p99),
  ),
  ceiling("engine_latency_ns_p999", "M5: p99.9 inside the step, W1, ns", 800, 600, (report) =>
    engine(report, "W1", ({ latency_ns }) => latency_ns.p999),
  ),
  ceiling("engine_latency_ns_p9999", "M5: p99.99 inside the step, W1, ns", undefined, 2000, (report) =>
    engine(report, "W1", ({ latency_ns }) => latency_ns.p9999),
  ),
  ceiling("engine_p99_to_priced_floor", "M5: p99 over the priced floor's, W1", 2.3, undefined, (report) =>
    engine(report, "W1", ({ p99_to_priced_floor }) => p99_to_priced_floor.median),
  ),
  ceiling("engine_p999_to_priced_floor", "M5: p99.9 over the priced floor's, W1", 2.3, undefined, (report) =>
    engine(report, "W1", ({ p999_to_priced_floor }) => p999_to_priced_floor.median),
  ),
  ceiling(
    "engine_allocations",
    "M15: heap allocations of the engine in any workload",
    0,
    undefined,
    (report) => report.engine?.reduce((most, { allocations }) => Math.max(most, allocations), 0),
  ),
  ceiling("engine_shapes_to_w1", "costliest awkward shape over W1, a command", 3, undefined, (report) =>
    report.shapes?.reduce((most, { ratio_to_w1 }) => Math.max(most, ratio_to_w1.median), 0),
  ),
  ceiling(
    "risk_round_us",
    "portfolio margin of all accounts after an oracle round, µs",
    undefined,
    100_000,
    (report) => report.risk?.round_us.median,
  ),
  {
    id: "ring_aead_over_floor_ns",
    says: "ring → enclave → ring with AEAD, p50 over the ring floor of the same run, ns",
    must: 2000,
    goal: 1000,
    isCeiling: true,
    actual: (report) => report.ring?.aead_over_floor_ns.median,
  },
  {
    id: "tcp_p50_to_node_echo",
    says: "TCP round trip, p50 over the raw Node `net` echo of the same run",
    must: 1.5,
    goal: 1.3,
    isCeiling: true,
    actual: (report) => report.tcp?.ratios.tcp_p50_to_node_echo?.median,
  },
  {
    id: "tcp_commands_per_s_window_64",
    says: "commands/s through the gateway at window 64",
    must: 150_000,
    goal: 250_000,
    isCeiling: false,
    actual: (report) => report.tcp?.cases.tcp_venue_window_64?.commands_per_s.median,
  },
  {
    id: "tcp_commands_per_s_window_64_by_16",
    says: "commands/s at window 64 with 16 commands a frame",
    goal: 1_000_000,
    isCeiling: false,
    actual: (report) => report.tcp?.cases.tcp_venue_window_64_by_16?.commands_per_s.median,
  },
  {
    id: "synced_p50_to_disk_sync",
    says: "durable acknowledgement, p50 over one preallocated write and fdatasync on the same disk",
    goal: 1.5,
    isCeiling: true,
    actual: (report) => report.tcp?.ratios.synced_p50_to_disk_sync?.median,
  },
  {
    id: "batch_gas",
    says: "gas to accept a batch",
    must: 120_000,
    isCeiling: true,
    actual: (report) => report.batch?.gas_used.max,
  },
];

/** Every bar whose figure was measured, first the musts. */
export function judge(report: BenchReport): Aim[] {
  return (["must", "goal"] as const).flatMap((bar) =>
    bars.flatMap(({ id, says, isCeiling, actual: read, ...limits }) => {
      const actual = read(report);
      const limit = limits[bar];
      if (actual === undefined || limit === undefined) return [];
      // A bar of zero is met or missed: there is no room to measure.
      const ratio = limit === 0 ? actual : round(isCeiling ? actual / limit : limit / actual);
      return [
        {
          id,
          says,
          bar,
          limit,
          actual: round(actual),
          ratio,
          is_met: isCeiling ? actual <= limit : actual >= limit,
        },
      ];
    }),
  );
}
