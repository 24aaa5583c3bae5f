/** One proven batch, from the chain and signed orders (a file, or a venue's journal) to calldata. Each stage leaves a file, and a second run goes on from there. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
  type State,
  type StatementName,
  shapes,
  statement,
} from "@sealbook/circuits";
import { unpackData } from "@sealbook/wire/state";
import { JsonRpcProvider, keccak256, toUtf8Bytes } from "ethers";
import { step } from "../progress.ts";
import { ProveError } from "./errors.ts";
import { accountsByIdentity } from "./inbox-operations.ts";
import { readJournal, wantedOfJournal } from "./journal-operations.ts";
import { parseOrdersFile } from "./orders-file.ts";
import { type Entry, PathChain, type Present } from "./path-chain.ts";
import { type Plan, planBatch, type Wanted, wantedOf } from "./plan.ts";
import { parsePricesFile, type SignedPrices } from "./prices-file.ts";
import { provenState } from "./state-of-chain.ts";
import { calldataOf, stepOf } from "./step.ts";

export interface ProveOptions {
  readonly rpcUrl: string;
  readonly path: string;
  /** `leaves.bin` of `sealbook recover`. */
  readonly leaves: string;
  readonly orders?: string;
  /** `commands.log` of a venue in validity mode, instead of a file of orders. */
  readonly journal?: string;
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
  /** Liquidations that wait for another round of prices. */
  readonly liquidationsLeft: number;
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
    const { wanted, signed } = wantedBy(options, state, present, entries);
    const plan = planBatch(state, shape, wanted, signed);
    if (plan.operations.length === 0)
      throw new ProveError("E_NOTHING", "the inbox is empty and no order meets another");
    const folder = join(options.out, `batch-${present.batchNumber + 1n}`);
    mkdirSync(folder, { recursive: true });
    const prices = await pricesOf(provider, signed, plan, present, folder);
    const batch = applyBatch(state, shape, present.domain, prices, plan.operations);
    const { proven, isResumed } = await provenBy(options, shape, batch, folder);
    const calldata = calldataOf(stepOf(batch, proven, plan.entries, signed?.signatures ?? []));
    writeWhole(join(folder, "calldata.hex"), calldata);
    return {
      batchNumber: Number(present.batchNumber) + 1,
      operations: plan.operations.length,
      left: plan.left,
      liquidationsLeft: plan.liquidationsLeft,
      folder,
      calldata: join(folder, "calldata.hex"),
      isResumed,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    provider.destroy();
  }
}

/** From the journal, in its order; or from files of orders and prices. */
function wantedBy(
  options: ProveOptions,
  state: State,
  present: Present,
  entries: readonly Entry[],
): { wanted: Wanted[]; signed: SignedPrices | undefined } {
  const ids = accountsByIdentity(state);
  const given = options.prices ? parsePricesFile(readFileSync(options.prices, "utf8")) : undefined;
  if (options.journal === undefined) {
    const orders = parseOrdersFile(options.orders ? readFileSync(options.orders, "utf8") : "{}");
    return { wanted: wantedOf(state, entries, ids, orders), signed: given };
  }
  const { wanted, round } = wantedOfJournal(readJournal(options.journal), state, present, entries, ids);
  return { wanted, signed: given ?? round };
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

/** A batch may be a quarter of an hour older than its block: time enough is left for a proof and its transaction. */
const TIME_KEPT_US = 8n * 60_000_000n;

/**
 * A batch of the last round keeps its prices; its time is the chain's. A run after one that was stopped takes that one's time while it is
 * fresh and everything else is the same: so it finds its witness and its proof.
 */
async function pricesOf(
  provider: JsonRpcProvider,
  signed: SignedPrices | undefined,
  plan: Plan,
  present: Present,
  folder: string,
): Promise<Prices> {
  const quotes = plan.quotes;
  if (signed) return { time: signed.time, round: signed.round, quotes: signed.quotes };
  const block = await provider.getBlock("latest");
  const now = BigInt(block?.timestamp ?? 0) * 1_000_000n;
  const { stateRoot, domain, inboxCursor } = present;
  const parts = [stateRoot, domain, inboxCursor, quotes, plan.operations];
  const key = keccak256(
    toUtf8Bytes(JSON.stringify(parts, (_, one) => (typeof one === "bigint" ? `${one}` : one))),
  );
  const file = join(folder, `time-${key.slice(2, 18)}`);
  const kept = existsSync(file) ? BigInt(readFileSync(file, "utf8")) : 0n;
  const time = kept <= now && now - kept <= TIME_KEPT_US ? kept : now;
  writeWhole(file, `${time}`);
  return { time, round: present.oracleRound, quotes };
}

/** The proof of this very batch from the folder, or a new one. */
async function provenBy(
  options: ProveOptions,
  shape: Shape & { name: StatementName },
  batch: Batch,
  folder: string,
): Promise<{ proven: Proven; isResumed: boolean }> {
  const publicInputs = batch.publicInputs.map((word) => `0x${word.toString(16).padStart(64, "0")}`);
  const key = keccak256(toUtf8Bytes(publicInputs.join())).slice(2, 18);
  const file = join(folder, `proof-${key}`);
  if (existsSync(file)) return { proven: { proof: readFileSync(file), publicInputs }, isResumed: true };
  const program = await step(`compiling ${shape.name}`, () => compile(statement(shape.name)));
  const crs =
    options.crs ??
    (await step("reference string", async () =>
      devCrs(options.devSeed ?? "development", CRS_POWER[shape.name]),
    ));
  const prover = options.prover ?? new HonkProver(crs);
  const witness = join(folder, `witness-${key}-${program.hash}`);
  const proven = await step("proving", () => prover.prove(program, batch.inputs, witness));
  writeWhole(file, proven.proof);
  rmSync(witness, { force: true });
  return { proven, isResumed: false };
}

/** Whole or not at all: a run that is killed leaves no half proof. */
function writeWhole(file: string, content: string | Buffer): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}
