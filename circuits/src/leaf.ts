/** Leaves of docs/state.md as words. */
import { BATCH_INSTRUMENTS } from "./batch-shape.ts";

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
  readonly kind: number;
  readonly mode: number;
  readonly initialPpm: bigint;
  readonly maintenancePpm: bigint;
  readonly makerFee: bigint;
  readonly takerFee: bigint;
  readonly tickValue: bigint;
  mark: bigint;
  index: bigint;
  fundingIndex: bigint;
  fundingPool: bigint;
  openInterest: bigint;
}

export const POSITIONS = 16;

/** An account without anything. */
export function emptyAccount(): Account {
  return { identity: 0n, flags: 0, key: [0n, 0n], collateral: 0n, nonce: 0n, positions: [] };
}

const raw = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);

/** The twenty words of an account. */
export function accountWords(account: Account): bigint[] {
  const positions = account.positions.map(
    (one) =>
      BigInt(one.instrument) +
      (raw(one.size, 64) << 16n) +
      (raw(one.cost, 64) << 80n) +
      (raw(one.fundingIndex, 96) << 144n),
  );
  return [
    account.identity + (BigInt(account.flags) << 168n),
    ...account.key,
    raw(account.collateral, 64) + (account.nonce << 64n),
    ...positions,
    ...new Array<bigint>(POSITIONS - positions.length).fill(0n),
  ];
}

/** The six words of an instrument. */
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
    one.mark + (one.index << 64n),
    raw(one.fundingIndex, 96),
    raw(one.fundingPool, 64),
    one.openInterest,
  ];
}

/** The header's places, blanks first. */
export function inPlaces(instruments: readonly Instrument[]): (Instrument | undefined)[] {
  const sorted = [...instruments].sort((a, b) => a.id - b.id);
  return [...new Array<undefined>(BATCH_INSTRUMENTS - sorted.length).fill(undefined), ...sorted];
}
