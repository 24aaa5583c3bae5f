/**
 * splitmix64 (Steele, Lea and Flood 2014), the generator of the common workload: 64-bit state, one output a call.
 * Kept in BigInt for exactness; bots draw a few thousand numbers a second.
 */
export class Random {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = BigInt.asUintN(64, seed);
  }

  next(): bigint {
    this.#state = BigInt.asUintN(64, this.#state + 0x9e3779b97f4a7c15n);
    let z = this.#state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }

  /** Uniform enough integer in [0, n): `next() mod n`, as the workload defines it. */
  below(n: number): number {
    return Number(this.next() % BigInt(n));
  }

  /** In [0, 1). */
  unit(): number {
    return Number(this.next() >> 11n) / 2 ** 53;
  }

  /** Standard normal by Box–Muller, for the oracle's walk. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}
