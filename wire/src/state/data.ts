/** The data of a batch (docs/state.md, "Data"): the leaves it changed, whole, and the withdrawals it promised. Strict both ways: one state has one encoding. */
import { ParseError } from "../error.ts";
import { fromHex, toHex } from "../header.ts";
import { numberOf, WORD_LENGTH, wordOf } from "./hasher.ts";
import { NotCanonicalError } from "./poseidon2.ts";
import { MODULUS } from "./poseidon2-constants.ts";

export const DATA_VERSION = 2;
export const ACCOUNT_WORDS = 20;
export const INSTRUMENT_WORDS = 9;
/** Version, oracle round, next account. */
const HEAD_LENGTH = 13;
/** Owner, amount. */
const WITHDRAWAL_LENGTH = 28;

/** A leaf as it is packed: mask and words, checked. A view into the bytes it was read from. */
export interface PackedLeaf {
  index: number;
  packed: Uint8Array;
}

export interface BatchData {
  oracleRound: bigint;
  nextAccount: number;
  /** Ascending by index, 20 words each. */
  accounts: PackedLeaf[];
  /** Ascending by id, 9 words each. */
  instruments: PackedLeaf[];
  /** In the order of their tree; none in a whole state. */
  withdrawals: DataWithdrawal[];
}

export interface DataWithdrawal {
  /** 0x-hex, lower case. */
  owner: string;
  /** 1e-6 of the token. */
  amount: bigint;
}

/** @throws {ParseError} `BAD_FRAME` at the byte where the data stops being what the enclave packs */
export function unpackData(bytes: Uint8Array): BatchData {
  const { data, length } = unpackPadded(bytes);
  if (length !== bytes.length) throw new ParseError("BAD_FRAME", length);
  return data;
}

/** As `unpackData`, from bytes that go on (blobs are padded): also says how many of them are the data. */
export function unpackPadded(bytes: Uint8Array): { data: BatchData; length: number } {
  const reader = new DataReader(bytes);
  if (reader.u8() !== DATA_VERSION) throw new ParseError("BAD_FRAME", 0);
  const oracleRound = reader.u64();
  const nextAccount = reader.u32();
  const accounts = reader.leaves(ACCOUNT_WORDS);
  const instruments = reader.leaves(INSTRUMENT_WORDS);
  const withdrawals = reader.withdrawals();
  return { data: { oracleRound, nextAccount, accounts, instruments, withdrawals }, length: reader.at };
}

class DataReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  get at(): number {
    return this.#at;
  }

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  leaves(words: number): PackedLeaf[] {
    const start = this.#at;
    const count = this.u32();
    // A leaf takes at least its index and its mask: a count beyond that is a lie, and not worth an allocation.
    if (count * 8 > this.#bytes.length - this.#at) throw new ParseError("BAD_FRAME", start);
    const leaves: PackedLeaf[] = [];
    for (let left = count, last = -1; left > 0; left--) {
      const at = this.#at;
      const index = this.u32();
      if (index <= last) throw new ParseError("BAD_FRAME", at);
      last = index;
      leaves.push({ index, packed: this.#leaf(words) });
    }
    return leaves;
  }

  withdrawals(): DataWithdrawal[] {
    const start = this.#at;
    const count = this.u32();
    if (count * WITHDRAWAL_LENGTH > this.#bytes.length - this.#at) throw new ParseError("BAD_FRAME", start);
    return Array.from({ length: count }, () => {
      const at = this.#take(20);
      return { owner: toHex(this.#bytes.subarray(at, at + 20)), amount: this.u64() };
    });
  }

  #leaf(count: number): Uint8Array {
    const start = this.#at;
    const mask = this.u32();
    if (mask >= 2 ** count) throw new ParseError("BAD_FRAME", start);
    for (let index = 0; index < count; index++) {
      if (((mask >>> index) & 1) === 0) continue;
      const lengthAt = this.#at;
      const length = this.u8();
      if (length < 1 || length > WORD_LENGTH) throw new ParseError("BAD_FRAME", lengthAt);
      const last = this.#take(length) + length - 1;
      if (this.#bytes[last] === 0) throw new ParseError("BAD_FRAME", last);
      if (length === WORD_LENGTH && !isCanonical(this.#bytes, lengthAt + 1)) {
        throw new ParseError("OUT_OF_RANGE", lengthAt + 1);
      }
    }
    return this.#bytes.subarray(start, this.#at);
  }

  #take(length: number): number {
    const from = this.#at;
    if (this.#bytes.length - from < length) throw new ParseError("BAD_FRAME", from);
    this.#at += length;
    return from;
  }
}

/** A 32-byte little-endian number below the modulus. Its top word decides unless it equals the modulus' own. */
function isCanonical(bytes: Uint8Array, at: number): boolean {
  const top = new DataView(bytes.buffer, bytes.byteOffset + at, WORD_LENGTH).getBigUint64(24, true);
  if (top !== MODULUS_TOP) return top < MODULUS_TOP;
  return numberOf(bytes, at) < MODULUS;
}
const MODULUS_TOP = MODULUS >> 192n;

/** The bytes of `unpackData`'s answer. Lists must be ascending. */
export function packData({
  oracleRound,
  nextAccount,
  accounts,
  instruments,
  withdrawals,
}: BatchData): Uint8Array {
  const length = (list: readonly PackedLeaf[]) =>
    list.reduce((sum, { packed }) => sum + 4 + packed.length, 4);
  const tail = 4 + WITHDRAWAL_LENGTH * withdrawals.length;
  const bytes = new Uint8Array(HEAD_LENGTH + length(accounts) + length(instruments) + tail);
  const view = new DataView(bytes.buffer);
  bytes[0] = DATA_VERSION;
  view.setBigUint64(1, oracleRound, true);
  view.setUint32(9, nextAccount, true);
  let at = HEAD_LENGTH;
  for (const list of [accounts, instruments]) {
    view.setUint32(at, list.length, true);
    at += 4;
    for (const { index, packed } of list) {
      view.setUint32(at, index, true);
      bytes.set(packed, at + 4);
      at += 4 + packed.length;
    }
  }
  view.setUint32(at, withdrawals.length, true);
  for (const [number, { owner, amount }] of withdrawals.entries()) {
    const from = at + 4 + WITHDRAWAL_LENGTH * number;
    bytes.set(fromHex(owner, 20), from);
    view.setBigUint64(from + 20, amount, true);
  }
  return bytes;
}

/** A packed leaf's words as 32 little-endian bytes each, into `into` (from its start, at least 32 · `count` bytes). */
export function expandWords(
  packed: Uint8Array,
  count: number,
  into = new Uint8Array(WORD_LENGTH * count),
): Uint8Array {
  into.fill(0, 0, WORD_LENGTH * count);
  const mask = packed[0]! | (packed[1]! << 8) | (packed[2]! << 16) | (packed[3]! << 24);
  let at = 4;
  for (let index = 0; index < count; index++) {
    if (((mask >>> index) & 1) === 0) continue;
    const length = packed[at]!;
    into.set(packed.subarray(at + 1, at + 1 + length), WORD_LENGTH * index);
    at += 1 + length;
  }
  return into;
}

/** Words as they are packed in a leaf. @throws {NotCanonicalError} */
export function packWords(words: readonly bigint[]): Uint8Array {
  const bytes: number[] = [0, 0, 0, 0];
  let mask = 0;
  for (const [index, word] of words.entries()) {
    if (word < 0n || word >= MODULUS) throw new NotCanonicalError(word);
    if (word === 0n) continue;
    mask |= 1 << index;
    const whole = wordOf(word);
    const length = whole.findLastIndex((byte) => byte !== 0) + 1;
    bytes.push(length, ...whole.subarray(0, length));
  }
  const packed = Uint8Array.from(bytes);
  new DataView(packed.buffer).setUint32(0, mask, true);
  return packed;
}

/** Whether all words are zero: the leaf 0, not a hash. */
export const isUnused = (packed: Uint8Array): boolean => packed.length === 4;
