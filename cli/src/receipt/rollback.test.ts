import { climb, type Rollback, type SignedHeadRecord } from "@sealbook/sdk";
import { describe, expect, it } from "vitest";
import type { DigestSource } from "./answer.ts";
import { judgeRollback } from "./rollback.ts";

const word = (byte: number) => `0x${byte.toString(16).padStart(2, "0").repeat(32)}`;
const records = [1, 2, 3, 4, 5].map(word);
/** Chain hash at each sequence from 0 on. */
const hashes = [0, 1, 2, 3, 4, 5].map((count) => climb(word(0), records.slice(0, count)));

const head = (epoch: bigint, sequence: number, chainHash = hashes[sequence]!): SignedHeadRecord => ({
  epoch,
  sequence: BigInt(sequence),
  chainHash,
  signature: `0x${"11".repeat(65)}`,
});
const rollback = (lost: SignedHeadRecord, own: SignedHeadRecord): Rollback => ({
  kind: "rollback",
  venue: { chainId: 31337n, settlement: `0x${"5e".repeat(20)}` },
  signer: `0x${"51".repeat(20)}`,
  heads: [lost, own],
});
const journal = (before: string[] = hashes, digests: string[] = records): DigestSource => ({
  name: "the journal",
  read: async (from, to) => ({
    before: before[Number(from) - 1]!,
    digests: digests.slice(Number(from) - 1, Number(to)),
  }),
});

describe("two signed heads of a venue that lost history", () => {
  it("a later epoch below an earlier head needs nothing else", async () => {
    const verdict = await judgeRollback(rollback(head(1n, 4, word(9)), head(2n, 3)), undefined);
    expect(verdict.isBroken).toBe(true);
    expect(verdict.found).toContain("below 4");
  });

  it("else the records between them decide", async () => {
    const broken = rollback(head(1n, 2, word(9)), head(2n, 5));
    expect((await judgeRollback(broken, journal())).isBroken).toBe(true);
    expect(await judgeRollback(broken, undefined)).toMatchObject({ isBroken: false });
    const kept = await judgeRollback(rollback(head(1n, 2), head(2n, 5)), journal());
    expect(kept).toMatchObject({ isBroken: false, found: expect.stringContaining("nothing was lost") });
    // At the second head itself nothing lies between.
    expect((await judgeRollback(rollback(head(1n, 5, word(9)), head(2n, 5)), journal())).isBroken).toBe(true);
  });

  it("records that do not lead to the second head say nothing", async () => {
    const broken = rollback(head(1n, 2, word(9)), head(2n, 5));
    const other = records.with(4, word(8));
    expect(climb(hashes[2]!, other.slice(2))).not.toBe(hashes[5]);
    expect((await judgeRollback(broken, journal(hashes, other))).isBroken).toBe(false);
    expect((await judgeRollback(broken, journal(hashes.with(2, word(7))))).isBroken).toBe(false);
  });

  it("two heads of one epoch, one further on, are no rollback", async () => {
    expect((await judgeRollback(rollback(head(1n, 4), head(1n, 3)), undefined)).isBroken).toBe(false);
  });
});
