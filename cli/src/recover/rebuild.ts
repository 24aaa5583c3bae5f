import { ACCOUNT_WORDS, type BatchData, packData, unpackData, VenueState } from "@sealbook/wire/state";
import { keccak256, toBeHex } from "ethers";
import { fetchData, readData } from "../chain/batch-data.ts";
import type { BlobSource } from "../chain/blobs.ts";
import { ChainError } from "../chain/errors.ts";
import { type AcceptedBatch, readBlock, type VenueChain } from "../chain/venue-chain.ts";
import type { Progress, RecoveryFolder } from "./folder.ts";
import type { HashPool } from "./hash-pool.ts";
import { readProven, wrong } from "./proven-words.ts";
import { proveWithdrawals } from "./withdrawals.ts";

export interface RebuildParts {
  chain: VenueChain;
  batches: AcceptedBatch[];
  sources: BlobSource[];
  folder: RecoveryFolder;
  pool: HashPool;
  /** Leaves the venue was born with; none unless given. */
  genesis?: BatchData;
  /** Told after every batch, and within a large one. */
  at: (batch: number, leaves: number) => void;
  /** Pause between checkpoints, ms. */
  checkpointMs?: number;
}

export interface Rebuilt {
  state: VenueState;
  /** Batches applied in this run, and whether they went on from a folder. */
  applied: number;
  /** Of these, moved by a validity proof. */
  proven: number;
  resumedFrom: number;
  /** Account leaves hashed in this run. */
  leaves: number;
  bytes: { calldata: number; blobs: number; folder: number };
}

const CHECKPOINT_MS = 5_000;

export const hex32 = (value: bigint): string => toBeHex(value, 32);

/** Applies every batch, which are numbered from 1 without a gap, and checks every root. @throws {ChainError} that names the batch */
export async function rebuild(parts: RebuildParts): Promise<Rebuilt> {
  const { batches, folder, pool } = parts;
  const resumed = await resume(parts);
  const state = resumed.state;
  const rebuilt: Rebuilt = {
    state,
    applied: 0,
    proven: 0,
    resumedFrom: resumed.batch,
    leaves: resumed.leaves,
    bytes: { calldata: 0, blobs: 0, folder: 0 },
  };
  let root = hex32(state.stateRoot);
  let kept = performance.now();
  for (const batch of batches.slice(resumed.batch)) {
    const { header } = batch;
    if (header.stateRootBefore !== root) {
      if (header.number === 1)
        throw new ChainError(
          "E_GENESIS",
          `batch 1 starts from ${header.stateRootBefore}, the ${parts.genesis ? "given" : "empty"} leaves are ${root}`,
        );
      throw new ChainError(
        "E_ROOT_MISMATCH",
        `batch ${header.number} starts from ${header.stateRootBefore}, not from ${root}`,
      );
    }
    const data = await changesOf(parts, batch, state, rebuilt.bytes);
    const hashes = await pool.hash(data.accounts, ACCOUNT_WORDS, (done) =>
      parts.at(header.number - 1, rebuilt.leaves + done),
    );
    state.apply(data, hashes);
    root = hex32(state.stateRoot);
    if (root !== header.stateRootAfter) {
      if (batch.kind === "proven")
        throw wrong(header.number, `its words lead to ${root}, the event says ${header.stateRootAfter}`);
      throw new ChainError(
        "E_ROOT_MISMATCH",
        `batch ${header.number} leads to ${root}, the header says ${header.stateRootAfter}`,
      );
    }
    proveWithdrawals(batch, data.withdrawals);
    if (batch.kind === "proven") rebuilt.proven += 1;
    rebuilt.applied += 1;
    rebuilt.leaves += data.accounts.length;
    parts.at(header.number, rebuilt.leaves);
    if (performance.now() - kept > (parts.checkpointMs ?? CHECKPOINT_MS)) {
      checkpoint(folder, parts.chain, batch, state, `leaves-${header.number}.bin`);
      kept = performance.now();
    }
  }
  return rebuilt;
}

/** What a batch did to the leaves: a signed one's data, or the words of a proven one carried out on the leaves before. */
async function changesOf(
  parts: RebuildParts,
  batch: AcceptedBatch,
  state: VenueState,
  counts: Rebuilt["bytes"],
): Promise<BatchData> {
  const { number } = batch.header;
  if (batch.kind === "signed") return readData(number, await dataOf(parts, batch, counts));
  const { wordsLength, ...data } = await readProven(parts.chain, batch, state);
  counts.calldata += wordsLength;
  return data;
}

/** The state to go on from: of an earlier run whose block is still on the chain, or the one at birth. */
async function resume({
  chain,
  batches,
  folder,
  pool,
  genesis,
  at,
}: RebuildParts): Promise<{ state: VenueState; batch: number; leaves: number }> {
  const state = new VenueState();
  const found = folder.resume(chain.chainId, chain.settlement);
  if (found !== undefined && (await isOnChain(chain, batches, found.progress))) {
    const data = unpackData(found.leaves);
    const hashes = await pool.hash(data.accounts, ACCOUNT_WORDS, (done) => at(found.progress.batch, done));
    state.apply(data, hashes);
    // The folder is no more believed than a node: a leaf changed on disk ends here.
    if (hex32(state.stateRoot) === found.progress.stateRoot) {
      return { state, batch: found.progress.batch, leaves: data.accounts.length };
    }
  }
  return { state: stateAtBirth(genesis), batch: 0, leaves: 0 };
}

/** Before the first command there is one account, the insurance fund, whose leaf is zero, unless the venue was deployed with more. */
function stateAtBirth(genesis?: BatchData): VenueState {
  const state = new VenueState();
  state.apply(genesis ?? { oracleRound: 0n, nextAccount: 1, accounts: [], instruments: [], withdrawals: [] });
  return state;
}

async function isOnChain(chain: VenueChain, batches: AcceptedBatch[], progress: Progress): Promise<boolean> {
  const batch = batches[progress.batch - 1];
  if (batch === undefined || batch.header.stateRootAfter !== progress.stateRoot) return false;
  const block = await readBlock(chain.rpc, progress.blockNumber).catch(() => undefined);
  return block?.hash === progress.blockHash && batch.log.blockHash === progress.blockHash;
}

/** A batch's bytes: from the folder if they are the ones, else from the chain, and then kept. */
export async function dataOf(
  { chain, sources, folder }: Pick<RebuildParts, "chain" | "sources" | "folder">,
  batch: AcceptedBatch,
  counts: Rebuilt["bytes"] = { calldata: 0, blobs: 0, folder: 0 },
): Promise<Uint8Array> {
  const { number, dataHash } = batch.header;
  const kept = folder.batch(number);
  if (kept !== undefined && keccak256(kept) === dataHash) {
    counts.folder += kept.length;
    return kept;
  }
  const { bytes, from } = await fetchData(chain, batch, sources);
  counts[from] += bytes.length;
  folder.keepBatch(number, bytes);
  return bytes;
}

/** Writes all leaves under `name` and makes them what the next run starts from. */
export function checkpoint(
  folder: RecoveryFolder,
  chain: VenueChain,
  { header, log }: AcceptedBatch,
  state: VenueState,
  name: string,
): void {
  const { chainId, settlement } = chain;
  const progress = {
    chainId,
    settlement,
    batch: header.number,
    stateRoot: header.stateRootAfter,
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    leaves: name,
  };
  folder.checkpoint(progress, packData(state.data()));
}

/** The root of a venue before its first batch, as 0x-hex: what the contract is deployed with or the first epoch brings. */
export const genesisStateRoot = (): string => hex32(stateAtBirth().stateRoot);
