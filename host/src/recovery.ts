import { fromHex, toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import type { ChainHead } from "./chain/client.ts";
import type { Enclave } from "./enclave/enclave.ts";
import { EnclaveError } from "./enclave/library.ts";
import { HostError } from "./errors.ts";
import type { DataFolder } from "./journal/folder.ts";
import { poisonList, readPoison } from "./journal/poison.ts";
import { type JournalScan, scanJournal } from "./journal/reader.ts";
import { readSnapshot, snapshotsUpTo } from "./journal/snapshots.ts";
import { leavesSequence, readLeaves } from "./leaves.ts";

/** Records are handed over in pieces of about this size: fewer calls, bounded memory. */
const PIECE_BYTES = 1024 * 1024;

/** The calls of a recovery. */
export type Recoverable = Pick<
  Enclave,
  "recoverPoison" | "recoverSnapshot" | "recoverLeaves" | "recoverJournal" | "recoverEnd"
> & { status(): { stateRoot: Uint8Array } };

/** A snapshot did not open. An enclave that met one is poisoned: load another and recover again, it will be passed over (F18). */
export class SnapshotRefused extends Error {
  constructor(path: string) {
    super(`The snapshot ${path} does not open.`);
    this.name = "SnapshotRefused";
  }
}

/**
 * Brings a booted enclave to the end of the journal (docs/boundaries.md section 8). The host only carries bytes; whether they are complete and
 * unaltered is the enclave's judgement, against the chain's head.
 *
 * `refused` collects snapshots that did not open, over the attempts of one start.
 *
 * @throws SnapshotRefused; HostError E_JOURNAL_GAP and what `scanJournal` throws; EnclaveError E_ROLLBACK, E_CHAIN, E_SEAL, E_DIVERGED
 */
export function recover(
  enclave: Recoverable,
  folder: DataFolder,
  genesisHash: Uint8Array,
  head: ChainHead,
  refused: Set<string>,
  log: Logger,
): JournalScan {
  enclave.recoverPoison(poisonList(readPoison(folder.poisonFile)));
  const from =
    recoverSnapshot(enclave, folder.snapshots, Number(head.lastSequence), refused, log) ||
    recoverLeaves(enclave, folder);
  const scan = recoverRecords(enclave, folder.journal, Buffer.from(genesisHash).toString("hex"), from);
  // A journal that begins behind leaves has nothing before them.
  if (scan.segments.length === 0) scan.lastSequence = from;
  if (scan.droppedBytes > 0) log.warn({ bytes: scan.droppedBytes }, "the journal's torn tail was dropped");
  try {
    enclave.recoverEnd({
      type: "recovery-end",
      epoch: head.epoch,
      batchNumber: head.batchNumber,
      lastSequence: head.lastSequence,
      stateRoot: fromHex(head.stateRoot, 32),
      inboxCursor: head.inboxCursor,
    });
  } catch (error) {
    throw error instanceof EnclaveError && error.result === "E_ROLLBACK"
      ? rollback(enclave, scan, head, error)
      : error;
  }
  return scan;
}

/** Both heads, side by side: whoever reads this must find out which of the two is the venue (F22). */
function rollback(enclave: Recoverable, scan: JournalScan, head: ChainHead, cause: Error): HostError {
  const ours = `this folder ends at epoch ${scan.lastEpoch}, sequence ${scan.lastSequence}, chain hash 0x${scan.lastChainHash ?? "none"}, state root there or at the chain's sequence ${toHex(enclave.status().stateRoot)}`;
  const chains = `the chain stands at epoch ${head.epoch}, batch ${head.batchNumber}, sequence ${head.lastSequence}, state root ${head.stateRoot}`;
  return new HostError(
    "E_ROLLBACK",
    `The data folder does not lead to what the chain has accepted: ${ours}; ${chains}.`,
    {
      fix: "Put back the newest data folder. If there is none, start an empty one from the chain's data: `sealbook recover`, then `leavesFile`.",
      cause,
    },
  );
}

/** Sequence of the leaves the folder began with; 0 when it began at genesis. */
function recoverLeaves(enclave: Recoverable, folder: DataFolder): number {
  const piece = readLeaves(folder);
  if (piece === undefined) return 0;
  enclave.recoverLeaves(piece);
  return leavesSequence(piece);
}

/** The newest snapshot not refused before, and its sequence; 0 when there is none and the journal must be whole. */
function recoverSnapshot(
  enclave: Recoverable,
  folder: string,
  lastSequence: number,
  refused: Set<string>,
  log: Logger,
): number {
  const file = snapshotsUpTo(folder, lastSequence).find(({ path }) => !refused.has(path));
  if (file === undefined) return 0;
  try {
    enclave.recoverSnapshot(readSnapshot(file));
    return file.sequence;
  } catch (error) {
    if (!(error instanceof EnclaveError) || (error.result !== "E_SEAL" && error.result !== "E_FORMAT"))
      throw error;
    log.warn(
      { snapshot: file.path, result: error.result },
      "a snapshot does not open; trying the one before",
    );
    refused.add(file.path);
    throw new SnapshotRefused(file.path);
  }
}

function recoverRecords(
  enclave: Recoverable,
  folder: string,
  genesisHash: string,
  from: number,
): JournalScan {
  let piece: Buffer[] = [];
  let pieceBytes = 0;
  const hand = () => {
    if (pieceBytes === 0) return;
    enclave.recoverJournal(Buffer.concat(piece));
    piece = [];
    pieceBytes = 0;
  };
  let expected = from + 1;
  const scan = scanJournal(folder, genesisHash, (record, { sequence }) => {
    if (sequence < expected) return;
    if (sequence > expected) {
      throw new HostError(
        "E_JOURNAL_GAP",
        `The journal starts at sequence ${sequence}, but ${expected} is needed after the snapshot.`,
        {
          fix: "Put the earlier segments back, or a snapshot that covers them.",
        },
      );
    }
    expected += 1;
    piece.push(record);
    pieceBytes += record.length;
    if (pieceBytes >= PIECE_BYTES) hand();
  });
  hand();
  return scan;
}
