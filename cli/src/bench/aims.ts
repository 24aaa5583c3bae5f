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

const bars: Bar[] = [
  {
    id: "engine_ns_per_command",
    says: "engine on workload W1, one thread, ns a command",
    must: 150,
    goal: 90,
    isCeiling: true,
    actual: (report) => report.engine?.find(({ workload }) => workload === "W1")?.ns_per_command.median,
  },
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
      const ratio = round(isCeiling ? actual / limit : limit / actual);
      return [{ id, says, bar, limit, actual, ratio, is_met: isCeiling ? actual <= limit : actual >= limit }];
    }),
  );
}
