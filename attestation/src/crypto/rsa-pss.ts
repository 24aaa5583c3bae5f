import type { RsaPublicKey } from "./backend.ts";

const HASH_LENGTH = 48;
const SALT_LENGTH = 48;
const TRAILER = 0xbc;

function toBigInt(bytes: Uint8Array): bigint {
  let text = "0x0";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return BigInt(text);
}

function toBytes(value: bigint, length: number): Uint8Array {
  const text = value.toString(16).padStart(length * 2, "0");
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** base^exponent mod modulus. Public values only: no constant time is needed or offered. */
function power(base: bigint, exponent: number, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let bits = exponent; bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** MGF1, RFC 8017 appendix B.2.1. */
function mask(seed: Uint8Array, length: number, hash: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(length / HASH_LENGTH) * HASH_LENGTH);
  const block = new Uint8Array(seed.length + 4);
  block.set(seed);
  for (let counter = 0; counter * HASH_LENGTH < length; counter++) {
    new DataView(block.buffer).setUint32(seed.length, counter);
    out.set(hash(block), counter * HASH_LENGTH);
  }
  return out.subarray(0, length);
}

/** RSASSA-PSS-VERIFY, RFC 8017 section 8.1.2 with EMSA-PSS-VERIFY of section 9.1.2; SHA-384, 48-byte salt. */
export function verifyRsaPss384(
  key: RsaPublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  hash: (bytes: Uint8Array) => Uint8Array,
): boolean {
  const length = key.modulus.length;
  const modulus = toBigInt(key.modulus);
  const value = toBigInt(signature);
  if (signature.length !== length || length < 256 || value >= modulus) return false;
  if ((key.modulus[0]! & 0x80) === 0) return false; // sizes that are no whole number of bytes do not occur here
  const encoded = toBytes(power(value, key.exponent, modulus), length);

  const seam = length - HASH_LENGTH - 1;
  if (encoded[length - 1] !== TRAILER || (encoded[0]! & 0x80) !== 0) return false;
  const digest = encoded.subarray(seam, seam + HASH_LENGTH);
  const data = mask(digest, seam, hash).map((byte, i) => byte ^ encoded[i]!);
  data[0] = data[0]! & 0x7f;

  const padding = seam - SALT_LENGTH - 1;
  for (let i = 0; i < padding; i++) if (data[i] !== 0) return false;
  if (data[padding] !== 0x01) return false;

  const inner = new Uint8Array(8 + HASH_LENGTH + SALT_LENGTH);
  inner.set(hash(message), 8);
  inner.set(data.subarray(padding + 1), 8 + HASH_LENGTH);
  return hash(inner).every((byte, i) => byte === digest[i]);
}
