import { existsSync } from "node:fs";
import { join } from "node:path";
import { type JournalScan, scanJournal } from "./reader.ts";
import { listSnapshots } from "./snapshots.ts";

/** What `sealbook journal inspect` shows: everything that can be known without the enclave's key. Reads only. */
export interface JournalReport extends Omit<JournalScan, "tornFiles"> {
  folder: string;
  epochs: { epoch: number; firstSequence: number; lastSequence: number }[];
  snapshots: number[];
}

/** Takes a data folder, or a journal folder itself. @throws HostError as `scanJournal` does */
export function inspectJournal(path: string): JournalReport {
  const folder = existsSync(join(path, "journal")) ? join(path, "journal") : path;
  const epochs: JournalReport["epochs"] = [];
  const { tornFiles: _, ...scan } = scanJournal(folder, undefined, (_record, head) => {
    const last = epochs.at(-1);
    if (last?.epoch === head.epoch) last.lastSequence = head.sequence;
    else epochs.push({ epoch: head.epoch, firstSequence: head.sequence, lastSequence: head.sequence });
  });
  const snapshotFolder = join(path, "snapshots");
  const snapshots = existsSync(snapshotFolder)
    ? listSnapshots(snapshotFolder).map(({ sequence }) => sequence)
    : [];
  return { folder, ...scan, epochs, snapshots };
}
