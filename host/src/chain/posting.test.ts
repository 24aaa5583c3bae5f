import { describe, expect, it } from "vitest";
import {
  type Fees,
  type Flight,
  type Look,
  next,
  type Posting,
  type PostingPolicy,
  raised,
} from "./posting.ts";

const fees = (fee: bigint, blob = 0n): Fees => ({
  maxFeePerGas: fee,
  maxPriorityFeePerGas: fee,
  maxFeePerBlobGas: blob,
});
const policy: PostingPolicy = {
  stuckMs: 1000,
  lostMs: 100,
  retryMs: 500,
  bumpPercent: 25,
  feesMax: fees(1000n, 1000n),
};
const calm: Look = {
  kind: "look",
  now: 0,
  epoch: 3n,
  ownEpoch: 3n,
  isEpochEnded: false,
  isFrozen: false,
  accepted: 4n,
  hasNext: true,
  nonce: 7,
  receipt: undefined,
  isKnown: true,
};
const flight: Flight = { number: 5n, nonce: 7, fees: fees(100n), hashes: ["0xa"], sentAt: 0, triedAt: 0 };
const flying: Posting = { at: "flying", flight };
const refused: Posting = { at: "refused", number: 5n, reason: "x", tryAt: 500 };

/** state, what the look shows beside the calm, the state after, the act. */
const table: [string, Posting, Partial<Look>, Posting["at"], string][] = [
  ["nothing to post", { at: "idle" }, { hasNext: false }, "idle", "rest"],
  ["a batch is due", { at: "idle" }, {}, "idle", "simulate"],
  ["in flight, young", flying, { now: 999 }, "flying", "rest"],
  ["mined", flying, { receipt: "success", nonce: 8, accepted: 5n, hasNext: false }, "idle", "rest"],
  [
    "mined, and the next is there",
    flying,
    { receipt: "success", nonce: 8, accepted: 5n },
    "idle",
    "simulate",
  ],
  ["reverted", flying, { receipt: "revert", nonce: 8 }, "refused", "alert"],
  ["its nonce went to another", flying, { nonce: 8, hasNext: false }, "idle", "rest"],
  ["somebody else posted it", flying, { accepted: 5n, hasNext: false }, "idle", "rest"],
  ["a reorganisation wants an earlier one", flying, { accepted: 3n }, "idle", "simulate"],
  ["dropped, just now", flying, { isKnown: false, now: 99 }, "flying", "rest"],
  ["dropped", flying, { isKnown: false, now: 100 }, "flying", "send"],
  ["stuck", flying, { now: 1000 }, "flying", "send"],
  ["refused, not yet", refused, { now: 499 }, "refused", "rest"],
  ["refused, try again", refused, { now: 500 }, "refused", "simulate"],
  ["refused, but the chain has it", refused, { accepted: 5n, hasNext: false }, "idle", "rest"],
  ["our epoch is gone", flying, { epoch: 2n }, "unopened", "reopen"],
  ["our epoch is still gone", { at: "unopened" }, { epoch: 2n }, "unopened", "reopen"],
  ["our epoch is back", { at: "unopened" }, {}, "idle", "simulate"],
  ["another epoch", { at: "idle" }, { epoch: 4n }, "superseded", "end"],
  ["a proof ended our epoch", flying, { isEpochEnded: true }, "superseded", "end"],
  [
    "an older epoch that a proof ended",
    { at: "idle" },
    { epoch: 2n, isEpochEnded: true },
    "unopened",
    "reopen",
  ],
  ["another epoch, while in flight", flying, { epoch: 4n }, "superseded", "end"],
  ["superseded stays", { at: "superseded", epoch: 4n }, { epoch: 3n }, "superseded", "rest"],
  ["frozen", flying, { isFrozen: true }, "frozen", "end"],
  ["frozen before superseded", flying, { isFrozen: true, epoch: 4n }, "frozen", "end"],
  ["frozen stays", { at: "frozen" }, {}, "frozen", "rest"],
];

describe("posting: what a look leads to", () => {
  it.each(table)("%s", (_, state, seen, at, act) => {
    const step = next(state, { ...calm, ...seen }, policy);
    expect([step.state.at, step.act.act]).toEqual([at, act]);
  });
});

