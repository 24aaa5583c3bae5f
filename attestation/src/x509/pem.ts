import { fromBase64, toBase64 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";

const BEGIN = "-----BEGIN CERTIFICATE-----";
/** Far above any chain; a bound on the work a stranger can ask for. */
const CERTIFICATES_MAX = 64;
const END = "-----END CERTIFICATE-----";

/**
 * The DER certificates of a PEM text, in the order they appear. Between them only white space, and a NUL behind the
 * last (Intel's quoting library counts it into the certification data).
 * @throws {AttestationError} CERT_MALFORMED.
 */
export function parsePem(text: string): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let offset = 0;
  for (;;) {
    const begin = text.indexOf(BEGIN, offset);
    const gap = text.slice(offset, begin < 0 ? text.length : begin);
    if (!/^[ \t\r\n\0]*$/.test(gap))
      throw new AttestationError("CERT_MALFORMED", "text between PEM certificates");
    if (begin < 0) return certificates;
    const end = text.indexOf(END, begin);
    if (end < 0) throw new AttestationError("CERT_MALFORMED", "PEM certificate without its end line");
    if (certificates.length === CERTIFICATES_MAX) {
      throw new AttestationError("CERT_MALFORMED", `more than ${CERTIFICATES_MAX} certificates`);
    }
    try {
      certificates.push(fromBase64(text.slice(begin + BEGIN.length, end)));
    } catch (cause) {
      throw new AttestationError("CERT_MALFORMED", "PEM certificate is not base64", { cause });
    }
    offset = end + END.length;
  }
}

/** The inverse of `parsePem`: 64 characters a line, a line break behind each certificate. */
export function emitPem(...certificates: readonly Uint8Array[]): string {
  return certificates
    .map((der) => {
      const lines = toBase64(der).match(/.{1,64}/g)!;
      return `${BEGIN}\n${lines.join("\n")}\n${END}\n`;
    })
    .join("");
}
