/** What can go wrong between an intent and its result: the venue said no, or we never reached it. */
import { REJECT_BY_CODE, type ResultEvent } from "@sealbook/wire";

/** Failures on our side of the seal. Each says what to do. */
export const ERRORS = {
  E_ADDRESS: "This is no address. Use tcp://host:port, unix:/path, ws://host:port/v1/session or wss://…",
  E_EVIDENCE: "The venue's evidence could not be fetched or read. Check the URL and that the host is up.",
  E_NOT_GENUINE: "The evidence is not genuine. Do not trade here.",
  E_NOT_TRUSTED: "The evidence is genuine, but not of an enclave this policy accepts. Do not trade here.",
  E_VENUE: "The evidence is for another chain, registry or settlement contract than the one asked for.",
  E_HANDSHAKE: "The enclave's answer to the opening makes no sense. Nothing was sent.",
  E_SEAL: "A frame from the venue does not open under the session's keys, or its counter is wrong.",
  E_ROLLBACK:
    "The venue's history is behind or beside what this client has seen. Stop trading and publish both heads.",
  E_EQUIVOCATION:
    "The venue signed two histories. Stop trading; `sealbook receipt accuse` has the operator's bond slashed with the evidence of this error.",
  E_UNPROVEN:
    "The venue does not show how its signed history contains this receipt. Ask again; if it keeps silent, challenge it at the receipt court.",
  E_CONNECTION: "The connection failed. The client connects again by itself unless told not to.",
  E_NO_REPLY:
    "The venue took what was sent and did not answer in time. The client connects again by itself unless told not to.",
  E_UNKNOWN_OUTCOME:
    "The connection ended before the result came, and this command cannot be asked about. Read the account.",
  E_OVERFLOW: "Too many commands wait for results. Wait for some.",
  E_CLOSED: "The client is closed.",
  E_ARGUMENT: "What was to be signed does not fit what a proof can carry. Nothing was signed.",
} as const;

export type SdkErrorCode = keyof typeof ERRORS;

export class SdkError extends Error {
  readonly code: SdkErrorCode;
  /** What exactly was found, without the advice. */
  readonly detail: string;

  constructor(code: SdkErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}. ${ERRORS[code]}`, options);
    this.name = "SdkError";
    this.code = code;
    this.detail = detail;
  }
}

/** The enclave refused. `code`, `wire` and `doc` are those of docs/wire.md. */
export class RejectError extends Error {
  readonly code: number;
  /** `BAD_PRICE` */
  readonly wire: string;
  /** What was wrong, and what to do. */
  readonly doc: string;
  /** What `doc` says of it. */
  readonly detail: bigint;
  /** The sequenced refusal; undefined if the frame never became a command. */
  readonly result: ResultEvent | undefined;

  constructor(code: number, detail: bigint, result?: ResultEvent) {
    const known = REJECT_BY_CODE.get(code);
    const wire = known?.wire ?? `REJECT_${code}`;
    const doc = known?.doc ?? "This client does not know this code: it is older than the venue.";
    super(`${wire} (${code}, detail ${detail}): ${doc}`);
    this.name = "RejectError";
    this.code = code;
    this.wire = wire;
    this.doc = doc;
    this.detail = detail;
    this.result = result;
  }
}
