import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineState, ping, restingOrder } from "./engine-state.ts";
import { FrameShim, type Meddle } from "./frame-shim.ts";
import { RawSession, wireName } from "./raw-session.ts";

/**
 * F26: the host drops, repeats and reorders what a session sends, and hides what it is told. The enclave takes each frame once and in
 * order or not at all; the client sees a gap as a gap and never a wrong result.
 */
let venue: Venue;
let watcher: ConnectedTrader;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  watcher = await connectTrader(venue, 0);
});
afterAll(async () => {
  watcher?.close();
  await venue?.stop();
});

async function through<T>(
  meddle: { toGateway?: Meddle; toClient?: Meddle },
  act: (shim: FrameShim) => Promise<T>,
): Promise<T> {
  const shim = await FrameShim.start(venue.ready.endpoints.tcp, meddle);
  try {
    return await act(shim);
  } finally {
    await shim.stop();
  }
}

async function openThrough(shim: FrameShim): Promise<RawSession> {
  return RawSession.open(venue, 0, { address: shim.address });
}

/** How many orders of this account rest. */
async function resting(): Promise<number> {
  const { orders } = await engineState(venue, [watcher]);
  return orders;
}

describe("towards the enclave", () => {
  test("dropped: the next frame is a COUNTER_GAP, neither happens, and the session ends", async () => {
    const before = await engineState(venue, [watcher]);
    await through({ toGateway: (body, frame) => (frame === 2 ? [] : [body]) }, async (shim) => {
      const session = await openThrough(shim);
      expect((await session.ask(ping(1n)))[0]?.detail).toBe(1n);
      session.send(session.sealCommands([restingOrder("dropped")]));
      session.send(session.sealCommands([restingOrder("behind")]));
      session.send(session.sealCommands([restingOrder("further-behind")]));
      const error = await session.nextError();
      expect([wireName(error.code), error.counter, error.detail]).toEqual(["COUNTER_GAP", 3n, 2n]);
      await session.connection.closed();
    });
    expect(await engineState(venue, [watcher])).toEqual(before);
  });

  test("repeated: each repetition is a DUPLICATE", async () => {
    const before = await resting();
    await through(
      { toGateway: (body, frame) => (frame === 0 ? [body] : [body, body, body]) },
      async (shim) => {
        const session = await openThrough(shim);
        session.send(session.sealCommands([restingOrder(null)]));
        expect((await session.nextResult()).code).toBe(0);
        for (let i = 0; i < 2; i++) expect(wireName((await session.nextError()).code)).toBe("DUPLICATE");
        session.send(session.sealCommands([ping(2n)]));
        expect((await session.nextResult()).detail).toBe(2n);
        session.close();
      },
    );
    expect(await resting()).toBe(before + 1);
  });

  test("reordered: the one that came too early is a COUNTER_GAP, the one that came too late is nobody's", async () => {
    const before = await engineState(venue, [watcher]);
    let kept: Uint8Array[] = [];
    const swap: Meddle = (body, frame) => {
      if (frame === 1) {
        kept = [body];
        return [];
      }
      return [body, ...kept.splice(0)];
    };
    await through({ toGateway: swap }, async (shim) => {
      const session = await openThrough(shim);
      session.send(session.sealCommands([restingOrder("one")]));
      session.send(session.sealCommands([restingOrder("two")]));
      const error = await session.nextError();
      expect([wireName(error.code), error.detail]).toEqual(["COUNTER_GAP", 1n]);
      await session.connection.closed();
    });
    expect(await engineState(venue, [watcher])).toEqual(before);
  });

  test("mixed between two sessions: a frame in the other's connection is UNKNOWN_SESSION there", async () => {
    const before = await engineState(venue, [watcher]);
    let stolen: Uint8Array | undefined;
    const steal: Meddle = (body, frame, connection) => {
      if (frame !== 1) return [body];
      if (connection === 0) {
        stolen = body;
        return [];
      }
      return stolen ? [stolen] : [];
    };
    await through({ toGateway: steal }, async (shim) => {
      const [one, two] = [await openThrough(shim), await openThrough(shim)];
      one.send(one.sealCommands([restingOrder("stolen")]));
      while (stolen === undefined) await new Promise((next) => setImmediate(next));
      two.send(two.sealCommands([restingOrder("replaced")]));
      expect(wireName((await two.nextError()).code)).toBe("UNKNOWN_SESSION");
      one.close();
      two.close();
    });
    expect(await engineState(venue, [watcher])).toEqual(before);
  });
});

describe("towards the client", () => {
  test("a reply that is dropped, repeated or swapped is found at once", async () => {
    const meddles: Meddle[] = [
      (body, frame) => (frame === 1 ? [] : [body]),
      (body, frame) => (frame === 1 ? [body, body] : [body]),
    ];
    for (const toClient of meddles) {
      await through({ toClient }, async (shim) => {
        const session = await openThrough(shim);
        session.send(session.sealCommands([ping(1n)]));
        session.send(session.sealCommands([ping(2n)]));
        const read = async () => {
          for (let i = 0; i < 3; i++) await session.next();
        };
        await expect(read()).rejects.toThrow("E_SEAL");
        session.close();
      });
    }
  });
});

test("a client behind a host that drops and repeats still places each order once", async () => {
  const before = await resting();
  // Each of the first three connections suffers once: a command is lost, a reply comes twice, a command comes twice. (A lost reply with
  // none behind it shows as nothing but silence; how long to wait is the caller's decision, by its signal.)
  const toGateway: Meddle = (body, frame, connection) => {
    if (connection === 0 && frame === 9) return [];
    if (connection === 2 && frame === 8) return [body, body];
    return [body];
  };
  const toClient: Meddle = (body, frame, connection) =>
    connection === 1 && frame === 12 ? [body, body] : [body];
  await through({ toGateway, toClient }, async (shim) => {
    const trader = await connectTrader(venue, 0, { address: shim.address });
    const ids = Array.from({ length: 40 }, (_, i) => `lossy-${i}`);
    const receipts = (await Promise.all(ids.map((clientId) => trader.send([restingOrder(clientId)])))).flat();
    expect(receipts.map(({ code }) => code)).toEqual(ids.map(() => 0));
    expect(new Set(receipts.map(({ orderId }) => orderId)).size).toBe(ids.length);
    expect(shim.connections).toBeGreaterThan(2);
    trader.close();
  });
  expect(await resting()).toBe(before + 40);
});
