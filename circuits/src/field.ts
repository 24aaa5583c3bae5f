/** The circuit's field and Poseidon2 over it, outside the circuit. */
import { Hasher, MODULUS, numberOf, WORD_LENGTH, wordOf, hash as wordsHash } from "@sealbook/wire/state";

export { MODULUS };

const hasher = new Hasher();
/** What the fast hasher takes at once; only a batch's words are more. */
const WORDS_MAX = 20;

/** A signed number as a field element. */
export function toField(value: bigint): bigint {
  const rest = value % MODULUS;
  return rest < 0n ? rest + MODULUS : rest;
}

/** Poseidon2 sponge, iv = length · 2^64. */
export function hash(input: readonly bigint[]): bigint {
  if (input.length > WORDS_MAX) return wordsHash([...input]);
  const bytes = new Uint8Array(WORD_LENGTH * input.length);
  for (const [place, word] of input.entries()) bytes.set(wordOf(word), WORD_LENGTH * place);
  return numberOf(hasher.hash(bytes, input.length));
}

/** Leaf of words: 0 if all are. */
export function leaf(words: readonly bigint[]): bigint {
  return words.every((word) => word === 0n) ? 0n : hash(words);
}

/** `P(c) = Σ words[i] · c^(i+1)`. */
export function fingerprint(words: readonly bigint[], c: bigint): bigint {
  return words.reduceRight((sum, word) => ((sum + word) * c) % MODULUS, 0n);
}
