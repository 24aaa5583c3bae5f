/** Leaves of docs/state.md: values and the words they are packed into, both ways. */

export interface Position {
  readonly instrument: number;
  readonly size: bigint;
  readonly cost: bigint;
  readonly fundingIndex: bigint;
}

export interface Account {
  /** Owner + subaccount · 2^160. 0 in an account nobody opened, and in the insurance fund. */
  identity: bigint;
  flags: number;
  key: [bigint, bigint];
  collateral: bigint;
  nonce: bigint;
  /** Ascending by instrument, none of size 0. */
  positions: Position[];
}

export interface Instrument {
  readonly id: number;
  /** 0 perpetual, 1 option. */
  readonly kind: number;
  mode: number;
  initialPpm: bigint;
  maintenancePpm: bigint;
  makerFee: bigint;
  takerFee: bigint;
  tickValue: bigint;
  mark: bigint;
  index: bigint;
  fundingIndex: bigint;
  fundingPool: bigint;
  openInterest: bigint;
  initialNowPpm: bigint;
  rampPpm: bigint;
  rampShift: bigint;
  liquidationFeePpm: bigint;
  priceTicksMax: bigint;
  lotsMax: bigint;
  strike: bigint;
  expiryUs: bigint;
  underlying: number;
  isCall: boolean;
  isSettled: boolean;
  initialShort: bigint;
  maintenanceShort: bigint;
}

export const POSITIONS = 16;
export const ACCOUNT_WORDS = 20;
export const INSTRUMENT_WORDS = 9;

/** An account without anything. */
export function emptyAccount(): Account {
  return { identity: 0n, flags: 0, key: [0n, 0n], collateral: 0n, nonce: 0n, positions: [] };
}

const raw = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);
const signed = (word: bigint, from: number, bits: number): bigint =>
  BigInt.asIntN(bits, word >> BigInt(from));
const part = (word: bigint, from: number, bits: number): bigint => BigInt.asUintN(bits, word >> BigInt(from));

/** The word of a position; 0 at size 0. */
export function positionWord(one: Position): bigint {
  if (one.size === 0n) return 0n;
  return (
    BigInt(one.instrument) +
    (raw(one.size, 64) << 16n) +
    (raw(one.cost, 64) << 80n) +
    (raw(one.fundingIndex, 96) << 144n)
  );
}

/** The twenty words of an account. */
export function accountWords(account: Account): bigint[] {
  const positions = account.positions.map(positionWord);
  return [
    account.identity + (BigInt(account.flags) << 168n),
    ...account.key,
    raw(account.collateral, 64) + (account.nonce << 64n),
    ...positions,
    ...new Array<bigint>(POSITIONS - positions.length).fill(0n),
  ];
}

/** The account its words say. */
export function accountOf(words: readonly bigint[]): Account {
  const [identity, x, y, money] = words as [bigint, bigint, bigint, bigint];
  return {
    identity: part(identity, 0, 168),
    flags: Number(identity >> 168n),
    key: [x, y],
    collateral: signed(money, 0, 64),
    nonce: part(money, 64, 64),
    positions: words
      .slice(4)
      .filter((word) => word !== 0n)
      .map((word) => ({
        instrument: Number(part(word, 0, 16)),
        size: signed(word, 16, 64),
        cost: signed(word, 80, 64),
        fundingIndex: signed(word, 144, 96),
      })),
  };
}

/** The nine words of an instrument. */
export function instrumentWords(one: Instrument): bigint[] {
  return [
    BigInt(one.id) +
      (BigInt(one.kind) << 16n) +
      (BigInt(one.mode) << 24n) +
      (one.initialPpm << 32n) +
      (one.maintenancePpm << 64n) +
      (raw(one.makerFee, 32) << 96n) +
      (raw(one.takerFee, 32) << 128n),
    one.tickValue,
    raw(one.mark, 64) + (raw(one.index, 64) << 64n),
    raw(one.fundingIndex, 96),
    raw(one.fundingPool, 64),
    one.openInterest,
    one.initialNowPpm +
      (one.rampPpm << 32n) +
      (one.rampShift << 64n) +
      (one.liquidationFeePpm << 72n) +
      (one.priceTicksMax << 104n) +
      (one.lotsMax << 136n),
    one.strike +
      (one.expiryUs << 64n) +
      (BigInt(one.underlying) << 128n) +
      (BigInt(one.isCall) << 144n) +
      (BigInt(one.isSettled) << 152n),
    one.initialShort + (one.maintenanceShort << 64n),
  ];
}

/** The instrument its words say. */
export function instrumentOf(words: readonly bigint[]): Instrument {
  const [first, tickValue, prices, index, pool, openInterest, limits, terms, shorts] = words as bigint[];
  return {
    id: Number(part(first!, 0, 16)),
    kind: Number(part(first!, 16, 8)),
    mode: Number(part(first!, 24, 8)),
    initialPpm: part(first!, 32, 32),
    maintenancePpm: part(first!, 64, 32),
    makerFee: signed(first!, 96, 32),
    takerFee: signed(first!, 128, 32),
    tickValue: tickValue!,
    mark: signed(prices!, 0, 64),
    index: signed(prices!, 64, 64),
    fundingIndex: signed(index!, 0, 96),
    fundingPool: signed(pool!, 0, 64),
    openInterest: openInterest!,
    initialNowPpm: part(limits!, 0, 32),
    rampPpm: part(limits!, 32, 32),
    rampShift: part(limits!, 64, 8),
    liquidationFeePpm: part(limits!, 72, 32),
    priceTicksMax: part(limits!, 104, 32),
    lotsMax: part(limits!, 136, 32),
    strike: part(terms!, 0, 64),
    expiryUs: part(terms!, 64, 64),
    underlying: Number(part(terms!, 128, 16)),
    isCall: part(terms!, 144, 8) === 1n,
    isSettled: part(terms!, 152, 8) === 1n,
    initialShort: part(shorts!, 0, 64),
    maintenanceShort: part(shorts!, 64, 64),
  };
}
