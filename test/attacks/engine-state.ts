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
  const asked = await Promise.all(traders.map(({ client }) => client.account()));
  const statements = asked.map(({ sequence: _, ...statement }) => statement);
  const sequences = asked.map(({ sequence }) => sequence);
  await closeBatch(venue);
  const enclave = await until("a batch that holds the statements", () => batchOf(venue, sequences));
  const { bids, asks } = await getJson<{ bids: unknown; asks: unknown }>(venue, "/v1/book/1?depth=1000");
  const { stateRoot, accounts, orders, trades } = enclave;
  return { stateRoot, accounts, orders, trades, book: { bids, asks }, statements };
}

/** Batches close by themselves too, so the one asked for may have nothing left to hold: what counts is how far the newest reaches. */
async function batchOf(venue: Venue, sequences: bigint[]): Promise<Status["enclave"] | undefined> {
  const { enclave } = await statusOf(venue);
  const path = `/v1/batches/${enclave.batchNumber}`;
  const batch = await getJson<{ header: { lastSequence: string } }>(venue, path).catch(() => undefined);
  if (batch === undefined) return undefined;
  const isThere = sequences.every((one) => BigInt(batch.header.lastSequence) >= one);
  return isThere ? enclave : undefined;
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
