import { concat, utf8 } from "../bytes.ts";

/** The CBOR shapes a Nitro document is made of, in shortest form. */
export const cbor = {
  integer: (value: number): Uint8Array => head(0, value),
  bytes: (value: Uint8Array): Uint8Array => concat(head(2, value.length), value),
  text: (value: string): Uint8Array => concat(head(3, utf8(value).length), utf8(value)),
  array: (...items: readonly Uint8Array[]): Uint8Array => concat(head(4, items.length), ...items),
  map: (...entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array =>
    concat(head(5, entries.length), ...entries.flat()),
  null: Uint8Array.of(0xf6),
} as const;

function head(major: number, argument: number): Uint8Array {
  const high = major << 5;
  if (argument < 24) return Uint8Array.of(high | argument);
  if (argument < 0x100) return Uint8Array.of(high | 24, argument);
  if (argument < 0x10000) return Uint8Array.of(high | 25, argument >> 8, argument & 0xff);
  const bytes = new Uint8Array(argument < 2 ** 32 ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = high | (bytes.length === 5 ? 26 : 27);
  if (bytes.length === 5) view.setUint32(1, argument);
  else view.setBigUint64(1, BigInt(argument));
  return bytes;
}
