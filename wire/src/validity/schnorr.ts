/**
 * Schnorr over Grumpkin with a Poseidon2 challenge: `R = s·G + e·P`, valid if `e = Poseidon2(R.x, R.y, P.x, P.y, message)`. What a session
 * key signs in validity mode, and what `circuits/gadgets/schnorr.nr` checks.
 */
import { hash } from "../state/poseidon2.ts";
import { GENERATOR, GRUMPKIN_ORDER, isOnCurve, multiply, sum } from "./grumpkin.ts";

export interface Signature {
  readonly s: bigint;
  readonly e: bigint;
}

/** A session key, x and y: what `Inbox.registerKey` takes. */
export type SessionKey = readonly [x: bigint, y: bigint];

/** Keeps nonces apart from every other use of the hash. */
const TAG_NONCE = 0x6e6f6e6365n; // "nonce"

/** @throws {RangeError} unless `0 < secret < order` */
export function sessionKeyOf(secret: bigint): [bigint, bigint] {
  if (secret <= 0n || secret >= GRUMPKIN_ORDER)
    throw new RangeError("A session secret is above 0 and below the order of Grumpkin.");
  const { x, y } = multiply(GENERATOR, secret);
  return [x, y];
}

/**
 * Signs a field element. The nonce is Poseidon2 of secret and message, so no nonce serves two messages. It is uniform below the field's
 * modulus, which is within 2^-126 of uniform below the order.
 */
export function signMessage(secret: bigint, message: bigint): Signature {
  const key = sessionKeyOf(secret);
  const low = (1n << 128n) - 1n;
  const nonce = hash([TAG_NONCE, secret & low, secret >> 128n, message]);
  const commitment = multiply(GENERATOR, nonce);
  const e = hash([commitment.x, commitment.y, ...key, message]);
  const s = (((nonce - e * secret) % GRUMPKIN_ORDER) + GRUMPKIN_ORDER) % GRUMPKIN_ORDER;
  return { s, e };
}

/** Whether the key signed the message. */
export function isSigned(key: SessionKey, message: bigint, { s, e }: Signature): boolean {
  const point = { x: key[0], y: key[1] };
  if (!isOnCurve(point) || s < 0n || s >= GRUMPKIN_ORDER || e <= 0n) return false;
  try {
    const commitment = s === 0n ? multiply(point, e) : sum(multiply(GENERATOR, s), multiply(point, e));
    return hash([commitment.x, commitment.y, ...key, message]) === e;
  } catch {
    return false; // the sum is the point at infinity
  }
}
