import { connect as dialSocket, type Socket } from "node:net";
import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { BODY_LENGTH_MAX } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { type EngineState, engineState, ping, statusOf } from "./engine-state.ts";
import { clearCode, RawSession } from "./raw-session.ts";

/**
 * B05: a frame over the cap is refused on its length word: FRAME_TOO_LARGE comes back and the connection closes before the attacker has
 * sent a byte of the body, so there is nothing that could have been buffered. The enclave never hears of it, and other sessions go on.
 */
let venue: Venue;
let trader: ConnectedTrader;
let before: EngineState;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  trader = await connectTrader(venue, 0);
  before = await engineState(venue, [trader]);
});
afterAll(async () => {
  trader?.close();
  await venue?.stop();
});

/** Everything a stream socket is sent until it is closed. */
function untilClosed(socket: Socket): Promise<Buffer> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => done(Buffer.concat(chunks)));
  });
}

function dial(kind: "tcp" | "unix"): Socket {
  const { tcp, unix } = venue.ready.endpoints;
  return kind === "tcp" ? dialSocket(tcp) : dialSocket(unix);
}

describe.each(["tcp", "unix"] as const)("%s", (kind) => {
  test.each([BODY_LENGTH_MAX + 1, 65_537, 0x7fff_ffff, 0xffff_ffff])(
    "a length word of %i is refused before any body",
    async (length) => {
      const { frames, tooLarge } = (await statusOf(venue)).gateway;
      const socket = dial(kind);
      const word = Buffer.alloc(4);
      word.writeUInt32LE(length);
      socket.write(word);
      const said = await untilClosed(socket);
      expect(said.readUInt32LE(0)).toBe(said.length - 4);
      expect(clearCode(said.subarray(4))).toBe("FRAME_TOO_LARGE");
      expect((await statusOf(venue)).gateway).toMatchObject({ frames, tooLarge: tooLarge + 1 });
    },
  );

  test("a flood behind the length word is not kept", async () => {
    const { frames } = (await statusOf(venue)).gateway;
    const socket = dial(kind);
    const flood = Buffer.alloc(4 * 1024 * 1024, 1);
    flood.writeUInt32LE(flood.length - 4);
    socket.write(flood);
    // The attacker's own reset may eat the refusal; the connection ends either way.
    await untilClosed(socket);
    expect((await statusOf(venue)).gateway.frames).toBe(frames);
  });

  test("the largest legal frame passes, and one more byte in the same session does not", async () => {
    const address = kind === "tcp" ? undefined : `unix:${venue.ready.endpoints.unix}`;
    const session = await RawSession.open(venue, 0, address === undefined ? {} : { address });
    // No plaintext of that size is a frame of commands, but its size alone does not condemn it.
    session.send(session.seal(new Uint8Array(BODY_LENGTH_MAX - 32)));
    expect((await session.nextError()).code).toBe(1);
    session.send(session.seal(new Uint8Array(BODY_LENGTH_MAX - 31)));
    expect((await session.nextError()).code).toBe(6);
    await session.connection.closed();
  });
});

describe("WebSocket", () => {
  function closing(messages: (socket: WebSocket) => void): Promise<number> {
    return new Promise((done, failed) => {
      const socket = new WebSocket(venue.ready.endpoints.ws);
      socket.on("open", () => messages(socket));
      socket.on("close", (status) => done(status));
      socket.on("error", failed);
    });
  }

  test("a message over the cap closes with 1009", async () => {
    const { frames } = (await statusOf(venue)).gateway;
    expect(await closing((socket) => socket.send(Buffer.alloc(BODY_LENGTH_MAX + 1)))).toBe(1009);
    expect((await statusOf(venue)).gateway.frames).toBe(frames);
  });

  test("and so do fragments that pass it together", async () => {
    const half = Buffer.alloc(BODY_LENGTH_MAX / 2 + 1);
    const status = await closing((socket) => {
      socket.send(half, { fin: false });
      socket.send(half, { fin: true });
    });
    expect(status).toBe(1009);
  });
});

test("the engine is what it was, and an open session never noticed", async () => {
  expect(await engineState(venue, [trader])).toEqual(before);
  expect((await trader.send([ping(3n)]))[0]?.detail).toBe(3n);
});
