/** Operations between the commands that made them and the batches that prove them: where a batch ends, and that both led to the same leaves. */
import {
  applyBatch,
  type Batch,
  instrumentWords,
  type Operation,
  type Prices,
  type Shape,
  type State,
} from "@sealbook/circuits";
import type { Entry } from "../prove/path-chain.ts";
import { quoteOf } from "./rounds.ts";
import { accountsOf } from "./twin.ts";

/** A batch to be proven. */
export interface Cut {
  readonly batch: Batch;
  readonly entries: readonly Entry[];
  readonly operations: number;
  readonly time: bigint;
  /** Everything up to this sequence is in this batch or one before. */
  readonly through: bigint;
}

/** An operation and the command it came of. */
export interface Waiting {
  readonly operation: Operation;
  readonly sequence: bigint;
  readonly entry?: Entry;
}

/** Where the commands have led. */
export interface Ahead {
  /** Leaves after everything taken so far. */
  readonly state: State;
  /** µs: time of the batch that is being filled. */
  readonly time: bigint;
  /** Last command taken. */
  readonly sequence: bigint;
}

export class Batches {
  readonly #state: State;
  readonly #shape: Shape;
  readonly #domain: bigint;
  #waiting: Waiting[] = [];

  /** `state`: leaves and fills after the last batch that was cut; moved by each. */
  constructor(state: State, shape: Shape, domain: bigint) {
    this.#state = state;
    this.#shape = shape;
    this.#domain = domain;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(operations: readonly Waiting[]): void {
    this.#waiting.push(...operations);
  }

  /** The next batch: as many waiting operations as it holds, or `most`. */
  cut(ahead: Ahead, most = this.#shape.operations): Cut {
    const count = this.#prefix(most);
    const taken = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    const quotes = [...ahead.state.instruments.values()].map((one) => quoteOf(instrumentWords(one)));
    const prices: Prices = { time: ahead.time, round: ahead.state.round, quotes };
    const operations = taken.map(({ operation }) => operation);
    const batch = applyBatch(this.#state, this.#shape, this.#domain, prices, operations);
    if (this.waiting === 0) this.#checkAgreement(ahead.state, operations);
    const next = this.#waiting[0]?.sequence;
    return {
      batch,
      entries: taken.flatMap(({ entry }) => (entry ? [entry] : [])),
      operations: count,
      time: ahead.time,
      through: next === undefined ? ahead.sequence : next - 1n,
    };
  }

  /** Whether one batch has room for these. */
  fits(operations: readonly Operation[]): boolean {
    const accounts = new Set([0, ...operations.flatMap(accountsOf)]);
    return operations.length <= this.#shape.operations && accounts.size <= this.#shape.accounts;
  }

  #prefix(most: number): number {
    let count = 0;
    const limit = Math.min(most, this.waiting);
    while (count < limit && this.fits(this.#waiting.slice(0, count + 1).map((one) => one.operation))) count++;
    return count;
  }

  /** With nothing waiting, batches and commands have led to the same leaves. */
  #checkAgreement(ahead: State, operations: readonly Operation[]): void {
    for (const id of new Set([0, ...operations.flatMap(accountsOf)])) {
      const [a, b] = [this.#state, ahead].map((state) => state.accounts.get(id));
      if (JSON.stringify(a, plain) !== JSON.stringify(b, plain))
        throw new Error(`Account ${id} is not the same in the batch and ahead of it.`);
    }
  }
}

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
