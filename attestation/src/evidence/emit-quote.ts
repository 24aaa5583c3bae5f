import { concat, fromHex } from "../bytes.ts";
import { PCK_CHAIN, QE_REPORT_CERTIFICATION } from "./certification-type.ts";
import { INTEL_VENDOR_ID, KEY_TYPE_ECDSA_P256, TEE_TYPE_SGX, TEE_TYPE_TDX } from "./quote.ts";
import { TD_REPORT_10_SIZE } from "./td-report.ts";

/** What the quoting enclave signs: header and body, with the body descriptor of version 5. */
export function emitSigned(
  version: 3 | 4 | 5,
  kind: "sgx" | "tdx",
  userData: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const header = new Uint8Array(48);
  const view = new DataView(header.buffer);
  view.setUint16(0, version, true);
  view.setUint16(2, KEY_TYPE_ECDSA_P256, true);
  view.setUint32(4, kind === "sgx" ? TEE_TYPE_SGX : TEE_TYPE_TDX, true);
  header.set(fromHex(INTEL_VENDOR_ID), 12);
  header.set(userData, 28);
  if (version < 5) return concat(header, body);
  const type = kind === "sgx" ? 1 : body.length === TD_REPORT_10_SIZE ? 2 : 3;
  return concat(header, le16(type), le32(body.length), body);
}

export interface SignatureData {
  readonly signature: Uint8Array;
  readonly attestationKey: Uint8Array;
  readonly qeReport: Uint8Array;
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  readonly pckChain: Uint8Array;
}

/** The whole quote, certification type 5 inside (v3) or 5 inside 6 (v4, v5). The inverse of `parseQuote`. */
export function emitQuote(version: 3 | 4 | 5, signed: Uint8Array, data: SignatureData): Uint8Array {
  const certified = concat(
    data.qeReport,
    data.qeReportSignature,
    le16(data.qeAuthData.length),
    data.qeAuthData,
    le16(PCK_CHAIN),
    le32(data.pckChain.length),
    data.pckChain,
  );
  const outer =
    version === 3 ? certified : concat(le16(QE_REPORT_CERTIFICATION), le32(certified.length), certified);
  const body = concat(data.signature, data.attestationKey, outer);
  return concat(signed, le32(body.length), body);
}

function le16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function le32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
}
