/**
 * Strict positional msgpack, read one expected token at a time; the twin of `enclave/wire/src/reader.rs`.
 *
 * A general decoder is the wrong tool here: msgpackr accepts floats, maps, extensions and every longer form of an integer,
 * and hands back values without the offsets that a reject names. Asking for one type at a time, there is nothing to check
 * afterwards, and a declared length is compared with what remains before it is used.
 */
import { ParseError } from "./error.ts";
import { firstFault } from "./structure.ts";

export class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#at;
  }

  /** Refuses trailing bytes. */
  end(): void {
    if (this.#at !== this.bytes.length) throw new ParseError("BAD_FRAME", this.#at);
  }

  /** An array header: how many items follow, never more than bytes remain. */
  array(): number {
    const start = this.#at;
    const marker = this.#byte();
    let count: number;
    if (marker >= 0x90 && marker <= 0x9f) count = marker & 0x0f;
    else if (marker === 0xdc) count = this.#sized(start, 2, 16);
    else if (marker === 0xdd) count = this.#sized(start, 4, 0x1_0000);
    else throw mismatch(start, marker);
    this.#fits(start, count);
    return count;
  }

  /** An array header that must name exactly this many items. */
  arrayOf(arity: number): void {
    const start = this.#at;
    if (this.array() !== arity) throw new ParseError("BAD_FRAME", start);
  }

  u64(): bigint {
    const start = this.#at;
    if (this.bytes[start] !== 0xcf) return BigInt(this.#unsigned(start));
    return this.#wide(start);
  }

  u32(): number {
    return this.#narrow(0xffff_ffff);
  }

  u16(): number {
    return this.#narrow(0xffff);
  }

  u8(): number {
    return this.#narrow(0xff);
  }

  #narrow(max: number): number {
    const start = this.#at;
    if (this.bytes[start] === 0xcf) {
      this.#wide(start);
      throw new ParseError("OUT_OF_RANGE", start);
    }
    const value = this.#unsigned(start);
    if (value > max) throw new ParseError("OUT_OF_RANGE", start);
    return value;
  }

  /** The unsigned forms of up to 32 bits. */
  #unsigned(start: number): number {
    const marker = this.#byte();
    if (marker <= 0x7f) return marker;
    if (marker === 0xcc) return this.#sized(start, 1, 0x80);
    if (marker === 0xcd) return this.#sized(start, 2, 0x100);
    if (marker === 0xce) return this.#sized(start, 4, 0x1_0000);
    if ((marker >= 0xd0 && marker <= 0xd3) || marker >= 0xe0) {
      // A negative number does not fit; but one that is not in shortest form is not even a number.
      this.#at = start;
      this.i64();
      throw new ParseError("OUT_OF_RANGE", start);
    }
    throw mismatch(start, marker);
  }

  /** The unsigned form of 64 bits. */
  #wide(start: number): bigint {
    this.#at = start + 1;
    this.#need(start, 8);
    const value = this.#view.getBigUint64(this.#at);
    this.#at += 8;
    if (value < 0x1_0000_0000n) throw new ParseError("BAD_FRAME", start);
    return value;
  }

  i64(): bigint {
    const start = this.#at;
    const marker = this.#byte();
    if (marker <= 0x7f) return BigInt(marker);
    if (marker >= 0xe0) return BigInt(marker - 0x100);
    if (marker >= 0xcc && marker <= 0xcf) {
      this.#at = start;
      const value = this.u64();
      if (value > 0x7fff_ffff_ffff_ffffn) throw new ParseError("OUT_OF_RANGE", start);
      return value;
    }
    if (marker < 0xd0 || marker > 0xd3) throw mismatch(start, marker);
    return this.#signed(start, marker - 0xd0);
  }

  /** The signed forms, for numbers too low for every shorter form. */
  #signed(start: number, power: number): bigint {
    const width = 1 << power;
    this.#need(start, width);
    const at = this.#at;
    this.#at += width;
    const view = this.#view;
    const value =
      power === 0
        ? BigInt(view.getInt8(at))
        : power === 1
          ? BigInt(view.getInt16(at))
          : power === 2
            ? BigInt(view.getInt32(at))
            : view.getBigInt64(at);
    if (value >= SIGNED_BEYOND[power]!) throw new ParseError("BAD_FRAME", start);
    return value;
  }

  i32(): number {
    const start = this.#at;
    const value = this.i64();
    if (value > 0x7fff_ffffn || value < -0x8000_0000n) throw new ParseError("OUT_OF_RANGE", start);
    return Number(value);
  }

  bool(): boolean {
    const start = this.#at;
    const marker = this.#byte();
    if (marker === 0xc2) return false;
    if (marker === 0xc3) return true;
    throw mismatch(start, marker);
  }

  /** Consumes a nil if one is next. */
  nil(): boolean {
    if (this.bytes[this.#at] !== 0xc0) return false;
    this.#at += 1;
    return true;
  }

  /** An enumeration's value as its name; `names` is indexed by value. */
  enumeration<T extends string>(names: readonly (T | undefined)[]): T {
    const start = this.#at;
    const name = names[this.u8()];
    if (name === undefined) throw new ParseError("OUT_OF_RANGE", start);
    return name;
  }

  /** A copy of bytes whose length the field fixes. Another length is another type. */
  bin(length: number): Uint8Array {
    const start = this.#at;
    const marker = this.#byte();
    let declared: number;
    if (marker === 0xc4) declared = this.#sized(start, 1, 0);
    else if (marker === 0xc5) declared = this.#sized(start, 2, 0x100);
    else if (marker === 0xc6) declared = this.#sized(start, 4, 0x1_0000);
    else throw mismatch(start, marker);
    this.#fits(start, declared);
    if (declared !== length) throw new ParseError("BAD_TYPE", start);
    this.#at += length;
    // Not `slice` of the input: a Buffer's slice shares memory with it.
    return Uint8Array.prototype.slice.call(this.bytes, this.#at - length, this.#at);
  }

  /** A client order id: `[A-Za-z0-9_-]{1,36}`. */
  clientId(): string {
    const start = this.#at;
    return this.#ascii(start, this.#str(), 1, 36, IS_ID);
  }

  /** Printable ASCII, at most 64 bytes. */
  text(): string {
    const start = this.#at;
    return this.#ascii(start, this.#str(), 0, 64, IS_PRINTABLE);
  }

  /** An order named by its id or by its client's. */
  orderRef(): bigint | string {
    const marker = this.bytes[this.#at] ?? 0;
    const isString = (marker >= 0xa0 && marker <= 0xbf) || (marker >= 0xd9 && marker <= 0xdb);
    return isString ? this.clientId() : this.u64();
  }

  /** `min` to `max` items. */
  list<T>(min: number, max: number, parse: (reader: Reader) => T): T[] {
    const start = this.#at;
    const count = this.array();
    if (count < min || count > max) throw new ParseError("BAD_FRAME", start);
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(parse(this));
    return items;
  }

  /** The bytes between an earlier offset and here, as a view. */
  since(from: number): Uint8Array {
    return this.bytes.subarray(from, this.#at);
  }

  /** The length of a string; its bytes are next. */
  #str(): number {
    const start = this.#at;
    const marker = this.#byte();
    let length: number;
    if (marker >= 0xa0 && marker <= 0xbf) length = marker & 0x1f;
    else if (marker === 0xd9) length = this.#sized(start, 1, 32);
    else if (marker === 0xda) length = this.#sized(start, 2, 0x100);
    else if (marker === 0xdb) length = this.#sized(start, 4, 0x1_0000);
    else throw mismatch(start, marker);
    this.#fits(start, length);
    return length;
  }

  #ascii(start: number, length: number, min: number, max: number, isLegal: readonly boolean[]): string {
    if (length < min || length > max) throw new ParseError("BAD_STRING", start);
    let text = "";
    for (let index = 0; index < length; index++) {
      const byte = this.bytes[this.#at++]!;
      if (!isLegal[byte]) throw new ParseError("BAD_STRING", start);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new ParseError("BAD_FRAME", this.#at);
    this.#at += 1;
    return byte;
  }

  #sized(start: number, width: 1 | 2 | 4, least: number): number {
    this.#need(start, width);
    const at = this.#at;
    this.#at += width;
    const value =
      width === 1 ? this.bytes[at]! : width === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
    if (value < least) throw new ParseError("BAD_FRAME", start);
    return value;
  }

  #need(start: number, length: number): void {
    if (this.bytes.length - this.#at < length) throw new ParseError("BAD_FRAME", start);
  }

  #fits(start: number, length: number): void {
    if (length > this.bytes.length - this.#at) throw new ParseError("BAD_FRAME", start);
  }
}

/** Runs a parse over all of `bytes`; what fails is judged by structure first. */
export function parseAll<T>(bytes: Uint8Array, parse: (reader: Reader) => T): T {
  const reader = new Reader(bytes);
  try {
    const value = parse(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof ParseError) throw firstFault(bytes) ?? error;
    throw error;
  }
}

/** Reads the header and code of a message that must be this one. */
export function expectHead(reader: Reader, code: number, arity: number): void {
  const start = reader.offset;
  const head = parseHead(reader);
  if (head.code !== code) throw new ParseError("UNKNOWN_OP", head.code);
  if (head.arity !== arity) throw new ParseError("BAD_FRAME", start);
}

/** Reads the header and code of any message. An empty array has no code and is no message. */
export function parseHead(reader: Reader): { arity: number; code: number } {
  const start = reader.offset;
  const arity = reader.array();
  if (arity === 0) throw new ParseError("BAD_FRAME", start);
  return { arity, code: reader.u32() };
}

/** Maps, extensions and 0xC1 are never part of a frame; the rest is the wrong type. */
function mismatch(start: number, marker: number): ParseError {
  const isForeign =
    (marker >= 0x80 && marker <= 0x8f) ||
    marker === 0xc1 ||
    (marker >= 0xc7 && marker <= 0xc9) ||
    (marker >= 0xd4 && marker <= 0xd8) ||
    marker === 0xde ||
    marker === 0xdf;
  return new ParseError(isForeign ? "BAD_FRAME" : "BAD_TYPE", start);
}

const SIGNED_BEYOND = [-32n, -0x80n, -0x8000n, -0x8000_0000n] as const;
const bytesWhere = (isLegal: (character: string) => boolean): boolean[] =>
  Array.from({ length: 256 }, (_, byte) => byte < 0x80 && isLegal(String.fromCharCode(byte)));
const IS_ID = bytesWhere((character) => /[A-Za-z0-9_-]/.test(character));
const IS_PRINTABLE = bytesWhere((character) => /[ -~]/.test(character));
