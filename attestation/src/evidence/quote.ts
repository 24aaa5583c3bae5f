import { toHex, u16, u32 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { CERTIFICATION_TYPES, PCK_CHAIN, QE_REPORT_CERTIFICATION } from "./certification-type.ts";
import { parseReportBody, REPORT_BODY_SIZE, type ReportBody } from "./report-body.ts";
import { parseTdReport, TD_REPORT_10_SIZE, TD_REPORT_15_SIZE, type TdReport } from "./td-report.ts";

export const QUOTE_HEADER_SIZE = 48;
export const KEY_TYPE_ECDSA_P256 = 2;
export const TEE_TYPE_SGX = 0x00000000;
export const TEE_TYPE_TDX = 0x00000081;
export const INTEL_VENDOR_ID = "939a7233f79c4ca9940a0db3957f0607";

const MAGIC_VERSIONS = [3, 4, 5];
const BODY_DESCRIPTOR_SIZE = 6;
const BODY_SIZES: Readonly<Record<number, number>> = {
  1: REPORT_BODY_SIZE,
  2: TD_REPORT_10_SIZE,
  3: TD_REPORT_15_SIZE,
};

export interface QuoteHeader {
  readonly version: 3 | 4 | 5;
  readonly keyType: number;
  readonly teeType: number;
  /** 16 bytes, hex. */
  readonly vendorId: string;
  readonly userData: Uint8Array;
}

interface QuoteParts {
  readonly header: QuoteHeader;
  /** The bytes under the quote signature: header, (v5: body descriptor,) body. */
  readonly signed: Uint8Array;
  /** r‖s. */
  readonly signature: Uint8Array;
  /** x‖y. */
  readonly attestationKey: Uint8Array;
  readonly qeReport: ReportBody;
  /** r‖s by the PCK key. */
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  /** The PEM text of the PCK chain, as embedded. */
  readonly pckChain: Uint8Array;
  /** Bytes of the signed structure; guests often hand out a longer, zero-padded buffer. */
  readonly size: number;
  readonly trailing: number;
}

export interface SgxQuote extends QuoteParts {
  readonly kind: "sgx";
  readonly report: ReportBody;
}

export interface TdxQuote extends QuoteParts {
  readonly kind: "tdx";
  readonly report: TdReport;
}

export type Quote = SgxQuote | TdxQuote;

/** Walks the quote once; every step checks that the bytes are there. */
class Walk {
  readonly bytes: Uint8Array;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(length: number, what: string): Uint8Array {
    if (this.bytes.length - this.offset < length) {
      throw new AttestationError(
        "EVIDENCE_TRUNCATED",
        `${what} needs ${length} bytes at byte ${this.offset}`,
      );
    }
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  u16(what: string): number {
    return u16(this.take(2, what), 0);
  }

  u32(what: string): number {
    return u32(this.take(4, what), 0);
  }
}

export function looksLikeQuote(bytes: Uint8Array): boolean {
  return (
    bytes.length >= QUOTE_HEADER_SIZE &&
    bytes[1] === 0 &&
    MAGIC_VERSIONS.includes(bytes[0]!) &&
    u16(bytes, 2) <= 3
  );
}

/**
 * Parses a DCAP quote of version 3, 4 or 5 (Intel, "SGX DCAP ECDSA Quote Library API" appendix A; "TDX DCAP Quoting
 * Library API" appendix A). Inner lengths must agree exactly; bytes behind the structure are counted and ignored,
 * as Intel's library does, because guest buffers are padded.
 * @throws {AttestationError} EVIDENCE_*, QUOTE_* or CERTIFICATION_TYPE.
 */
export function parseQuote(bytes: Uint8Array): Quote {
  const walk = new Walk(bytes);
  const header = parseHeader(walk.take(QUOTE_HEADER_SIZE, "header"));
  const body = walk.take(bodySize(walk, header), "body");
  const signed = bytes.subarray(0, walk.offset);

  const length = walk.u32("signature data length");
  const inner = new Walk(walk.take(length, "signature data"));
  const signature = inner.take(64, "quote signature");
  const attestationKey = inner.take(64, "attestation key");
  if (header.version >= 4) enterCertification(inner);
  const qeReport = parseReportBody(inner.take(REPORT_BODY_SIZE, "QE report"));
  const qeReportSignature = inner.take(64, "QE report signature");
  const qeAuthData = inner.take(inner.u16("auth data size"), "auth data");
  const pckChain = takeChain(inner);
  if (inner.offset !== inner.bytes.length)
    throw new AttestationError("EVIDENCE_LENGTH", "bytes left over in the signature data");

  const parts = {
    header,
    signed,
    signature,
    attestationKey,
    qeReport,
    qeReportSignature,
    qeAuthData,
    pckChain,
    size: walk.offset,
    trailing: bytes.length - walk.offset,
  };
  return header.teeType === TEE_TYPE_SGX
    ? { kind: "sgx", report: parseReportBody(body), ...parts }
    : { kind: "tdx", report: parseTdReport(body), ...parts };
}

function parseHeader(raw: Uint8Array): QuoteHeader {
  const version = u16(raw, 0);
  if (version !== 3 && version !== 4 && version !== 5)
    throw new AttestationError("QUOTE_VERSION", `version ${version}`);
  const keyType = u16(raw, 2);
  if (keyType !== KEY_TYPE_ECDSA_P256)
    throw new AttestationError("QUOTE_KEY_TYPE", `attestation key type ${keyType}`);
  const teeType = u32(raw, 4);
  const isKnown = teeType === TEE_TYPE_SGX || (teeType === TEE_TYPE_TDX && version >= 4);
  if (!isKnown)
    throw new AttestationError("QUOTE_TEE_TYPE", `TEE type ${teeType} in a version ${version} quote`);
  const vendorId = toHex(raw.subarray(12, 28));
  if (vendorId !== INTEL_VENDOR_ID) throw new AttestationError("QUOTE_VENDOR", `vendor id ${vendorId}`);
  return { version, keyType, teeType, vendorId, userData: raw.subarray(28, 48) };
}

/** v3 and v4 know the body's size from the TEE; v5 says it twice, by type and by length, and both must agree. */
function bodySize(walk: Walk, header: QuoteHeader): number {
  const isSgx = header.teeType === TEE_TYPE_SGX;
  if (header.version < 5) return isSgx ? REPORT_BODY_SIZE : TD_REPORT_10_SIZE;
  const type = walk.u16("body type");
  const size = walk.u32("body size");
  if (BODY_SIZES[type] === undefined || BODY_SIZES[type] !== size) {
    throw new AttestationError("QUOTE_BODY_TYPE", `body type ${type} of ${size} bytes`);
  }
  if (isSgx !== (type === 1))
    throw new AttestationError("QUOTE_TEE_TYPE", `body type ${type} under TEE type ${header.teeType}`);
  return size;
}

export const QUOTE_BODY_OFFSET_V5 = QUOTE_HEADER_SIZE + BODY_DESCRIPTOR_SIZE;

/** From v4 on the QE report lies inside an outer certification of type 6 whose size must be the rest. */
function enterCertification(walk: Walk): void {
  const type = walk.u16("certification type");
  if (type !== QE_REPORT_CERTIFICATION) refuseCertification(type, QE_REPORT_CERTIFICATION);
  const size = walk.u32("certification size");
  if (size !== walk.bytes.length - walk.offset) {
    throw new AttestationError(
      "EVIDENCE_LENGTH",
      `certification data of ${size} bytes where ${walk.bytes.length - walk.offset} follow`,
    );
  }
}

function takeChain(walk: Walk): Uint8Array {
  const type = walk.u16("certification type");
  if (type !== PCK_CHAIN) refuseCertification(type, PCK_CHAIN);
  return walk.take(walk.u32("certification size"), "certification data");
}

function refuseCertification(type: number, wanted: number): never {
  const name = CERTIFICATION_TYPES[type] ?? "unknown";
  throw new AttestationError(
    "CERTIFICATION_TYPE",
    `certification type ${type} (${name}) where ${wanted} (${CERTIFICATION_TYPES[wanted]}) is needed`,
  );
}
