import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GENESIS_US, LyingHost, type LyingSession } from "./lying-host.ts";
import { enclaveConfig } from "./unreachable-venue.ts";

/**
 * F28, F39: the host is the enclave's only clock and may say anything. Engine time never goes back and moves at most `tick_us_max` a
 * tick, so a lie costs its teller as many ticks as it is long, and an honest tick behind it changes nothing it has already done.
 */
const STEP = enclaveConfig.tickUsMax;
const DAY = 86_400_000_000n;

let host: LyingHost;
let session: LyingSession;

beforeAll(async () => {
  host = LyingHost.start(enclaveConfig);
  await host.deposit(1_000_000n);
  session = await host.open();
});
afterAll(() => host?.stop());

async function stepOf(lie: (now: bigint) => bigint): Promise<bigint> {
  const { timeUs } = await host.ping(session);
  await host.tick(lie(timeUs));
  return (await host.ping(session)).timeUs - timeUs;
}

describe("one tick", () => {
  test.each<[string, (now: bigint) => bigint, bigint]>([
    ["an honest step is taken whole", (now) => now + 50_000n, 50_000n],
    ["the longest honest step is taken whole", (now) => now + STEP, STEP],
    ["a microsecond more is cut to it", (now) => now + STEP + 1n, STEP],
    ["a day ahead", (now) => now + DAY, STEP],
    ["the end of time", () => 2n ** 64n - 1n, STEP],
    ["the same moment again", (now) => now, 0n],
    ["a microsecond back", (now) => now - 1n, 0n],
    ["a day back", (now) => now - DAY, 0n],
    ["before the genesis", () => GENESIS_US - 1n, 0n],
    ["zero", () => 0n, 0n],
  ])("%s", async (_name, lie, step) => {
    expect(await stepOf(lie)).toBe(step);
  });
});

test("a clock that swings between the ends of time only creeps forward", async () => {
  const { timeUs } = await host.ping(session);
  let last = timeUs;
  for (let i = 0; i < 50; i++) {
    await host.tick(i % 2 === 0 ? 2n ** 64n - 1n : 0n);
    const now = (await host.ping(session)).timeUs;
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(last - timeUs).toBe(25n * STEP);
});

test("whatever the clock said, replaying the journal gives the same history", async () => {
  const { sequence } = await host.ping(session);
  await host.settle();
  // A step taken differently would change a record's time, so its result or its hash: E_DIVERGED or E_CHAIN.
  const again = LyingHost.start(enclaveConfig, host.journal.slice());
  try {
    const resumed = await again.open();
    await again.ping(resumed);
    const opening = again.journal[0] as Buffer;
    const last = host.journal.at(-1) as Buffer;
    expect(last.readBigUInt64LE(16)).toBeGreaterThanOrEqual(sequence);
    expect(opening.readBigUInt64LE(16)).toBe(last.readBigUInt64LE(16) + 1n);
    expect(opening.readBigUInt64LE(8)).toBe(2n);
  } finally {
    await again.stop();
  }
  expect(host.faults).toEqual([]);
});
