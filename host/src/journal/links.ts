import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readU64 } from "../ring/producer.ts";
import {
  AT_CHAIN_HASH,
  AT_DIGEST,
  AT_SEQUENCE,
  parseRecord,
  SEGMENT_HEADER_BYTES,
  SEGMENT_SUFFIX,
} from "./format.ts";

/**
 * The links of the hash chain: for every record its digest, which says nothing of its content (a blind is in it). With the digests between a
 * result and a signed head anybody can fold the one into the other. The newest are in memory; older ones are read from the segments.
 */

/** Records kept in memory. */
const RECENT = 1 << 17;
const ENTRY_BYTES = 64;
/** Digests of one answer, at most. */
export const LINKS_MAX = 10_000;

export interface Links {
  from: number;
  to: number;
  /** Chain hash at `from − 1`, 0x-hex. */
  before: string;
  /** One a record, 0x-hex. */
  digests: string[];
}

export class LinkStore {
  readonly #folder: string;
  readonly #genesisHash: string;
  readonly #recent = Buffer.alloc(RECENT * ENTRY_BYTES);
  #first = 0;
  #last = 0;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(folder: string, genesisHash: Uint8Array) {
    this.#folder = folder;
    this.#genesisHash = `0x${Buffer.from(genesisHash).toString("hex")}`;
  }

  /** A journal record as the enclave gave it out. */
  add(data: Buffer, offset: number): void {
    const sequence = readU64(data, offset + AT_SEQUENCE);
    if (sequence !== this.#last + 1) this.#first = sequence;
    this.#last = sequence;
    this.#first = Math.max(this.#first, sequence - RECENT + 1);
    const at = (sequence % RECENT) * ENTRY_BYTES;
    data.copy(this.#recent, at, offset + AT_CHAIN_HASH, offset + AT_DIGEST + 32);
  }

  /** The digests of records `from` to `to`, fewer if there are more than `LINKS_MAX`; undefined if the first is not there. */
  async read(from: number, to: number): Promise<Links | undefined> {
    const end = Math.min(to, from + LINKS_MAX - 1);
    if (from < 1 || end < from) return undefined;
    if (this.#first > 0 && from > this.#first && end <= this.#last) return this.#fromMemory(from, end);
    // One at a time: a segment is many megabytes.
    const reading = this.#reading.then(() => this.#fromDisk(from, end));
    this.#reading = reading.catch(() => {});
    return reading;
  }

  #fromMemory(from: number, to: number): Links {
    const digests: string[] = [];
    for (let sequence = from; sequence <= to; sequence += 1) {
      const at = (sequence % RECENT) * ENTRY_BYTES;
      digests.push(hex(this.#recent, at + 32));
    }
    return { from, to, before: hex(this.#recent, ((from - 1) % RECENT) * ENTRY_BYTES), digests };
  }

  async #fromDisk(from: number, to: number): Promise<Links | undefined> {
    const digests: string[] = [];
    let before = from === 1 ? this.#genesisHash : undefined;
    for (const name of segmentsFor(this.#folder, from - 1)) {
      const bytes = await readFile(join(this.#folder, name));
      let at = SEGMENT_HEADER_BYTES;
      for (;;) {
        const head = parseRecord(bytes, at);
        if (head === undefined) break;
        if (head.sequence === from - 1) before = `0x${head.chainHash}`;
        if (head.sequence === from + digests.length) digests.push(hex(bytes, at + AT_DIGEST));
        if (head.sequence >= to) break;
        at += head.bytes;
      }
      if (digests.length === to - from + 1) break;
    }
    if (before === undefined || digests.length === 0) return undefined;
    return { from, to: from + digests.length - 1, before, digests };
  }
}

/** Names of the segments from the one that holds `sequence` on. */
function segmentsFor(folder: string, sequence: number): string[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(SEGMENT_SUFFIX))
    .sort();
  const later = names.findIndex((name) => Number.parseInt(name, 10) > sequence);
  return names.slice(Math.max(0, (later === -1 ? names.length : later) - 1));
}

function hex(bytes: Buffer, at: number): string {
  return `0x${bytes.toString("hex", at, at + 32)}`;
}
