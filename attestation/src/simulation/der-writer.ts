import { concat, fromHex } from "../bytes.ts";
import { TAG } from "../x509/der.ts";

/** The few DER shapes the SGX extension is made of; certificates themselves come from `@peculiar/asn1-x509`. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concat(...content);
  if (body.length < 0x80) return concat(Uint8Array.of(tag, body.length), body);
  if (body.length < 0x100) return concat(Uint8Array.of(tag, 0x81, body.length), body);
  return concat(Uint8Array.of(tag, 0x82, body.length >> 8, body.length & 0xff), body);
}

export function sequence(...content: readonly Uint8Array[]): Uint8Array {
  return element(TAG.SEQUENCE, ...content);
}

export function octets(hex: string): Uint8Array {
  return element(TAG.OCTET_STRING, fromHex(hex));
}

/** A non-negative integer, with the zero byte that keeps it positive. */
export function integer(value: number, tag: number = TAG.INTEGER): Uint8Array {
  let hex = value.toString(16);
  if (hex.length % 2 !== 0) hex = `0${hex}`;
  const bytes = fromHex(hex);
  return element(tag, bytes[0]! >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

export function boolean(value: boolean): Uint8Array {
  return element(TAG.BOOLEAN, Uint8Array.of(value ? 0xff : 0));
}

export function oid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split(".").map(Number) as [number, number, ...number[]];
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const digits = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128))
      digits.unshift((high % 128) | 0x80);
    bytes.push(...digits);
  }
  return element(TAG.OID, Uint8Array.from(bytes));
}
