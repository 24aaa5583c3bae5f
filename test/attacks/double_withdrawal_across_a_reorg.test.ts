import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, claimAll, closeBatch, tokenBalance, until } from "../e2e/on-chain.ts";

/**
 * F50: a withdrawal is settled and claimed, and then the chain forgets both. The host posts the same batch again, byte for byte: no second
 * epoch, no second root, and what is claimed again is the same claim.
 */
let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({ chain: { confirmations: 0 } });
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

test("a reorganisation over batch and claim pays the withdrawal once", async () => {
  const trader = await connectTrader(venue, 0);
  await closeBatch(venue);
  const settled = await until("the deposit settled", async () => {
    const head = await chainHead(venue);
    return head.batchNumber > 0n ? head : undefined;
  });
  const blockBefore = await venue.chain.provider.getBlockNumber();
  const { sequence } = await trader.client.withdraw(123_456_789n);
  await closeBatch(venue);
  const withdrawn = await until("the withdrawal settled", async () => {
    const head = await chainHead(venue);
    return head.lastSequence >= sequence ? head : undefined;
  });
  expect(await claimAll(venue, 0)).toBe(123_456_789n);
  const wallet = venue.trader(0).address;
  const rich = await tokenBalance(venue, wallet);

  const depth = (await venue.chain.provider.getBlockNumber()) - blockBefore;
  await venue.chain.provider.send("anvil_reorg", [depth, []]);
  expect(await tokenBalance(venue, wallet)).toBe(rich - 123_456_789n);

  const again = await until("the batch posted again", async () => {
    const head = await chainHead(venue);
    return head.lastSequence >= sequence ? head : undefined;
  });
  expect(again.epoch).toBe(settled.epoch);
  // Batches after it may be there too; the one that was lost has the same root.
  if (again.batchNumber === withdrawn.batchNumber) expect(again.stateRoot).toBe(withdrawn.stateRoot);
  expect(await claimAll(venue, 0)).toBe(123_456_789n);
  await expect(claimAll(venue, 0)).rejects.toThrow();
  expect(await tokenBalance(venue, wallet)).toBe(rich);
  trader.close();
}, 240_000);
