import { setTimeout as sleep } from "node:timers/promises";
import type { Venue } from "@sealbook/cli/devnet";
import { contractAt } from "@sealbook/contracts";
import type { Claim } from "@sealbook/host";
import { NonceManager } from "ethers";

/** Waits for a condition that the venue will bring about by itself; two minutes is far beyond what any takes. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`Waited two minutes for: ${what}`);
    await sleep(50);
  }
}

export async function getJson<T>(venue: Venue, path: string): Promise<T> {
  const response = await fetch(`${venue.ready.endpoints.http}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export async function closeBatch(venue: Venue): Promise<void> {
  const response = await fetch(`${venue.ready.endpoints.http}/v1/close-batch`, { method: "POST" });
  if (!response.ok) throw new Error(`close-batch: ${response.status}`);
}

export interface Head {
  epoch: bigint;
  batchNumber: bigint;
  lastSequence: bigint;
  stateRoot: string;
}

/** Where the settlement contract stands. */
export async function chainHead(venue: Venue): Promise<Head> {
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  const [epoch, batchNumber, lastSequence, stateRoot] = await settlement.getFunction("head")();
  return { epoch, batchNumber, lastSequence, stateRoot };
}

/** Claims everything an owner may claim, and returns what arrived in its wallet. */
export async function claimAll(venue: Venue, trader: number): Promise<bigint> {
  const wallet = venue.trader(trader);
  const before = await tokenBalance(venue, wallet.address);
  const claims = await until(`withdrawals of ${wallet.address}`, async () => {
    const found = await getJson<{ claims: Claim[] }>(venue, `/v1/withdrawals/${wallet.address}`);
    return found.claims.length > 0 ? found.claims : undefined;
  });
  const settlement = contractAt("Settlement", venue.contracts.settlement, new NonceManager(wallet));
  for (const { header, index, owner, amount, proof } of claims) {
    await (await settlement.getFunction("claim")(header, index, owner, amount, proof)).wait();
  }
  return (await tokenBalance(venue, wallet.address)) - before;
}

export function tokenBalance(venue: Venue, owner: string): Promise<bigint> {
  return contractAt("DevToken", venue.contracts.token, venue.chain.provider).getFunction("balanceOf")(owner);
}
