import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { VALIDITY_REFUSALS } from "@sealbook/wire/validity";
import { beforeEach, describe, expect, it } from "vitest";
import { DeskFixture, SECOND, START } from "./fixture.ts";

/** The engine's library: release, or of a debug build. */
const library = ["release", "debug"]
  .map((profile) => resolve(import.meta.dirname, `../../../enclave/target/${profile}/libsealbook_sim.so`))
  .find((path) => existsSync(path));

describe.skipIf(!library)("the desk", () => {
  let venue: DeskFixture;
  beforeEach(async () => {
    venue = new DeskFixture(library!);
    await venue.start();
    await venue.join(4);
    await venue.settle();
    await venue.round(1n, 50_000_000n);
    return () => venue.desk.sequencer.close();
  });

  const code = (answer: { reply: { type: string } }) => (answer.reply as { code?: number }).code;

  it("cuts a sweep over batches: what waits keeps its order, and all agree in the end", async () => {
    for (const account of [1, 2, 3]) venue.order(account, false, 50_000n + BigInt(account), 1n);
    const { reply, events } = venue.order(4, true, 50_100n, 3n);
    expect(reply).toMatchObject({ type: "accepted", filled: 3n });
    expect(events.filter(({ type }) => type === "fill")).toHaveLength(6);
    const before = venue.leaves();
    await venue.settle();
    expect(venue.desk.sequencer.waiting).toBe(0);
    await venue.start();
    expect(venue.leaves()).toEqual(before);
  });

  it("gives an order's place to one order: the same again is answered alike, another is refused", () => {
    const signed = venue
      .signer(1)
      .order({ instrument: 1, isBuy: false, price: 60_000n, lots: 2n, expiry: START * 2n });
    const { signature, ...terms } = signed;
    const command = { type: "order" as const, tag: 1, ...terms, ...signature };
    const first = venue.send(command);
    expect(venue.send(command).reply).toEqual(first.reply);
    expect(code(venue.send({ ...command, price: 60_001n }))).toBe(VALIDITY_REFUSALS.ORDER_CONFLICT.code);
    const later = venue.signer(1).order({ ...terms, id: signed.id + 32n });
    expect(code(venue.send({ type: "order", tag: 2, ...later, ...later.signature }))).toBe(
      VALIDITY_REFUSALS.ORDER_ID_TAKEN.code,
    );
    expect(code(venue.send({ ...command, account: 9 }))).toBe(VALIDITY_REFUSALS.UNKNOWN_ACCOUNT.code);
    expect(code(venue.send({ ...command, account: 2 }))).toBe(VALIDITY_REFUSALS.BAD_SIGNATURE.code);
    expect(code(venue.send({ ...command, id: 0n }))).toBe(VALIDITY_REFUSALS.OUT_OF_RANGE.code);
  });

  it("refuses what margin does not allow with the engine's code, and nothing has changed", () => {
    const before = venue.leaves();
    expect(code(venue.order(1, true, 50_000n, 1_000n))).toBe(210);
    expect(venue.leaves()).toEqual(before);
    expect(venue.desk.sequencer.orders.open).toEqual([]);
  });

  it("ends the orders of an account whose key changes: no proof could carry them", async () => {
    venue.order(1, false, 60_000n, 2n);
    venue.enter(5, 1, 0n, 12_345n);
    await venue.takeEntries();
    expect(venue.desk.sequencer.orders.open).toEqual([]);
    expect(venue.records.at(-1)?.t === "closed" || venue.records.some(({ t }) => t === "closed")).toBe(true);
  });

  it("skips a forced close, which would need somebody's signature, and cancels what the owner has open", async () => {
    venue.order(1, false, 50_000n, 2n);
    venue.order(2, true, 50_000n, 2n);
    venue.order(1, false, 60_000n, 1n);
    venue.enter(3, 1, 0n);
    await venue.takeEntries();
    expect(venue.desk.sequencer.orders.ofAccount(1)).toEqual([]);
    const kept = venue.desk.sequencer.ahead.accounts.get(1)!.positions;
    expect(kept.map(({ size }) => size)).toEqual([-2n]);
  });

  it("has the fund take over who fell below two thirds of maintenance at a round", async () => {
    venue.enter(6, 0, 1_000_000_000n);
    await venue.takeEntries();
    // Fifteen lots at 50 on a hundred: at 43.8 equity is 6.6 and maintenance 32.9.
    venue.order(1, false, 50_000n, 15n);
    venue.order(2, true, 50_000n, 15n);
    await venue.settle();
    venue.now += 10n * SECOND;
    await venue.round(2n, 43_800_000n);
    const { accounts } = venue.desk.sequencer.ahead;
    expect(accounts.get(2)!.positions).toEqual([]);
    expect(accounts.get(0)!.positions.map(({ size }) => size)).toEqual([15n]);
    const before = venue.leaves();
    await venue.settle();
    await venue.start();
    expect(venue.leaves()).toEqual(before);
  });

  it("refuses a round whose marks are not the engine's, and goes on as before", async () => {
    venue.order(1, false, 50_000n, 2n);
    const before = venue.leaves();
    venue.now += SECOND;
    const quotes = venue.desk.sequencer.quotes(2n, venue.now, [{ instrument: 1, index: 51_000_000n }]);
    const wrong = quotes.map((one) => ({ ...one, mark: one.mark + 1n }));
    expect(() => venue.desk.round({ round: 2n, time: venue.now, quotes: wrong, signatures: [] })).toThrow(
      "UNPROVABLE",
    );
    expect(venue.leaves()).toEqual(before);
    expect(venue.order(2, true, 50_000n, 2n).reply).toMatchObject({ type: "accepted", filled: 2n });
  });
});

