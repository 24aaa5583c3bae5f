import { expect, it } from "vitest";
import { restriction } from "./restriction.ts";

const limits = { lagReduceOnlyMs: 1000, lagHaltMs: 5000 };
const calm = { lagMs: 0, blindMs: 0, isInboxReorganised: false, posting: "idle" } as const;

it.each([
  ["all is well", calm, "none"],
  ["behind, but not long", { ...calm, lagMs: 999 }, "none"],
  ["long behind", { ...calm, lagMs: 1000 }, "reduce-only"],
  [
    "refused is no restriction by itself: trading goes on to the cap",
    { ...calm, posting: "refused" },
    "none",
  ],
  ["too long behind", { ...calm, lagMs: 5000 }, "halt"],
  ["blind, but not long", { ...calm, blindMs: 999 }, "none"],
  ["long blind, though nothing waits", { ...calm, blindMs: 1000 }, "reduce-only"],
  ["too long blind", { ...calm, blindMs: 5000, lagMs: 1000 }, "halt"],
  ["deposits gone", { ...calm, isInboxReorganised: true }, "halt"],
  ["frozen", { ...calm, posting: "frozen" }, "halt"],
] as const)("%s", (_, facts, level) => {
  expect(restriction(facts, limits).level).toBe(level);
});
