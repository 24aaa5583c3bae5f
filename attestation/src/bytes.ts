/** Byte arithmetic that every parser here shares: hex, base64, little-endian reads. No Node built-ins. */

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_VALUE = new Int8Array(128).fill(-1);
for (let i = 0; i < BASE64.length; i++) BASE64_VALUE[BASE64.charCodeAt(i)] = i;

const encoder = new TextEncoder();
// `ignoreBOM` keeps a byte-order mark in the text, so that text → bytes is the exact inverse of bytes → text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]!];
  return text;
}

/** @throws {RangeError} when the text has an odd length or a digit that is not hexadecimal. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new RangeError("hex text has an odd number of digits");
  if (!/^[0-9a-fA-F]*$/.test(text)) throw new RangeError("hex text has a character that is no hex digit");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64[(word >> 18) & 63]! + BASE64[(word >> 12) & 63]!;
    text += i + 1 < bytes.length ? BASE64[(word >> 6) & 63]! : "=";
    text += i + 2 < bytes.length ? BASE64[word & 63]! : "=";
  }
  return text;
}

/**
 * Strict RFC 4648 base64 with padding; line breaks are skipped, anything else is refused, and so are non-zero
 * bits behind the last byte (two texts must not mean one certificate).
 * @throws {RangeError}
 */
export function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let word = 0;
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a || code === 0x0d) continue;
    if (code === 0x3d) {
      padding++;
      continue;
    }
    const value = code < 128 ? BASE64_VALUE[code]! : -1;
    if (value < 0 || padding > 0) throw new RangeError("base64 text has a character out of place");
    word = ((word << 6) | value) & 0xffffff;
    if (++digits % 4 === 0) {
      bytes[length++] = word >> 16;
      bytes[length++] = (word >> 8) & 0xff;
      bytes[length++] = word & 0xff;
    }
  }
  const rest = digits % 4;
  if ((digits + padding) % 4 !== 0 || padding > 2 || rest === 1)
    throw new RangeError("base64 text is cut short");
  if (rest === 2) {
    if ((word & 0x0f) !== 0) throw new RangeError("base64 text has bits behind its last byte");
    bytes[length++] = (word >> 4) & 0xff;
  } else if (rest === 3) {
    if ((word & 0x03) !== 0) throw new RangeError("base64 text has bits behind its last byte");
    bytes[length++] = (word >> 10) & 0xff;
    bytes[length++] = (word >> 2) & 0xff;
  }
  return bytes.slice(0, length);
}

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** @throws {TypeError} when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A character a byte, whatever the length: arguments spread over a call are limited by the stack. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Plain comparison: everything compared here is public, so nothing is gained by constant time. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

export function u16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}

export function u32(bytes: Uint8Array, offset: number): number {
  return (u16(bytes, offset) | (u16(bytes, offset + 2) << 16)) >>> 0;
}

export function u64(bytes: Uint8Array, offset: number): bigint {
  return BigInt(u32(bytes, offset)) | (BigInt(u32(bytes, offset + 4)) << 32n);
}
