import { setTimeout as sleep } from "node:timers/promises";
import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { contractAt } from "@sealbook/contracts";
import type { HostStatus } from "@sealbook/host";
import { NonceManager } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, getJson, until } from "../e2e/on-chain.ts";

/**
 * F58: the host never shows the enclave what the inbox holds. Nobody can make it; but a batch closed after the entry was due is refused, so
 * the venue stands still, and then anyone may freeze it.
 */
const DEADLINE_S = 8;
const GRACE_S = 10;

let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({
    chain: { data: "calldata", confirmations: 0 },
    exit: {
      forcedShortSeconds: 4,
      forcedFullSeconds: DEADLINE_S,
      freezeGraceSeconds: GRACE_S,
      silenceMaxSeconds: 80_000,
    },
  });
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

test("a withheld forced command stops the batches, and then freezes the venue", async () => {
  const trader = await connectTrader(venue, 0);
  trader.close();
  await closeBatch(venue);
  await until("the deposit settled", async () =>
    (await chainHead(venue)).batchNumber > 0n ? true : undefined,
  );
  await venue.host.stop();
  // Confirmations that never come: what such a host says when asked why.
  await venue.restartHost({ chain: { confirmations: 1000 } });
  const inbox = contractAt("Inbox", venue.contracts.inbox, new NonceManager(venue.trader(0)));
  await (await inbox.getFunction("forceCancelAll")(0)).wait();

  await sleep((DEADLINE_S + 2) * 1000);
  await venue.chain.provider.send("anvil_mine", ["0x1"]);
  await closeBatch(venue);
  const blocked = await until("the batch to be refused", async () => {
    const { chain } = await getJson<HostStatus>(venue, "/v1/status");
    return chain.blocked?.startsWith("ForcedCommandOverdue") ? chain : undefined;
  });
  expect(blocked.posting).toBe("refused");
  const head = await chainHead(venue);

  const hatch = contractAt("EscapeHatch", venue.contracts.escapeHatch, new NonceManager(venue.trader(3)));
  await until("anyone to be able to freeze", async () => {
    await venue.chain.provider.send("anvil_mine", ["0x1"]);
    await sleep(500);
    return hatch
      .getFunction("freeze")
      .staticCall()
      .then(
        () => true,
        () => undefined,
      );
  });
  await (await hatch.getFunction("freeze")()).wait();

  // The host follows (F56): nothing trades, and everything stays readable for those who leave.
  const frozen = await until("exit-only", async () => {
    const { chain } = await getJson<HostStatus>(venue, "/v1/status");
    return chain.restriction === "halt" ? chain : undefined;
  });
  expect(frozen.posting).toBe("frozen");
  expect((await chainHead(venue)).batchNumber).toBe(head.batchNumber);
}, 240_000);
