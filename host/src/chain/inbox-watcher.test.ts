import { parseInboxSlot } from "@sealbook/wire";
import { getAddress, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import type { InboxEvent } from "./client.ts";
import { type InboxChain, InboxWatcher, inboxHash } from "./inbox-watcher.ts";

const OWNER = getAddress(`0x${"ab".repeat(20)}`);

/** `count` deposits, one a block from block 10 on, correctly chained. */
function deposits(count: number): { blockNumber: number; event: InboxEvent }[] {
  let hash: string = ZeroHash;
  return Array.from({ length: count }, (_, index) => {
    const event = {
      index: BigInt(index),
      kind: 1,
      owner: OWNER,
      subaccount: 2,
      amount: 1_000_000n + BigInt(index),
      data: ZeroHash,
      enteredAt: 1_700_000_000n,
    };
    hash = inboxHash(hash, event);
    return { blockNumber: 10 + index, event: { ...event, inboxHash: hash } };
  });
}

function newWatcher(
  entries: ReturnType<typeof deposits>,
  options: { cursor?: bigint; confirmations?: number } = {},
) {
  const pushed: { index: number; entry: Uint8Array }[] = [];
  const chain: InboxChain & { block: number } = {
    block: 0,
    blockNumber: async () => chain.block,
    inboxHashAt: async (count: bigint) =>
      count === 0n ? ZeroHash : entries[Number(count) - 1]!.event.inboxHash,
    inboxEvents: async (from: number, to: number) =>
      entries.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to).map(({ event }) => event),
  };
  const watcher = new InboxWatcher(
    chain,
    options.cursor ?? 0n,
    0,
    options.confirmations ?? 0,
    (index, entry) => pushed.push({ index, entry }),
  );
  return { chain, watcher, pushed };
}

describe("inbox watcher", () => {
  it("carries entries in order, once, when they are k blocks deep", async () => {
    const { chain, watcher, pushed } = newWatcher(deposits(5), { confirmations: 2 });
    for (chain.block = 8; chain.block < 30; chain.block += 1) {
      await watcher.step();
      expect(pushed.length).toBe(Math.min(5, Math.max(0, chain.block - 2 - 10 + 1)));
    }
    expect(pushed.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(parseInboxSlot(3n, pushed[3]!.entry)).toMatchObject({
      kind: "deposit",
      subaccount: 2,
      amount: 1_000_003n,
    });
  });

  it("goes on after a restart where the enclave stands", async () => {
    const { chain, watcher, pushed } = newWatcher(deposits(5), { cursor: 3n });
    chain.block = 100;
    await watcher.step();
    expect(pushed.map(({ index }) => index)).toEqual([3, 4]);
  });

  it("stops at an entry that is not what the contract hashed, or is missing", async () => {
    const forged = deposits(3);
    forged[1]!.event = { ...forged[1]!.event, amount: 9n };
    const first = newWatcher(forged);
    first.chain.block = 100;
    await expect(first.watcher.step()).rejects.toMatchObject({ code: "E_INBOX_HASH" });
    expect(first.pushed.length).toBe(1);

    const missing = newWatcher(deposits(3).filter((_, index) => index !== 1));
    missing.chain.block = 100;
    await expect(missing.watcher.step()).rejects.toMatchObject({ code: "E_INBOX_HASH" });
  });
});