describe("posting: simulation and sending", () => {
  const passed = {
    kind: "simulated",
    now: 9,
    number: 5n,
    nonce: 7,
    fees: fees(100n),
    reason: undefined,
  } as const;

  it("sends what passed its simulation, and never above the cap", () => {
    const step = next({ at: "idle" }, { ...passed, fees: fees(5000n) }, policy);
    expect(step.act).toEqual({
      act: "send",
      flight: { number: 5n, nonce: 7, fees: fees(1000n, 0n), hashes: [], sentAt: 9, triedAt: 9 },
    });
    expect(step.state.at).toBe("flying");
  });

  it("does not send what would be refused, and says why", () => {
    const step = next({ at: "idle" }, { ...passed, reason: "IsFrozen()" }, policy);
    expect(step).toEqual({
      state: { at: "refused", number: 5n, reason: "IsFrozen()", tryAt: 509 },
      act: { act: "rest" },
    });
  });

  it("offers more than a flight that was given up and may hold the nonce", () => {
    const step = next({ at: "idle", left: flight }, passed, policy);
    expect(step.act).toMatchObject({ act: "send", flight: { fees: fees(125n), hashes: ["0xa"] } });
    const other = next({ at: "idle", left: { ...flight, nonce: 6 } }, passed, policy);
    expect(other.act).toMatchObject({ act: "send", flight: { fees: fees(100n), hashes: [] } });
  });

  it("replaces a stuck transaction with the same nonce, until the cap; then tells once", () => {
    let state: Posting = flying;
    const offers: bigint[] = [];
    let alerts = 0;
    for (let now = 1000; now < 30_000; now += 1000) {
      const { state: after, act } = next(state, { ...calm, now }, policy);
      state = after;
      if (act.act === "alert") alerts += 1;
      if (act.act !== "send") continue;
      expect(act.flight.nonce).toBe(7);
      offers.push(act.flight.fees.maxFeePerGas);
      state = { at: "flying", flight: act.flight };
      state = next(state, { kind: "sent", hash: `0x${now}` }, policy).state;
    }
    expect(offers).toEqual([125n, 157n, 197n, 247n, 309n, 387n, 484n, 605n, 757n, 947n]);
    expect(state.at).toBe("capped");
    expect(alerts).toBe(1);
    expect((state as { flight: Flight }).flight.hashes.length).toBe(11);
  });

  it("sends a dropped transaction again as it was", () => {
    const { act } = next(flying, { ...calm, isKnown: false, now: 100 }, policy);
    expect(act).toEqual({ act: "send", flight: { ...flight, triedAt: 100 } });
  });

  it("offers more although nodes keep forgetting it: blocks are too dear for what was offered", () => {
    let state: Posting = flying;
    const offers: bigint[] = [];
    for (let now = 100; now <= 2000; now += 100) {
      const { act } = next(state, { ...calm, isKnown: false, now }, policy);
      if (act.act !== "send") continue;
      offers.push(act.flight.fees.maxFeePerGas);
      state = { at: "flying", flight: act.flight };
    }
    expect([...new Set(offers)]).toEqual([100n, 125n, 157n]);
  });

  it("raises when the node wants more, and keeps watching when it does not answer", () => {
    const failed = (cause: "underpriced" | "nonce-used" | "other") =>
      next(flying, { kind: "send-failed", now: 5, cause }, policy);
    expect(failed("underpriced").act).toMatchObject({ act: "send", flight: { fees: fees(125n) } });
    expect(failed("nonce-used").state.at).toBe("idle");
    expect(failed("other")).toEqual({ state: flying, act: { act: "rest" } });
  });

  it("keeps the hashes of every variant: an earlier one may win", () => {
    const once = next(flying, { kind: "sent", hash: "0xb" }, policy).state;
    const twice = next(once, { kind: "sent", hash: "0xb" }, policy).state;
    expect(twice).toEqual({ at: "flying", flight: { ...flight, hashes: ["0xa", "0xb"] } });
  });
});

describe("posting: fees of a replacement", () => {
  it("doubles everything for blobs: nodes take no less", () => {
    const doubling = { ...policy, bumpPercent: 100 };
    expect(raised(fees(100n, 10n), doubling)).toEqual(fees(200n, 20n));
    expect(raised(fees(400n, 10n), doubling)).toEqual(fees(800n, 20n));
    expect(raised(fees(501n, 10n), doubling)).toBeUndefined();
    // A bump that nodes would refuse is none.
    expect(raised(fees(100n, 10n), policy)).toBeUndefined();
  });

  it("goes to the cap when that is still enough", () => {
    expect(raised(fees(900n), policy)).toEqual(fees(1000n));
    expect(raised(fees(950n), policy)).toBeUndefined();
  });
});
