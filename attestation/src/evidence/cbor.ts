import { fromUtf8 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";

/** The CBOR that attestation documents are made of: no floats, no tags, no indefinite lengths. */
export type Cbor = number | null | boolean | string | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<number | string, Cbor>;

const DEPTH_MAX = 8;

/**
 * Strict CBOR (RFC 8949 section 4.2.1, except that map keys may come in any order): shortest integers, definite
 * lengths, no duplicate keys, nothing behind the item. Two readers must not see two documents in the same bytes.
 * @throws {AttestationError} DOCUMENT_MALFORMED.
 */
export function parseCbor(bytes: Uint8Array): Cbor {
  const reader = new CborReader(bytes);
  const value = reader.item(0);
  if (reader.offset !== bytes.length) reader.fail("bytes left over");
  return value;
}

class CborReader {
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  fail(detail: string): never {
    throw new AttestationError("DOCUMENT_MALFORMED", `CBOR: ${detail} at byte ${this.offset}`);
  }

  take(length: number): Uint8Array {
    if (this.bytes.length - this.offset < length) this.fail("item cut short");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  item(depth: number): Cbor {
    if (depth > DEPTH_MAX) this.fail("nested too deeply");
    const initial = this.take(1)[0]!;
    const [major, info] = [initial >> 5, initial & 0x1f];
    switch (major) {
      case 0:
        return this.argument(info);
      case 1:
        return -1 - this.argument(info);
      case 2:
        return this.take(this.argument(info));
      case 3:
        return this.text(this.argument(info));
      case 4:
        return this.array(this.argument(info), depth);
      case 5:
        return this.map(this.argument(info), depth);
      case 7:
        return this.simple(info);
      default:
        return this.fail("tag");
    }
  }

  /** The argument in its shortest form, as a safe integer. */
  argument(info: number): number {
    if (info < 24) return info;
    if (info > 27) return this.fail("indefinite or reserved length");
    const size = 1 << (info - 24);
    const value = this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    const least = size === 1 ? 24 : 2 ** (4 * size);
    if (value < least) this.fail("integer not minimal");
    if (!Number.isSafeInteger(value)) this.fail("integer too large");
    return value;
  }

  text(length: number): string {
    try {
      return fromUtf8(this.take(length));
    } catch (error) {
      if (error instanceof AttestationError) throw error;
      return this.fail("text is not UTF-8");
    }
  }

  array(length: number, depth: number): readonly Cbor[] {
    if (length > this.bytes.length) this.fail("array longer than its bytes");
    return Array.from({ length }, () => this.item(depth + 1));
  }

  map(length: number, depth: number): CborMap {
    if (length > this.bytes.length) this.fail("map longer than its bytes");
    const map = new Map<number | string, Cbor>();
    for (let i = 0; i < length; i++) {
      const key = this.item(depth + 1);
      if (typeof key !== "number" && typeof key !== "string")
        return this.fail("map key is neither integer nor text");
      if (map.has(key)) this.fail(`map key ${key} appears twice`);
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  simple(info: number): boolean | null {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22) return null;
    return this.fail("float or unknown simple value");
  }
}
