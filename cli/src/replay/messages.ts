/** Between the replay's words and the wire's. */

import type { Command, Fill, InstrumentConfig, Market } from "@sealbook/wire";
import type { LevelChange, ReplayCommand, ReplayMarket, Trade } from "./target.ts";

/** A market wide enough for the flow and so cheap that margin never decides: a tick of a lot is worth 1e-6 of the token. */
export function instrumentFor(market: ReplayMarket): InstrumentConfig {
  return {
    instrument: 1,
    symbol: "REPLAY",
    kind: "perpetual",
    tickValue: 1n,
    lotsMax: market.lotsMax,
    priceTicksMax: market.priceTicksMax,
    initialPpm: 50_000,
    maintenancePpm: 30_000,
    makerFeePpm: 0,
    takerFeePpm: 0,
    liquidationFeePpm: 10_000,
    index: BigInt(market.referenceTicks),
  };
}

export function wireCommand(command: ReplayCommand, instrument: number): Command {
  if (command.kind === "cancel") return { type: "cancel", order: command.clientId };
  const { priceTicks, lots } = command;
  if (command.kind === "amend") return { type: "amend", order: command.clientId, priceTicks, lots };
  const { clientId, side, timeInForce } = command;
  return {
    type: "place",
    clientId,
    instrument,
    side,
    kind: "limit",
    timeInForce,
    priceTicks,
    lots,
    postOnly: false,
    reduceOnly: false,
  };
}

export function levelChanges(market: Market): LevelChange[] {
  return market.levels.map(({ side, priceTicks, lots }) => ({ side, priceTicks, lots: Number(lots) }));
}

/** The maker's word on a trade: the public feed names no orders. */
export function tradeOf({ clientId, priceTicks, lots }: Fill): Trade {
  return { makerClientId: clientId ?? "", priceTicks, lots };
}
