/** One instrument's book, from a snapshot and the gap-free messages behind it. */
import { crc32c, type Market, type Side } from "@sealbook/wire";
import { SdkError } from "../errors.ts";

/** `{type: "snapshot", …}` as the feed sends it: levels as [ticks, lots], best first. */
export interface Snapshot {
  instrument: number;
  epoch: bigint;
  sequence: bigint;
  bids: [ticks: number, lots: bigint][];
  asks: [ticks: number, lots: bigint][];
}

/** Messages are missing between what the book has and what came. */
export interface Gap {
  instrument: number;
  /** The book's last sequence. */
  at: bigint;
  /** The sequence the message says it follows. */
  follows: bigint;
}

export interface Level {
  ticks: number;
  lots: bigint;
}

/** The book's levels are not the venue's: a message was lost, or changed, on the way. */
export interface Mismatch {
  instrument: number;
  sequence: bigint;
  expected: number;
  actual: number;
}

const checkedLevels = 10;

export class FeedBook {
  readonly instrument: number;
  epoch: bigint;
  sequence: bigint;
  readonly #sides: Record<Side, Map<number, bigint>>;

  constructor(snapshot: Snapshot) {
    this.instrument = snapshot.instrument;
    this.epoch = snapshot.epoch;
    this.sequence = snapshot.sequence;
    this.#sides = { buy: new Map(snapshot.bids), sell: new Map(snapshot.asks) };
  }

  /** Applies what follows; ignores what the snapshot already holds. Returns the gap if something is missing: start over. */
  apply(message: Market): Gap | "applied" | "old" {
    const isSame = message.epoch === this.epoch && message.sequence === this.sequence;
    // A book too long for one message goes on in others of the same sequence. Levels are absolute, so twice is as once.
    const isContinued = isSame && message.previousSequence === message.sequence;
    const isBehind =
      message.epoch < this.epoch || (message.epoch === this.epoch && message.sequence <= this.sequence);
    if (isBehind && !isContinued) return "old";
    const isFresh = message.previousSequence === 0n;
    if (!isFresh && message.previousSequence !== this.sequence) {
      return { instrument: this.instrument, at: this.sequence, follows: message.previousSequence };
    }
    // 0 follows nothing: a recovered enclave begins its book anew.
    if (isFresh) for (const side of Object.values(this.#sides)) side.clear();
    for (const { side, priceTicks, lots } of message.levels) {
      if (lots === 0n) this.#sides[side].delete(priceTicks);
      else this.#sides[side].set(priceTicks, lots);
    }
    this.epoch = message.epoch;
    this.sequence = message.sequence;
    return "applied";
  }

  /**
   * CRC-32C of the ten best levels of each side (docs/wire.md, `ticker`): what the venue's ticker says of its book at
   * `bookSequence`, this book must say of itself at the same sequence.
   */
  checksum(): number {
    const sides = [this.bids(checkedLevels), this.asks(checkedLevels)] as const;
    const bytes = new DataView(new ArrayBuffer((sides[0].length + sides[1].length) * 12 + 1));
    let at = 0;
    sides.forEach((side, i) => {
      if (i === 1) bytes.setUint8(at++, 0x2f);
      for (const { ticks, lots } of side) {
        bytes.setUint32(at, ticks, true);
        bytes.setBigUint64(at + 4, lots, true);
        at += 12;
      }
    });
    return crc32c(new Uint8Array(bytes.buffer));
  }

  /** Best first. */
  bids(depth = Number.POSITIVE_INFINITY): Level[] {
    return levels(this.#sides.buy, (a, b) => b - a, depth);
  }

  /** Best first. */
  asks(depth = Number.POSITIVE_INFINITY): Level[] {
    return levels(this.#sides.sell, (a, b) => a - b, depth);
  }
}

function levels(side: Map<number, bigint>, order: (a: number, b: number) => number, depth: number): Level[] {
  const sorted = [...side].sort(([a], [b]) => order(a, b)).slice(0, depth);
  return sorted.map(([ticks, lots]) => ({ ticks, lots }));
}

/** Reads a text message of the feed. @throws {SdkError} E_CONNECTION if it is no snapshot */
export function parseSnapshot(text: string): Snapshot {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SdkError("E_CONNECTION", "a text message of the feed is not JSON", { cause });
  }
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  const isSide = (value: unknown): value is [number, number][] =>
    Array.isArray(value) &&
    value.every((level) => Array.isArray(level) && level.length === 2 && level.every(isCount));
  const { type, instrument, epoch, sequence, bids, asks } = json ?? {};
  if (
    type !== "snapshot" ||
    !isCount(instrument) ||
    !isCount(epoch) ||
    !isCount(sequence) ||
    !isSide(bids) ||
    !isSide(asks)
  ) {
    throw new SdkError("E_CONNECTION", "a text message of the feed is no snapshot");
  }
  const side = (all: [number, number][]) =>
    all.map(([ticks, lots]): [number, bigint] => [ticks, BigInt(lots)]);
  return { instrument, epoch: BigInt(epoch), sequence: BigInt(sequence), bids: side(bids), asks: side(asks) };
}
