import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "../errors.ts";
import { type Disk, writeWhole } from "./disk.ts";
import { segmentHeader, segmentName } from "./format.ts";

/**
 * Makes segment files. A segment is zeros written and synced beforehand, because overwriting a preallocated file syncs a third faster
 * and never needs a block at the wrong moment. The next one ("spare") is prepared while the present one fills.
 */
export class SegmentMaker {
  readonly #folder: string;
  readonly #genesisHash: Uint8Array;
  readonly #segmentBytes: number;
  readonly #disk: Disk;
  #zeros: Buffer | undefined;
  #preparing: Promise<void> | undefined;
  #isSpareReady = false;
  #isClosed = false;
  /** Why the last preparation failed, if it did. */
  spareError: unknown;

  constructor(folder: string, genesisHash: Uint8Array, segmentBytes: number, disk: Disk) {
    this.#folder = folder;
    this.#genesisHash = genesisHash;
    this.#segmentBytes = segmentBytes;
    this.#disk = disk;
    this.#isSpareReady = existsSync(this.#spare) && statSync(this.#spare).size === segmentBytes;
  }

  get isSpareReady(): boolean {
    return this.#isSpareReady;
  }

  /** Opens a new segment that starts at `firstSequence`: header synced, renamed into place, folder synced, in this order. */
  create(firstSequence: number): { fd: number; path: string } {
    if (!this.#isSpareReady) this.#prepareNow();
    const disk = this.#disk;
    const path = join(this.#folder, segmentName(firstSequence));
    const fd = disk.open(this.#spare, "r+");
    try {
      const header = segmentHeader(this.#genesisHash, firstSequence);
      writeWhole(disk, fd, header, 0, header.length, 0);
      disk.fdatasyncSync(fd);
      disk.rename(this.#spare, path);
      disk.syncFolder(this.#folder);
    } catch (cause) {
      disk.close(fd);
      throw asDiskError(cause, "A new journal segment could not be made.");
    }
    this.#isSpareReady = false;
    return { fd, path };
  }

  /** Prepares the spare in the background, one slice a loop turn so that replies go on. Never rejects: see `spareError`. */
  prepare(): Promise<void> {
    if (this.#isSpareReady || this.#isClosed) return Promise.resolve();
    this.#preparing ??= this.#prepareSlowly().finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#preparing;
  }

  get #spare(): string {
    return join(this.#folder, "spare");
  }

  get #draft(): string {
    return join(this.#folder, "spare.tmp");
  }

  async #prepareSlowly(): Promise<void> {
    const disk = this.#disk;
    let fd: number | undefined;
    try {
      fd = disk.open(this.#draft, "w");
      for (let at = 0; at < this.#segmentBytes; at += this.#slice.length) {
        if (this.#isClosed) return;
        this.#writeZeros(fd, at);
        await new Promise((next) => setImmediate(next));
      }
      await new Promise<void>((done, failed) =>
        disk.fdatasync(fd!, (error) => (error ? failed(error) : done())),
      );
      if (this.#isSpareReady || this.#isClosed) return;
      disk.rename(this.#draft, this.#spare);
      this.#isSpareReady = true;
      this.spareError = undefined;
    } catch (error) {
      this.spareError = error;
      this.#discardDraft();
    } finally {
      if (fd !== undefined) disk.close(fd);
      this.#zeros = undefined;
    }
  }

  #prepareNow(): void {
    const disk = this.#disk;
    // Another name than the slow draft: that one may be half written by a preparation still under way.
    const draft = join(this.#folder, "spare.now");
    let fd: number | undefined;
    try {
      fd = disk.open(draft, "w");
      for (let at = 0; at < this.#segmentBytes; at += this.#slice.length) this.#writeZeros(fd, at);
      disk.fdatasyncSync(fd);
      disk.rename(draft, this.#spare);
      this.#isSpareReady = true;
    } catch (cause) {
      rmSync(draft, { force: true });
      throw asDiskError(cause, "A new journal segment could not be made.");
    } finally {
      if (fd !== undefined) disk.close(fd);
      this.#zeros = undefined;
    }
  }

  get #slice(): Buffer {
    this.#zeros ??= Buffer.alloc(Math.min(this.#segmentBytes, 256 * 1024));
    return this.#zeros;
  }

  #writeZeros(fd: number, at: number): void {
    const zeros = this.#slice;
    writeWhole(this.#disk, fd, zeros, 0, Math.min(zeros.length, this.#segmentBytes - at), at);
  }

  /** Gives the blocks of a half-written draft back: on a full disk somebody may need them more. */
  #discardDraft(): void {
    rmSync(this.#draft, { force: true });
  }
}

function asDiskError(cause: unknown, message: string): HostError {
  if (cause instanceof HostError) return cause;
  return new HostError("E_JOURNAL_WRITE", message, { cause });
}
