import { money } from "../recover/report.ts";
import type { EscapePlan } from "./escape.ts";
import type { Step } from "./plan.ts";

const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** Where the hatch stands, in a sentence, and what to do about it. */
export function standing({ status, isScaleFixed }: EscapePlan): string {
  if (status.frozenAt === 0) {
    if (status.freezeReason !== "none")
      return `The venue can be frozen now (${status.freezeReason}): add --freeze. There is no way back.`;
    return `The venue is not frozen, and nobody may freeze it yet: unless a batch comes, from ${at(status.silentFrom + 1)} on. Until then withdraw, or \`sealbook force withdraw\`.`;
  }
  if (!status.isWindowOver) {
    return `Frozen since ${at(status.frozenAt)}. Accounts are proven until ${at(status.windowUntil)} and paid after it: run this again then.`;
  }
  return isScaleFixed
    ? `Frozen since ${at(status.frozenAt)}; the scale is fixed.`
    : `Frozen since ${at(status.frozenAt)}; the first payment fixes the scale.`;
}

export function planText(plan: EscapePlan): string {
  const lines = ["", `  ${standing(plan)}`, ""];
  if (plan.quotes.length > 0) {
    const amounts = ["collateral", "exit value", plan.isScaleFixed ? "pays" : "should pay"];
    lines.push(
      `  account  ${"owner/sub-account".padEnd(46)} ${amounts.map((name) => name.padStart(20)).join(" ")}  state`,
    );
  }
  for (const { index, owner, subaccount, collateral, equity, pays, status } of plan.quotes) {
    const figures = [collateral, equity, pays].map((amount) => money(amount).padStart(20)).join(" ");
    lines.push(
      `  ${String(index).padStart(7)}  ${`${owner}/${subaccount}`.padEnd(46)} ${figures}  ${status}`,
    );
  }
  for (const { index, owner, amount } of plan.pending) {
    lines.push(
      `  deposit ${index} of ${money(amount)} by ${owner} was taken by no batch: after a freeze \`sealbook reclaim\` returns it`,
    );
  }
  return `${lines.join("\n")}\n`;
}

export function stepsText(steps: Step[]): string {
  return steps
    .map(({ what, to, call, data }, i) => `  ${i + 1}. ${what}\n     ${call} at ${to}\n     ${data}`)
    .join("\n");
}

/** For machines: amounts as decimal strings. */
export function planData(plan: EscapePlan) {
  const { status, quotes, steps, pending, isScaleFixed } = plan;
  return {
    hatch: status.hatch,
    frozenAt: status.frozenAt,
    freezeReason: status.freezeReason,
    silentFrom: status.silentFrom,
    windowUntil: status.windowUntil,
    isWindowOver: status.isWindowOver,
    isScaleFixed,
    quotes,
    pendingDeposits: pending.map(({ index, owner, amount }) => ({ index, owner, amount })),
    steps: steps.map(({ what, to, call, data }) => ({ what, to, call, data })),
  };
}

export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? String(inner) : inner), 2);
