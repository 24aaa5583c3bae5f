import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { parseFrameHead } from "@sealbook/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { engineState, ping, restingOrder } from "./engine-state.ts";
import { clearCode, RawConnection, RawSession, tcpAddress } from "./raw-session.ts";

/**
 * Somebody on the way recorded a whole session, opening and frames, and plays it again. The opening is genuine and gets an answer, but the
 * server's randomness is in both keys: without the client's private key the answer says nothing, and no recorded frame opens under it.
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

async function recordedSession(): Promise<{ session: RawSession; frames: Uint8Array[] }> {
  const session = await RawSession.open(venue, 0);
  const frames = [session.sealCommands([restingOrder(null)]), session.sealCommands([restingOrder(null)])];
  for (const frame of frames) {
    session.send(frame);
    await session.nextResult();
  }
  return { session, frames };
}

/** Opens with the recorded opening; returns the connection and the id of the session it was given. */
async function replay(openingBody: Uint8Array): Promise<{ connection: RawConnection; id: bigint }> {
  const connection = await RawConnection.dial(tcpAddress(venue));
  connection.send(openingBody);
  const { session: id, counter } = parseFrameHead(await connection.next());
  expect(counter).toBe(0n);
  return { connection, id };
}

/** The frame as recorded, with the new session's id written over the old one. */
function moved(frame: Uint8Array, id: bigint): Uint8Array {
  const copy = Uint8Array.from(frame);
  new DataView(copy.buffer).setBigUint64(0, id, true);
  return copy;
}

test("the frames of a session that is still open do nothing elsewhere, and it goes on", async () => {
  const { session, frames } = await recordedSession();
  const before = await engineState(venue, [watcher]);

  const asRecorded = await replay(session.openingBody);
  expect(asRecorded.id).not.toBe(session.id);
  for (const frame of frames) {
    asRecorded.connection.send(frame);
    expect(clearCode(await asRecorded.connection.next())).toBe("UNKNOWN_SESSION");
  }
  asRecorded.connection.close();

  const rewritten = await replay(session.openingBody);
  rewritten.connection.send(moved(frames[0] as Uint8Array, rewritten.id));
  expect(clearCode(await rewritten.connection.next())).toBe("BAD_SEAL");
  await rewritten.connection.closed();

  expect(await engineState(venue, [watcher])).toEqual(before);
  expect((await session.ask(ping(3n)))[0]?.detail).toBe(3n);
  session.close();
});

test("nor do they after it was closed", async () => {
  const { session, frames } = await recordedSession();
  session.close();
  const before = await engineState(venue, [watcher]);
  const { connection, id } = await replay(session.openingBody);
  connection.send(frames[0] as Uint8Array);
  expect(clearCode(await connection.next())).toBe("UNKNOWN_SESSION");
  connection.send(moved(frames[0] as Uint8Array, id));
  expect(clearCode(await connection.next())).toBe("BAD_SEAL");
  expect(await engineState(venue, [watcher])).toEqual(before);
});

test("an opening with another session key in its head does not open: the key is the sender's and the associated data", async () => {
  const { session } = await recordedSession();
  const other = await RawSession.open(venue, 0);
  const stolen = Uint8Array.from(session.openingBody);
  stolen.set(other.openingBody.subarray(9, 41), 9);
  const connection = await RawConnection.dial(tcpAddress(venue));
  connection.send(stolen);
  expect(clearCode(await connection.next())).toBe("BAD_SEAL");
  await connection.closed();
  session.close();
  other.close();
});

test("after a restart not even the opening opens: the enclave's key is gone", async () => {
  const { session, frames } = await recordedSession();
  session.close();
  watcher.close();
  await venue.host.kill();
  await venue.restartHost();
  watcher = await connectTrader(venue, 0);
  const before = await engineState(venue, [watcher]);
  const connection = await RawConnection.dial(tcpAddress(venue));
  connection.send(session.openingBody);
  expect(clearCode(await connection.next())).toBe("BAD_SEAL");
  await connection.closed();
  const late = await RawConnection.dial(tcpAddress(venue));
  late.send(frames[0] as Uint8Array);
  expect(clearCode(await late.next())).toBe("UNKNOWN_SESSION");
  late.close();
  expect(await engineState(venue, [watcher])).toEqual(before);
});
