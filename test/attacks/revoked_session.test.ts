import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { RejectError } from "@sealbook/sdk";
import type { ResultEvent } from "@sealbook/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeBatch } from "../e2e/on-chain.ts";
import { engineState, ping, restingOrder } from "./engine-state.ts";
import { RawSession, wireName } from "./raw-session.ts";

/** B34: a session key that was revoked or has expired does nothing from the next sequenced command on, also after a restart. */
let venue: Venue;
let watcher: ConnectedTrader;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  await venue.deposit(1, 1_000_000_000n);
  watcher = await connectTrader(venue, 1, { delegationNonce: 1_000n });
});
afterAll(async () => {
  watcher?.close();
  await venue?.stop();
});

const said = (result: ResultEvent | undefined) => [wireName(result?.code ?? 0), result?.detail];

test("revoked: the very next command of every older key is refused, in every session, for good", async () => {
  const old = await RawSession.open(venue, 1, { terms: { nonce: 10n } });
  const fresh = await RawSession.open(venue, 1, { terms: { nonce: 11n } });
  expect((await old.ask(restingOrder("before")))[0]?.status).toBe("resting");

  // A key may void itself and the ones before it, never one after it: a stolen old key cannot lock out its successors.
  expect(said((await old.ask({ type: "revoke", nonce: 12n }))[0])).toEqual(["SCOPE", 0n]);
  // Inside one frame: the command before the revocation counts, the one behind it does not.
  const [placed, revoked, late] = await old.ask(
    restingOrder("inside"),
    { type: "revoke", nonce: 11n },
    restingOrder("late"),
  );
  expect([placed?.code, revoked?.code]).toEqual([0, 0]);
  expect(said(late)).toEqual(["KEY_REVOKED", 11n]);

  const before = await engineState(venue, [watcher]);
  for (const command of [
    restingOrder("again"),
    { type: "cancel", order: "before" },
    { type: "cancel-all", instrument: null },
    { type: "amend", order: "before", priceTicks: 900, lots: 1 },
    { type: "withdraw", nonce: 1n, amount: 1n },
    { type: "revoke", nonce: 2_000n },
  ] as const) {
    const [answer] = await old.ask(command);
    expect([command.type, ...said(answer)]).toEqual([command.type, "KEY_REVOKED", 11n]);
  }
  expect(await engineState(venue, [watcher])).toEqual(before);

  // A key with a newer nonce was not meant.
  expect((await fresh.ask(ping(7n)))[0]?.detail).toBe(7n);
  fresh.close();
  old.close();

  // The same delegation in a new session, and in a new boot of the enclave: the floor is state.
  const reopened = await RawSession.open(venue, 1, { delegated: old.delegated });
  expect(said((await reopened.ask(restingOrder("reopened")))[0])).toEqual(["KEY_REVOKED", 11n]);
  reopened.close();
  await closeBatch(venue);
  watcher.close();
  await venue.host.kill();
  await venue.restartHost();
  watcher = await connectTrader(venue, 1, { delegationNonce: 1_000n });
  const restarted = await RawSession.open(venue, 1, { delegated: old.delegated });
  expect(said((await restarted.ask(restingOrder("restarted")))[0])).toEqual(["KEY_REVOKED", 11n]);
  restarted.close();
});

test("expired: refused at the first engine time past the expiry, and no new session opens", async () => {
  const expiry = BigInt(Math.floor(Date.now() / 1000)) + 3n;
  const session = await RawSession.open(venue, 0, { terms: { expiry } });
  let accepted = 0;
  let refused: ResultEvent | undefined;
  for (let i = 0; i < 200 && refused === undefined; i++) {
    const [answer] = await session.ask(restingOrder(null, { timeInForce: "immediate-or-cancel" }));
    if (answer?.code === 0) {
      accepted += 1;
      expect(answer.timeUs).toBeLessThanOrEqual(expiry * 1_000_000n);
    } else refused = answer;
    await sleep(50);
  }
  expect(accepted).toBeGreaterThan(0);
  expect(said(refused)).toEqual(["KEY_EXPIRED", expiry]);
  expect(refused?.timeUs).toBeGreaterThanOrEqual(expiry * 1_000_000n);
  session.close();

  const again = RawSession.open(venue, 0, { delegated: session.delegated });
  await expect(again).rejects.toSatisfy(
    (error) => error instanceof RejectError && error.wire === "KEY_EXPIRED",
  );
});

test("out of scope: a key for cancelling cancels, and neither trades nor withdraws (B35)", async () => {
  const full = await RawSession.open(venue, 0);
  await full.ask(restingOrder("scoped"));
  const cancelOnly = await RawSession.open(venue, 0, { terms: { scopes: 2 } });
  expect(wireName((await cancelOnly.ask(restingOrder("no")))[0]?.code ?? 0)).toBe("SCOPE");
  const [withdrawal] = await cancelOnly.ask({ type: "withdraw", nonce: 1n, amount: 1n });
  expect(wireName(withdrawal?.code ?? 0)).toBe("SCOPE");
  expect((await cancelOnly.ask({ type: "cancel", order: "scoped" }))[0]?.code).toBe(0);
  full.close();
  cancelOnly.close();
});
