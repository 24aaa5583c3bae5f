import { fromBase64, fromHex, fromUtf8 } from "../bytes.ts";

/** Evidence comes as raw bytes, as hex (with or without 0x) or as base64 (plain or URL-safe). Raw comes back. */
export function decodeEvidence(bytes: Uint8Array): {
  readonly bytes: Uint8Array;
  readonly encoding: "raw" | "hex" | "base64";
} {
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
