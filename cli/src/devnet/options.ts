import type { InstrumentConfig, OptionConfig, Smile } from "@sealbook/wire";

/** The options of the development venue, and the smile its oracles sign for them. Calibration of a toy market, not of any real one. */

const hourUs = 3_600_000_000n;
const dayUs = 24n * hourUs;
/** At-the-money volatility a year. */
const sigma = 0.6;

/** The next 08:00 UTC that is at least two hours ahead, and `days` later. */
export function expiryAfter(nowUs: bigint, days = 0n): bigint {
  const earliest = nowUs + 2n * hourUs;
  const today = (earliest / dayUs) * dayUs + 8n * hourUs;
  return (today >= earliest ? today : today + dayUs) + days * dayUs;
}

/** Calls and puts on the first market: three strikes of the next expiry, one of that a week later. Ids from `firstId`. */
export function developmentOptions(market: InstrumentConfig, nowUs: bigint, firstId: number): OptionConfig[] {
  const next = expiryAfter(nowUs);
  const at = (percent: bigint) => (market.index * percent) / 100n;
  const listed: [strike: bigint, expiryUs: bigint][] = [
    [at(95n), next],
    [at(100n), next],
    [at(105n), next],
    [at(100n), expiryAfter(nowUs, 7n)],
  ];
  return listed.flatMap(([strike, expiryUs], row) =>
    [true, false].map((isCall, column) =>
      option(market, firstId + 2 * row + column, { strike, expiryUs, isCall }),
    ),
  );
}

function option(
  market: InstrumentConfig,
  instrument: number,
  own: { strike: bigint; expiryUs: bigint; isCall: boolean },
): OptionConfig {
  const day = new Date(Number(own.expiryUs / 1000n)).toISOString().slice(0, 10);
  const strike = Number(own.strike / market.tickValue);
  return {
    instrument,
    symbol: `${market.symbol.split("-")[0]}-${day}-${strike}-${own.isCall ? "C" : "P"}`,
    tickValue: market.tickValue,
    lotsMax: 100_000,
    priceTicksMax: market.priceTicksMax,
    makerFeePpm: 0,
    takerFeePpm: 500,
    liquidationFeePpm: 10_000,
    mark: market.tickValue,
    underlying: market.instrument,
    ...own,
  };
}

/** A mild smile around `sigma`, its total variance shrinking with the time left; forward at the index. */
export function smileOf(underlying: number, expiryUs: bigint, nowUs: bigint, index: bigint): Smile {
  const left = Number(expiryUs > nowUs ? expiryUs - nowUs : 0n) / Number(365n * dayUs);
  const variance = sigma ** 2 * left;
  const nano = (value: number) => BigInt(Math.round(value * 1e9));
  const wing = 0.05;
  return {
    underlying,
    expiryUs,
    forward: index,
    a: nano(0.8 * variance),
    b: nano((0.2 * variance) / wing),
    rho: nano(-0.2),
    m: 0n,
    s: nano(wing),
  };
}
