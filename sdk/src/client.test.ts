/** The client against a peer that speaks the session protocol behind real sockets. */
import { readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { type ResultEvent, withLength } from "@sealbook/wire";
import { Wallet } from "ethers";
import { describe, expect, test } from "vitest";
import type { EnclavePeer } from "../fixtures/enclave-peer.ts";
import { order, wallet, withPeer } from "../fixtures/with-peer.ts";
import { type Client, connect } from "./client.ts";
import type { ReplyClock } from "./reply-deadline.ts";

let peer: EnclavePeer;
let folder: string;
const open = withPeer((started, at) => {
  [peer, folder] = [started, at];
});

const next = <T>(client: Client, name: "connected" | "disconnected" | "closed" | "fill") =>
  new Promise<T>((resolve) => {
    const stop = client.on(name, (value) => {
      stop();
      resolve(value as T);
    });
  });

/** Time that passes when the test says so. */
class ManualClock implements ReplyClock {
  #time = 0;
  #sleepers = new Set<{ until: number; wake: () => void }>();

  now(): number {
    return this.#time;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((wake, reject) => {
      const sleeper = { until: this.#time + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(signal.reason);
      });
    });
  }

  advance(ms: number): void {
    this.#time += ms;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#time) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

const turn = () => new Promise((done) => setImmediate(done));

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns === 1_000_000) throw new Error("it never came to pass");
    await turn();
  }
}

