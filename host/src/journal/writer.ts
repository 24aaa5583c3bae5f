import { rmSync } from "node:fs";
import { HostError } from "../errors.ts";
import { readU64 } from "../ring/producer.ts";
import { type Disk, realDisk, writeWhole } from "./disk.ts";
import { AT_SEQUENCE, RECORD_BYTES_MIN } from "./format.ts";
import type { JournalScan } from "./reader.ts";
import { SegmentMaker } from "./segments.ts";
import { emitWatermark, WATERMARK_BYTES, watermarkPath } from "./watermark.ts";

/**
 * Appends records and moves two cursors: `written` (the write returned: survives kill -9) and `synced` (fdatasync returned: survives power
 * loss). Group commit: one sync in flight, covering everything written when it began. A failed write or sync is fatal and never
 * retried, because after a failed sync nobody knows what the disk holds.
 */

export interface JournalOptions {
  segmentBytes: number;
  reserveBytes: number;
  /** Longest time a record stays unsynced when nobody waits for it. */
  syncIdleMs: number;
  disk?: Disk;
}

export interface JournalEvents {
  /** `synced` moved. */
  onSynced(sequence: number): void;
  /** A sync failed. The writer is dead. */
  onFault(error: HostError): void;
}

const GATHER_BYTES = 1024 * 1024;
/** A zero length word ends a segment, so the last one must fit. */
const TERMINATOR_BYTES = 4;

export class JournalWriter {
  written: number;
  synced: number;
  bytesWritten = 0;
  writes = 0;
  syncs = 0;
  segmentPath: string;
  readonly #folder: string;
  readonly #options: JournalOptions;
  readonly #events: JournalEvents;
  readonly #disk: Disk;
  readonly #maker: SegmentMaker;
  readonly #gathered = Buffer.allocUnsafe(GATHER_BYTES);
  readonly #watermark = Buffer.alloc(WATERMARK_BYTES);
  readonly #watermarkFd: number;
  #gatheredBytes = 0;
  #gatheredSequence: number;
  #fd: number;
  #position: number;
  #isSyncing = false;
  #isSyncWanted = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #fault: HostError | undefined;
  #isClosed = false;

  /**
   * Continues the journal that `scan` describes, in its last segment if there is one; a torn tail there is overwritten with zeros and
   * synced before anything is appended.
   */
  constructor(
    folder: string,
    genesisHash: Uint8Array,
    scan: JournalScan,
    options: JournalOptions,
    events: JournalEvents,
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#events = events;
    this.#disk = options.disk ?? realDisk;
    this.#maker = new SegmentMaker(folder, genesisHash, options.segmentBytes, this.#disk);
    this.written = scan.lastSequence;
    this.synced = scan.lastSequence;
    this.#gatheredSequence = scan.lastSequence;

    for (const torn of scan.tornFiles) rmSync(torn, { force: true });
    const last = scan.segments.at(-1);
    if (last === undefined) {
      const made = this.#maker.create(scan.lastSequence + 1);
      this.#fd = made.fd;
      this.segmentPath = made.path;
      this.#position = 64;
    } else {
      this.#fd = this.#disk.open(last.path, "r+");
      this.segmentPath = last.path;
      this.#position = last.endOffset;
      this.#repairTail(last.endOffset, last.tornBytes);
    }
    // "r+" needs the file, "w" would empty it: append mode ignores positions. So create once, then open for update.
    this.#disk.close(this.#disk.open(watermarkPath(folder), "a"));
    this.#watermarkFd = this.#disk.open(watermarkPath(folder), "r+");
    this.#recordWatermark();
    void this.#maker.prepare();
  }

  /** Copies one record out of a ring slot. It reaches the disk with `flush`. */
  gather(source: Buffer, offset: number, length: number): void {
    this.#assertUsable();
    const sequence = length < RECORD_BYTES_MIN ? -1 : readU64(source, offset + AT_SEQUENCE);
    if (sequence !== this.#gatheredSequence + 1 || source.readUInt32LE(offset) !== length - 4) {
      throw this.#die(
        new HostError(
          "E_JOURNAL_SEQUENCE",
          `The enclave sent record ${sequence}; ${this.#gatheredSequence + 1} was due.`,
        ),
      );
    }
    if (this.#position + this.#gatheredBytes + length + TERMINATOR_BYTES > this.#options.segmentBytes) {
      this.flush();
      this.#rotate(sequence);
    } else if (this.#gatheredBytes + length > GATHER_BYTES) {
      this.flush();
    }
    source.copy(this.#gathered, this.#gatheredBytes, offset, offset + length);
    this.#gatheredBytes += length;
    this.#gatheredSequence = sequence;
  }