describe.skipIf(!library)("a desk that starts again", () => {
  let venue: DeskFixture;
  beforeEach(async () => {
    venue = new DeskFixture(library!);
    await venue.start();
    await venue.join(3);
    await venue.settle();
    await venue.round(1n, 50_000_000n);
    await venue.settle();
    return () => venue.desk.sequencer.close();
  });

  it("cuts the very same batches, so that their proofs on disk are good", async () => {
    venue.now += SECOND;
    venue.order(1, false, 50_000n, 5n);
    venue.order(2, true, 50_000n, 2n);
    venue.order(3, true, 50_000n, 1n);
    venue.withdraw(3, 1_000_000n);
    await venue.desk.flush(true);
    await new Promise((next) => setImmediate(next));
    const cut = venue.cuts.map(({ batch }) => batch.publicInputs);
    const before = venue.leaves();
    expect(cut.length).toBe(2);
    await venue.start();
    expect(venue.cuts.map(({ batch }) => batch.publicInputs)).toEqual(cut);
    expect(venue.leaves()).toEqual(before);
    expect(venue.resumed).toMatchObject({ voided: [], changed: [] });
    expect(venue.desk.sequencer.orders.open.map(({ left }) => left)).toEqual([2n]);
  });

  it("goes on from the middle of a command that the chain has in part", async () => {
    for (const account of [1, 2]) venue.order(account, false, 50_000n, 1n);
    venue.order(3, true, 50_000n, 5n);
    venue.order(1, false, 50_000n, 1n);
    const before = venue.leaves();
    await venue.desk.flush(true);
    await new Promise((next) => setImmediate(next));
    await venue.accept(venue.cuts[0]!);
    await venue.start();
    expect(venue.leaves()).toEqual(before);
    expect(venue.desk.sequencer.orders.open.map(({ left }) => left)).toEqual([2n]);
    expect(venue.resumed.voided).toEqual([]);
  });

  it("after a day takes everything up at the new time, and says what could not be", async () => {
    const soon = venue.now + 3_600n * SECOND;
    venue.order(1, false, 50_000n, 3n);
    venue.order(2, true, 50_000n, 1n);
    const expired = venue.order(3, true, 50_000n, 1n, soon);
    const { sequence } = expired.reply as { sequence: bigint };
    venue.now += 86_000n * SECOND;
    await venue.start();
    expect(venue.resumed.voided).toEqual([sequence]);
    expect(venue.desk.sequencer.time).toBe(venue.now);
    expect(venue.desk.sequencer.orders.open.map(({ left }) => left)).toEqual([2n]);
    const watched = venue.desk.handle({ type: "watch", tag: 1, account: 3 });
    expect(watched.more).toMatchObject([{ type: "undone", sequence, isVoid: true }]);
    const before = venue.leaves();
    await venue.settle();
    await venue.start();
    expect([venue.leaves(), venue.resumed.voided]).toEqual([before, []]);
  });

  it("follows a batch that somebody else proved, with what it took meanwhile", async () => {
    const other = new DeskFixture(library!);
    Object.assign(other, { entries: venue.entries, advanced: venue.advanced, chain: venue.chain });
    venue.enter(1, 3, 7_000_000n);
    await other.start();
    other.now = venue.now + SECOND;
    await other.takeEntries();
    // Ours knows nothing of it: an order and a withdrawal are taken, and no batch of them fits the chain.
    venue.order(1, false, 50_000n, 2n);
    venue.order(2, true, 50_000n, 2n);
    venue.withdraw(3, 1_000_000n);
    await venue.desk.flush(true);
    expect(venue.advanced.length).toBeGreaterThan(0);
    venue.chain = other.chain;
    venue.now += 2n * SECOND;
    await venue.start();
    expect(venue.resumed).toMatchObject({ voided: [], changed: [], cuts: [] });
    const { accounts } = venue.desk.sequencer.ahead;
    expect(accounts.get(3)!.collateral).toBe(106_000_000n);
    expect(accounts.get(2)!.positions.map(({ size }) => size)).toEqual([2n]);
    await venue.settle();
    expect(venue.desk.sequencer.waiting).toBe(0);
    other.desk.sequencer.close();
  });
});
