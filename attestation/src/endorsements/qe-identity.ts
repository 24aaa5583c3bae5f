import { AttestationError } from "../errors.ts";
import { Members, parseSignedJson, type SignedJson } from "./json.ts";
import { type IsvLevel, parseIsvLevels } from "./tcb-info.ts";

const FAULT = "QE_IDENTITY_MALFORMED";

export interface QeIdentity {
  readonly id: "QE" | "TD_QE";
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly evaluationNumber: number;
  /** Hex; the first four are byte strings in memory order. */
  readonly miscSelect: string;
  readonly miscSelectMask: string;
  readonly attributes: string;
  readonly attributesMask: string;
  readonly mrSigner: string;
  readonly isvProdId: number;
  readonly levels: readonly IsvLevel[];
}

/**
 * Parses a QE identity response body (Intel PCS API, "Get Quoting Enclave Identity", version 2).
 * @throws {AttestationError} QE_IDENTITY_MALFORMED.
 */
export function parseQeIdentity(text: string): {
  readonly signed: SignedJson;
  readonly identity: QeIdentity;
} {
  const signed = parseSignedJson(text, "enclaveIdentity", FAULT);
  const body = new Members(signed.value, FAULT, '"enclaveIdentity"');
  if (body.integer("version", 0xffff) !== 2) throw new AttestationError(FAULT, "version other than 2");
  const id = body.text("id");
  if (id !== "QE" && id !== "TD_QE") throw new AttestationError(FAULT, `id "${id}"`);
  const levels = parseIsvLevels(body);
  return {
    signed,
    identity: {
      id,
      issueDate: body.date("issueDate"),
      nextUpdate: body.date("nextUpdate"),
      evaluationNumber: body.integer("tcbEvaluationDataNumber", 0xffffffff),
      miscSelect: body.hex("miscselect", 4),
      miscSelectMask: body.hex("miscselectMask", 4),
      attributes: body.hex("attributes", 16),
      attributesMask: body.hex("attributesMask", 16),
      mrSigner: body.hex("mrsigner", 32),
      isvProdId: body.integer("isvprodid", 0xffff),
      levels,
    },
  };
}
