/** What a batch publishes: a header, a word an instrument, two words an operation. From these and the leaves before, anyone has the leaves after. */

/** What an operation did. Amounts 1e-6 of the token; `identity` is owner + subaccount · 2^160. */
export type Effect =
  | { readonly kind: "noop" }
  | {
      readonly kind: "deposit";
      readonly account: number;
      readonly identity: bigint;
      readonly amount: bigint;
      readonly isNew: boolean;
    }
  | { readonly kind: "insurance"; readonly amount: bigint }
  /** A forced withdrawal (`forced`) or a signed one: `debit` left the account, `paid` the venue. */
  | {
      readonly kind: "forced" | "withdraw";
      readonly account: number;
      readonly identity: bigint;
      readonly asked: bigint;
      readonly debit: bigint;
      readonly paid: bigint;
    }
  /** An inbox entry consumed without effect. */
  | { readonly kind: "skip" }
  | {
      readonly kind: "key";
      readonly account: number;
      readonly identity: bigint;
      readonly isY: boolean;
      readonly data: bigint;
    }
  | {
      readonly kind: "trade";
      readonly maker: number;
      readonly taker: number;
      readonly instrument: number;
      readonly price: bigint;
      readonly lots: bigint;
      readonly isTakerBuy: boolean;
      readonly makerOrder: bigint;
      readonly takerOrder: bigint;
    }
  | {
      readonly kind: "liquidate";
      readonly account: number;
      readonly instrument: number;
      readonly lots: bigint;
      /** Zero price a lot. */
      readonly price: bigint;
    };

export const KINDS = [
  "noop",
  "deposit",
  "insurance",
  "forced",
  "skip",
  "key",
  "withdraw",
  "trade",
  "liquidate",
] as const;

const at = (value: bigint | number | boolean, bit: number): bigint => BigInt(value) << BigInt(bit);
const part = (word: bigint, bit: number, bits: number): bigint => BigInt.asUintN(bits, word >> BigInt(bit));

/** The two words of an effect. */
export function emitEffect(effect: Effect): [bigint, bigint] {
  const kind = BigInt(KINDS.indexOf(effect.kind));
  switch (effect.kind) {
    case "noop":
    case "skip":
      return [kind, 0n];
    case "insurance":
      return [kind + at(effect.amount, 196), 0n];
    case "deposit":
      return [
        kind +
          at(effect.account, 4) +
          at(effect.identity, 28) +
          at(effect.amount, 196) +
          at(effect.isNew, 252),
        0n,
      ];
    case "key":
      return [kind + at(effect.account, 4) + at(effect.identity, 28) + at(effect.isY, 252), effect.data];
    case "forced":
    case "withdraw":
      return [
        kind + at(effect.account, 4) + at(effect.identity, 28) + at(effect.paid, 196),
        effect.asked + at(effect.debit, 64),
      ];
    case "trade":
      return [
        kind +
          at(effect.maker, 4) +
          at(effect.taker, 28) +
          at(effect.instrument, 52) +
          at(effect.price, 68) +
          at(effect.lots, 100) +
          at(effect.isTakerBuy, 141),
        effect.makerOrder + at(effect.takerOrder, 30),
      ];
    case "liquidate":
      return [
        kind + at(effect.account, 4) + at(effect.instrument, 52) + at(effect.lots, 100),
        effect.price + (1n << 79n),
      ];
  }
}

/** A word that says no operation. */
export class WordError extends Error {
  readonly code = "BATCH_WORD";
  constructor(word: bigint) {
    super(
      `BATCH_WORD: 0x${word.toString(16)} says no operation. Were the words taken from an accepted batch?`,
    );
    this.name = "WordError";
  }
}

/** The effect two words say. @throws {WordError} */
export function parseEffect(first: bigint, second: bigint): Effect {
  const kind = KINDS[Number(part(first, 0, 4))];
  const account = Number(part(first, 4, 24));
  const identity = part(first, 28, 168);
  const amount = part(first, 196, 56);
  const instrument = Number(part(first, 52, 16));
  const lots = part(first, 100, 41);
  const flag = part(first, 252, 1) === 1n;
  const effect = ((): Effect | undefined => {
    switch (kind) {
      case "noop":
      case "skip":
        return { kind };
      case "insurance":
        return { kind, amount };
      case "deposit":
        return { kind, account, identity, amount, isNew: flag };
      case "key":
        return { kind, account, identity, isY: flag, data: second };
      case "forced":
      case "withdraw":
        return {
          kind,
          account,
          identity,
          asked: part(second, 0, 64),
          debit: second >> 64n,
          paid: amount,
        };
      case "trade":
        return {
          kind,
          maker: account,
          taker: Number(part(first, 28, 24)),
          instrument,
          price: part(first, 68, 32),
          lots,
          isTakerBuy: part(first, 141, 1) === 1n,
          makerOrder: part(second, 0, 30),
          takerOrder: part(second, 30, 30),
        };
      case "liquidate":
        return { kind, account, instrument, lots, price: second - (1n << 79n) };
      default:
        return undefined;
    }
  })();
  // One reading: what does not read back to the same words was not written by a batch.
  const back = effect && emitEffect(effect);
  if (!effect || back?.[0] !== first || back[1] !== second) throw new WordError(first);
  return effect;
}

/** An instrument's prices as a header publishes them. */
export interface Quote {
  readonly instrument: number;
  readonly mark: bigint;
  readonly index: bigint;
  readonly fundingIndex: bigint;
}

export function emitQuote(quote: Quote | undefined): bigint {
  if (!quote) return 0n;
  const index = BigInt.asUintN(96, quote.fundingIndex);
  return BigInt(quote.instrument) + at(quote.mark, 16) + at(quote.index, 64) + at(index, 112);
}

export function parseQuote(word: bigint): Quote | undefined {
  if (word === 0n) return undefined;
  return {
    instrument: Number(part(word, 0, 16)),
    mark: part(word, 16, 48),
    index: part(word, 64, 48),
    fundingIndex: BigInt.asIntN(96, word >> 112n),
  };
}

/** Words before the instruments'. */
export const HEADER_WORDS = 5;

export interface BatchWords {
  readonly domain: bigint;
  readonly time: bigint;
  readonly round: bigint;
  readonly fillsBefore: bigint;
  readonly fillsAfter: bigint;
  readonly held: bigint;
  readonly quotes: readonly (Quote | undefined)[];
  readonly effects: readonly Effect[];
}

export function emitWords(batch: BatchWords): bigint[] {
  return [
    batch.domain,
    batch.time + at(batch.round, 64),
    batch.fillsBefore,
    batch.fillsAfter,
    batch.held,
    ...batch.quotes.map(emitQuote),
    ...batch.effects.flatMap(emitEffect),
  ];
}

/** Reads the words of a batch over so many instruments. @throws {WordError} */
export function parseWords(words: readonly bigint[], instruments: number): BatchWords {
  const [domain, clock, fillsBefore, fillsAfter, held] = words as bigint[];
  const effects: Effect[] = [];
  for (let place = HEADER_WORDS + instruments; place + 1 < words.length; place += 2)
    effects.push(parseEffect(words[place]!, words[place + 1]!));
  return {
    domain: domain!,
    time: part(clock!, 0, 64),
    round: clock! >> 64n,
    fillsBefore: fillsBefore!,
    fillsAfter: fillsAfter!,
    held: held!,
    quotes: words.slice(HEADER_WORDS, HEADER_WORDS + instruments).map(parseQuote),
    effects,
  };
}
