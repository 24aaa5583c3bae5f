/**
 * Measures what docs/proof.md states: gates by number of operations, and what N = 2 takes to solve and prove.
 *
 *   node circuits/src/figures.ts
 */
import { applyBatch, openLedger } from "./batch.ts";
import { devProver, solve } from "./prover.ts";
import { compile, statement } from "./source.ts";

const two = statement("batch2");
const prover = devProver("development");
const gates: Record<number, number> = {};
for (const n of [1, 2, 3]) {
  const main = two
    .replace("[batch::Operation; 2]", `[batch::Operation; ${n}]`)
    .replace("<2, 10>", `<${n}, ${n + 8}>`);
  gates[n] = await prover.gates(await compile(n === 2 ? two : main));
}

const circuit = await compile(two);
const prices = { time: 1n, round: 0n, instruments: new Map() };
const batch = applyBatch(openLedger(1n), prices, [{ kind: "noop" }, { kind: "noop" }]);
const started = performance.now();
await solve(circuit, batch.inputs);
const solved = performance.now();
const { proof } = await prover.prove(circuit, batch.inputs);
const proven = performance.now();
console.log(
  JSON.stringify({
    gates,
    gatesPerOperation: gates[3]! - gates[2]!,
    witnessMs: Math.round(solved - started),
    witnessAndProveMs: Math.round(proven - solved),
    proofBytes: proof.length,
  }),
);
