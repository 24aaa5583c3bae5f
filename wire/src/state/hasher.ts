/**
 * Poseidon2 at tens of thousands of permutations a second: the emitted module of `field-module.ts`, one instance a thread. Equal to
 * `poseidon2.ts`, whose vectors and whose answers on random input it must give.
 */
import { ELEMENT_LENGTH, emitFieldModule, LAYOUT, LIMB_BITS, LIMBS, limbsOf } from "./field-module.ts";
import { constants, MODULUS } from "./poseidon2-constants.ts";

/** Bytes of a field element outside the module: canonical, little-endian. */
export const WORD_LENGTH = 32;
/** Words of one input at most: an account leaf. */
export const WORDS_MAX = 20;
const MONTGOMERY = 1n << BigInt(LIMBS * LIMB_BITS);

interface Exports {
  memory: WebAssembly.Memory;
  hash(input: number, count: number, output: number): void;
}

/** Hashes words given as bytes. Reuses its memory: what a call returns is only valid until the next. */
export class Hasher {
  readonly #hash: Exports["hash"];
  readonly #memory: Uint8Array;
  readonly #output: Uint8Array;

  constructor() {
    const { memory, hash } = new WebAssembly.Instance(new WebAssembly.Module(emitFieldModule(MODULUS)))
      .exports as unknown as Exports;
    this.#hash = hash;
    this.#memory = new Uint8Array(memory.buffer);
    this.#output = this.#memory.subarray(OUTPUT, OUTPUT + WORD_LENGTH);
    placeConstants(memory.buffer);
  }

  /** `count` words of 32 bytes, 1 to 20, each canonical, to the hash of them: a view that the next call overwrites. */
  hash(words: Uint8Array, count: number): Uint8Array {
    if (count < 1 || count > WORDS_MAX) throw new RangeError(`a hash is over 1 to ${WORDS_MAX} words`);
    this.#memory.set(words, LAYOUT.free);
    this.#hash(LAYOUT.free, count, OUTPUT);
    return this.#output;
  }

  /** Hash of an inner node; a view that the next call overwrites. */
  hash2(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.#memory.set(left, LAYOUT.free);
    this.#memory.set(right, LAYOUT.free + WORD_LENGTH);
    this.#hash(LAYOUT.free, 2, OUTPUT);
    return this.#output;
  }
}

const OUTPUT = LAYOUT.free + WORDS_MAX * WORD_LENGTH;

function placeConstants(memory: ArrayBufferLike): void {
  const view = new DataView(memory);
  const put = (at: number, integer: bigint) => {
    for (const [index, limb] of limbsOf(integer).entries()) view.setBigUint64(at + 8 * index, limb, true);
  };
  const putElement = (at: number, value: bigint) => put(at, (value * MONTGOMERY) % MODULUS);
  put(LAYOUT.rSquared, (MONTGOMERY * MONTGOMERY) % MODULUS);
  put(LAYOUT.one, 1n);
  const { rounds, diagonal } = constants();
  for (const [index, value] of diagonal.entries()) {
    putElement(LAYOUT.diagonal + index * ELEMENT_LENGTH, value);
  }
  for (const [round, added] of rounds.entries()) {
    if (round >= 4 && round < 60) {
      putElement(LAYOUT.partial + (round - 4) * ELEMENT_LENGTH, added[0]);
      continue;
    }
    const at =
      round < 4
        ? LAYOUT.firstFull + 4 * round * ELEMENT_LENGTH
        : LAYOUT.lastFull + 4 * (round - 60) * ELEMENT_LENGTH;
    for (const [index, value] of added.entries()) putElement(at + index * ELEMENT_LENGTH, value);
  }
  for (let count = 0; count <= WORDS_MAX; count++) {
    putElement(LAYOUT.capacities + count * ELEMENT_LENGTH, BigInt(count) << 64n);
  }
}

/** A field element as 32 little-endian bytes. */
export function wordOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(WORD_LENGTH);
  const view = new DataView(bytes.buffer);
  for (let limb = 0; limb < 4; limb++) {
    view.setBigUint64(8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)), true);
  }
  return bytes;
}

/** 32 little-endian bytes as a number. */
export function numberOf(word: Uint8Array, at = 0): bigint {
  const view = new DataView(word.buffer, word.byteOffset + at, WORD_LENGTH);
  return (
    view.getBigUint64(0, true) |
    (view.getBigUint64(8, true) << 64n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(24, true) << 192n)
  );
}
