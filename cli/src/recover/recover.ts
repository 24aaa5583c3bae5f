import { readFileSync } from "node:fs";
import { ParseError } from "@sealbook/wire";
import { type BatchData, unpackData } from "@sealbook/wire/state";
import { blobSources } from "../chain/blobs.ts";
import { ChainError } from "../chain/errors.ts";
import { httpRpc } from "../chain/rpc.ts";
import { type AcceptedBatch, type InboxEntry, VenueChain } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import { progressBar } from "../progress.ts";
import { RecoveryFolder } from "./folder.ts";
import { HashPool } from "./hash-pool.ts";
import { checkInbox } from "./inbox.ts";
import { checkpoint, hex32, type Rebuilt, rebuild } from "./rebuild.ts";
import { type Balance, pendingDeposits, type Summary, writeReport } from "./report.ts";

export interface RecoverOptions {
  /** One node, or two that must agree. */
  rpcUrls: string[];
  settlement?: string;
  out: string;
  /** Beacon nodes, archives, folders: asked in this order. */
  blobs: string[];
  /** File of the leaves the venue was deployed with, as `leaves.bin`; most have none. */
  genesis?: string;
  fromBlock: number;
  /** `latest`, `safe`, `finalized` or a number. */
  toBlock: string | number;
}

export interface Recovered {
  chain: VenueChain;
  batches: AcceptedBatch[];
  rebuilt: Rebuilt;
  /** Deposits the last batch has not taken. */
  pending: InboxEntry[];
  summary: Summary;
  balances: Balance[];
}

/** Rebuilds every leaf of a venue from the chain alone and writes the tree. @throws {ChainError} */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const began = performance.now();
  const [first, ...others] = options.rpcUrls.map(httpRpc);
  if (first === undefined) throw new ChainError("E_RPC", "no node was given");
  const genesis = options.genesis === undefined ? {} : { genesis: readGenesis(options.genesis) };

  // 1. What the chain says: where the contract stands, every batch, the inbox.
  const chain = await VenueChain.open(first, options.settlement, options.toBlock);
  const folder = new RecoveryFolder(options.out);
  const scan = progressBar("events ", chain.block.number + 1);
  const batches = await chain.batches(options.fromBlock, (block) => scan.at(block + 1));
  const entries = await chain.inboxEntries(options.fromBlock);
  scan.end();
  for (const other of others)
    await compare(
      chain,
      batches,
      await VenueChain.open(other, chain.settlement, chain.block.number),
      options.fromBlock,
    );
  const head = await chain.head();
  checkNumbers(batches, head.batchNumber);
  checkInbox(batches, entries);

  // 2. Every batch's data, applied in order; every root is checked.
  const pool = new HashPool();
  const bar = progressBar("batches", batches.length);
  try {
    const sources = blobSources(first, options.blobs);
    const at = (batch: number) => bar.at(batch);
    const rebuilt = await rebuild({ chain, batches, sources, folder, pool, at, ...genesis });

    // 3. The last root is the contract's own.
    const root = hex32(rebuilt.state.stateRoot);
    if (batches.length > 0 && root !== head.stateRoot) {
      throw new ChainError(
        "E_ROOT_MISMATCH",
        `${batches.length} batches lead to ${root}, the contract holds ${head.stateRoot}`,
      );
    }
    const last = batches.at(-1);
    if (last !== undefined) checkpoint(folder, chain, last, rebuilt.state, "leaves.bin");
    const seconds = (performance.now() - began) / 1000;
    const pending = pendingDeposits(entries, head.inboxCursor);
    return {
      chain,
      batches,
      rebuilt,
      pending,
      ...writeReport(folder, chain, rebuilt, batches.length, pending, sources, seconds),
    };
  } finally {
    bar.end();
    await pool.close();
  }
}

/** @throws {UsageError} the file is not there or holds no leaves */
export function readGenesis(file: string): BatchData {
  try {
    return unpackData(new Uint8Array(readFileSync(file)));
  } catch (cause) {
    const why = cause instanceof ParseError ? `holds no leaves (${cause.message})` : "cannot be read";
    throw new UsageError(`--genesis ${file} ${why}.`);
  }
}

/** Numbers run from 1 to the contract's own: a node that has pruned events would otherwise pass for a younger venue. */
function checkNumbers(batches: AcceptedBatch[], batchNumber: number): void {
  for (const [index, { header }] of batches.entries()) {
    if (header.number !== index + 1) {
      throw new ChainError("E_LOGS_MISSING", `the events go from batch ${index} to batch ${header.number}`);
    }
  }
  if (batches.length !== batchNumber) {
    throw new ChainError(
      "E_LOGS_MISSING",
      `the contract stands at batch ${batchNumber}, the events end at ${batches.length}`,
    );
  }
}

/** A second node must have the same block and the same batches: one that lies about either is found out. */
async function compare(
  chain: VenueChain,
  batches: AcceptedBatch[],
  other: VenueChain,
  fromBlock: number,
): Promise<void> {
  const differ = (what: string, ours: unknown, theirs: unknown) =>
    new ChainError(
      "E_RPC_DISAGREE",
      `${what}: ${chain.rpc.url} says ${ours}, ${other.rpc.url} says ${theirs}`,
    );
  if (chain.chainId !== other.chainId) throw differ("chain id", chain.chainId, other.chainId);
  if (chain.block.hash !== other.block.hash)
    throw differ(`block ${chain.block.number}`, chain.block.hash, other.block.hash);
  const theirs = await other.batches(fromBlock);
  for (let at = 0; at < Math.max(batches.length, theirs.length); at++) {
    const [a, b] = [batches[at]?.log, theirs[at]?.log];
    if (a?.data !== b?.data || a?.transactionHash !== b?.transactionHash) {
      throw differ(
        `batch ${at + 1}`,
        batches[at]?.header.stateRootAfter ?? "there is none",
        theirs[at]?.header.stateRootAfter ?? "there is none",
      );
    }
  }
}
