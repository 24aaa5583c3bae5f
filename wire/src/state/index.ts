/**
 * The venue's state outside the enclave (docs/state.md): leaves, trees, batch data, what an account is worth. For whoever rebuilds the state
 * from the chain, checks a root, or leaves; runs in browsers too.
 */
export * from "./blob.ts";
export * from "./data.ts";
export * from "./exit-value.ts";
export { Hasher, numberOf, WORD_LENGTH, wordOf } from "./hasher.ts";
export * from "./leaf.ts";
export { hash, hash2, NotCanonicalError, permute } from "./poseidon2.ts";
export { MODULUS } from "./poseidon2-constants.ts";
export * from "./tree.ts";
export * from "./venue-state.ts";
