/** `sealbook bench proof`: gates by part, witness, proving time and memory, proof size. Gas is the end-to-end tests' (they print it). */
import {
  applyBatch,
  compile,
  devCrs,
  HonkProver,
  openState,
  type StatementName,
  shapes,
  solve,
  statement,
} from "@sealbook/circuits";
import { CRS_POWER } from "./prove.ts";

export interface ProofFigures {
  readonly statement: StatementName;
  readonly accounts: number;
  readonly instruments: number;
  readonly operations: number;
  readonly gates: number;
  readonly gates_per_operation_all_included: number;
  readonly witness_seconds: number;
  readonly prove_seconds: number;
  readonly prove_cpu_seconds: number;
  readonly prove_memory_mib: number;
  readonly proof_bytes: number;
}

/** Marginal gates: what one more operation (of any kind: all pay alike), account or instrument adds to `batch2`. */
export interface MarginalGates {
  readonly operation: number;
  readonly account_at_23_levels: number;
  readonly instrument: number;
}

export async function benchProof(names: readonly StatementName[], at: (what: string) => void) {
  const figures: ProofFigures[] = [];
  for (const name of names) figures.push(await measure(name, at));
  return { marginal_gates: await marginal(at), statements: figures };
}

async function measure(name: StatementName, at: (what: string) => void): Promise<ProofFigures> {
  const shape = shapes[name];
  at(`compiling ${name}`);
  const program = await compile(statement(name));
  const prover = new HonkProver(devCrs("development", CRS_POWER[name]));
  const gates = await prover.gates(program);
  const prices = { time: 1n, round: 0n, quotes: [] };
  const { inputs } = applyBatch(openState(), shape, 1n, prices, []);
  at(`solving ${name}`);
  await solve(program, inputs);
  const began = performance.now();
  await solve(program, inputs);
  const witness = (performance.now() - began) / 1000;
  await prover.verifierSource(program);
  at(`proving ${name}`);
  const before = performance.now();
  const proven = await prover.prove(program, inputs);
  const seconds = (performance.now() - before) / 1000 - witness;
  return {
    statement: name,
    accounts: shape.accounts,
    instruments: shape.instruments,
    operations: shape.operations,
    gates,
    gates_per_operation_all_included: Math.ceil(gates / shape.operations),
    witness_seconds: round(witness),
    prove_seconds: round(seconds),
    prove_cpu_seconds: round(prover.lastUsage?.cpuSeconds ?? 0),
    prove_memory_mib: Math.round(prover.lastUsage?.memoryMib ?? 0),
    proof_bytes: proven.proof.length,
  };
}

async function marginal(at: (what: string) => void): Promise<MarginalGates> {
  at("gates of one more operation, account, instrument");
  const { batch2 } = shapes;
  const prover = new HonkProver(devCrs("development", CRS_POWER.batch2));
  const of = async (accounts: number, instruments: number, operations: number) => {
    const words = 5 + instruments + 2 * operations;
    const main = statement("batch2")
      .replace(`Header<${batch2.instruments}, 2>`, `Header<${instruments}, 2>`)
      .replace(`Slot<23>; ${batch2.accounts}]`, `Slot<23>; ${accounts}]`)
      .replace(`Operation; ${batch2.operations}]`, `Operation; ${operations}]`)
      .replace(/check::<[^>]*>/, `check::<${accounts}, ${instruments}, ${operations}, 23, 2, ${words}>`);
    return prover.gates(await compile(main));
  };
  const base = await of(4, 2, 2);
  return {
    operation: (await of(4, 2, 3)) - base,
    account_at_23_levels: (await of(5, 2, 2)) - base,
    instrument: (await of(4, 3, 2)) - base,
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
