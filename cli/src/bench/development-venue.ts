import { setTimeout as sleep } from "node:timers/promises";
import { ticksOf } from "../devnet/markets.ts";
import { Venue } from "../devnet/venue.ts";
import { DependencyError } from "../errors.ts";
import { enclaveStatus } from "./enclave-status.ts";
import type { BenchVenue, StartVenue } from "./venue.ts";

/** A venue of its own for one benchmark: Anvil, contracts, enclave, host on loopback, wallets funded, no bots in the book. */
export const startDevelopmentVenue: StartVenue = async (options) => {
  const venue = await Venue.start({ batchCommandsMax: options.batchCommandsMax, batchUsMax: 3_600_000_000n });
  try {
    const traders = Array.from({ length: options.traders }, (_, i) => i);
    for (const trader of traders) await venue.deposit(trader, options.collateral);
    await untilCredited(venue.ready.endpoints.http, options.traders);
    return describe(venue, traders);
  } catch (error) {
    await venue.stop();
    throw error;
  }
};

function describe(venue: Venue, traders: number[]): BenchVenue {
  const market = venue.markets[0];
  if (!market) throw new DependencyError("venue", "lists no market");
  const { http, tcp, unix } = venue.ready.endpoints;
  return {
    httpUrl: http,
    tcp,
    unix,
    dataDir: venue.dataDir,
    rpcUrl: venue.chain.url,
    market: { instrument: market.instrument, priceTicks: ticksOf(market, market.index) },
    walletKeys: traders.map((trader) => venue.trader(trader).privateKey),
    stop: () => venue.stop(),
  };
}

/** Deposits reach the enclave a few polls after their block; a session opened before has no account yet. */
async function untilCredited(httpUrl: string, traders: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  // Account 0 is the insurance fund.
  while ((await enclaveStatus(httpUrl)).accounts <= traders) {
    if (performance.now() > deadline)
      throw new DependencyError("venue", "did not credit the deposits in a minute");
    await sleep(100);
  }
}
