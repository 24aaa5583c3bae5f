import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectedTrader, connectTrader, Random, Venue } from "@sealbook/cli/devnet";
import { RejectError, SdkError } from "@sealbook/sdk";
import type { Command, ResultEvent } from "@sealbook/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, until } from "./on-chain.ts";

/**
 * F01: kill -9 of the host at a random moment under load. Every command acknowledged as `written` is there afterwards with its
 * first result, none is there twice, and the next batch extends the chain's state root. `SEALBOOK_CYCLES` repeats it, `SEALBOOK_SEED`
 * replays it.
 */
const cycles = Number(process.env.SEALBOOK_CYCLES ?? 3);
const seed = BigInt(process.env.SEALBOOK_SEED ?? 7);
const ordersPerFrame = 8;
const cancelEvery = 3; // every third frame cancels the one before, so the book stays small over many cycles

interface Acknowledged {
  clientId: string;
  result: ResultEvent;
}

let venue: Venue;
const random = new Random(seed);

beforeAll(async () => {
  venue = await Venue.start({ batchCommandsMax: 500 });
  await venue.deposit(0, 1_000_000_000_000n);
});
afterAll(() => venue?.stop());

test(`kill -9 under load, ${cycles} times, seed ${seed}`, {
  timeout: 120_000 + cycles * 20_000,
}, async () => {
  let nextId = 0;
  const everSent = new Set<string>();
  for (let cycle = 0; cycle < cycles; cycle++) {
    const trader = await connectTrader(venue, 0, { attemptsMax: 0 });
    const acknowledged: Acknowledged[] = [];
    const cancelled = new Set<string>();
    const sent: string[] = [];
    const killing = sleep(50 + random.below(400)).then(() => venue.host.kill());

    // Load until the connection dies: frames in flight, not one at a time.
    let isDead = false;
    const inFlight: Promise<void>[] = [];
    for (let frame = 0; !isDead; frame++) {
      const { commands, ids, cancels } = frameOf(frame, nextId, sent);
      nextId += ids.length;
      sent.push(...ids);
      for (const id of ids) everSent.add(id);
      inFlight.push(
        trader.client
          .batch(commands)
          .then((outcomes) => {
            outcomes.forEach((outcome, i) => {
              const id = ids[i];
              if (outcome.status === "fulfilled" && id)
                acknowledged.push({ clientId: id, result: outcome.value });
              else if (outcome.status === "rejected" && !(outcome.reason instanceof RejectError))
                isDead = true;
            });
            if (!isDead) for (const id of cancels) cancelled.add(id);
          })
          .catch((error) => {
            if (!(error instanceof SdkError)) throw error;
            isDead = true;
          }),
      );
      if (inFlight.length >= 16) await inFlight.shift();
    }
    trader.close();
    await Promise.all(inFlight);
    await killing;
    expect(acknowledged.length).toBeGreaterThan(0);

    await venue.restartHost();
    const after = await connectTrader(venue, 0);
    await everyAcknowledgedIsThere(after, acknowledged);
    await noneIsThereTwice(after, sent, acknowledged);
    await theNextBatchExtendsTheChain(after);
    after.close();
  }
  expect(everSent.size).toBe(nextId);
});

/** Places far from any match, so that what rests is what was placed. */
function frameOf(
  frame: number,
  nextId: number,
  sent: string[],
): { commands: Command[]; ids: string[]; cancels: string[] } {
  if (frame % cancelEvery === cancelEvery - 1) {
    const cancels = sent.slice(-ordersPerFrame);
    return { commands: cancels.map((order) => ({ type: "cancel", order })), ids: [], cancels };
  }
  const ids = Array.from({ length: ordersPerFrame }, (_, i) => `k-${nextId + i}`);
  const commands = ids.map(
    (clientId): Command => ({
      type: "place",
      clientId,
      instrument: 1,
      side: "buy",
      kind: "limit",
      timeInForce: "good-till-cancel",
      priceTicks: 1_000 + random.below(1_000),
      lots: 1,
      postOnly: false,
      reduceOnly: false,
    }),
  );
  return { commands, ids, cancels: [] };
}

async function query(trader: ConnectedTrader, clientIds: string[]): Promise<ResultEvent[]> {
  const results: ResultEvent[] = [];
  for (let i = 0; i < clientIds.length; i += 32) {
    results.push(
      ...(await trader.send(clientIds.slice(i, i + 32).map((clientId) => ({ type: "query", clientId })))),
    );
  }
  return results;
}

async function everyAcknowledgedIsThere(
  trader: ConnectedTrader,
  acknowledged: Acknowledged[],
): Promise<void> {
  const found = await query(
    trader,
    acknowledged.map(({ clientId }) => clientId),
  );
  found.forEach((answer, i) => {
    const { clientId, result } = acknowledged[i] ?? {};
    expect({ clientId, code: answer.code, orderId: answer.orderId }).toEqual({
      clientId,
      code: 0,
      orderId: result?.orderId,
    });
  });
}

/** Sending every id again must change nothing that exists: the same order answers, or a new one is made only where none was. */
async function noneIsThereTwice(
  trader: ConnectedTrader,
  sent: string[],
  acknowledged: Acknowledged[],
): Promise<void> {
  const answers = await query(trader, sent);
  const orderIds = answers.filter((answer) => answer.orderId !== 0n).map((answer) => answer.orderId);
  expect(new Set(orderIds).size).toBe(orderIds.length);
  const resting = answers.filter((answer) => answer.status === "resting").length;
  // Everything this account has in the book is one of the ids it sent, once each.
  const [swept] = await trader.send([{ type: "cancel-all", instrument: null }]);
  expect(swept?.code).toBe(0);
  expect(Number(swept?.detail)).toBe(resting);
  expect(orderIds.length).toBeGreaterThanOrEqual(acknowledged.length);
}

/** The contract accepts a batch only if it starts from its own state root: recovery that differed by a bit would end here. */
async function theNextBatchExtendsTheChain(trader: ConnectedTrader): Promise<void> {
  const before = await chainHead(venue);
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  const head = await until("the batch after recovery on chain", async () => {
    const now = await chainHead(venue);
    return now.lastSequence >= sequence ? now : undefined;
  });
  expect(head.epoch).toBe(BigInt(venue.ready.epoch));
  expect(head.batchNumber).toBeGreaterThan(before.batchNumber);
}
