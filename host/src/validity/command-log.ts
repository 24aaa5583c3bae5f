/**
 * What a venue without an enclave was told, in the order it took it: nothing is acknowledged before its record is here and synced. Records
 * are the desk's business; here they are bytes with a length and a checksum.
 *
 * `SBVALID1 | u32 version | u32 0 | venue 32 | (u32 length | u32 crc32c | bytes)*`, little-endian.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { crc32c } from "@sealbook/wire";
import { causeText, errnoOf, HostError } from "../errors.ts";
import { type Disk, realDisk, writeWhole } from "../journal/disk.ts";

const MAGIC = Buffer.from("SBVALID1", "latin1");
const VERSION = 1;
const HEADER_BYTES = 48;
const RECORD_HEAD_BYTES = 8;
/** A round of prices with many signatures is the longest there is. */
export const COMMAND_RECORD_BYTES_MAX = 65_536;

export interface FoundRecords {
  readonly records: Uint8Array[];
  /** Bytes of a record that was being written when the host died; nobody was told of it. */
  readonly tornBytes: number;
}

export class CommandLog {
  readonly #disk: Disk;
  readonly #fd: number;
  #at: number;
  #waiting: Uint8Array[] = [];
  /** The sync that will carry what waits; begins when the one under way has ended. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #failure: HostError | undefined;

  private constructor(disk: Disk, fd: number, at: number) {
    this.#disk = disk;
    this.#fd = fd;
    this.#at = at;
  }

  /**
   * Opens the log of this venue, or begins it.
   *
   * @param venue 32 bytes that name it
   * @throws HostError E_WRONG_GENESIS for another venue's log, E_JOURNAL_HOLE where a record is harmed that others follow
   */
  static open(
    path: string,
    venue: Uint8Array,
    disk: Disk = realDisk,
  ): { log: CommandLog; found: FoundRecords } {
    const isNew = sizeOf(path) < HEADER_BYTES;
    const fd = disk.open(path, isNew ? "w" : "r+");
    if (isNew) {
      const header = Buffer.concat([MAGIC, Buffer.alloc(8), venue]);
      header.writeUInt32LE(VERSION, 8);
      writeWhole(disk, fd, header, 0, header.length, 0);
      disk.fdatasyncSync(fd);
      disk.syncFolder(dirname(path));
      return { log: new CommandLog(disk, fd, HEADER_BYTES), found: { records: [], tornBytes: 0 } };
    }
    const { records, end, tornBytes } = scan(readFileSync(path), venue, path);
    if (tornBytes > 0) {
      // Overwritten with nothing rather than cut: what follows must not be read as a record by the next start.
      writeWhole(disk, fd, Buffer.alloc(tornBytes), 0, tornBytes, end);
      disk.fdatasyncSync(fd);
    }
    return { log: new CommandLog(disk, fd, end), found: { records, tornBytes } };
  }

  /** Reads a log without opening it for writing. @throws HostError as `open` */
  static read(path: string, venue?: Uint8Array): FoundRecords {
    return scan(readFileSync(path), venue, path);
  }

  /**
   * Appends records in order; done when they, and all before them, are synced. What comes while a sync is under way shares the next one.
   * Without records: when all before are.
   */
  append(records: readonly Uint8Array[]): Promise<void> {
    this.#waiting.push(...records);
    this.#next ??= this.#last = this.#last
      .catch(() => {})
      .then(() => new Promise<void>((done) => setImmediate(done)))
      .then(() => this.#write());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    this.#disk.close(this.#fd);
  }

  async #write(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    if (this.#failure) throw this.#failure;
    if (records.length === 0) return;
    const bytes = Buffer.concat(records.map(framed));
    const at = this.#at;
    this.#at += bytes.length;
    try {
      writeWhole(this.#disk, this.#fd, bytes, 0, bytes.length, at);
      await new Promise<void>((done, failed) =>
        this.#disk.fdatasync(this.#fd, (error) => (error ? failed(error) : done())),
      );
    } catch (cause) {
      // As with the other journal: after a failed sync nobody knows what is on the disk, so nothing more is taken.
      this.#failure =
        cause instanceof HostError
          ? cause
          : new HostError(
              "E_JOURNAL_SYNC",
              `The journal could not be synced (${errnoOf(cause) ?? causeText(cause)}).`,
              {
                cause,
              },
            );
      throw this.#failure;
    }
  }
}

function framed(record: Uint8Array): Buffer {
  if (record.length === 0 || record.length > COMMAND_RECORD_BYTES_MAX)
    throw new RangeError(`a record has 1 to ${COMMAND_RECORD_BYTES_MAX} bytes, not ${record.length}`);
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  head.writeUInt32LE(record.length, 0);
  head.writeUInt32LE(crc32c(record), 4);
  return Buffer.concat([head, record]);
}

function scan(bytes: Buffer, venue: Uint8Array | undefined, path: string) {
  const isOurs = bytes.subarray(0, 8).equals(MAGIC) && bytes.readUInt32LE(8) === VERSION;
  if (bytes.length < HEADER_BYTES || !isOurs)
    throw new HostError("E_NOT_A_JOURNAL", `${path} is no journal of a venue in validity mode.`);
  if (venue && !bytes.subarray(16, HEADER_BYTES).equals(venue))
    throw new HostError("E_WRONG_GENESIS", `${path} is the journal of another venue.`, {
      fix: "Give this venue a data folder of its own.",
    });
  const records: Uint8Array[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const size = recordAt(bytes, at);
    if (size === undefined) break;
    records.push(bytes.subarray(at + RECORD_HEAD_BYTES, at + size));
    at += size;
  }
  const rest = bytes.subarray(at);
  const tornBytes = rest.some((byte) => byte !== 0) ? rest.length : 0;
  if (tornBytes > 0 && hasRecordBehind(bytes, at))
    throw new HostError("E_JOURNAL_HOLE", `${path} is harmed at byte ${at}, and whole records follow.`, {
      fix: "Restore it from a copy: what was acknowledged there is not known any more.",
    });
  return { records, end: at, tornBytes };
}

/** Bytes of the whole, unharmed record at `at`; undefined if there is none. */
function recordAt(bytes: Buffer, at: number): number | undefined {
  if (at + RECORD_HEAD_BYTES > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + RECORD_HEAD_BYTES + length;
  if (length === 0 || length > COMMAND_RECORD_BYTES_MAX || end > bytes.length) return undefined;
  return crc32c(bytes.subarray(at + RECORD_HEAD_BYTES, end)) === bytes.readUInt32LE(at + 4)
    ? RECORD_HEAD_BYTES + length
    : undefined;
}

/** A torn write is the last; a harmed byte has records behind it. Looked for only where something is wrong. */
function hasRecordBehind(bytes: Buffer, torn: number): boolean {
  const last = Math.min(bytes.length, torn + 4 * COMMAND_RECORD_BYTES_MAX);
  for (let at = torn + 1; at < last; at++) if (recordAt(bytes, at) !== undefined) return true;
  return false;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
