import type { Posting } from "./posting.ts";

/**
 * What the venue may still do while the chain does not follow (F49, F51, F55, F56). Trading on for ever on a state that nobody can anchor would
 * promise what cannot be kept: first only positions may shrink, then nothing trades. Both end by themselves when the chain follows
 * again, except after a freeze.
 */
export type Restriction = "none" | "reduce-only" | "halt";

export interface ChainFacts {
  /** How long the oldest unaccepted batch has been waiting, ms. */
  lagMs: number;
  /** How long the chain has not been seen at all, ms: another enclave may be the venue by now (F23). */
  blindMs: number;
  /** Credited inbox entries are gone from the chain. */
  isInboxReorganised: boolean;
  posting: Posting["at"];
}

export interface LagLimits {
  lagReduceOnlyMs: number;
  lagHaltMs: number;
}

export function restriction(facts: ChainFacts, limits: LagLimits): { level: Restriction; reason: string } {
  if (facts.posting === "frozen") return { level: "halt", reason: "the settlement is frozen: exit only" };
  if (facts.isInboxReorganised) return { level: "halt", reason: "credited deposits are gone from the chain" };
  const isBlind = facts.blindMs > facts.lagMs;
  const lagMs = isBlind ? facts.blindMs : facts.lagMs;
  const what = isBlind ? "no node has shown the chain" : "a batch has been waiting for the chain";
  const reason = `${what} for ${Math.round(lagMs / 1000)} s`;
  if (lagMs >= limits.lagHaltMs) return { level: "halt", reason };
  if (lagMs >= limits.lagReduceOnlyMs) return { level: "reduce-only", reason };
  return { level: "none", reason: "the chain follows" };
}
