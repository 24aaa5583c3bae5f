import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { encodeFrame } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeBatch } from "../e2e/on-chain.ts";
import { engineState, ping, restingOrder } from "./engine-state.ts";
import { clearCode, RawConnection, RawSession, tcpAddress, wireName } from "./raw-session.ts";

/** B30: what was executed once is executed once, whoever repeats it, in whatever way, before and after a restart. */
let venue: Venue;
let watcher: ConnectedTrader;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  await venue.deposit(1, 1_000_000_000n);
  watcher = await connectTrader(venue, 0);
});
afterAll(async () => {
  watcher?.close();
  await venue?.stop();
});

describe("the same sealed bytes again", () => {
  test("are a DUPLICATE of the last counter, with no second effect, and the session goes on", async () => {
    const session = await RawSession.open(venue, 0);
    // No client id: nothing but the counter stands between the replay and a second order.
    const frame = session.sealCommands([restingOrder(null), restingOrder(null)]);
    session.send(frame);
    expect([(await session.nextResult()).code, (await session.nextResult()).code]).toEqual([0, 0]);
    const before = await engineState(venue, [watcher]);

    for (let i = 0; i < 5; i++) session.send(frame);
    for (let i = 0; i < 5; i++) {
      const { code, counter, detail } = await session.nextError();
      expect([wireName(code), counter, detail]).toEqual(["DUPLICATE", 1n, 1n]);
    }
    expect(await engineState(venue, [watcher])).toEqual(before);
    expect((await session.ask(ping(4n)))[0]?.detail).toBe(4n);
    session.close();
  });

  test("from another connection belong to no session there, and the session's own connection is unharmed", async () => {
    const session = await RawSession.open(venue, 0);
    const frame = session.sealCommands([restingOrder(null)]);
    session.send(frame);
    await session.nextResult();
    const unsent = session.sealCommands([ping(6n)]);
    const before = await engineState(venue, [watcher]);

    const thief = await RawConnection.dial(tcpAddress(venue));
    thief.send(frame);
    expect(clearCode(await thief.next())).toBe("UNKNOWN_SESSION");
    thief.send(unsent);
    expect(clearCode(await thief.next())).toBe("UNKNOWN_SESSION");
    thief.close();

    expect(await engineState(venue, [watcher])).toEqual(before);
    session.send(unsent);
    expect((await session.nextResult()).detail).toBe(6n);
    session.close();
  });

  test("with one bit turned open nothing and end the session", async () => {
    const session = await RawSession.open(venue, 0);
    const frame = session.sealCommands([restingOrder(null)]);
    const before = await engineState(venue, [watcher]);
    const bent = Uint8Array.from(frame);
    bent[20] = (bent[20] ?? 0) ^ 1;
    session.send(bent);
    expect(wireName((await session.nextError()).code)).toBe("BAD_SEAL");
    await session.connection.closed();
    expect(await engineState(venue, [watcher])).toEqual(before);
  });

  test("under a counter of their own do not open either: the counter is part of the seal", async () => {
    const session = await RawSession.open(venue, 0);
    const frame = Uint8Array.from(session.seal(encodeFrame([restingOrder(null)])));
    session.send(frame);
    await session.nextResult();
    const before = await engineState(venue, [watcher]);
    frame[8] = 2;
    session.send(frame);
    expect(wireName((await session.nextError()).code)).toBe("BAD_SEAL");
    expect(await engineState(venue, [watcher])).toEqual(before);
  });
});

describe("the same client order id again", () => {
  const order = restingOrder("once", { priceTicks: 1_234, lots: 3 });

  test("names the same order: in the session, after a reconnect, after a kill and a restart", async () => {
    const first = await RawSession.open(venue, 1);
    const [placed] = await first.ask(order);
    expect([placed?.code, placed?.status]).toEqual([0, "resting"]);
    const [again] = await first.ask(order);
    expect(again?.orderId).toBe(placed?.orderId);
    first.close();

    const second = await RawSession.open(venue, 1, { delegated: first.delegated });
    const [reconnected] = await second.ask(order);
    expect([reconnected?.code, reconnected?.orderId]).toEqual([0, placed?.orderId]);
    const [other] = await second.ask({ ...order, lots: 4 });
    expect([wireName(other?.code ?? 0), other?.detail]).toEqual(["CLIENT_ID_CONFLICT", placed?.orderId]);
    second.close();

    await closeBatch(venue);
    watcher.close();
    await venue.host.kill();
    await venue.restartHost();
    watcher = await connectTrader(venue, 0);

    // The wallet need not sign again; the session key is the same, only the enclave's key is new.
    const third = await RawSession.open(venue, 1, { delegated: first.delegated });
    expect(third.opened.epoch).toBe(BigInt(venue.ready.epoch));
    const [restarted] = await third.ask(order);
    expect([restarted?.code, restarted?.orderId]).toEqual([0, placed?.orderId]);
    const [swept] = await third.ask({ type: "cancel-all", instrument: null });
    expect(swept?.detail).toBe(1n); // one order, however often it was sent
    third.close();
  });
});

test("a withdrawal with a nonce already used is a DUPLICATE and pays once", async () => {
  const session = await RawSession.open(venue, 1);
  const before = await watcherOf(1);
  const [paid] = await session.ask({ type: "withdraw", nonce: 1n, amount: 1_000_000n });
  expect(paid?.code).toBe(0);
  const [again] = await session.ask({ type: "withdraw", nonce: 1n, amount: 1_000_000n });
  expect(wireName(again?.code ?? 0)).toBe("DUPLICATE");
  const [ahead] = await session.ask({ type: "withdraw", nonce: 9n, amount: 1_000_000n });
  expect([wireName(ahead?.code ?? 0), ahead?.detail]).toEqual(["NONCE_WINDOW", 2n]);
  session.close();
  expect(await watcherOf(1)).toBe(before - 1_000_000n);
});

async function watcherOf(trader: number): Promise<bigint> {
  const { client } = await connectTrader(venue, trader);
  const { collateral } = await client.account();
  client.close();
  return collateral;
}
