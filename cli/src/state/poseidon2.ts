/**
 * Barretenberg's Poseidon2 over the BN254 scalar field, the slow and plain way: the twin of the Rust crate `sealbook-tree` for
 * people who check a state root without trusting our binaries. Width 4, S-box x^5, 4 + 4 full and 56 partial rounds
 * (eprint 2023/323). Both read the vectors of `test/vectors/poseidon2`.
 *
 * No table of constants: they are derived from the public generator they came from, so there is nothing to mistype.
 */

/** The BN254 scalar modulus (EIP-197: the order of the curve). */
export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

type State = [bigint, bigint, bigint, bigint];

const WIDTH = 4;
const RATE = 3;
const FULL_ROUNDS = 8;
const PARTIAL_ROUNDS = 56;
const BITS = 254;

/** A number that is not a field element. Two encodings of one element are never accepted. */
export class NotCanonicalError extends Error {
  readonly code = "NOT_CANONICAL";
  constructor(value: bigint) {
    super(`${value} is not a BN254 field element: it must be at least 0 and below the modulus`);
    this.name = "NotCanonicalError";
  }
}

/** The Grain LFSR of eprint 2019/458, appendix F, in self-shrinking mode, seeded with this permutation's parameters. */
function* grainBits(): Generator<bigint, never> {
  const binary = (value: number, width: number): string => value.toString(2).padStart(width, "0");
  const seed = [
    binary(1, 2), // a prime field
    binary(0, 4), // S-box x^5
    binary(BITS, 12),
    binary(WIDTH, 12),
    binary(FULL_ROUNDS, 10),
    binary(PARTIAL_ROUNDS, 10),
    "1".repeat(30),
  ].join("");
  const register = [...seed].map(Number);
  const shift = (): number => {
    const bit = [62, 51, 38, 23, 13, 0].reduce((sum, position) => sum ^ register[position]!, 0);
    register.shift();
    register.push(bit);
    return bit;
  };
  for (let warmUp = 0; warmUp < 160; warmUp++) shift();
  for (;;) {
    while (shift() === 0) shift();
    yield BigInt(shift());
  }
}

interface Constants {
  rounds: State[]; // a partial round has one constant and three zeros
  diagonal: State; // of the internal matrix, less the one that the matrix of ones supplies
}

function deriveConstants(): Constants {
  const bits = grainBits();
  const draw = (): bigint => {
    let value = 0n;
    for (let bit = 0; bit < BITS; bit++) value = (value << 1n) | bits.next().value;
    return value;
  };
  const element = (): bigint => {
    for (;;) {
      const value = draw();
      if (value < MODULUS) return value;
    }
  };

  const rounds: State[] = [];
  for (let round = 0; round < FULL_ROUNDS + PARTIAL_ROUNDS; round++) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS;
    rounds.push(isFull ? [element(), element(), element(), element()] : [element(), 0n, 0n, 0n]);
  }
  // The designers' draws for the diagonal are reduced, not discarded; the fifth is the first to pass their subspace test.
  for (let rejected = 0; rejected < 4 * WIDTH; rejected++) draw();
  const entry = (): bigint => modulo(draw() - 1n);
  return { rounds, diagonal: [entry(), entry(), entry(), entry()] };
}

function modulo(value: bigint): bigint {
  const rest = value % MODULUS;
  return rest < 0n ? rest + MODULUS : rest;
}

let derived: Constants | undefined;

/** The permutation. */
export function permute(input: readonly [bigint, bigint, bigint, bigint]): State {
  for (const element of input) requireCanonical(element);
  derived ??= deriveConstants();
  const { rounds, diagonal } = derived;
  // Without this linear layer the first S-boxes would see the inputs one by one.
  let state = mixExternal([...input]);
  for (const [round, constants] of rounds.entries()) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + PARTIAL_ROUNDS;
    const [a, b, c, d] = state;
    if (isFull) {
      const [ka, kb, kc, kd] = constants;
      state = mixExternal([fifthPower(a + ka), fifthPower(b + kb), fifthPower(c + kc), fifthPower(d + kd)]);
    } else {
      state = mixInternal([fifthPower(a + constants[0]), b, c, d], diagonal);
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
