import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "./atomic-file.ts";

/** Sealed snapshots on disk: joined from ring parts, replaced atomically, the previous one kept for the day the newest is damaged. */

const SUFFIX = ".snapshot";
const KEEP = 2;
/** A snapshot that claims more parts than this is refused before memory is set aside for it (1 MiB a part). */
const PARTS_MAX = 4096;

export interface SnapshotFile {
  sequence: number;
  path: string;
}

/** Oldest first. */
export function listSnapshots(folder: string): SnapshotFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ sequence: Number.parseInt(name, 10), path: join(folder, name) }))
    .filter(({ sequence }) => Number.isSafeInteger(sequence))
    .sort((a, b) => a.sequence - b.sequence);
}

/** Those the chain has reached, newest first: candidates for a recovery. */
export function snapshotsUpTo(folder: string, lastSequence: number): SnapshotFile[] {
  return listSnapshots(folder)
    .filter(({ sequence }) => sequence <= lastSequence)
    .reverse();
}

export function readSnapshot(file: SnapshotFile): Buffer {
  return readFileSync(file.path);
}

/** Joins parts as they come off ring 2 and stores each whole snapshot. */
export class SnapshotStore {
  stored = 0;
  readonly #folder: string;
  #sequence = -1;
  #parts: (Buffer | undefined)[] = [];
  #missing = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies `sealed`. A part of another snapshot than the one under way starts that one anew. */
  addPart(sequence: number, part: number, parts: number, sealed: Uint8Array): void {
    if (parts < 1 || parts > PARTS_MAX || part >= parts) return;
    if (sequence !== this.#sequence || parts !== this.#parts.length) {
      this.#sequence = sequence;
      this.#parts = new Array(parts).fill(undefined);
      this.#missing = parts;
    }
    if (this.#parts[part] === undefined) this.#missing -= 1;
    this.#parts[part] = Buffer.from(sealed);
    if (this.#missing > 0) return;
    const whole = Buffer.concat(this.#parts as Buffer[]);
    this.#parts = [];
    this.#sequence = -1;
    this.#writing = this.#writing.catch(() => {}).then(() => this.#store(sequence, whole));
  }

  /** Resolves when what was added is on disk; rejects if the last one could not be stored. */
  flushed(): Promise<void> {
    return this.#writing;
  }

  async #store(sequence: number, sealed: Buffer): Promise<void> {
    await writeAtomically(join(this.#folder, `${String(sequence).padStart(20, "0")}${SUFFIX}`), sealed);
    this.stored += 1;
    for (const old of listSnapshots(this.#folder).slice(0, -KEEP)) rmSync(old.path, { force: true });
  }
}
