import { fromBase64, fromHex, fromUtf8, utf8 } from "../bytes.ts";
import { type Json, parseJson } from "../endorsements/json.ts";

export interface DecodedEvidence {
  readonly bytes: Uint8Array;
  readonly encoding: "raw" | "hex" | "base64" | "document";
  /** What a document brings along, as JSON text; to be judged like any other endorsements. */
  readonly endorsements: string | null;
}

/**
 * Evidence comes as raw bytes, as hex (with or without 0x), as base64 (plain or URL-safe), or in the document a venue offers
 * (docs/boundaries.md section 6): JSON with a `quote` in one of these and its `endorsements`. Raw comes back.
 */
export function decodeEvidence(bytes: Uint8Array): DecodedEvidence {
  return decodeDocument(bytes) ?? { ...decodeText(bytes), endorsements: null };
}

function decodeDocument(bytes: Uint8Array): DecodedEvidence | null {
  if (bytes[0] !== 0x7b) return null;
  try {
    const document = parseJson(fromUtf8(bytes), "EVIDENCE_UNKNOWN") as Readonly<Record<string, Json>>;
    if (typeof document.quote !== "string") return null;
    const quote = decodeText(utf8(document.quote));
    const endorsements = document.endorsements === undefined ? null : JSON.stringify(document.endorsements);
    return { bytes: quote.bytes, encoding: "document", endorsements };
  } catch {
    return null; // no document: then it is whatever its bytes say
  }
}

function decodeText(bytes: Uint8Array): Pick<DecodedEvidence, "bytes" | "encoding"> {
  const text = printable(bytes);
  if (text === null || text.length < 64) return { bytes, encoding: "raw" };
  const hex = text.replace(/^0x/i, "");
  if (hex.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(hex)) return { bytes: fromHex(hex), encoding: "hex" };
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  try {
    const padded = plain.includes("=") ? plain : plain.padEnd(Math.ceil(plain.length / 4) * 4, "=");
    return { bytes: fromBase64(padded), encoding: "base64" };
  } catch {
    return { bytes, encoding: "raw" };
  }
}

/** The text without white space, if it is ASCII throughout. */
function printable(bytes: Uint8Array): string | null {
  for (const byte of bytes) {
    const isText =
      (byte >= 0x21 && byte <= 0x7e) || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    if (!isText) return null;
  }
  return fromUtf8(bytes).replace(/\s/g, "");
}
