/** Health as `enclave/engine/src/risk/margin.rs` computes it, of positions alone: requirements times 10^6. */
import type { Account, Instrument, Position } from "./leaf.ts";

const PPM = 1_000_000n;

export interface Health {
  readonly equity: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
}

/** Towards positive infinity; the divisor is positive. */
export function ceilDivide(a: bigint, b: bigint): bigint {
  return -floorDivide(-a, b);
}

/** Towards negative infinity; the divisor is positive. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
export const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Funding a position owes, rounded up. */
export function fundingOwed(position: Position, shared: Instrument): bigint {
  return ceilDivide(position.size * (shared.fundingIndex - position.fundingIndex), 1n << 32n);
}

/** What one lot of a position of this size requires. */
export function lotRequirement(size: bigint, shared: Instrument): { initial: bigint; maintenance: bigint } {
  if (shared.kind === 1)
    return size < 0n
      ? { initial: shared.initialShort, maintenance: shared.maintenanceShort }
      : { initial: shared.mark * PPM, maintenance: 0n };
  const ramp = ceilDivide(absolute(size) * shared.rampPpm, 1n << shared.rampShift);
  return {
    initial: shared.mark * lesser(shared.initialNowPpm + ramp, PPM),
    maintenance: shared.mark * lesser(shared.maintenancePpm + ramp, PPM),
  };
}

export function health(account: Account, instruments: ReadonlyMap<number, Instrument>): Health {
  let [equity, initial, maintenance] = [account.collateral, 0n, 0n];
  for (const position of account.positions) {
    const shared = instruments.get(position.instrument)!;
    const lot = lotRequirement(position.size, shared);
    const lots = absolute(position.size);
    equity += position.size * shared.mark - position.cost - fundingOwed(position, shared);
    initial += lots * lot.initial;
    maintenance += lots * lot.maintenance;
  }
  return { equity, initial, maintenance };
}

/** What one short lot of an option requires at index and mark (risk/option.rs `require`). */
export function shortRequirements(one: Instrument): { initialShort: bigint; maintenanceShort: bigint } {
  if (one.kind === 0) return { initialShort: 0n, maintenanceShort: 0n };
  const { index, mark, strike } = one;
  const out = greater(0n, one.isCall ? strike - index : index - strike);
  const initial = greater(index * 150_000n - out * PPM, index * 100_000n) + mark * PPM;
  if (one.isCall) return { initialShort: initial, maintenanceShort: index * 75_000n + mark * PPM };
  const maintenanceShort = greater(index, mark) * 75_000n + mark * PPM;
  return { initialShort: greater(initial, maintenanceShort), maintenanceShort };
}

/** The zero price of a position (risk/liquidation.rs): the one that leaves equity over maintenance unchanged. */
export function zeroPrice(of: Health, size: bigint, shared: Instrument): bigint {
  const share = floorDivide(lotRequirement(size, shared).maintenance * of.equity, of.maintenance);
  return size > 0n ? shared.mark - share : shared.mark + share;
}
