/**
 * Barretenberg's Poseidon2 over the BN254 scalar field, the slow and plain way: the twin of the Rust crate `sealbook-tree` and of
 * `hasher.ts`, for people who check a state root without trusting our binaries. Width 4, S-box x^5, 4 + 4 full and 56 partial rounds
 * (eprint 2023/323). All three read the vectors of `test/vectors/poseidon2`.
 */
import { constants, FULL_ROUNDS, MODULUS, PARTIAL_ROUNDS, RATE, type State } from "./poseidon2-constants.ts";

/** A number that is not a field element. Two encodings of one element are never accepted. */
export class NotCanonicalError extends Error {
  readonly code = "NOT_CANONICAL";
  constructor(value: bigint) {
    super(`${value} is not a BN254 field element: it must be at least 0 and below the modulus`);
    this.name = "NotCanonicalError";
  }
}

/** The permutation. */
export function permute(input: readonly [bigint, bigint, bigint, bigint]): State {
  for (const element of input) requireCanonical(element);
  const { rounds, diagonal } = constants();
  // Without this linear layer the first S-boxes would see the inputs one by one.
  let state = mixExternal([...input]);
  for (const [round, added] of rounds.entries()) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS;
    const [a, b, c, d] = state;
    if (isFull) {
      const [ka, kb, kc, kd] = added;
      state = mixExternal([fifthPower(a + ka), fifthPower(b + kb), fifthPower(c + kc), fifthPower(d + kd)]);
    } else {
      state = mixInternal([fifthPower(a + added[0]), b, c, d], diagonal);
    }
  }
  return state;
}

function fifthPower(value: bigint): bigint {
  const square = (value * value) % MODULUS;
  return (((square * square) % MODULUS) * value) % MODULUS;
}

/** The 4 × 4 matrix of section 5.1 of the paper. */
function mixExternal([a, b, c, d]: State): State {
  return [
    (5n * a + 7n * b + c + 3n * d) % MODULUS,
    (4n * a + 6n * b + c + d) % MODULUS,
    (a + 3n * b + 5n * c + 7n * d) % MODULUS,
    (a + b + 4n * c + 6n * d) % MODULUS,
  ];
}

/** The matrix of ones plus the diagonal (section 5.2). */
function mixInternal([a, b, c, d]: State, [da, db, dc, dd]: State): State {
  const sum = a + b + c + d;
  return [
    (a * da + sum) % MODULUS,
    (b * db + sum) % MODULUS,
    (c * dc + sum) % MODULUS,
    (d * dd + sum) % MODULUS,
  ];
}

/**
 * Hash of any number of elements: fixed-length sponge, rate 3, `length · 2^64` in the capacity, word 0 of the output.
 * Equal to `poseidon2Hash` of bb.js. Throws {@link NotCanonicalError}.
 */
export function hash(input: readonly bigint[]): bigint {
  let state: State = [0n, 0n, 0n, BigInt(input.length) << 64n];
  // The empty input still takes one permutation: the capacity alone is what it hashes.
  for (let start = 0; start === 0 || start < input.length; start += RATE) {
    const block = input.slice(start, start + RATE);
    for (const element of block) requireCanonical(element);
    const [x = 0n, y = 0n, z = 0n] = block;
    const [a, b, c, d] = state;
    state = permute([(a + x) % MODULUS, (b + y) % MODULUS, (c + z) % MODULUS, d]);
  }
  return state[0];
}

/** Hash of an inner node, `hash([left, right])`: one permutation. */
export function hash2(left: bigint, right: bigint): bigint {
  return permute([left, right, 0n, 2n << 64n])[0];
}

function requireCanonical(value: bigint): void {
  if (value < 0n || value >= MODULUS) throw new NotCanonicalError(value);
}
