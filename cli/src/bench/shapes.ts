import { Fields } from "./fields.ts";
import type { RunProgram } from "./programs.ts";
import { type Spread, spread } from "./statistics.ts";

/** A market of an awkward shape beside W1 of the same round. */
export interface ShapeReport {
  /** W1 itself; a price that walks 40 % of the book's window and back; a crash beyond it and back; 1,000 levels emptied and refilled. */
  shape: string;
  commands: number;
  trades: number;
  ns_per_command: Spread;
  ratio_to_w1: Spread;
  /** False: the engine traded something else than the script's own book. */
  is_right: boolean;
}

export async function measureShapes(
  run: RunProgram,
  seed: number,
  rounds: number,
  onRun: () => void,
): Promise<ShapeReport[]> {
  const found = new Map<string, Fields[]>();
  for (let round = 0; round < rounds; round++) {
    const args = ["bench-shapes", "--seed", String(seed), "--rounds", "1", "--json"];
    const from = "sealbook-sim bench-shapes";
    const json = new Fields(from, await run("sealbook-sim", args, { mayRefuse: true }));
    for (const shape of json.list("shapes")) {
      const name = shape.text("shape");
      found.set(name, [...(found.get(name) ?? []), shape]);
    }
    onRun();
  }
  return [...found].map(([shape, runs]) => ({
    shape,
    commands: runs[0]!.number("commands"),
    trades: runs[0]!.number("trades"),
    ns_per_command: spread(runs.map((fields) => fields.number("ns_per_command"))),
    ratio_to_w1: spread(runs.map((fields) => fields.number("ratio_to_w1"))),
    is_right: runs.every((fields) => fields.flag("is_right")),
  }));
}
