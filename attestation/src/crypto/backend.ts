/**
 * What the verifier needs from cryptography, and nothing more. Synchronous, so that `verify` stays a plain function.
 * Two implementations give the same answers: `noble.ts` (any JavaScript engine) and `node.ts` (OpenSSL, faster).
 */
export interface CryptoBackend {
  readonly name: string;
  sha256(message: Uint8Array): Uint8Array;
  sha384(message: Uint8Array): Uint8Array;
  /**
   * ECDSA over P-256 with SHA-256. `publicKey` is x‖y (64 bytes), `signature` r‖s (64 bytes, big-endian).
   * High s is accepted (Intel and P256VERIFY do); a key off the curve or a zero or oversized scalar is `false`.
   */
  verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** ECDSA over P-384 with SHA-384. `publicKey` is x‖y (96 bytes), `signature` r‖s (96 bytes). */
  verifyP384(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** RSASSA-PSS, SHA-384, MGF1-SHA-384, salt of 48 bytes: how AMD's root and signing keys sign. */
  verifyRsaPss384(key: RsaPublicKey, message: Uint8Array, signature: Uint8Array): boolean;
}

export interface RsaPublicKey {
  /** Big-endian, no leading zero. */
  readonly modulus: Uint8Array;
  readonly exponent: number;
  /** SubjectPublicKeyInfo, DER: what OpenSSL imports. */
  readonly spki: Uint8Array;
}
