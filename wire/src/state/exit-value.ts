/** What an account is worth when it leaves: positions closed at the marks of the last accepted state. The engine, the escape hatch and this file must agree to the unit. */
import type { AccountLeaf, InstrumentLeaf, PositionLeaf } from "./leaf.ts";

/** A position in an instrument the state does not have: no engine writes that. */
export class UnknownInstrumentError extends Error {
  readonly code = "UNKNOWN_INSTRUMENT";
  constructor(instrument: number) {
    super(`a position is in instrument ${instrument}, which the state does not have: the data is damaged`);
    this.name = "UnknownInstrumentError";
  }
}

/**
 * `collateral + Σ (size · mark − cost) − Σ ceil(size · (index now − index of the position) / 2^32)`, 1e-6 of the token; negative for a
 * bankrupt account. Funding is rounded up, for or against the account alike, so the fund never pays for dust.
 * @throws {UnknownInstrumentError}
 */
export function equityOf(
  account: AccountLeaf,
  instrumentOf: (id: number) => InstrumentLeaf | undefined,
): bigint {
  return account.positions.reduce((equity, position) => {
    const instrument = instrumentOf(position.instrument);
    if (instrument === undefined) throw new UnknownInstrumentError(position.instrument);
    return equity + position.size * instrument.mark - position.cost - fundingOwed(position, instrument);
  }, account.collateral);
}

/** `ceil(size · (index now − index of the position) / 2^32)`. */
export function fundingOwed(position: PositionLeaf, instrument: InstrumentLeaf): bigint {
  // A shift of a negative BigInt rounds down, so the ceiling is the negated floor of the negated number.
  return -(-(position.size * (instrument.fundingIndex - position.fundingIndex)) >> 32n);
}

/** What a unit of equity is paid (docs/exit.md). */
export interface Scale {
  numerator: bigint;
  denominator: bigint;
}

/**
 * What accounts other than the insurance fund are owed: all equity is `net`, what was deposited less what was promised to withdrawals; those
 * who are owed are owed what the others owe (`deficit`, a positive number) on top; the fund bears first, where its equity is positive.
 */
export function owedOf(net: bigint, deficit: bigint, insurance: bigint): bigint {
  const owed = net + deficit - (insurance > 0n ? insurance : 0n);
  return owed > 0n ? owed : 0n;
}

/** Enough for all: each is paid to the unit. Else they share what is held. */
export const scaleOf = (held: bigint, owed: bigint): Scale =>
  held >= owed ? { numerator: 1n, denominator: 1n } : { numerator: held, denominator: owed };

/** What an equity pays: floor of its share, nothing when negative. */
export const paidOf = (equity: bigint, { numerator, denominator }: Scale): bigint =>
  equity <= 0n ? 0n : (equity * numerator) / denominator;
