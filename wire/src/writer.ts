/**
 * Canonical msgpack: each value in its one shortest form; the twin of `enclave/wire/src/writer.rs`.
 *
 * Not msgpackr, which cannot emit it: a BigInt from 2^32 to 2^63 - 1 leaves it as int64 (0xD3) and a number above 2^32 as
 * float64, where the one legal form is uint64 (0xCF). It stays as the tests' second opinion (`writer.test.ts`).
 */
import { EmitError } from "./error.ts";

export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(room = 256) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written; the writer is empty again. */
  finish(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** Forgets what was written. */
  reset(): void {
    this.#length = 0;
  }

  /** Bytes that are msgpack already. */
  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Begins an array of `count` items. */
  array(count: number): void {
    if (count < 16) this.#bytes[this.#room(1)] = 0x90 | count;
    else if (count < 0x1_0000) this.#marked(0xdc, 2, count);
    else this.#marked(0xdd, 4, count);
  }

  u8(value: number, field: string): void {
    this.#uint(value, 0xff, field);
  }

  u16(value: number, field: string): void {
    this.#uint(value, 0xffff, field);
  }

  u32(value: number, field: string): void {
    this.#uint(value, 0xffff_ffff, field);
  }

  #uint(value: number, max: number, field: string): void {
    if (typeof value !== "number")
      throw new EmitError("BAD_TYPE", field, `must be a number, not a ${typeof value}`);
    if (!Number.isInteger(value) || value < 0 || value > max || Object.is(value, -0)) {
      throw new EmitError("OUT_OF_RANGE", field, `must be a whole number from 0 to ${max}, not ${value}`);
    }
    this.#small(value);
  }

  /** An unsigned integer below 2^32. */
  #small(value: number): void {
    if (value < 0x80) this.#bytes[this.#room(1)] = value;
    else if (value < 0x100) this.#marked(0xcc, 1, value);
    else if (value < 0x1_0000) this.#marked(0xcd, 2, value);
    else this.#marked(0xce, 4, value);
  }

  u64(value: bigint, field: string): void {
    if (typeof value !== "bigint")
      throw new EmitError("BAD_TYPE", field, `must be a bigint, not a ${typeof value}`);
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
      throw new EmitError("OUT_OF_RANGE", field, `must be from 0 to 2^64 - 1, not ${value}`);
    }
    this.#unsigned(value);
  }

  #unsigned(value: bigint): void {
    if (value < 0x1_0000_0000n) {
      this.#small(Number(value));
      return;
    }
    const at = this.#room(9);
    this.#bytes[at] = 0xcf;
    this.#view.setBigUint64(at + 1, value);
  }

  i64(value: bigint, field: string): void {
    if (typeof value !== "bigint")
      throw new EmitError("BAD_TYPE", field, `must be a bigint, not a ${typeof value}`);
    if (value > 0x7fff_ffff_ffff_ffffn || value < -0x8000_0000_0000_0000n) {
      throw new EmitError("OUT_OF_RANGE", field, `must be from -2^63 to 2^63 - 1, not ${value}`);
    }
    if (value >= 0n) this.#unsigned(value);
    else if (value >= -0x8000_0000n) this.#negative(Number(value));
    else {
      const at = this.#room(9);
      this.#bytes[at] = 0xd3;
      this.#view.setBigInt64(at + 1, value);
    }
  }

  i32(value: number, field: string): void {
    if (typeof value !== "number")
      throw new EmitError("BAD_TYPE", field, `must be a number, not a ${typeof value}`);
    if (!Number.isInteger(value) || value > 0x7fff_ffff || value < -0x8000_0000 || Object.is(value, -0)) {
      throw new EmitError(
        "OUT_OF_RANGE",
        field,
        `must be a whole number from -2^31 to 2^31 - 1, not ${value}`,
      );
    }
    if (value >= 0) this.#small(value);
    else this.#negative(value);
  }

  #negative(value: number): void {
    if (value >= -32) this.#bytes[this.#room(1)] = value & 0xff;
    else if (value >= -0x80) this.#marked(0xd0, 1, value);
    else if (value >= -0x8000) this.#marked(0xd1, 2, value);
    else this.#marked(0xd2, 4, value);
  }

  bool(value: boolean, field: string): void {
    if (typeof value !== "boolean") throw new EmitError("BAD_TYPE", field, "must be true or false");
    this.#bytes[this.#room(1)] = value ? 0xc3 : 0xc2;
  }

  nil(): void {
    this.#bytes[this.#room(1)] = 0xc0;
  }

  /** An enumeration's value by its name. */
  enumeration(values: Readonly<Record<string, number>>, name: string, field: string): void {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      throw new EmitError(
        "OUT_OF_RANGE",
        field,
        `must be one of ${Object.keys(values).join(", ")}, not ${name}`,
      );
    }
    this.#small(value);
  }

  /** Bytes of a fixed length, at most 255. */
  bin(bytes: Uint8Array, length: number, field: string): void {
    if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
      throw new EmitError("BAD_TYPE", field, `must be ${length} bytes`);
    }
    const at = this.#room(2 + length);
    this.#bytes[at] = 0xc4;
    this.#bytes[at + 1] = length;
    this.#bytes.set(bytes, at + 2);
  }

  /** A client order id. */
  clientId(id: string, field: string): void {
    if (typeof id !== "string" || !CLIENT_ID.test(id)) {
      throw new EmitError("BAD_STRING", field, "must be 1 to 36 of A-Z, a-z, 0-9, _ and -");
    }
    this.#ascii(id);
  }

  text(text: string, field: string): void {
    if (typeof text !== "string" || !TEXT.test(text)) {
      throw new EmitError("BAD_STRING", field, "must be printable ASCII, at most 64 characters");
    }
    this.#ascii(text);
  }

  /** An order's id, or its client's. */
  orderRef(order: bigint | string, field: string): void {
    if (typeof order === "string") this.clientId(order, field);
    else this.u64(order, field);
  }

  list<T>(
    items: readonly T[],
    min: number,
    max: number,
    field: string,
    emit: (writer: Writer, item: T) => void,
  ): void {
    if (items.length < min || items.length > max) {
      throw new EmitError("OUT_OF_RANGE", field, `must have ${min} to ${max} items, not ${items.length}`);
    }
    this.array(items.length);
    for (const item of items) emit(this, item);
  }

  #ascii(text: string): void {
    const at = this.#room(text.length < 32 ? 1 : 2);
    if (text.length < 32) this.#bytes[at] = 0xa0 | text.length;
    else {
      this.#bytes[at] = 0xd9;
      this.#bytes[at + 1] = text.length;
    }
    const from = this.#room(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[from + index] = text.charCodeAt(index);
  }

  #marked(marker: number, width: 1 | 2 | 4, value: number): void {
    const at = this.#room(1 + width);
    this.#bytes[at] = marker;
    if (width === 1) this.#bytes[at + 1] = value & 0xff;
    else if (width === 2) this.#view.setUint16(at + 1, value & 0xffff);
    else this.#view.setUint32(at + 1, value >>> 0);
  }

  /** Makes room and moves past it; the offset where it starts. */
  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) this.#grow();
    return at;
  }

  #grow(): void {
    const wider = new Uint8Array(2 ** Math.ceil(Math.log2(this.#length + 1)));
    wider.set(this.#bytes);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}

/** One message from an empty writer. Emitting is synchronous, so one writer serves all; a failed emission leaves nothing. */
export function emitAll(emit: (writer: Writer) => void): Uint8Array {
  shared.reset();
  emit(shared);
  return shared.finish();
}

const shared = new Writer(4096);
const CLIENT_ID = /^[A-Za-z0-9_-]{1,36}$/;
const TEXT = /^[ -~]{0,64}$/;
