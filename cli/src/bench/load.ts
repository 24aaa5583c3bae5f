import { DependencyError } from "../errors.ts";
import { Fields } from "./fields.ts";
import { median, round, type Spread, spread } from "./statistics.ts";

/** One run of `sealbook-load`: its JSON, checked. */
export interface LoadRun {
  frames_per_s: number;
  commands_per_s: number;
  request_bytes_mean: number;
  reply_bytes_mean: number;
  latency_ns: { p50: number; p90: number; p99: number; p999: number; max: number };
  buckets: [number, number][];
  rejects: Record<string, number>;
  surprises: number;
}

export function loadRun(json: unknown): LoadRun {
  const fields = new Fields("sealbook-load", json);
  const latency = fields.object("latency_ns");
  const isVenue = fields.text("kind") === "venue";
  return {
    frames_per_s: fields.number("frames_per_s"),
    commands_per_s: fields.number("commands_per_s"),
    request_bytes_mean: fields.number("request_bytes_mean"),
    reply_bytes_mean: fields.number("reply_bytes_mean"),
    latency_ns: {
      p50: latency.number("p50"),
      p90: latency.number("p90"),
      p99: latency.number("p99"),
      p999: latency.number("p999"),
      max: latency.number("max"),
    },
    buckets: latency.buckets("buckets"),
    rejects: isVenue ? fields.counts("rejects") : {},
    surprises: isVenue ? fields.number("surprises") : 0,
  };
}

/** Several runs of the same thing. */
export interface LoadSummary {
  frames_per_s: Spread;
  commands_per_s: Spread;
  latency_ns_p50: Spread;
  latency_ns_p99: Spread;
  latency_ns_p999: Spread;
  latency_ns_max: number;
  request_bytes_mean: number;
  reply_bytes_mean: number;
  /** `[upper bound in ns, samples]` over all rounds. */
  latency_ns_buckets: [number, number][];
  /** By wire name. A figure over refused commands is a figure of refusals. */
  rejects: Record<string, number>;
  surprises: number;
}

/** @throws DependencyError when there were no runs */
export function summarise(runs: readonly LoadRun[]): LoadSummary {
  if (runs.length === 0) throw new DependencyError("sealbook-load", "was never run");
  const over = (of: (run: LoadRun) => number) => spread(runs.map(of));
  return {
    frames_per_s: over((run) => run.frames_per_s),
    commands_per_s: over((run) => run.commands_per_s),
    latency_ns_p50: over((run) => run.latency_ns.p50),
    latency_ns_p99: over((run) => run.latency_ns.p99),
    latency_ns_p999: over((run) => run.latency_ns.p999),
    latency_ns_max: Math.max(...runs.map((run) => run.latency_ns.max)),
    request_bytes_mean: round(median(runs.map((run) => run.request_bytes_mean))),
    reply_bytes_mean: round(median(runs.map((run) => run.reply_bytes_mean))),
    latency_ns_buckets: merge(runs.map((run) => run.buckets)),
    rejects: totalRejects(runs),
    surprises: runs.reduce((sum, run) => sum + run.surprises, 0),
  };
}

/** Buckets have the same bounds in every run, so they add. */
function merge(runs: [number, number][][]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [bound, count] of runs.flat()) counts.set(bound, (counts.get(bound) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

/** Refused commands of all runs, by wire name. */
export function totalRejects(runs: readonly LoadRun[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of runs.flatMap((run) => Object.entries(run.rejects)))
    sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
