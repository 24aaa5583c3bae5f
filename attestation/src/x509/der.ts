import { latin1 } from "../bytes.ts";
import { AttestationError, type Reason } from "../errors.ts";

/** Universal and context tags used by certificates, revocation lists and the PCK extension (X.690 section 8). */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
  CONTEXT_0: 0xa0,
  CONTEXT_1: 0xa1,
  CONTEXT_2: 0xa2,
  CONTEXT_3: 0xa3,
} as const;

/** One element: `start` is its tag, `content` its first content byte, `end` one past its last. */
export interface Element {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/**
 * A strict DER reader over a byte range (X.690 section 10): definite minimal lengths, single-byte tags, nothing
 * left over. Each fault throws `AttestationError` with the code given at construction, so that a damaged CRL is
 * never reported as a damaged certificate.
 */
export class DerReader {
  readonly bytes: Uint8Array;
  readonly fault: Reason;
  #offset: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, fault: Reason, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.fault = fault;
    this.#offset = start;
    this.#end = end;
  }

  fail(detail: string): never {
    throw new AttestationError(this.fault, `${detail} at byte ${this.#offset}`);
  }

  isDone(): boolean {
    return this.#offset === this.#end;
  }

  /** The next tag, or -1 at the end. */
  peek(): number {
    return this.isDone() ? -1 : this.bytes[this.#offset]!;
  }

  /** Reads one element of exactly this tag and steps over it. */
  next(tag: number): Element {
    const start = this.#offset;
    if (this.#end - start < 2) this.fail("element cut short");
    if (this.bytes[start] !== tag) {
      this.fail(`tag 0x${this.bytes[start]!.toString(16)} where 0x${tag.toString(16)} belongs`);
    }
    let content = start + 2;
    let length = this.bytes[start + 1]!;
    if (length >= 0x80) {
      const size = length & 0x7f;
      // Three length bytes reach 16 MiB, far beyond anything judged here.
      if (size === 0 || size > 3) this.fail("indefinite or oversized length");
      if (this.#end - content < size) this.fail("length cut short");
      length = 0;
      for (let i = 0; i < size; i++) length = length * 256 + this.bytes[content + i]!;
      content += size;
      if (length < 0x80 || length < 2 ** (8 * (size - 1))) this.fail("length not minimal");
    }
    const end = content + length;
    if (end > this.#end) this.fail("element longer than its surroundings");
    this.#offset = end;
    return { tag, start, content, end };
  }

  /** Reads a constructed element and returns a reader over its content. */
  enter(tag: number): DerReader {
    const element = this.next(tag);
    return this.inside(element);
  }

  inside(element: Element): DerReader {
    return new DerReader(this.bytes, this.fault, element.content, element.end);
  }

  /** Steps over one element of whatever tag. */
  skip(): Element {
    if (this.isDone()) this.fail("element missing");
    return this.next(this.peek());
  }

  done(): void {
    if (!this.isDone()) this.fail("bytes left over");
  }

  content(element: Element): Uint8Array {
    return this.bytes.subarray(element.content, element.end);
  }

  whole(element: Element): Uint8Array {
    return this.bytes.subarray(element.start, element.end);
  }

  /** INTEGER content, checked minimal (X.690 8.3.2) and non-negative, without its sign byte. */
  unsigned(tag: number = TAG.INTEGER): Uint8Array {
    const bytes = this.content(this.next(tag));
    if (bytes.length === 0) this.fail("empty integer");
    if ((bytes[0]! & 0x80) !== 0) this.fail("negative integer");
    if (bytes.length > 1 && bytes[0] === 0) {
      if ((bytes[1]! & 0x80) === 0) this.fail("integer not minimal");
      return bytes.subarray(1);
    }
    return bytes;
  }

  /** INTEGER of at most four bytes as a number. */
  smallInteger(tag: number = TAG.INTEGER): number {
    const bytes = this.unsigned(tag);
    if (bytes.length > 4) this.fail("integer too large");
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** BOOLEAN: DER knows only 00 and FF. */
  boolean(): boolean {
    const bytes = this.content(this.next(TAG.BOOLEAN));
    if (bytes.length !== 1 || (bytes[0] !== 0 && bytes[0] !== 0xff)) this.fail("boolean not 00 or FF");
    return bytes[0] === 0xff;
  }

  /** BIT STRING of whole bytes. */
  wholeBits(): Uint8Array {
    const bytes = this.content(this.next(TAG.BIT_STRING));
    if (bytes.length === 0 || bytes[0] !== 0) this.fail("bit string is not of whole bytes");
    return bytes.subarray(1);
  }

  octets(): Uint8Array {
    return this.content(this.next(TAG.OCTET_STRING));
  }

  /** OBJECT IDENTIFIER as dotted text. */
  oid(): string {
    const bytes = this.content(this.next(TAG.OID));
    if (bytes.length === 0 || (bytes[bytes.length - 1]! & 0x80) !== 0)
      this.fail("object identifier cut short");
    const arcs: number[] = [];
    let arc = 0;
    for (const byte of bytes) {
      if (arc === 0 && byte === 0x80) this.fail("object identifier not minimal");
      if (arc > 0xffffff) this.fail("object identifier too large");
      arc = arc * 128 + (byte & 0x7f);
      if ((byte & 0x80) === 0) {
        arcs.push(arc);
        arc = 0;
      }
    }
    const first = Math.min(2, Math.floor(arcs[0]! / 40));
    return [first, arcs[0]! - first * 40, ...arcs.slice(1)].join(".");
  }

  /** UTCTime or GeneralizedTime as milliseconds since 1970 (RFC 5280 4.1.2.5: always with seconds, always Z). */
  time(): number {
    const isUtc = this.peek() === TAG.UTC_TIME;
    const bytes = this.content(this.next(isUtc ? TAG.UTC_TIME : TAG.GENERALIZED_TIME));
    const text = latin1(bytes);
    const match = (
      isUtc
        ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
        : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
    ).exec(text);
    if (!match) this.fail("time not of the form YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
    const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    // RFC 5280: two-digit years from 50 on are of the last century; dates before 2050 must be UTCTime.
    const full = isUtc ? (year >= 50 ? 1900 + year : 2000 + year) : year;
    if (!isUtc && full < 2050) this.fail("a date before 2050 must be a UTCTime");
    const at = Date.UTC(full, month - 1, day, hour, minute, second);
    const date = new Date(at);
    if (
      date.getUTCMonth() !== month - 1 ||
      date.getUTCDate() !== day ||
      hour > 23 ||
      minute > 59 ||
      second > 59
    ) {
      this.fail("time that no clock shows");
    }
    return at;
  }
}
