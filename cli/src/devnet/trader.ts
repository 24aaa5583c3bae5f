import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { simulatedMeasurement } from "@sealbook/contracts";
import { type Client, type ConnectOptions, connect, RejectError, simulatedTrust } from "@sealbook/sdk";
import type { ResultEvent } from "@sealbook/wire";
import { hexlify } from "ethers";
import { DependencyError } from "../errors.ts";
import type { Trader } from "./bots.ts";
import { enclaveLibrary, type Venue } from "./venue.ts";

/** A client of the venue that trades for one of its funded wallets. */
export interface ConnectedTrader extends Trader {
  client: Client;
  close(): void;
}

/**
 * Verifies the venue's enclave as any user would, opens a session for trader `index` over TCP, and waits until its deposit has been
 * credited.
 */
export async function connectTrader(
  venue: Venue,
  index: number,
  options: Partial<ConnectOptions> = {},
): Promise<ConnectedTrader> {
  const { endpoints } = venue.ready;
  const client = await connect({
    url: endpoints.http,
    address: `tcp://${endpoints.tcp.host}:${endpoints.tcp.port}`,
    wallet: venue.trader(index),
    trust: trustOf(venue),
    ...options,
  });
  await untilCredited(client);
  return {
    client,
    send: async (commands) => (await client.batch(commands)).map(settled),
    close: () => client.close(),
  };
}

/** What a developer pins: the simulated roots, this build's measurement, these contracts. */
export function trustOf(venue: Venue) {
  const { registry, settlement } = venue.contracts;
  return simulatedTrust({
    venue: { chainId: venue.chainId, registry, settlement },
    pkiSeed: hexlify(venue.seed),
    mrEnclave: simulatedMeasurement(readFileSync(enclaveLibrary)).mrEnclave,
  });
}

/** A reject is an outcome; anything else is a failure of the venue. */
function settled(outcome: PromiseSettledResult<ResultEvent>): ResultEvent {
  if (outcome.status === "fulfilled") return outcome.value;
  if (outcome.reason instanceof RejectError && outcome.reason.result) return outcome.reason.result;
  throw outcome.reason;
}

/** Deposits reach the enclave a few polls after their block. */
export async function untilCredited(client: Client): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const collateral = await client.account().then(
      (account) => account.collateral,
      (error) => {
        if (error instanceof RejectError && error.wire === "NO_ACCOUNT") return 0n;
        throw error;
      },
    );
    if (collateral > 0n) return;
    await sleep(100);
  }
  throw new DependencyError("venue", "did not credit a deposit within a minute");
}
