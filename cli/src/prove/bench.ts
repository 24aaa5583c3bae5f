/** `sealbook bench proof`: gates by part, and of a full batch of trades and withdrawals the witness, the proof and the gas on a chain. */
import { availableParallelism, loadavg } from "node:os";
import {
  compile,
  devCrs,
  HonkProver,
  type StatementName,
  shapes,
  solve,
  statement,
} from "@sealbook/circuits";
import { BenchVenue } from "./bench-venue.ts";
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
  /** `advance` of a later batch of an epoch, at a new round that two oracles signed. */
  readonly advance_gas: number;
  /** Of it, for the transaction and its calldata. */
  readonly advance_gas_intrinsic: number;
  readonly calldata_bytes: number;
  readonly withdrawals: number;
  /** Runnable processes a core, before and after: above 1 the times are not a machine's of its own. */
  readonly load_a_core: readonly [before: number, after: number];
}

/** Traders of a measured batch: each withdraws once, which bounds them to half of it. */
const TRADERS: Record<StatementName, number> = { batch2: 2, batch8: 2, batch30: 6 };

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
  at(`${name}: a venue on Anvil, its deposits and keys`);
  const venue = await BenchVenue.open(prover, program, shape, TRADERS[name]);
  try {
    const batch = await venue.busiest();
    const load = loadACore();
    at(`solving ${name}`);
    const began = performance.now();
    await solve(program, batch.inputs);
    const witness = (performance.now() - began) / 1000;
    at(`proving ${name}`);
    const before = performance.now();
    const proven = await prover.prove(program, batch.inputs);
    const seconds = (performance.now() - before) / 1000 - witness;
    const { gas, gasIntrinsic, calldataBytes } = await venue.advance(batch, proven);
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
      advance_gas: Number(gas),
      advance_gas_intrinsic: Number(gasIntrinsic),
      calldata_bytes: calldataBytes,
      withdrawals: batch.published.effects.filter(({ kind }) => kind === "withdraw").length,
      load_a_core: [load, loadACore()],
    };
  } finally {
    await venue.close();
  }
}

const loadACore = (): number => round((loadavg()[0] ?? 0) / availableParallelism());

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
