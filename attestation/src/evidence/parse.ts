import { AttestationError } from "../errors.ts";
import { looksLikeNitro, type NitroDocument, parseNitroDocument } from "./nitro-document.ts";
import { looksLikeQuote, parseQuote, type Quote } from "./quote.ts";
import { looksLikeSnp, parseSnpReport, type SnpReport } from "./snp-report.ts";

/** Any evidence this room can judge. */
export type Evidence = Quote | SnpReport | NitroDocument;

/**
 * Detects the kind of evidence and parses it, strictly.
 * @throws {AttestationError} EVIDENCE_UNKNOWN, or the code of the kind's own fault.
 */
export function parseEvidence(bytes: Uint8Array): Evidence {
  // An SNP report of version 3 begins like a quote of key type 0, which does not exist: so it is asked first.
  if (looksLikeSnp(bytes)) return parseSnpReport(bytes);
  if (looksLikeQuote(bytes)) return parseQuote(bytes);
  if (looksLikeNitro(bytes)) return parseNitroDocument(bytes);
  throw new AttestationError("EVIDENCE_UNKNOWN", `${bytes.length} bytes that begin like nothing known`);
}
