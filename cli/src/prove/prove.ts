/** One proven batch, from the chain and a file of signed orders to calldata. Each stage leaves a file, and a second run goes on from there. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  applyBatch,
  type Batch,
  compile,
  devCrs,
  HonkProver,
  type Prices,
  type Proven,
  type Prover,
  type Shape,
  type StatementName,
  shapes,
  statement,
} from "@sealbook/circuits";
import { unpackData } from "@sealbook/wire/state";
import { JsonRpcProvider, keccak256, toUtf8Bytes } from "ethers";
import { step } from "../progress.ts";
import { ProveError } from "./errors.ts";
import { accountsByIdentity } from "./inbox-operations.ts";
import { parseOrdersFile } from "./orders-file.ts";
import { PathChain } from "./path-chain.ts";
import { type Plan, planBatch, quotesOf } from "./plan.ts";
import { parsePricesFile, type SignedPrices } from "./prices-file.ts";
import { provenState } from "./state-of-chain.ts";
import { calldataOf, stepOf } from "./step.ts";

export interface ProveOptions {
  readonly rpcUrl: string;
  readonly path: string;
  /** `leaves.bin` of `sealbook recover`. */
  readonly leaves: string;
  readonly orders?: string;
  /** Signed prices of a new round; without them the last prices stay. */
  readonly prices?: string;
  readonly out: string;
  /** Folder of the reference string; a development one of this seed is made if none is given. */
  readonly crs?: string;
  readonly devSeed?: string;
  /** Another proving system than `bb`. */
  readonly prover?: Prover;
}

export interface ProvenResult {
  readonly batchNumber: number;
  readonly operations: number;
  readonly left: number;
  readonly folder: string;
  readonly calldata: string;
  readonly isResumed: boolean;
  readonly seconds: number;
}

/** Points of the development reference string that each statement needs. */
export const CRS_POWER: Record<StatementName, number> = { batch2: 16, batch8: 18, batch30: 19 };

/** @throws {ProveError} @throws {import("@sealbook/circuits").WitnessError} an operation is not legal */
export async function prove(options: ProveOptions): Promise<ProvenResult> {
  const began = performance.now();
  const provider = new JsonRpcProvider(options.rpcUrl);
  try {
    const chain = new PathChain(options.path, provider);
    const present = await step("reading the chain", () => chain.present());
    if (!present.isOpen)
      throw new ProveError("E_PATH_CLOSED", "an enclave may still sign, or the venue is frozen");
    const shape = await statementOf(chain);
    const data = readLeaves(options.leaves);
    const state = await step("leaves and proven batches", () => provenState(chain, data, shape.instruments));
    const entries = await chain.entries(present.inboxCursor);
    const orders = parseOrdersFile(options.orders ? readFileSync(options.orders, "utf8") : "{}");
    const signed = options.prices ? parsePricesFile(readFileSync(options.prices, "utf8")) : undefined;
    const ids = accountsByIdentity(state);
    const plan = planBatch(state, shape, entries, ids, orders, signed?.quotes ?? quotesOf(state));
    if (plan.operations.length === 0)
      throw new ProveError("E_NOTHING", "the inbox is empty and no order meets another");
    const prices = await pricesOf(provider, signed, plan, present.oracleRound);
    const batch = applyBatch(state, shape, present.domain, prices, plan.operations);
    const folder = join(options.out, `batch-${present.batchNumber + 1n}`);
    const { proven, isResumed } = await provenBy(options, shape, batch, folder);
    const calldata = calldataOf(stepOf(batch, proven, plan.entries, signed?.signatures ?? []));
    writeWhole(join(folder, "calldata.hex"), calldata);
    return {
      batchNumber: Number(present.batchNumber) + 1,
      operations: plan.operations.length,
      left: plan.left,
      folder,
      calldata: join(folder, "calldata.hex"),
      isResumed,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    provider.destroy();
  }
}

async function statementOf(chain: PathChain): Promise<Shape & { name: StatementName }> {
  const { instruments, operations } = await chain.sizes();
  const found = Object.values(shapes).find(
    (shape) => shape.operations === operations && shape.instruments === instruments,
  );
  if (found) return found;
  const sizes = `${operations} operations over ${instruments} instruments`;
  throw new ProveError("E_STATEMENT", `the path verifies ${sizes}: this version has no such statement`);
}

function readLeaves(file: string) {
  try {
    return unpackData(readFileSync(file));
  } catch (cause) {
    throw new ProveError("E_LEAVES", `${file} holds no leaves. Make it with \`sealbook recover\`.`, {
      cause,
    });
  }
}

/** A batch of the last round keeps its prices; its time is the chain's. */
async function pricesOf(
  provider: JsonRpcProvider,
  signed: SignedPrices | undefined,
  plan: Plan,
  round: bigint,
): Promise<Prices> {
  const quotes = plan.quotes;
  if (signed) return { time: signed.time, round: signed.round, quotes: signed.quotes };
  const block = await provider.getBlock("latest");
  return { time: BigInt(block?.timestamp ?? 0) * 1_000_000n, round, quotes };
}

/** The proof of this very batch from the folder, or a new one. The time of a batch without new prices moves, so it is part of the key. */
async function provenBy(
  options: ProveOptions,
  shape: Shape & { name: StatementName },
  batch: Batch,
  folder: string,
): Promise<{ proven: Proven; isResumed: boolean }> {
  const publicInputs = batch.publicInputs.map((word) => `0x${word.toString(16).padStart(64, "0")}`);
  const key = keccak256(toUtf8Bytes(publicInputs.join()));
  const file = join(folder, `proof-${key.slice(2, 18)}`);
  mkdirSync(folder, { recursive: true });
  if (existsSync(file)) return { proven: { proof: readFileSync(file), publicInputs }, isResumed: true };
  const program = await step(`compiling ${shape.name}`, () => compile(statement(shape.name)));
  const crs =
    options.crs ??
    (await step("reference string", async () =>
      devCrs(options.devSeed ?? "development", CRS_POWER[shape.name]),
    ));
  const prover = options.prover ?? new HonkProver(crs);
  const proven = await step("proving", () => prover.prove(program, batch.inputs));
  writeWhole(file, proven.proof);
  return { proven, isResumed: false };
}

/** Whole or not at all: a run that is killed leaves no half proof. */
function writeWhole(file: string, content: string | Buffer): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}
