import type { Check, Verdict } from "../src/node.ts";
import type { AttestVerifyResult } from "./verify.ts";

const MARK = { pass: "✓", fail: "✗", skip: "–" } as const;

/** The verdict as a table for a person: rules in order, then what follows from them. */
export function renderResult(result: AttestVerifyResult): string {
  const lines: string[] = [];
  if (result.malformed) {
    lines.push(`✗ ${result.malformed.reason}: ${result.malformed.detail}`, `  ${result.malformed.advice}`);
  } else if (result.verdict) {
    const appraised = result.appraisal?.checks.filter((check) => check.result !== "pass") ?? [];
    lines.push(
      ...renderChecks([...result.verdict.checks, ...appraised]),
      "",
      ...renderSummary(result.verdict),
    );
  }
  lines.push(`accepted    ${result.isAccepted ? "yes" : `no: ${result.reason}`}`);
  for (const ignored of result.ignored) lines.push(`not used: ${ignored}`);
  return `${lines.join("\n")}\n`;
}

function renderChecks(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map((check) => check.name.length));
  return checks.flatMap((check) => {
    const line = `${MARK[check.result]} ${check.name.padEnd(width)}  ${check.compared}`;
    return check.advice === null
      ? [line]
      : [line, `  ${" ".repeat(width)}  ${check.reason}: ${check.advice}`];
  });
}

function renderSummary(verdict: Verdict): string[] {
  const { claims, tcb, expiry } = verdict;
  const lines = [
    `evidence    ${claims.kind}${verdict.isSimulated ? " (SIMULATED)" : ""}, ${verdict.roots} roots, judged at ${verdict.at}`,
    `genuine     ${verdict.isGenuine ? "yes" : `no: ${verdict.reason}`}; signatures and chain ${verdict.isCryptoValid ? "hold" : "do not hold"}`,
  ];
  if (claims.isDebug) lines.push("WARNING     debug mode: the host can read this enclave's memory");
  if (tcb) {
    lines.push(`TCB status  ${tcb.status}, dated ${tcb.tcbDate}, evaluation number ${tcb.evaluationNumber}`);
    lines.push(`advisories  ${tcb.advisoryIds.join(", ") || "none"}`);
    for (const { component, has, needs } of tcb.short)
      lines.push(`short       ${component}: has ${has}, newest level needs ${needs}`);
  }
  if (expiry) lines.push(`expires     ${expiry.at} (${expiry.what}), ${expiry.daysLeft} days left`);
  for (const [name, value] of Object.entries(claims)) {
    if (typeof value === "string" && value.length >= 64 && !/^0*$/.test(value))
      lines.push(`${name.padEnd(11)} ${value}`);
  }
  return lines;
}
