import fs from "node:fs";
import { errnoOf, HostError } from "../errors.ts";

/** The few calls the journal makes to the disk. Faults are injected by wrapping this, and nothing else touches the folder. */
export interface Disk {
  open(path: string, flags: string): number;
  close(fd: number): void;
  /** May write fewer bytes than asked, like pwrite(2). */
  write(fd: number, bytes: Buffer, offset: number, length: number, position: number): number;
  fdatasync(fd: number, done: (error: Error | null) => void): void;
  fdatasyncSync(fd: number): void;
  rename(from: string, to: string): void;
  syncFolder(folder: string): void;
}

export const realDisk: Disk = {
  open: (path, flags) => fs.openSync(path, flags, 0o600),
  close: (fd) => fs.closeSync(fd),
  write: (fd, bytes, offset, length, position) => fs.writeSync(fd, bytes, offset, length, position),
  fdatasync: (fd, done) => fs.fdatasync(fd, done),
  fdatasyncSync: (fd) => fs.fdatasyncSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  syncFolder: (folder) => {
    const fd = fs.openSync(folder, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
};

/**
 * Writes all of `bytes[offset, offset + length)`, going on after short writes and EINTR.
 *
 * @throws HostError E_JOURNAL_WRITE; what was written of it is a torn tail, never a hole
 */
export function writeWhole(
  disk: Disk,
  fd: number,
  bytes: Buffer,
  offset: number,
  length: number,
  position: number,
): void {
  let done = 0;
  while (done < length) {
    let wrote: number;
    try {
      wrote = disk.write(fd, bytes, offset + done, length - done, position + done);
    } catch (cause) {
      if (errnoOf(cause) === "EINTR") continue;
      throw new HostError(
        "E_JOURNAL_WRITE",
        `A journal write failed (${errnoOf(cause) ?? "unknown"}); the host stops.`,
        { cause },
      );
    }
    if (wrote <= 0)
      throw new HostError("E_JOURNAL_WRITE", "A journal write made no progress; the host stops.");
    done += wrote;
  }
}
