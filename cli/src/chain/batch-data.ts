import { ParseError } from "@sealbook/wire";
import { type BatchData, DATA_VERSION, dataOfBlobs, unpackData, unpackPadded } from "@sealbook/wire/state";
import { getBytes, keccak256 } from "ethers";
import { settlementAbi } from "./abi.ts";
import type { BlobSource } from "./blobs.ts";
import { ChainError } from "./errors.ts";
import { BatchBlobs } from "./find-blobs.ts";
import type { AcceptedBatch, VenueChain } from "./venue-chain.ts";

/** A batch's data as bytes, which hash to what the contract holds, and where they were. */
export interface FoundData {
  bytes: Uint8Array;
  from: "calldata" | "blobs";
}

/** Fetches and checks the data of one signed batch. @throws {ChainError} that names the batch */
export async function fetchData(
  chain: VenueChain,
  batch: AcceptedBatch,
  sources: BlobSource[],
): Promise<FoundData> {
  const { header, log } = batch;
  const transaction = await chain.transaction(log.transactionHash);
  const inCalldata = dataInCalldata(getBytes(transaction.input), header.dataHash);
  if (inCalldata !== undefined) return { bytes: inCalldata, from: "calldata" };
  if (transaction.blobVersionedHashes.length === 0) {
    throw new ChainError(
      "E_DATA_MISMATCH",
      `batch ${header.number}: transaction ${log.transactionHash} carries neither the data nor blobs`,
    );
  }
  const blockTimestamp = await chain.timestampOf(log.blockNumber);
  const places = transaction.blobVersionedHashes.map((versionedHash) => ({
    versionedHash,
    transactionHash: log.transactionHash,
    blockTimestamp,
  }));
  const blobs = new BatchBlobs(header.number, places, sources);
  const bytes =
    dataInBlobs(await blobs.first(), header.dataHash) ??
    dataInBlobs(await blobs.committed(), header.dataHash);
  if (bytes === undefined) {
    throw new ChainError(
      "E_DATA_INVALID",
      `batch ${header.number}: the blobs the contract accepted do not carry the data with hash ${header.dataHash} that the header names`,
    );
  }
  return { bytes, from: "blobs" };
}

/**
 * The data in a transaction's input: the argument of `acceptBatch`, or, when the poster is itself a contract, any `bytes` value
 * that hashes right. The hash decides, so it does not matter whose encoding it was found in.
 */
export function dataInCalldata(input: Uint8Array, dataHash: string): Uint8Array | undefined {
  const direct = directData(input);
  if (direct !== undefined && direct.length > 0 && keccak256(direct) === dataHash) return direct;
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  for (let at = 0; at + 32 <= input.length; at++) {
    // A length word: 28 zero bytes, then what fits into the rest. Data starts with its version.
    if (view.getUint32(at + 28) > input.length - at - 32 || input[at + 32] !== DATA_VERSION) continue;
    if (!isZero(input, at, at + 28)) continue;
    const candidate = input.subarray(at + 32, at + 32 + view.getUint32(at + 28));
    if (keccak256(candidate) === dataHash) return candidate;
  }
  return undefined;
}

function directData(input: Uint8Array): Uint8Array | undefined {
  try {
    const { data } = settlementAbi.decodeFunctionData("acceptBatch", input);
    return getBytes(data as string);
  } catch {
    return undefined; // another function, or another contract's
  }
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** The data the blobs carry, if it is what the hash is of. */
function dataInBlobs(blobs: Uint8Array[], dataHash: string): Uint8Array | undefined {
  try {
    const padded = dataOfBlobs(blobs);
    const bytes = padded.subarray(0, unpackPadded(padded).length);
    return keccak256(bytes) === dataHash ? bytes : undefined;
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    return undefined;
  }
}

/** @throws {ChainError} E_DATA_INVALID: the hash was right, so this is what the enclave signed */
export function readData(number: number, bytes: Uint8Array): BatchData {
  try {
    return unpackData(bytes);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    throw new ChainError("E_DATA_INVALID", `batch ${number}: ${cause.message}`, { cause });
  }
}
