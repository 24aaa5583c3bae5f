import { Worker } from "node:worker_threads";
import { encodeFrame } from "@sealbook/wire";
import koffi from "koffi";
import { expect, test } from "vitest";
import { InKind } from "../../host/src/ring/layout.ts";
import { ping, restingOrder } from "./engine-state.ts";
import { GENESIS_US, LyingHost, type LyingSession } from "./lying-host.ts";
import { enclaveConfig } from "./unreachable-venue.ts";

/**
 * F27: a thread of the host rewrites what lies in ring 0 while the enclave reads it. The enclave acts on the one copy it took: what it
 * journaled replays to the same results and hashes, so nothing it did depended on a second look. (Rewritten headers and cursors, which
 * end the ring with E_RING, are enclave/runtime/src/ring_test.rs.)
 *
 * Every record here is a multiple of 16 bytes and starts at one, so the upper half of each 16 is always payload and never a header.
 */
const ROUNDS = 60;
const TICKS_PER_ROUND = 500;

/** Runs in a thread of its own until the flag is set: turns bytes of the upper halves, anywhere in the ring. */
const flipper = `
const { workerData, parentPort } = require("node:worker_threads");
const koffi = require("koffi");
const data = new Uint8Array(koffi.view(workerData.address, workerData.length));
const flag = new Int32Array(workerData.flag);
let x = 42, flips = 0;
parentPort.postMessage("running");
while (Atomics.load(flag, 0) === 0) {
  x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
  data[((x >>> 8) % (workerData.length >>> 4)) * 16 + 8 + (x & 7)] ^= 1 << ((x >>> 4) & 7);
  flips += 1;
}
parentPort.postMessage(flips);
`;

test("what was changed while it was read was read once", async () => {
  const host = LyingHost.start(enclaveConfig);
  await host.deposit(1_000_000_000_000n);
  const sessions: LyingSession[] = [];
  for (let i = 0; i < ROUNDS; i++) sessions.push(await host.open());
  await host.settle();
  await align(host);

  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(flipper, {
    eval: true,
    workerData: { address: koffi.address(host.inward.data), length: host.inward.capacity, flag: flag.buffer },
  });
  await new Promise((running) => worker.once("message", running));

  let time = GENESIS_US;
  for (const { connection, seal } of sessions) {
    for (let i = 0; i < TICKS_PER_ROUND; i++) {
      time += 1_000n;
      await host.tick(time);
    }
    for (let i = 0; i < 4; i++) await host.pushFrame(connection, padded(seal));
  }
  await host.settle();
  const flips = new Promise<number>((done) => worker.once("message", done));
  Atomics.store(flag, 0, 1);
  expect(await flips).toBeGreaterThan(10_000);
  await worker.terminate();

  // The flips were real: clocks jumped and seals broke. None of it was a fault, and the enclave still serves.
  const survivor = await host.open();
  const { sequence, timeUs } = await host.ping(survivor);
  expect(host.faults).toEqual([]);
  expect(timeUs).toBeGreaterThan(time);
  await host.settle();

  const again = LyingHost.start(enclaveConfig, host.journal.slice());
  try {
    await again.ping(await again.open());
    expect((again.journal[0] as Buffer).readBigUInt64LE(16)).toBeGreaterThan(sequence);
  } finally {
    await again.stop();
    await host.stop();
  }
});

/** A frame of which the ring record is a multiple of 16 bytes: 8 (header) + 8 (connection) + 16 (head) + text + 16 (tag). */
function padded(seal: LyingSession["seal"]): Uint8Array {
  for (let length = 1; length <= 36; length++) {
    const text = encodeFrame([restingOrder("x".repeat(length)), ping(1n)]);
    if (text.length % 16 === 0) return seal.seal(text).body;
  }
  throw new Error("no client id gives a frame of whole blocks");
}

/** Fills up to the next multiple of 16 with what the enclave ignores. */
async function align(host: LyingHost): Promise<void> {
  const head = Atomics.load(host.inward.words, 16);
  if (head % 16 !== 0) await host.push(InKind.oracle, new Uint8Array(0));
  expect(Atomics.load(host.inward.words, 16) % 16).toBe(0);
}
