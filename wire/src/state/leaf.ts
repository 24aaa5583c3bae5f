/** What the words of a leaf say (docs/state.md). Numbers in the units of that page. */
import { ParseError } from "../error.ts";
import { ACCOUNT_WORDS, expandWords, INSTRUMENT_WORDS, isUnused, packWords } from "./data.ts";
import { numberOf, WORD_LENGTH } from "./hasher.ts";

export interface PositionLeaf {
  instrument: number;
  /** Lots, negative when short. */
  size: bigint;
  cost: bigint;
  /** Collateral × 2^-32 per lot, as of when funding was last settled. */
  fundingIndex: bigint;
}

export interface AccountLeaf {
  /** 0x-hex, lower case. */
  owner: string;
  subaccount: number;
  flags: number;
  keyX: bigint;
  keyY: bigint;
  /** May be negative. */
  collateral: bigint;
  nonce: bigint;
  /** Ascending by instrument. */
  positions: PositionLeaf[];
}

export interface InstrumentLeaf {
  instrument: number;
  kind: number;
  mode: number;
  tickValue: bigint;
  /** Collateral per lot. */
  mark: bigint;
  index: bigint;
  fundingIndex: bigint;
  fundingPool: bigint;
  openInterest: bigint;
  /** All nine words: the rest (fractions, limits, option terms, requirements) is not needed to leave. */
  words: bigint[];
}

/** Words of a packed leaf as numbers. */
export function wordsOf(packed: Uint8Array, count: number): bigint[] {
  const words = expandWords(packed, count);
  return Array.from({ length: count }, (_, index) => numberOf(words, WORD_LENGTH * index));
}

export const accountWordsOf = (packed: Uint8Array): bigint[] => wordsOf(packed, ACCOUNT_WORDS);
export const instrumentWordsOf = (packed: Uint8Array): bigint[] => wordsOf(packed, INSTRUMENT_WORDS);

const unsigned = (word: bigint, at: bigint, bits: number): bigint => BigInt.asUintN(bits, word >> at);
const signed = (word: bigint, at: bigint, bits: number): bigint => BigInt.asIntN(bits, word >> at);

/** @throws {ParseError} `OUT_OF_RANGE` with the number of the word that no engine writes; undefined for an unused leaf */
export function readAccount(packed: Uint8Array): AccountLeaf | undefined {
  if (isUnused(packed)) return undefined;
  const words = accountWordsOf(packed);
  const [who, keyX, keyY, funds] = words as [bigint, bigint, bigint, bigint];
  if (who >> 176n !== 0n) throw new ParseError("OUT_OF_RANGE", 0);
  if (funds >> 128n !== 0n) throw new ParseError("OUT_OF_RANGE", 3);
  const positions: PositionLeaf[] = [];
  for (const [slot, word] of words.slice(4).entries()) {
    if (word === 0n) continue;
    const position = readPosition(word);
    const isInOrder = positions.length === slot && position.instrument > (positions.at(-1)?.instrument ?? 0);
    if (word >> 240n !== 0n || !isInOrder) throw new ParseError("OUT_OF_RANGE", 4 + slot);
    positions.push(position);
  }
  return {
    owner: `0x${unsigned(who, 0n, 160).toString(16).padStart(40, "0")}`,
    subaccount: Number(unsigned(who, 160n, 8)),
    flags: Number(unsigned(who, 168n, 8)),
    keyX,
    keyY,
    collateral: signed(funds, 0n, 64),
    nonce: unsigned(funds, 64n, 64),
    positions,
  };
}

function readPosition(word: bigint): PositionLeaf {
  return {
    instrument: Number(unsigned(word, 0n, 16)),
    size: signed(word, 16n, 64),
    cost: signed(word, 80n, 64),
    fundingIndex: signed(word, 144n, 96),
  };
}

/** The leaf's packed words: what `readAccount` reads. */
export function writeAccount(account: AccountLeaf): Uint8Array {
  const words: bigint[] = [
    BigInt(account.owner) | (BigInt(account.subaccount) << 160n) | (BigInt(account.flags) << 168n),
    account.keyX,
    account.keyY,
    BigInt.asUintN(64, account.collateral) | (account.nonce << 64n),
    ...account.positions.map(
      ({ instrument, size, cost, fundingIndex }) =>
        BigInt(instrument) |
        (BigInt.asUintN(64, size) << 16n) |
        (BigInt.asUintN(64, cost) << 80n) |
        (BigInt.asUintN(96, fundingIndex) << 144n),
    ),
  ];
  return packWords([...words, ...Array.from({ length: ACCOUNT_WORDS - words.length }, () => 0n)]);
}

/** Undefined for an instrument that was never listed. */
export function readInstrument(packed: Uint8Array): InstrumentLeaf | undefined {
  if (isUnused(packed)) return undefined;
  const words = instrumentWordsOf(packed);
  const [terms, tickValue, prices, fundingIndex, fundingPool, openInterest] = words as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return {
    instrument: Number(unsigned(terms, 0n, 16)),
    kind: Number(unsigned(terms, 16n, 8)),
    mode: Number(unsigned(terms, 24n, 8)),
    tickValue,
    mark: signed(prices, 0n, 64),
    index: signed(prices, 64n, 64),
    fundingIndex: signed(fundingIndex, 0n, 96),
    fundingPool: signed(fundingPool, 0n, 64),
    openInterest,
    words,
  };
}
