import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";
import { median, ratios, type Spread, spread } from "./statistics.ts";

/** Digests of the trades of the common workloads at seed 42; independent engines agree on them. */
const digests = { W1: "4252accc495cbd88", W2: "1816365b63515f12", W3: "8cb4142d923958b5" } as const;
export type Workload = keyof typeof digests;

const seed = 42;

/** The engine alone on one thread: no seal, no ring, no socket. */
export interface EngineReport {
  workload: Workload;
  seed: number;
  commands: number;
  ns_per_command: Spread;
  commands_per_s: Spread;
  /** A book without margin, events or any feature, on the same script in the same process. */
  floor_ns_per_command: Spread;
  /** Engine over floor, round by round. */
  ratio_to_floor: Spread;
  /** Of single commands, the timer's own cost subtracted; medians of the rounds. */
  latency_ns: { p50: number; p99: number; p999: number };
  digest: string;
  digest_expected: string;
  /** False makes every figure above worthless: the engine did something else than the workload asks. */
  is_digest_right: boolean;
}

/** Rounds are interleaved over the workloads; one process a workload and round. */
export async function measureEngine(
  run: RunProgram,
  workloads: readonly Workload[],
  rounds: number,
  onRun: () => void,
): Promise<EngineReport[]> {
  const found = new Map<Workload, Fields[]>(workloads.map((workload) => [workload, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [workload, runs] of found) {
      const args = [
        "bench-engine",
        "--workload",
        workload,
        "--seed",
        String(seed),
        "--rounds",
        "1",
        "--json",
      ];
      // Exit code 1 says the digest is wrong; the report then says it too.
      runs.push(
        new Fields(
          `sealbook-sim bench-engine ${workload}`,
          await run("sealbook-sim", args, { mayRefuse: true }),
        ),
      );
      onRun();
    }
  }
  return [...found].map(([workload, runs]) => summarise(workload, runs));
}

function summarise(workload: Workload, runs: readonly Fields[]): EngineReport {
  const all = (name: string) => runs.map((fields) => fields.number(name));
  const [engine, floor] = [all("ns_per_command"), all("floor_ns_per_operation")];
  const seen = [...new Set(runs.map((fields) => fields.text("digest").replace(/^0x/, "")))];
  return {
    workload,
    seed,
    commands: all("commands")[0] ?? 0,
    ns_per_command: spread(engine),
    commands_per_s: spread(engine.map((ns) => Math.round(1e9 / ns))),
    floor_ns_per_command: spread(floor),
    ratio_to_floor: ratios(engine, floor),
    latency_ns: {
      p50: median(all("latency_ns_p50")),
      p99: median(all("latency_ns_p99")),
      p999: median(all("latency_ns_p999")),
    },
    digest: seen.join(" "),
    digest_expected: digests[workload],
    is_digest_right: seen.length === 1 && seen[0] === digests[workload],
  };
}
