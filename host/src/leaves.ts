import { existsSync, readFileSync } from "node:fs";
import { fromHex } from "@sealbook/wire";
import type { Chain, ChainHead } from "./chain/client.ts";
import { HostError } from "./errors.ts";
import { writeAtomically } from "./journal/atomic-file.ts";
import type { DataFolder } from "./journal/folder.ts";

/**
 * A start from the chain's data alone (docs/boundaries.md section 8): what `sealbook recover` wrote as `leaves.bin`, behind the place where the
 * chain stood. The piece is kept in the data folder, because until the first snapshot every restart begins at it again.
 *
 * Piece: `u64 epoch | u64 sequence | u64 time µs | u64 inbox cursor | inbox hash 32 | chain hash 32 | packed data`, little-endian.
 */

export const LEAVES_HEAD_BYTES = 4 * 8 + 2 * 32;

export interface LeavesPlace {
  head: Pick<ChainHead, "epoch" | "lastSequence" | "inboxCursor">;
  timeUs: bigint;
  inboxHash: string;
  /** At `head.lastSequence`. */
  chainHash: string;
}

export function leavesPiece(place: LeavesPlace, packed: Uint8Array): Buffer {
  const piece = Buffer.alloc(LEAVES_HEAD_BYTES + packed.length);
  piece.writeBigUInt64LE(place.head.epoch, 0);
  piece.writeBigUInt64LE(place.head.lastSequence, 8);
  piece.writeBigUInt64LE(place.timeUs, 16);
  piece.writeBigUInt64LE(place.head.inboxCursor, 24);
  piece.set(fromHex(place.inboxHash, 32), 32);
  piece.set(fromHex(place.chainHash, 32), 64);
  piece.set(packed, LEAVES_HEAD_BYTES);
  return piece;
}

export const leavesSequence = (piece: Uint8Array) => Number(Buffer.from(piece).readBigUInt64LE(8));

/** The piece this folder began with, if it did. */
export function readLeaves(folder: Pick<DataFolder, "leavesFile">): Buffer | undefined {
  return existsSync(folder.leavesFile) ? readFileSync(folder.leavesFile) : undefined;
}

/**
 * Puts `leaves.bin` behind the chain's place and into the folder, unless that was done at an earlier start.
 * @throws HostError E_CONFIG when the folder already holds a journal of its own, E_CHAIN when the chain does not say where it stands
 */
export async function adoptLeaves(
  file: string,
  folder: DataFolder,
  hasJournal: boolean,
  chain: Chain,
  genesisHash: Uint8Array,
): Promise<void> {
  if (existsSync(folder.leavesFile)) return;
  if (hasJournal) {
    throw new HostError(
      "E_CONFIG",
      `leavesFile is for an empty data folder; ${folder.path} has a journal of its own.`,
      {
        fix: "Start without leavesFile to go on from the journal, or with a new dataDir to leave it behind.",
      },
    );
  }
  const place = await chain.place(genesisHash);
  await writeAtomically(folder.leavesFile, leavesPiece(place, readFileSync(file)));
}