  /** One positional write of all that was gathered; moves `written`. */
  flush(): void {
    if (this.#gatheredBytes === 0) return;
    this.#assertUsable();
    try {
      writeWhole(this.#disk, this.#fd, this.#gathered, 0, this.#gatheredBytes, this.#position);
    } catch (error) {
      throw this.#die(error as HostError);
    }
    this.#position += this.#gatheredBytes;
    this.bytesWritten += this.#gatheredBytes;
    this.writes += 1;
    this.#gatheredBytes = 0;
    this.written = this.#gatheredSequence;
    this.#idleTimer ??= setTimeout(this.#syncIdle, this.#options.syncIdleMs);
  }

  /** Somebody waits for `synced`: sync now, or right after the one in flight. */
  requestSync(): void {
    if (this.#fault !== undefined || this.#isClosed || this.synced >= this.written) return;
    if (this.#isSyncing) {
      this.#isSyncWanted = true;
      return;
    }
    this.#isSyncing = true;
    const covers = this.written;
    const fd = this.#fd;
    this.#disk.fdatasync(fd, (error) => this.#syncDone(covers, error));
  }

  /**
   * True when the disk has no room for a next segment and this one is down to its reserve: stop taking input, so that what is under way
   * can finish. Also tries again to make room.
   */
  isDown(): boolean {
    if (this.#maker.isSpareReady) return false;
    const isLow = this.#options.segmentBytes - this.#position < this.#options.reserveBytes;
    return isLow && this.#maker.spareError !== undefined;
  }

  /** Asks again for a spare segment after a failure. Cheap when there is one. */
  prepareSpare(): Promise<void> {
    return this.#maker.prepare();
  }

  /** Writes and syncs what is left and closes the files. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#fault === undefined) this.flush();
    clearTimeout(this.#idleTimer);
    await this.#maker.close();
    while (this.#isSyncing) await new Promise((next) => setTimeout(next, 1));
    this.#isClosed = true;
    if (this.#fault === undefined) {
      this.#disk.fdatasyncSync(this.#fd);
      this.synced = this.written;
      this.#recordWatermark();
    }
    this.#disk.close(this.#fd);
    this.#disk.close(this.#watermarkFd);
  }

  readonly #syncIdle = (): void => {
    this.#idleTimer = undefined;
    this.requestSync();
  };

  #syncDone(covers: number, error: Error | null): void {
    this.#isSyncing = false;
    if (error !== null) {
      const fault = new HostError(
        "E_JOURNAL_SYNC",
        "A journal sync failed; what the disk holds is unknown, so the host stops.",
        {
          cause: error,
        },
      );
      this.#events.onFault(this.#die(fault));
      return;
    }
    this.syncs += 1;
    // A rotation may have synced further meanwhile; the cursor never goes back.
    if (covers > this.synced) this.synced = covers;
    if (!this.#isClosed) this.#recordWatermark();
    const again = this.#isSyncWanted;
    this.#isSyncWanted = false;
    this.#events.onSynced(this.synced);
    if (again) this.requestSync();
  }

  /** Syncs the full segment before the next one may hold a record: so a later segment never outlives a hole in an earlier one. */
  #rotate(firstSequence: number): void {
    try {
      this.#disk.fdatasyncSync(this.#fd);
    } catch (cause) {
      throw this.#die(
        new HostError("E_JOURNAL_SYNC", "The sync before a new segment failed; the host stops.", { cause }),
      );
    }
    this.synced = this.written;
    const old = this.#fd;
    try {
      const made = this.#maker.create(firstSequence);
      this.#fd = made.fd;
      this.segmentPath = made.path;
      this.#position = 64;
    } catch (error) {
      throw this.#die(error as HostError);
    }
    this.#closeWhenIdle(old);
    void this.#maker.prepare();
  }

  #closeWhenIdle(fd: number): void {
    if (!this.#isSyncing) this.#disk.close(fd);
    else setTimeout(() => this.#closeWhenIdle(fd), 1);
  }

  #repairTail(at: number, tornBytes: number): void {
    if (tornBytes > 0) {
      const zeros = Buffer.alloc(tornBytes);
      writeWhole(this.#disk, this.#fd, zeros, 0, zeros.length, at);
    }
    // Records found may never have been synced; from here on they count as recovered, so make that true.
    this.#disk.fdatasyncSync(this.#fd);
  }

  #recordWatermark(): void {
    emitWatermark(this.synced, this.#watermark);
    try {
      writeWhole(this.#disk, this.#watermarkFd, this.#watermark, 0, WATERMARK_BYTES, 0);
    } catch (error) {
      this.#events.onFault(this.#die(error as HostError));
    }
  }

  #assertUsable(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#isClosed) throw new HostError("E_STATE", `The journal in ${this.#folder} is closed.`);
  }

  #die(fault: HostError): HostError {
    this.#fault ??= fault;
    return this.#fault;
  }
}
