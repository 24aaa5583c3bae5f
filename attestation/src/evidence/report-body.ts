import { concat, u16, u32 } from "../bytes.ts";

export const REPORT_BODY_SIZE = 384;

/** Bits of the attribute flags (Intel SDM volume 3D, 37.7.1). */
export const SGX_FLAG = {
  INIT: 0x01,
  DEBUG: 0x02,
  MODE64: 0x04,
  PROVISION_KEY: 0x10,
  EINITTOKEN_KEY: 0x20,
  KSS: 0x80,
} as const;

/** An SGX REPORT body (SDM volume 3D, 37.16). Byte fields are views into `raw`; integers are little-endian there. */
export interface ReportBody {
  readonly raw: Uint8Array;
  readonly cpuSvn: Uint8Array;
  readonly miscSelect: number;
  readonly isvExtProdId: Uint8Array;
  /** Flags (8 bytes) and XFRM (8 bytes). */
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly configId: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly configSvn: number;
  readonly isvFamilyId: Uint8Array;
  readonly reportData: Uint8Array;
}

/** Reads 384 bytes. Any content is a report body; what it means is for `verify` and `appraise`. */
export function parseReportBody(raw: Uint8Array): ReportBody {
  return {
    raw,
    cpuSvn: raw.subarray(0, 16),
    miscSelect: u32(raw, 16),
    isvExtProdId: raw.subarray(32, 48),
    attributes: raw.subarray(48, 64),
    mrEnclave: raw.subarray(64, 96),
    mrSigner: raw.subarray(128, 160),
    configId: raw.subarray(192, 256),
    isvProdId: u16(raw, 256),
    isvSvn: u16(raw, 258),
    configSvn: u16(raw, 260),
    isvFamilyId: raw.subarray(304, 320),
    reportData: raw.subarray(320, 384),
  };
}

export type ReportBodyFields = Omit<ReportBody, "raw">;

export function emitReportBody(fields: Partial<ReportBodyFields>): Uint8Array {
  const raw = new Uint8Array(REPORT_BODY_SIZE);
  const view = new DataView(raw.buffer);
  const put = (offset: number, bytes: Uint8Array | undefined) => bytes && raw.set(bytes, offset);
  put(0, fields.cpuSvn);
  view.setUint32(16, fields.miscSelect ?? 0, true);
  put(32, fields.isvExtProdId);
  put(48, fields.attributes);
  put(64, fields.mrEnclave);
  put(128, fields.mrSigner);
  put(192, fields.configId);
  view.setUint16(256, fields.isvProdId ?? 0, true);
  view.setUint16(258, fields.isvSvn ?? 0, true);
  view.setUint16(260, fields.configSvn ?? 0, true);
  put(304, fields.isvFamilyId);
  put(320, fields.reportData);
  return raw;
}

/** Report data as the quoting enclave fills it: SHA-256(attestation key ‖ auth data) and 32 zero bytes. */
export function keyBinding(
  sha256: (bytes: Uint8Array) => Uint8Array,
  key: Uint8Array,
  auth: Uint8Array,
): Uint8Array {
  return concat(sha256(concat(key, auth)), new Uint8Array(32));
}
