import { type Market, type PublicMessage, parsePublicMessage, Reader } from "@sealbook/wire";

/**
 * One instrument's level-2 book, rebuilt from public messages behind the durable cursor. A message with `previousSequence` 0 replaces
 * the book: so an enclave that recovered begins its epoch, and so the first message of a book looks.
 */
export class Book {
  readonly instrument: number;
  epoch = 0n;
  sequence = 0n;
  /** Messages that did not follow the last one. The enclave's chain is gap-free, so this stays 0. */
  gaps = 0;
  readonly #bids = new Map<number, bigint>();
  readonly #asks = new Map<number, bigint>();

  constructor(instrument: number) {
    this.instrument = instrument;
  }

  apply(message: Market): void {
    if (message.previousSequence === 0n) {
      this.#bids.clear();
      this.#asks.clear();
    } else if (message.previousSequence !== this.sequence) this.gaps += 1;
    for (const level of message.levels) {
      const side = level.side === "buy" ? this.#bids : this.#asks;
      if (level.lots === 0n) side.delete(level.priceTicks);
      else side.set(level.priceTicks, level.lots);
    }
    this.epoch = message.epoch;
    this.sequence = message.sequence;
  }

  snapshot(depth = Number.POSITIVE_INFINITY): BookSnapshot {
    return {
      instrument: this.instrument,
      epoch: Number(this.epoch),
      sequence: Number(this.sequence),
      bids: sorted(this.#bids, (a, b) => b - a, depth),
      asks: sorted(this.#asks, (a, b) => a - b, depth),
    };
  }
}

/** Levels as `[ticks, lots]`, best first. */
export interface BookSnapshot {
  instrument: number;
  epoch: number;
  sequence: number;
  bids: [ticks: number, lots: number][];
  asks: [ticks: number, lots: number][];
}

/**
 * The public message in these bytes. The codec's whole-message structure check is left out: these bytes come from our own enclave at the
 * rate of its commands, and a fault still throws.
 */
export function readPublic(bytes: Uint8Array): PublicMessage {
  return parsePublicMessage(new Reader(bytes));
}

function sorted(
  side: Map<number, bigint>,
  order: (a: number, b: number) => number,
  depth: number,
): [number, number][] {
  return [...side.keys()]
    .sort(order)
    .slice(0, depth)
    .map((ticks) => [ticks, Number(side.get(ticks))]);
}
