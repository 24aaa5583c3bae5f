/** The circuit's field and Poseidon2 over it, outside the circuit. */
import { poseidon2Hash } from "@zkpassport/poseidon2";

/** The BN254 scalar modulus. */
export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** A signed number as a field element. */
export function toField(value: bigint): bigint {
  const rest = value % MODULUS;
  return rest < 0n ? rest + MODULUS : rest;
}

/** Poseidon2 sponge, iv = length · 2^64. */
export function hash(input: readonly bigint[]): bigint {
  return poseidon2Hash([...input]);
}

/** Leaf of words: 0 if all are. */
export function leaf(words: readonly bigint[]): bigint {
  return words.every((word) => word === 0n) ? 0n : hash(words);
}

/** `P(c) = Σ words[i] · c^(i+1)`. */
export function fingerprint(words: readonly bigint[], c: bigint): bigint {
  return words.reduceRight((sum, word) => ((sum + word) * c) % MODULUS, 0n);
}
