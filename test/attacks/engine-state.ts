import type { ConnectedTrader, Venue } from "@sealbook/cli/devnet";
import type { AccountEvent, Command, Place } from "@sealbook/wire";
import { closeBatch, getJson, until } from "../e2e/on-chain.ts";

/** What an attack must leave as it was. */
export interface EngineState {
  /** Of the batch closed for this look: every leaf of every account and instrument is under it. */
  stateRoot: string;
  accounts: number;
  orders: number;
  trades: number;
  book: unknown;
  statements: Omit<AccountEvent, "sequence">[];
}

interface Status {
  enclave: {
    state: number;
    sequence: number;
    commands: number;
    batchNumber: number;
    stateRoot: string;
    accounts: number;
    orders: number;
    trades: number;
  };
  gateway: { connections: number; frames: number; tooLarge: number };
}

export function statusOf(venue: Venue): Promise<Status> {
  return getJson<Status>(venue, "/v1/status");
}

/**
 * The engine's state as of now: closes a batch and reads the root the enclave computed for it, the public book, and each trader's own
 * statement. Two looks with nothing in between but refused input are equal.
 */
export async function engineState(venue: Venue, traders: ConnectedTrader[]): Promise<EngineState> {
  const statements = await Promise.all(
    traders.map(async ({ client }) => {
      const { sequence: _, ...statement } = await client.account();
      return statement;
    }),
  );
  const { batchNumber } = (await statusOf(venue)).enclave;
  // The statements were sequenced, so there is something to close.
  await closeBatch(venue);
  const { enclave } = await until("a closed batch", async () => {
    const now = await statusOf(venue);
    return now.enclave.batchNumber > batchNumber ? now : undefined;
  });
  const { bids, asks } = await getJson<{ bids: unknown; asks: unknown }>(venue, "/v1/book/1?depth=1000");
  const { stateRoot, accounts, orders, trades } = enclave;
  return { stateRoot, accounts, orders, trades, book: { bids, asks }, statements };
}

/** A limit order far below the market, which rests. */
export function restingOrder(clientId: string | null, own: Partial<Place> = {}): Place {
  return {
    type: "place",
    clientId,
    instrument: 1,
    side: "buy",
    kind: "limit",
    timeInForce: "good-till-cancel",
    priceTicks: 1_000,
    lots: 1,
    postOnly: false,
    reduceOnly: false,
    ...own,
  };
}

export function ping(token = 0n): Command {
  return { type: "ping", token };
}
