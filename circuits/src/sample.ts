/** For benches and tests: an instrument with nothing special about it. */
import type { Instrument } from "./leaf.ts";

/** A perpetual of 10 % and 5 %, a tick of 0.001, worth 50 a lot, fees of -100 and 500 ppm. */
export function samplePerpetual(change: Partial<Instrument> = {}): Instrument {
  return {
    id: 1,
    kind: 0,
    mode: 0,
    initialPpm: 100_000n,
    maintenancePpm: 50_000n,
    makerFee: -100n,
    takerFee: 500n,
    tickValue: 1_000n,
    mark: 50_000_000n,
    index: 50_000_000n,
    fundingIndex: 0n,
    fundingPool: 0n,
    openInterest: 0n,
    initialNowPpm: 100_000n,
    rampPpm: 0n,
    rampShift: 0n,
    liquidationFeePpm: 0n,
    priceTicksMax: 10_000_000n,
    lotsMax: 1_000_000n,
    strike: 0n,
    expiryUs: 0n,
    underlying: 0,
    isCall: false,
    isSettled: false,
    initialShort: 0n,
    maintenanceShort: 0n,
    ...change,
  };
}
