import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { journal } from "@sealbook/wire";
import { FAKE_GENESIS, temporaryFolder } from "../fake-host.ts";
import { type Disk, realDisk } from "./disk.ts";
import { scanJournal } from "./reader.ts";
import { type JournalEvents, JournalWriter } from "./writer.ts";

/** Journals for tests: real files, real records, contents that name their sequence. */

export const GENESIS_HEX = FAKE_GENESIS.toString("hex");

export function record(sequence: number, bytes = 40, epoch = 1): Buffer {
  return Buffer.from(
    journal.emitRecord({
      epoch: BigInt(epoch),
      sequence: BigInt(sequence),
      chainHash: Buffer.alloc(32, sequence),
      digest: Buffer.alloc(32, sequence ^ 0xff),
      sealed: Buffer.alloc(bytes, sequence),
    }),
  );
}

export function journalFolder(): string {
  const folder = join(temporaryFolder(), "journal");
  mkdirSync(folder);
  return folder;
}

export function openWriter(
  folder: string,
  changes: { segmentBytes?: number; reserveBytes?: number; disk?: Disk; events?: JournalEvents } = {},
): JournalWriter {
  const { segmentBytes = 65_536, reserveBytes = 4096, disk = realDisk, events } = changes;
  return new JournalWriter(
    folder,
    FAKE_GENESIS,
    scanJournal(folder, GENESIS_HEX),
    { segmentBytes, reserveBytes, syncIdleMs: 60_000, disk },
    events ?? { onSynced: () => {}, onFault: () => {} },
  );
}

export function append(writer: JournalWriter, from: number, to: number, bytes = 40): void {
  for (let sequence = from; sequence <= to; sequence += 1) {
    const whole = record(sequence, bytes);
    writer.gather(whole, 0, whole.length);
  }
  writer.flush();
}
