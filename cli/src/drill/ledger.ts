import type { AccountEvent, Fill, InstrumentConfig } from "@sealbook/wire";

interface Holding {
  size: bigint;
  cost: bigint;
}

/**
 * What a trader knows from its own fills and nothing else: deposits, prices, sizes, fees. Written without the state library, the engine
 * or the contract, because the drill compares all three with it.
 */
export class Ledger {
  collateral: bigint;
  readonly holdings = new Map<number, Holding>();
  readonly #tickValues: Map<number, bigint>;

  constructor(deposit: bigint, instruments: Pick<InstrumentConfig, "instrument" | "tickValue">[]) {
    this.collateral = deposit;
    this.#tickValues = new Map(instruments.map(({ instrument, tickValue }) => [instrument, tickValue]));
  }

  filled({ instrument, side, lots, priceTicks, fee }: Fill): void {
    const tickValue = this.#tickValues.get(instrument);
    if (tickValue === undefined)
      throw new Error(`A fill in instrument ${instrument}, which was never listed.`);
    const signed = side === "buy" ? BigInt(lots) : -BigInt(lots);
    const holding = this.holdings.get(instrument) ?? { size: 0n, cost: 0n };
    holding.size += signed;
    holding.cost += signed * BigInt(priceTicks) * tickValue;
    this.collateral -= fee;
    if (holding.size === 0n) {
      this.collateral -= holding.cost;
      this.holdings.delete(instrument);
    } else this.holdings.set(instrument, holding);
  }

  withdrawn(amount: bigint): void {
    this.collateral -= amount;
  }

  /** What differs from the enclave's own statement; nothing when all is well. */
  differences(statement: AccountEvent): string[] {
    const found: string[] = [];
    if (statement.collateral !== this.collateral)
      found.push(`collateral ${statement.collateral}, the fills say ${this.collateral}`);
    const held = new Map(
      statement.positions.map(({ instrument, lots, cost }) => [instrument, { size: lots, cost }]),
    );
    for (const instrument of new Set([...held.keys(), ...this.holdings.keys()])) {
      const [theirs, ours] = [held.get(instrument), this.holdings.get(instrument)];
      if (theirs?.size !== ours?.size || theirs?.cost !== ours?.cost) {
        found.push(
          `instrument ${instrument}: ${theirs?.size ?? 0n} lots at ${theirs?.cost ?? 0n}, the fills say ${ours?.size ?? 0n} at ${ours?.cost ?? 0n}`,
        );
      }
    }
    return found;
  }

  /** Value at given marks, before funding. */
  value(markOf: (instrument: number) => bigint): bigint {
    let value = this.collateral;
    for (const [instrument, { size, cost }] of this.holdings) value += size * markOf(instrument) - cost;
    return value;
  }
}
