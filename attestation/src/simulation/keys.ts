import { p256 } from "@noble/curves/nist.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { concat, toHex, utf8 } from "../bytes.ts";

/** A P-256 key that a seed and a label determine. Signing is deterministic too (RFC 6979). */
export interface SimulatedKey {
  /** x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** r‖s over SHA-256 of the message, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export function deriveBytes(seed: Uint8Array, label: string): Uint8Array {
  return sha256(concat(utf8(`sealbook.sim.${label}`), seed));
}

export function deriveKey(seed: Uint8Array, label: string): SimulatedKey {
  // 48 bytes reduced modulo the group order: the bias is below 2^-128.
  const secret = p256.utils.randomSecretKey(sha384(concat(utf8(`sealbook.sim.key.${label}`), seed)));
  return {
    publicKey: p256.getPublicKey(secret, false).slice(1),
    sign: (message) => p256.sign(message, secret, { lowS: false, prehash: true }),
  };
}

/** A certificate serial: 20 bytes, positive, never shorter, as Intel's are. */
export function deriveSerial(seed: Uint8Array, label: string): string {
  const bytes = deriveBytes(seed, `serial.${label}`).slice(0, 20);
  bytes[0] = bytes[0]! | 0x40;
  return toHex(bytes);
}