describe("a session", () => {
  test.each(["tcp", "unix", "ws"] as const)("over %s: place, amend, cancel", async (transport) => {
    const client = await open({ address: peer.address(transport) });
    const placed = await client.place({ ...order, clientId: "mine" });
    expect(placed).toMatchObject({
      status: "resting",
      orderId: 1n,
      remainingLots: 5,
      clientId: "mine",
      level: "written",
    });
    expect(await client.amend("mine", { priceTicks: 101, lots: 4 })).toMatchObject({ code: 0 });
    expect(await client.query("mine")).toMatchObject({ orderId: 1n });
    expect(await client.cancel(placed.orderId)).toMatchObject({ status: "cancelled" });
    expect(await client.cancelAll()).toMatchObject({ code: 0 });
    expect(await client.ping(9n)).toMatchObject({ timeUs: 6n });
    expect(peer.executed.map(({ type }) => type)).toEqual([
      "place",
      "amend",
      "query",
      "cancel",
      "cancel-all",
      "ping",
    ]);
    expect(client.head).toMatchObject({ epoch: 1n, sequence: 6n });
  });

  test("the WebSocket of the url is the address unless told", async () => {
    const client = await connect({ url: peer.url, wallet, trust: peer.trust });
    expect(await client.ping()).toMatchObject({ code: 0 });
    client.close();
  });

  test("refusals are typed", async () => {
    const client = await open();
    const refusal = client.place({ ...order, priceTicks: 0 });
    await expect(refusal).rejects.toMatchObject({
      name: "RejectError",
      code: 200,
      wire: "BAD_PRICE",
      detail: 1_000_000n,
    });
    await expect(refusal).rejects.toThrow("Price must be 1 to the instrument's maximum");
    await expect(client.cancel("nothing")).rejects.toMatchObject({ wire: "NO_ORDER" });
    await expect(client.place({ ...order, lots: -1 })).rejects.toThrow("lots must be a whole number");
    await expect(client.cancel("not an id")).rejects.toThrow("BAD_STRING");
    // None of it hurt the session.
    expect(await client.ping()).toMatchObject({ code: 0 });
  });

  test("a thousand commands in flight come back to their callers", async () => {
    const client = await open();
    const placed = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => client.place({ ...order, lots: index + 1 })),
    );
    expect(placed.map(({ remainingLots }) => remainingLots)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    );
    expect(new Set(placed.map(({ clientId }) => clientId)).size).toBe(1_000);
  });

  test("a batch is one frame with one outcome each", async () => {
    const client = await open();
    const before = peer.bodies.length;
    const outcomes = await client.batch([
      client.order(order),
      client.order({ ...order, priceTicks: 0 }),
      { type: "ping", token: 1n },
    ]);
    expect(peer.bodies.length).toBe(before + 1);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(client.batch([])).rejects.toThrow("commands must have 1 to 64 items");
  });

  test("account and withdrawal", async () => {
    const client = await open();
    const [one, two] = await Promise.all([client.account(), client.account()]);
    expect(one).toMatchObject({ collateral: 1_000n });
    expect(two!.sequence).toBe(2n);
    await client.withdraw(10n);
    expect(peer.withdrawalNonce).toBe(1n);
    await expect(client.withdraw(10n, 7n)).rejects.toMatchObject({ wire: "NONCE_WINDOW", detail: 2n });
  });

  test("events come to handlers and iterators", async () => {
    const client = await open();
    const fill = {
      type: "fill" as const,
      sequence: 9n,
      tradeId: 1n,
      instrument: 1,
      orderId: 1n,
      clientId: "mine",
      side: "buy" as const,
      priceTicks: 100,
      lots: 2,
      remainingLots: 3,
      fee: 1n,
      role: "maker" as const,
    };
    const stop = new AbortController();
    const events = client.events({ signal: stop.signal });
    const first = next(client, "fill");
    peer.tell(fill);
    expect(await first).toEqual(fill);
    expect(await events.next()).toEqual({ value: fill, done: false });
    stop.abort();
    expect(await events.next()).toEqual({ value: undefined, done: true });
  });

  test("an abort stops the waiting, not the session", async () => {
    const client = await open();
    const stop = new AbortController();
    const waiting = client.ping(1n, { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(await client.ping(2n)).toMatchObject({ code: 0 });
    await expect(client.ping(3n, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
  });

  test("closing fails what waits", async () => {
    const client = await open();
    const waiting = client.ping();
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: "E_CLOSED" });
    await expect(client.ping()).rejects.toMatchObject({ code: "E_CLOSED" });
  });

  test("too many in flight is an error of the caller", async () => {
    const client = await open({ pendingMax: 2 });
    const outcomes = await Promise.allSettled([client.ping(), client.ping(), client.ping()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(await client.ping()).toMatchObject({ code: 0 });
  });
});

describe("trust", () => {
  test.each([
    ["another chain", { chainId: 1 }, "E_VENUE"],
    ["another settlement", { settlement: `0x${"33".repeat(20)}` }, "E_VENUE"],
    ["another signer", { signer: `0x${"44".repeat(20)}` }, "E_NOT_TRUSTED"],
    ["another encryption key", { encryptionKey: `0x${"55".repeat(32)}` }, "E_NOT_TRUSTED"],
    ["another block", { blockHash: `0x${"66".repeat(32)}` }, "E_NOT_TRUSTED"],
    ["another configuration", { configHash: `0x${"77".repeat(32)}` }, "E_NOT_TRUSTED"],
    ["no quote", { quote: "" }, "E_EVIDENCE"],
    ["a field missing", { signer: undefined }, "E_EVIDENCE"],
    ["a short address", { registry: "0x11" }, "E_EVIDENCE"],
  ])("a host that names %s is refused before a byte is sent", async (_, change, code) => {
    peer.forge(change);
    await expect(open()).rejects.toMatchObject({ code });
    expect(peer.bodies).toEqual([]);
  });

  test("a wrong measurement, a pinned configuration and a last question", async () => {
    const { policy } = peer.trust;
    const trust = { ...peer.trust, policy: { ...policy, mrEnclaves: ["00".repeat(32)] } as typeof policy };
    await expect(open({ trust })).rejects.toMatchObject({ code: "E_NOT_TRUSTED" });
    await expect(
      open({ trust: { ...peer.trust, configHash: `0x${"00".repeat(32)}` } }),
    ).rejects.toMatchObject({ code: "E_VENUE" });
    const confirm = () => Promise.reject(new Error("not registered"));
    await expect(open({ trust: { ...peer.trust, confirm } })).rejects.toThrow("not registered");
    const client = await open({ trust: { ...peer.trust, configHash: `0x${"08".repeat(32)}` } });
    expect(client.enclave).toMatchObject({ isSimulated: true, chainId: 31_337n });
  });

  test("a refused opening is a RejectError", async () => {
    peer.mischief.refuseOpening = "key-revoked";
    await expect(open()).rejects.toMatchObject({ wire: "KEY_REVOKED" });
  });

  test("nobody there", async () => {
    await expect(open({ address: `unix:${join(folder, "nothing.sock")}` })).rejects.toMatchObject({
      code: "E_CONNECTION",
    });
    await expect(open({ url: "http://127.0.0.1:1" })).rejects.toMatchObject({ code: "E_EVIDENCE" });
    await expect(open({ address: "http://somewhere" })).rejects.toMatchObject({ code: "E_ADDRESS" });
  });
});

describe("the counter", () => {
  test("a replayed frame has no effect", async () => {
    const client = await open();
    await client.place(order);
    // The frame again, by someone on the way, on a connection of their own.
    const recorded = peer.bodies.at(-1)!;
    const { hostname, port } = new URL(peer.address("tcp"));
    const thief = connectSocket(Number(port), hostname);
    const answer = new Promise<Buffer>((resolve) => thief.once("data", resolve));
    thief.write(withLength(recorded));
    expect((await answer).readBigUInt64LE(4)).toBe(0n);
    thief.destroy();
    expect(peer.executed.length).toBe(1);
    expect(await client.ping()).toMatchObject({ code: 0 });
  });

  test("a replayed opening yields another session under other keys", async () => {
    const client = await open();
    await client.place(order);
    const [opening, frame] = [peer.bodies[0]!, peer.bodies[1]!];
    const { hostname, port } = new URL(peer.address("tcp"));
    const thief = connectSocket(Number(port), hostname);
    const replies: Buffer[] = [];
    const read = () =>
      new Promise<void>((resolve) => thief.once("data", (chunk) => resolve(void replies.push(chunk))));
    thief.write(withLength(opening));
    await read();
    const stolen = Buffer.from(frame);
    replies[0]!.copy(stolen, 0, 4, 12); // the new session's id in front of the old frame
    thief.write(withLength(stolen));
    await read();
    expect(replies[1]!.readBigUInt64LE(4)).toBe(0n); // BAD_SEAL, in the clear
    thief.destroy();
    expect(peer.executed.length).toBe(1);
  });
});

describe("a lost connection", () => {
  test("is mended; the wallet signs once", async () => {
    let signatures = 0;
    class CountingWallet extends Wallet {
      override signTypedData(...all: Parameters<Wallet["signTypedData"]>): Promise<string> {
        signatures += 1;
        return super.signTypedData(...all);
      }
    }
    const counting = new CountingWallet(wallet.privateKey);
    const client = await open({ wallet: counting });
    await client.ping();
    const back = next(client, "connected");
    await peer.boot(); // new keys, too
    await back;
    expect(await client.ping()).toMatchObject({ code: 0 });
    expect(signatures).toBe(1);
    expect(peer.openings.at(-1)!.head).toMatchObject([{ epoch: 1n, sequence: 1n }]);
  });

  test("an order that never arrived is sent again", async () => {
    const client = await open();
    peer.mischief.loseFrame = true;
    expect(await client.place({ ...order, clientId: "mine" })).toMatchObject({
      status: "resting",
      orderId: 1n,
    });
    expect(peer.executed.map(({ type }) => type)).toEqual(["query", "place"]);
  });

  test("an order whose answer was lost is asked about and not sent again", async () => {
    const client = await open();
    peer.mischief.loseReply = true;
    expect(await client.place({ ...order, clientId: "mine" })).toMatchObject({
      status: "resting",
      orderId: 1n,
    });
    expect(peer.executed.map(({ type }) => type)).toEqual(["place", "query"]);
    expect(peer.orders.size).toBe(1);
  });

  test("orders keep their order: a cancel does not overtake what it cancels", async () => {
    const client = await open();
    peer.mischief.loseFrame = true;
    const both = await Promise.all([client.place({ ...order, clientId: "mine" }), client.cancel("mine")]);
    expect(both.map(({ status }) => status)).toEqual(["resting", "cancelled"]);
    expect(peer.orders.size).toBe(0);
  });

  test("lost twice, still executed once", async () => {
    const client = await open();
    peer.mischief.loseReply = true;
    const placed = client.place({ ...order, clientId: "mine" });
    await next(client, "disconnected");
    peer.mischief.loseReply = true; // the answer to the question is lost as well
    expect(await placed).toMatchObject({ orderId: 1n });
    expect(peer.executed.filter(({ type }) => type === "place").length).toBe(1);
  });

  test("a withdrawal whose answer was lost is made once", async () => {
    const client = await open();
    peer.mischief.loseReply = true;
    await client.withdraw(10n, 1n);
    expect(peer.withdrawalNonce).toBe(1n);
    // Asked for twice by the caller, it is a refusal.
    await expect(client.withdraw(10n, 1n)).rejects.toMatchObject({ wire: "DUPLICATE" });
  });

  test("an amend whose answer was lost is not guessed at", async () => {
    const client = await open();
    peer.mischief.loseReply = true;
    await expect(client.amend("mine", { priceTicks: 1, lots: 1 })).rejects.toMatchObject({
      code: "E_UNKNOWN_OUTCOME",
    });
  });

  test("commands wait for the next session", async () => {
    const client = await open();
    peer.cut();
    await next(client, "disconnected");
    expect(client.isConnected).toBe(false);
    const waiting = client.ping(5n);
    await expect(client.place({ ...order, lots: 0.5 })).rejects.toThrow("OUT_OF_RANGE");
    expect(await waiting).toMatchObject({ code: 0 });
  });

  test("patience ends when told", async () => {
    const client = await open({ attemptsMax: 0 });
    const over = next<Error>(client, "closed");
    const waiting = client.amend("mine", { priceTicks: 1, lots: 1 });
    peer.cut();
    expect(await over).toMatchObject({ code: "E_CONNECTION" });
    await expect(waiting).rejects.toMatchObject({ code: "E_CONNECTION" });
  });

  test("a revoked delegation is not tried again", async () => {
    const client = await open();
    const over = next<Error>(client, "closed");
    peer.mischief.refuseOpening = "key-revoked";
    peer.cut();
    expect(await over).toMatchObject({ wire: "KEY_REVOKED" });
  });

  test("an enclave that is no longer trusted is not tried again", async () => {
    const client = await open();
    const over = next<Error>(client, "closed");
    peer.forge({ signer: `0x${"99".repeat(20)}` });
    peer.cut();
    expect(await over).toMatchObject({ code: "E_NOT_TRUSTED" });
  });
});

describe("a host that swallows answers", () => {
  const SECONDS_10 = 10_000;

  test("an order is asked about on the next session, once the deadline has passed and not before", async () => {
    const clock = new ManualClock();
    const client = await open({ replyClock: clock });
    const lost = next<Error>(client, "disconnected");
    peer.mischief.swallowReplies = 1;
    const placed = client.place({ ...order, clientId: "mine" });
    await until(() => peer.executed.length === 1);
    clock.advance(SECONDS_10 - 1);
    await turn();
    expect(client.isConnected).toBe(true);
    clock.advance(1);
    expect(await lost).toMatchObject({ code: "E_NO_REPLY" });
    expect(await placed).toMatchObject({ status: "resting", orderId: 1n });
    expect(peer.executed.map(({ type }) => type)).toEqual(["place", "query"]);
  });

  test("the oldest command counts, however much is answered after it was asked", async () => {
    const clock = new ManualClock();
    const client = await open({ replyClock: clock, replyDeadlineMs: 100 });
    await client.ping();
    clock.advance(90);
    expect(await client.ping()).toMatchObject({ code: 0 });
    // The watch wakes for what was answered long ago, and goes on for nothing.
    clock.advance(10);
    await turn();
    clock.advance(1_000);
    await turn();
    expect(client.isConnected).toBe(true);
  });

  test("recovery has the same deadline, and an end", async () => {
    const clock = new ManualClock();
    const client = await open({ replyClock: clock, attemptsMax: 2 });
    const over = next<Error>(client, "closed");
    peer.mischief.swallowReplies = 3;
    const placed = client.place({ ...order, clientId: "mine" });
    const failed = expect(placed).rejects.toMatchObject({ name: "SdkError", code: "E_NO_REPLY" });
    for (const executed of [1, 2, 3]) {
      await until(() => peer.executed.length === executed);
      clock.advance(SECONDS_10);
    }
    await failed;
    expect(await over).toMatchObject({ code: "E_NO_REPLY" });
    expect(peer.executed.map(({ type }) => type)).toEqual(["place", "query", "query"]);
  });

  test("what is sent again and swallowed again has an end, too", async () => {
    const clock = new ManualClock();
    const client = await open({ replyClock: clock, attemptsMax: 2 });
    peer.mischief.swallowReplies = Number.POSITIVE_INFINITY;
    const cancelled = expect(client.cancel("mine")).rejects.toMatchObject({ code: "E_NO_REPLY" });
    for (const executed of [1, 2, 3]) {
      await until(() => peer.executed.length === executed);
      clock.advance(SECONDS_10);
    }
    await cancelled;
    expect(peer.executed.length).toBe(3);
  });

  test("an opening without answer", async () => {
    const clock = new ManualClock();
    peer.mischief.ignoreOpening = true;
    const opening = expect(open({ replyClock: clock })).rejects.toMatchObject({ code: "E_NO_REPLY" });
    await until(() => peer.bodies.length === 1 && !peer.mischief.ignoreOpening);
    clock.advance(SECONDS_10);
    await opening;
  });
});

describe("history", () => {
  test.each<[string, (result: ResultEvent) => ResultEvent]>([
    ["a sequence that stands still", (result) => ({ ...result, sequence: result.sequence - 1n })],
    ["an epoch that goes back", (result) => ({ ...result, epoch: 0n })],
  ])("%s ends the client", async (_, alter) => {
    const client = await open();
    await client.ping();
    const over = next<Error>(client, "closed");
    peer.mischief.alterResult = alter;
    await expect(client.ping()).rejects.toMatchObject({ code: "E_ROLLBACK" });
    expect(await over).toMatchObject({ code: "E_ROLLBACK" });
  });

  test("a rolled back enclave is refused at the opening, and by an earlier run's head", async () => {
    const client = await open();
    await client.ping();
    const { head } = client;
    const over = next<Error>(client, "closed");
    peer.sequence = 0n;
    peer.cut();
    expect(await over).toMatchObject({ code: "E_ROLLBACK" });
    await expect(open({ head: head! })).rejects.toMatchObject({ code: "E_ROLLBACK" });
    peer.sequence = 1n;
    peer.chainHash = new Uint8Array(32).fill(0xee);
    await expect(open({ head: head! })).rejects.toThrow("one sequence has two chain hashes");
  });
});

test("a first order takes at most fifteen lines", () => {
  const lines = readFileSync(new URL("../examples/first-order.ts", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  expect(lines.length).toBeLessThanOrEqual(15);
});
