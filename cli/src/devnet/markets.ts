import type { InstrumentConfig } from "@sealbook/wire";

/** The two markets of the development venue. Sizes are chosen so that a lot is worth tens of dollars and a tick a fraction of a basis point. */
export const markets: InstrumentConfig[] = [
  // Tick $0.50, lot 0.001 BTC: 500 millionths of a dollar per tick and lot. Index $60,000.
  perpetual(1, "BTC-PERP", { tickValue: 500n, index: 60_000_000n, priceTicksMax: 2_000_000 }),
  // Tick $0.05, lot 0.01 ETH: 500 millionths again. Index $3,000.
  perpetual(2, "ETH-PERP", { tickValue: 500n, index: 30_000_000n, priceTicksMax: 2_000_000 }),
];

function perpetual(
  instrument: number,
  symbol: string,
  own: { tickValue: bigint; index: bigint; priceTicksMax: number },
): InstrumentConfig {
  return {
    instrument,
    symbol,
    kind: "perpetual",
    tickValue: own.tickValue,
    lotsMax: 1_000_000,
    priceTicksMax: own.priceTicksMax,
    initialPpm: 50_000, // 20× at most
    maintenancePpm: 30_000,
    makerFeePpm: 0,
    takerFeePpm: 500,
    liquidationFeePpm: 10_000,
    index: own.index,
  };
}

/** The price in ticks nearest to an index given as collateral per lot. */
export function ticksOf(market: InstrumentConfig, index: bigint): number {
  return Number((index + market.tickValue / 2n) / market.tickValue);
}
