import { appraise } from "./appraise.ts";
import type { CryptoBackend } from "./crypto/backend.ts";
import type { EndorsementSet } from "./endorsements/endorsements.ts";
import {
  type EvaluationNumbers,
  numberOf,
  UPDATE_KINDS,
  type UpdateKind,
} from "./endorsements/evaluation-numbers.ts";
import type { TcbStatus } from "./endorsements/tcb-status.ts";
import type { Reason } from "./errors.ts";
import type { Quote } from "./evidence/quote.ts";
import type { Policy } from "./policy.ts";
import type { Roots } from "./roots.ts";
import { authenticate } from "./rules/intel-endorsements.ts";
import { iso, type ShortSvn } from "./verdict.ts";
import { verify } from "./verify.ts";

const DAY_MS = 86_400_000;

/** How the same quote is judged under one choice of evaluation number. */
export interface Outlook {
  readonly update: UpdateKind;
  /** The number this choice stands for, by the vendor's list; null without a list. */
  readonly wantedNumber: number | null;
  /** The number of the endorsements judged with; null when there were none. */
  readonly evaluationNumber: number | null;
  readonly isAccepted: boolean;
  readonly reason: Reason | null;
  readonly status: TcbStatus | null;
  readonly advisoryIds: readonly string[];
  /** What must be updated to reach the newest level. */
  readonly short: readonly ShortSvn[];
  /** The earliest end of everything relied on, ISO 8601. */
  readonly expiresAt: string | null;
  readonly expires: string | null;
  readonly daysLeft: number | null;
  /** Age of the oldest endorsement judged with, in days. */
  readonly ageDays: number | null;
}

export interface ForesightInput {
  /** Endorsements by choice; the same for both when only one kind is at hand. */
  readonly endorsements: Readonly<Record<UpdateKind, EndorsementSet>>;
  readonly numbers: EvaluationNumbers | null;
  readonly at: Date;
  readonly roots: Roots;
  readonly crypto: CryptoBackend;
  readonly policy: Policy;
}

/**
 * What an operator wants to know before others find out: the verdict Intel obliges everybody to today (`standard`), the one it will oblige
 * them to within a year (`early`), and what stands between this platform and a clean one.
 */
export function foresee(quote: Quote, input: ForesightInput): readonly Outlook[] {
  return UPDATE_KINDS.map((update) => outlookOf(quote, input, update));
}

function outlookOf(quote: Quote, input: ForesightInput, update: UpdateKind): Outlook {
  const { at, roots, crypto, policy, numbers } = input;
  const handle = authenticate(input.endorsements[update], roots, crypto);
  const verdict = verify(quote, handle, at, roots, crypto);
  const appraisal = appraise(verdict, policy);
  const found = [handle.tcbInfo.content?.info, handle.qeIdentity.content?.identity].flatMap((part) =>
    part ? [part.evaluationNumber] : [],
  );
  const issued = [handle.tcbInfo, handle.qeIdentity, handle.rootCrl, handle.pckCrl].flatMap(({ windows }) =>
    windows.filter(({ early }) => early !== "CERT_NOT_YET_VALID").map(({ from }) => from),
  );
  return {
    update,
    wantedNumber: numbers === null ? null : numberOf(numbers, update, at.getTime()),
    evaluationNumber: found.length > 0 ? Math.min(...found) : null,
    isAccepted: appraisal.isAccepted,
    reason: verdict.reason ?? appraisal.reason,
    status: verdict.tcb?.status ?? null,
    advisoryIds: verdict.tcb?.advisoryIds ?? [],
    short: verdict.tcb?.short ?? [],
    expiresAt: verdict.expiry?.at ?? null,
    expires: verdict.expiry?.what ?? null,
    daysLeft: verdict.expiry?.daysLeft ?? null,
    ageDays: issued.length > 0 ? Math.floor((at.getTime() - Math.min(...issued)) / DAY_MS) : null,
  };
}

/** The outlooks as lines for a person. */
export function describeOutlooks(outlooks: readonly Outlook[], at: Date): string {
  const lines = [`judged at ${iso(at.getTime())}`];
  for (const outlook of outlooks) {
    const wanted = describeWanted(outlook);
    lines.push(
      "",
      `${outlook.update.padEnd(11)} evaluation number ${outlook.evaluationNumber ?? "none"} (${wanted})`,
      `answer      ${outlook.isAccepted ? "accepted" : `refused: ${outlook.reason}`}`,
      `TCB status  ${outlook.status ?? "none"}`,
      `advisories  ${outlook.advisoryIds.join(", ") || "none"}`,
      ...outlook.short.map(
        ({ component, has, needs }) => `short       ${component}: has ${has}, newest level needs ${needs}`,
      ),
    );
    if (outlook.expiresAt !== null)
      lines.push(`expires     ${outlook.expiresAt} (${outlook.expires}), ${outlook.daysLeft} days left`);
    if (outlook.ageDays !== null) lines.push(`age         oldest endorsement ${outlook.ageDays} days`);
  }
  return `${lines.join("\n")}\n`;
}

function describeWanted({ wantedNumber, evaluationNumber }: Outlook): string {
  if (wantedNumber === null) return "no list of numbers at hand";
  if (wantedNumber === evaluationNumber) return `wanted ${wantedNumber}`;
  return `wanted ${wantedNumber}: not at hand, so this is no outlook`;
}
