/**
 * Parameters of Barretenberg's Poseidon2 over the BN254 scalar field: width 4, S-box x^5, 4 + 4 full and 56 partial rounds (eprint
 * 2023/323). No table of constants: they are derived from the public generator they came from, so there is nothing to mistype.
 */

/** The BN254 scalar modulus (EIP-197: the order of the curve). */
export const MODULUS = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export type State = [bigint, bigint, bigint, bigint];

export const WIDTH = 4;
export const RATE = 3;
export const FULL_ROUNDS = 8;
export const PARTIAL_ROUNDS = 56;
const BITS = 254;

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

export interface Constants {
  rounds: State[]; // a partial round has one constant and three zeros
  diagonal: State; // of the internal matrix, less the one that the matrix of ones supplies
}

function derive(): Constants {
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

/** Derived at first use: some 10 ms. */
export function constants(): Constants {
  derived ??= derive();
  return derived;
}
