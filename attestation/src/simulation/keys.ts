import { p256, p384 } from "@noble/curves/nist.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { concat, toHex, utf8 } from "../bytes.ts";

export type Curve = "P-256" | "P-384";

const CURVES = { "P-256": p256, "P-384": p384 } as const;
/** Half as much again as the group order, so that the bias of its reduction is negligible (FIPS 186-5, A.2.1). */
const MATERIAL_P384 = 72;

/** A key that a seed and a label determine. Signing is deterministic too (RFC 6979). */
export interface SimulatedKey {
  readonly curve: Curve;
  /** x‖y, 64 or 96 bytes. */
  readonly publicKey: Uint8Array;
  /** r‖s over SHA-256 (P-256) or SHA-384 (P-384) of the message, 64 or 96 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

export function deriveBytes(seed: Uint8Array, label: string): Uint8Array {
  return sha256(concat(utf8(`sealbook.sim.${label}`), seed));
}

export function deriveKey(seed: Uint8Array, label: string, curve: Curve = "P-256"): SimulatedKey {
  const group = CURVES[curve];
  const input = concat(utf8(`sealbook.sim.key.${label}`), seed);
  const material =
    curve === "P-256" ? sha384(input) : hkdf(sha512, input, undefined, utf8(curve), MATERIAL_P384);
  const secret = group.utils.randomSecretKey(material);
  return {
    curve,
    publicKey: group.getPublicKey(secret, false).slice(1),
    sign: (message) => group.sign(message, secret, { lowS: false, prehash: true }),
  };
}

/** A certificate serial: 20 bytes, positive, never shorter, as Intel's are. */
export function deriveSerial(seed: Uint8Array, label: string): string {
  const bytes = deriveBytes(seed, `serial.${label}`).slice(0, 20);
  bytes[0] = bytes[0]! | 0x40;
  return toHex(bytes);
}
