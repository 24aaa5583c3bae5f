import { readFileSync } from "node:fs";
import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { COMMANDS_MAX, encodeFrame, fromHex } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineState, engineState, ping, restingOrder, statusOf } from "./engine-state.ts";
import { clearCode, RawConnection, RawSession, tcpAddress, wireName } from "./raw-session.ts";

/**
 * B15–B27: every refusal of test/vectors/wire/rejects.json, sealed in a genuine session by a client that has money and an order in the
 * book. Each gets its code and its offset, none is sequenced, and the session goes on; afterwards the engine is what it was before.
 */

interface Case {
  name: string;
  fault: string;
  entry: "frame" | "system-command";
  hex: string;
  reject: string;
  offset: number;
}

const { cases } = JSON.parse(
  readFileSync(new URL("../vectors/wire/rejects.json", import.meta.url), "utf8"),
) as { cases: Case[] };
/** What a sealed frame may carry: the cap less session, counter and tag. */
const PLAINTEXT_MAX = 4096 - 16 - 16;

let venue: Venue;
let trader: ConnectedTrader;
let attacker: RawSession;
let before: EngineState;

beforeAll(async () => {
  venue = await Venue.start();
  await venue.deposit(0, 1_000_000_000n);
  trader = await connectTrader(venue, 0);
  await trader.send([restingOrder("resting")]);
  attacker = await RawSession.open(venue, 0);
  before = await engineState(venue, [trader]);
});
afterAll(async () => {
  attacker?.close();
  trader?.close();
  await venue?.stop();
});

const bytesOf = (hex: string) => fromHex(hex, (hex.length - 2) / 2);

describe("sealed in a genuine session", () => {
  for (const { name, fault, hex, reject, offset } of cases.filter(({ entry }) => entry === "frame")) {
    const bytes = bytesOf(hex);
    if (bytes.length > PLAINTEXT_MAX) continue; // refused for its length before anyone parses it: oversized_frame

    test(`${fault}: ${name}`, async () => {
      attacker.send(attacker.seal(bytes));
      const error = await attacker.nextError();
      expect([wireName(error.code), Number(error.detail)]).toEqual([reject, offset]);
    });
  }

  test("B15: a valid frame cut at every byte", async () => {
    const whole = encodeFrame([restingOrder("cut"), ping(5n)]);
    for (let cut = 0; cut < whole.length; cut++) {
      attacker.send(attacker.seal(whole.subarray(0, cut)));
      const error = await attacker.nextError();
      expect([cut, wireName(error.code)]).toEqual([cut, "BAD_FRAME"]);
    }
  });

  test("B26: one bad command among 64 refuses the frame whole", async () => {
    const good = Array.from({ length: COMMANDS_MAX - 1 }, (_, i) => restingOrder(`among-${i}`));
    const frame = encodeFrame([...good, ping(1n)]);
    // The last command is `[7, 1]`: its code becomes one that no command has.
    frame[frame.length - 2] = 0x3e;
    attacker.send(attacker.seal(frame));
    const error = await attacker.nextError();
    expect([wireName(error.code), error.detail]).toEqual(["UNKNOWN_OP", 0x3en]);
  });

  test("B26: commands only the enclave may sequence are unknown to a session", async () => {
    // Tick, oracle round, inbox entry, epoch opened: complete or not, the code alone decides.
    for (const code of [64, 65, 66, 67, 68, 96, 128, 176]) {
      const bytes = code < 128 ? [0x91, 0x91, code] : [0x91, 0x91, 0xcc, code];
      attacker.send(attacker.seal(Uint8Array.from(bytes)));
      const error = await attacker.nextError();
      expect([wireName(error.code), error.detail]).toEqual(["UNKNOWN_OP", BigInt(code)]);
    }
  });
});

test("B15: bodies too short to be sealed or to open are refused in the clear and hung up on", async () => {
  for (const length of [0, 1, 7, 8, 15, 16, 31]) {
    const connection = await RawConnection.dial(tcpAddress(venue));
    connection.send(new Uint8Array(length).fill(1));
    expect([length, clearCode(await connection.next())]).toEqual([length, "BAD_FRAME"]);
    await connection.closed();
  }
});

test("nothing of it happened: same root, same book, same statement, and the session still trades", async () => {
  const [answer] = await attacker.ask(ping(9n));
  expect(answer?.detail).toBe(9n);
  expect(await engineState(venue, [trader])).toEqual(before);
  expect((await statusOf(venue)).enclave.state).toBe(3);
  const [placed] = await attacker.ask(restingOrder("after"));
  expect([placed?.code, placed?.status]).toEqual([0, "resting"]);
});
