import { parseInboxSlot } from "@sealbook/wire";
import { getAddress, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import type { InboxEvent } from "./client.ts";
import { type InboxChain, InboxWatcher, inboxHash, type LostEntries } from "./inbox-watcher.ts";

const OWNER = getAddress(`0x${"ab".repeat(20)}`);

/** `count` deposits, one a block from block 10 on, correctly chained. */
function deposits(count: number, enteredAt = 1_700_000_000n): { blockNumber: number; event: InboxEvent }[] {
  let hash: string = ZeroHash;
  return Array.from({ length: count }, (_, index) => {
    const event = {
      index: BigInt(index),
      kind: 1,
      owner: OWNER,
      subaccount: 2,
      amount: 1_000_000n + BigInt(index),
      data: ZeroHash,
      enteredAt,
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
  const lost: LostEntries[] = [];
  const chain: InboxChain & { block: number; entries: typeof entries } = {
    block: 0,
    entries,
    blockNumber: async () => chain.block,
    inboxHashAt: async (count: bigint) =>
      count === 0n ? ZeroHash : chain.entries[Number(count) - 1]?.event.inboxHash,
    inboxEvents: async (from: number, to: number) =>
      chain.entries
        .filter(({ blockNumber }) => blockNumber >= from && blockNumber <= to)
        .map(({ event }) => event),
  };
  const watcher = new InboxWatcher(
    chain,
    options.cursor ?? 0n,
    0,
    options.confirmations ?? 0,
    (index, entry) => pushed.push({ index, entry }),
    (entries) => lost.push(entries),
  );
  return { chain, watcher, pushed, lost };
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

  it("a reorganisation that takes credited entries is told once, with their names, and ends when the same are back (F49)", async () => {
    const all = deposits(5);
    const { chain, watcher, pushed, lost } = newWatcher(all, { confirmations: 2 });
    chain.block = 100;
    await watcher.step();
    chain.entries = all.slice(0, 3);
    for (let i = 0; i < 3; i += 1)
      await expect(watcher.step()).rejects.toMatchObject({ code: "E_INBOX_REORG" });
    expect(watcher.isReorganised).toBe(true);
    expect(lost).toHaveLength(1);
    expect(lost[0]!.text).toContain(`entry 3 (deposit of ${OWNER}, 1000003 millionths), gone; entry 4`);
    expect(lost[0]!.text).not.toContain("entry 2");
    expect(lost[0]!.fix).toContain("sealbook recover");

    chain.entries = [...all, ...deposits(6).slice(5)];
    await watcher.step();
    expect(watcher.isReorganised).toBe(false);
    expect(pushed.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("entries that come back at another time are others, and nothing after them is passed on (F49)", async () => {
    const all = deposits(3);
    const { chain, watcher, pushed, lost } = newWatcher(all);
    chain.block = 100;
    await watcher.step();
    chain.entries = deposits(4, 1_700_000_012n);
    await expect(watcher.step()).rejects.toMatchObject({ code: "E_INBOX_REORG" });
    expect(lost[0]!.text).toContain("entry 0 (deposit");
    expect(lost[0]!.text).toContain("now another");
    expect(pushed).toHaveLength(3);
  });
});
