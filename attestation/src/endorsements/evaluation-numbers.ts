import { AttestationError } from "../errors.ts";
import { Members, parseSignedJson, type SignedJson } from "./json.ts";

const FAULT = "EVALUATION_MALFORMED";

/**
 * Which of Intel's supported evaluation numbers is meant. `early`: the newest, effective the day a TCB recovery is announced.
 * `standard`: the newest whose recovery was announced a year ago or more, the one Intel obliges everybody to by now.
 */
export type UpdateKind = "standard" | "early";

export const UPDATE_KINDS: readonly UpdateKind[] = ["standard", "early"];

export interface EvaluationNumber {
  readonly number: number;
  /** When the recovery was announced, milliseconds since 1970. */
  readonly recoveryEventDate: number;
  readonly tcbDate: number;
}

/** The evaluation numbers a vendor supports for one TEE. */
export interface EvaluationNumbers {
  readonly id: "SGX" | "TDX";
  readonly issueDate: number;
  readonly nextUpdate: number;
  /** Newest first. */
  readonly numbers: readonly EvaluationNumber[];
}

/**
 * Parses a response body `{"tcbEvaluationDataNumbers":{…},"signature":"…"}` (Intel PCS API v4, "Get TCB Evaluation Data Numbers").
 * @throws {AttestationError} EVALUATION_MALFORMED.
 */
export function parseEvaluationNumbers(text: string): {
  readonly signed: SignedJson;
  readonly list: EvaluationNumbers;
} {
  const signed = parseSignedJson(text, "tcbEvaluationDataNumbers", FAULT);
  const body = new Members(signed.value, FAULT, '"tcbEvaluationDataNumbers"');
  const id = body.text("id");
  if (id !== "SGX" && id !== "TDX") throw new AttestationError(FAULT, `id "${id}"`);
  if (body.integer("version", 0xffff) !== 1) throw new AttestationError(FAULT, "version other than 1");
  const numbers = body.objects("tcbEvalNumbers").map((entry) => ({
    number: entry.integer("tcbEvaluationDataNumber", 0xffffffff),
    recoveryEventDate: entry.date("tcbRecoveryEventDate"),
    tcbDate: entry.date("tcbDate"),
  }));
  if (numbers.length === 0) throw new AttestationError(FAULT, "no evaluation numbers");
  numbers.sort((a, b) => b.number - a.number);
  return {
    signed,
    list: { id, issueDate: body.date("issueDate"), nextUpdate: body.date("nextUpdate"), numbers },
  };
}

/** The number an update kind stands for at a time. When no recovery is a year old yet, the oldest supported is the standard. */
export function numberOf(list: EvaluationNumbers, update: UpdateKind, at: number): number {
  if (update === "early") return list.numbers[0]!.number;
  const yearAgo = new Date(at);
  yearAgo.setUTCFullYear(yearAgo.getUTCFullYear() - 1);
  const due = list.numbers.find((entry) => entry.recoveryEventDate <= yearAgo.getTime());
  return (due ?? list.numbers.at(-1)!).number;
}
