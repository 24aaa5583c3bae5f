import { applyBatch, type Operation, stateRoot } from "@sealbook/circuits";
import { accountsByIdentity, calldataOf, inboxOperations, stepOf } from "@sealbook/cli/prove";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProvenVenue } from "./proven-venue.ts";

/** The large statement takes minutes to compile and a reference string of 2^19 points: nightly. */
const isAsked = process.env.SEALBOOK_PROOF30 === "1";

describe.skipIf(!isAsked)("thirty operations by one proof", () => {
  let venue: ProvenVenue;
  const traders = 6;
  beforeAll(async () => {
    venue = await ProvenVenue.start("batch30");
    for (let n = 0; n < traders; n++) await venue.join(100_000_000n);
    const opening = inboxOperations(venue.state, await venue.pending(), accountsByIdentity(venue.state));
    await venue.signedBatch(opening, await venue.prices(1n, 50_000_000n));
    await venue.revoke();
  }, 1_800_000);
  afterAll(() => venue?.stop());

  test("are accepted after the enclave was revoked, and everybody withdraws", async () => {
    const { domain } = await venue.chain.present();
    const operations: Operation[] = [];
    for (let n = 0; n < 24; n++) {
      const [maker, taker] = [n % traders, (n + 1 + (n % 3)) % traders];
      const price = 50_000n + BigInt(n);
      operations.push({
        kind: "trade",
        maker: await venue.order(maker, { isBuy: n % 2 === 0, price, lots: 1n }),
        taker: await venue.order(taker, { isBuy: n % 2 !== 0, price, lots: 1n }),
        price,
        lots: 1n,
      });
    }
    for (let n = 0; n < traders; n++) operations.push(await venue.withdrawal(n, 30_000_000n));
    const prices = await venue.prices(2n, 50_010_000n);
    const batch = applyBatch(venue.state, venue.shape, domain, prices, operations);
    const began = performance.now();
    const proven = await venue.prover.prove(venue.program, batch.inputs);
    const seconds = (performance.now() - began) / 1000;
    const step = stepOf(batch, proven, [], await venue.oracleSignatures(batch));
    const gas = await venue.advance(step);
    if (process.env.SEALBOOK_FIGURES)
      console.log(
        `N = 30: witness and proof ${seconds.toFixed(1)} s, bb ${JSON.stringify(venue.prover.lastUsage)}, advance ${gas} gas, ` +
          `calldata ${(calldataOf(step).length - 2) / 2} bytes`,
      );
    expect((await venue.chain.present()).stateRoot).toBe(stateRoot(venue.state));
    for (const trader of venue.traders) expect(await venue.collect(trader)).toBe(30_000_000n);
  }, 1_800_000);
});
