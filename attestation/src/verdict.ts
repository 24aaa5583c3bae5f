import type { TcbStatus } from "./endorsements/tcb-status.ts";
import { AttestationError, REASONS, type Reason } from "./errors.ts";

/**
 * One rule and how it went. A rule is skipped when an earlier failure took its input away, or when nothing was supplied
 * for a rule that is optional; `compared` says which.
 */
export interface Check {
  readonly name: string;
  readonly result: "pass" | "fail" | "skip";
  readonly reason: Reason | null;
  /** What was compared with what. */
  readonly compared: string;
  /** What to do about a failure. */
  readonly advice: string | null;
}

/** A period in which one thing is to be believed: milliseconds since 1970, both ends inclusive. */
export interface Window {
  readonly name: string;
  readonly from: number;
  readonly until: number;
  readonly early: Reason;
  readonly late: Reason;
}

/** An SVN below that of the newest rated level: what an operator must update. */
export interface ShortSvn {
  readonly component: string;
  readonly has: number;
  readonly needs: number;
}

export interface TcbVerdict {
  /** Platform, quoting enclave and module merged: the status that counts. */
  readonly status: TcbStatus;
  readonly platformStatus: TcbStatus;
  readonly qeStatus: TcbStatus;
  /** TDX only. */
  readonly moduleStatus: TcbStatus | null;
  readonly advisoryIds: readonly string[];
  /** Oldest date of the levels that fixed the status, ISO 8601. */
  readonly tcbDate: string;
  readonly short: readonly ShortSvn[];
  /** The lower of the evaluation numbers of TCB info and QE identity. */
  readonly evaluationNumber: number;
}

export interface Expiry {
  /** ISO 8601. */
  readonly at: string;
  /** Which window ends first. */
  readonly what: string;
  readonly daysLeft: number;
}

/** Collects checks in order; the first failure is the verdict's reason. */
export class Ledger {
  readonly checks: Check[] = [];
  #expiry: Window | null = null;

  pass(name: string, compared: string): true {
    this.checks.push({ name, result: "pass", reason: null, compared, advice: null });
    return true;
  }

  fail(name: string, reason: Reason, compared: string): false {
    this.checks.push({ name, result: "fail", reason, compared, advice: REASONS[reason] });
    return false;
  }

  skip(name: string, compared: string): false {
    this.checks.push({ name, result: "skip", reason: null, compared, advice: null });
    return false;
  }

  check(name: string, ok: boolean, reason: Reason, compared: string): boolean {
    return ok ? this.pass(name, compared) : this.fail(name, reason, compared);
  }

  /** Runs a parser; its `AttestationError` becomes a failed check. */
  attempt<T>(name: string, parse: () => T): T | null {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AttestationError)) throw error;
      this.fail(name, error.code, error.detail);
      return null;
    }
  }

  window(window: Window, at: number): boolean {
    if (this.#expiry === null || window.until < this.#expiry.until) this.#expiry = window;
    const compared = `${iso(window.from)} to ${iso(window.until)} at ${iso(at)}`;
    if (at < window.from) return this.fail(window.name, window.early, compared);
    return this.check(window.name, at <= window.until, window.late, compared);
  }

  append(checks: readonly Check[]): void {
    this.checks.push(...checks);
  }

  /** The first failure's reason; null when nothing failed. */
  reason(): Reason | null {
    return this.checks.find((check) => check.result === "fail")?.reason ?? null;
  }

  expiry(at: number): Expiry | null {
    if (this.#expiry === null) return null;
    const { until, name } = this.#expiry;
    return { at: iso(until), what: name, daysLeft: Math.floor((until - at) / 86_400_000) };
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}
