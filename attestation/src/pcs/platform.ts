import { fromUtf8 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import type { Quote } from "../evidence/quote.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { isPckLeaf, parsePckExtension } from "../x509/pck.ts";
import { parsePem } from "../x509/pem.ts";
import type { Platform } from "./client.ts";

/** Which endorsements this quote needs, read from its PCK certificate. @throws {AttestationError} */
export function platformOf(quote: Quote): Platform {
  const leaf = parsePem(fromUtf8(quote.pckChain)).map(parseCertificate).find(isPckLeaf);
  if (!leaf) throw new AttestationError("CHAIN_SUBJECT", "the quote embeds no PCK certificate");
  const ca = leaf.issuerCommonName.includes("Processor") ? "processor" : "platform";
  return { tee: quote.kind, fmspc: parsePckExtension(leaf).fmspc, ca };
}
