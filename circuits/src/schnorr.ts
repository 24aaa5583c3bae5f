/** Signing for the circuit: Schnorr over Grumpkin, challenge by Poseidon2. See gadgets/schnorr.nr. */
import { createHash } from "node:crypto";
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { bn254 } from "@noble/curves/bn254.js";
import { hash, MODULUS } from "./field.ts";

/** Order of the Grumpkin group: the coordinates of BN254. */
const ORDER = bn254.fields.Fp.ORDER;

const Grumpkin = weierstrass({
  p: MODULUS,
  n: ORDER,
  h: 1n,
  a: 0n,
  b: MODULUS - 17n,
  Gx: 1n,
  Gy: 17631683881184975370165255887551781615748388533673675138860n,
});

export interface Signature {
  readonly s: bigint;
  readonly e: bigint;
}

/** Key of a secret, x and y. */
export function publicKey(secret: bigint): [bigint, bigint] {
  const { x, y } = Grumpkin.BASE.multiply(secret).toAffine();
  return [x, y];
}

/** Signs a field element. The nonce derives from secret and message, so no signature repeats one with another message. */
export function sign(secret: bigint, message: bigint): Signature {
  const key = publicKey(secret);
  const nonceBytes = createHash("sha512").update(`sealbook nonce ${secret} ${message}`).digest("hex");
  const k = (BigInt(`0x${nonceBytes}`) % (ORDER - 1n)) + 1n;
  const r = Grumpkin.BASE.multiply(k).toAffine();
  const e = hash([r.x, r.y, ...key, message]);
  const s = (((k - e * secret) % ORDER) + ORDER) % ORDER;
  return { s, e };
}
