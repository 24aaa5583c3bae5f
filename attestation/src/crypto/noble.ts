import { p256, p384 } from "@noble/curves/nist.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import type { CryptoBackend } from "./backend.ts";
import { verifyRsaPss384 } from "./rsa-pss.ts";

const UNCOMPRESSED = 0x04;

function uncompressed(publicKey: Uint8Array): Uint8Array {
  const point = new Uint8Array(publicKey.length + 1);
  point[0] = UNCOMPRESSED;
  point.set(publicKey, 1);
  return point;
}

/** Pure JavaScript, audited (noble): runs in a browser. The default. */
export const nobleCrypto: CryptoBackend = {
  name: "noble",
  sha256: (message) => sha256(message),
  sha384: (message) => sha384(message),

  verifyP256(publicKey, message, signature) {
    if (publicKey.length !== 64 || signature.length !== 64) return false;
    try {
      return p256.verify(signature, message, uncompressed(publicKey), { lowS: false, prehash: true });
    } catch {
      return false; // a key off the curve or a scalar out of range
    }
  },

  verifyP384(publicKey, message, signature) {
    if (publicKey.length !== 96 || signature.length !== 96) return false;
    try {
      return p384.verify(signature, message, uncompressed(publicKey), { lowS: false, prehash: true });
    } catch {
      return false;
    }
  },

  verifyRsaPss384: (key, message, signature) => verifyRsaPss384(key, message, signature, sha384),
};
