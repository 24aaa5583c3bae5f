import type { Aim } from "./aims.ts";
import type { BatchReport } from "./batch.ts";
import type { EngineReport } from "./engine.ts";
import type { Machine } from "./machine.ts";
import type { MemoryReport } from "./memory.ts";
import type { RingReport } from "./ring.ts";
import type { RiskReport } from "./risk.ts";
import type { ShapeReport } from "./shapes.ts";
import type { TcpReport } from "./tcp.ts";

/** What can be measured alone. */
export const benchParts = ["engine", "risk", "memory", "ring", "tcp", "batch"] as const;
export type BenchPart = (typeof benchParts)[number];

/** What `all` measures: `memory` takes two gigabytes and says the same on every machine, so it wants to be asked. */
export const usualParts: readonly BenchPart[] = benchParts.filter((part) => part !== "memory");

/**
 * What `sealbook bench --json` prints; docs/benchmarks.md says how to read it. Within `sealbook.bench/1` fields are added and never
 * renamed. A part that was not asked for, or that failed, is null; failures are in `problems`.
 */
export interface BenchReport {
  schema: "sealbook.bench/1";
  /** ISO 8601, UTC. */
  at: string;
  is_quick: boolean;
  rounds: number;
  machine: Machine;
  /** A report a workload. */
  engine: EngineReport[] | null;
  /** Beside the workloads of `engine`, W1 among them. */
  shapes: ShapeReport[] | null;
  risk: RiskReport | null;
  memory: MemoryReport | null;
  ring: RingReport | null;
  tcp: TcpReport | null;
  batch: BatchReport | null;
  aims: Aim[];
  /** Figures over wrong results, by part: a wrong digest, refused commands. Such a part proves nothing. */
  invalid: { part: BenchPart; reason: string }[];
  /** Parts that could not be measured at all. */
  problems: { part: BenchPart; reason: string }[];
}

/** Figures that are not about what they claim to be about. */
export function findInvalid(report: BenchReport): BenchReport["invalid"] {
  const found: BenchReport["invalid"] = [];
  for (const { workload, digest, digest_expected, is_digest_right } of report.engine ?? []) {
    if (is_digest_right) continue;
    found.push({
      part: "engine",
      reason: `${workload}: trade digest ${digest} where ${digest_expected} is right`,
    });
  }
  for (const { workload, allocations } of report.engine ?? []) {
    if (allocations === 0) continue;
    found.push({
      part: "engine",
      reason: `${workload}: ${allocations} heap allocations where there are none`,
    });
  }
  for (const { shape, is_right } of report.shapes ?? []) {
    if (is_right) continue;
    found.push({ part: "engine", reason: `shape ${shape}: other trades than its own book makes` });
  }
  for (const [name, { rejects, surprises }] of Object.entries(report.tcp?.cases ?? {})) {
    const refused = refusals(rejects);
    if (surprises > 0) refused.push(`${surprises} orders in an unexpected state`);
    if (refused.length > 0) found.push({ part: "tcp", reason: `${name}: ${refused.join(", ")}` });
  }
  const refused = refusals(report.batch?.rejects ?? {});
  if (refused.length > 0) found.push({ part: "batch", reason: refused.join(", ") });
  return found;
}

const refusals = (rejects: Record<string, number>) =>
  Object.entries(rejects).map(([name, n]) => `${n} × ${name}`);
