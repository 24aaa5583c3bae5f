import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";
import { round, type Spread, spread } from "./statistics.ts";

/** Percentiles over the rounds. */
export interface Percentiles {
  p50: Spread;
  p99: Spread;
  p999: Spread;
}

/** Ring to enclave to ring in one process, both sides spinning: the path without sockets. */
export interface RingReport {
  /** Two threads and two rings with nothing between them. */
  floor_ns: Percentiles;
  /** The same ring with the enclave in it: open the seal, sequence, execute, chain, seal. */
  aead_ns: Percentiles;
  /** `aead_ns.p50 − floor_ns.p50`, round by round. */
  aead_over_floor_ns: Spread;
}

export async function measureRing(run: RunProgram, rounds: number, onRound: () => void): Promise<RingReport> {
  const floor: Fields[] = [];
  const aead: Fields[] = [];
  for (let i = 0; i < rounds; i++) {
    const fields = new Fields("ring-latency", await run("ring-latency", ["--json"]));
    floor.push(fields.object("floor_ns"));
    aead.push(fields.object("aead_ns"));
    onRound();
  }
  const over = (of: Fields[], name: string) => spread(of.map((fields) => fields.number(name)));
  const percentiles = (of: Fields[]) => ({
    p50: over(of, "p50"),
    p99: over(of, "p99"),
    p999: over(of, "p999"),
  });
  return {
    floor_ns: percentiles(floor),
    aead_ns: percentiles(aead),
    aead_over_floor_ns: spread(
      aead.map((fields, i) => round(fields.number("p50") - floor[i]!.number("p50"))),
    ),
  };
}
