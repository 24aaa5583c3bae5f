import { cmac } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, equal, utf8 } from "../bytes.ts";
import {
  emitReportBody,
  REPORT_BODY_SIZE,
  type ReportBodyFields,
  SGX_FLAG,
} from "../evidence/report-body.ts";
import { SIMULATED_CPU_SVN } from "./platform.ts";

export const REPORT_SIZE = 432;
export const TARGET_INFO_SIZE = 512;

const KEY_ID_OFFSET = REPORT_BODY_SIZE;
const MAC_OFFSET = 416;
const XFRM = [0xe7, 0, 0, 0, 0, 0, 0, 0];

/** The REPORT was not made for this quoting enclave on this simulated platform. */
export class ReportError extends Error {
  readonly code = "REPORT_MAC";

  constructor(detail: string) {
    super(`REPORT_MAC: ${detail}. Ask the enclave for a report against this quoting enclave's target info.`);
    this.name = "ReportError";
  }
}

/** Report key of the simulated CPU (docs/boundaries.md section 9). */
function reportKey(platformSeed: Uint8Array, targetMrEnclave: Uint8Array, keyId: Uint8Array): Uint8Array {
  return sha256(concat(utf8("sealbook.sim.report-key"), platformSeed, targetMrEnclave, keyId)).slice(0, 16);
}

/** MAC over the body, as EREPORT would leave it. */
export function emitReport(
  body: Uint8Array,
  platformSeed: Uint8Array,
  targetMrEnclave: Uint8Array,
  keyId: Uint8Array,
): Uint8Array {
  return concat(body, keyId, cmac(body, reportKey(platformSeed, targetMrEnclave, keyId)));
}

/** The report's body, once its MAC has been checked. @throws {ReportError} */
export function openReport(
  report: Uint8Array,
  platformSeed: Uint8Array,
  targetMrEnclave: Uint8Array,
): Uint8Array {
  if (report.length !== REPORT_SIZE)
    throw new ReportError(`a REPORT has ${REPORT_SIZE} bytes, not ${report.length}`);
  const body = report.subarray(0, REPORT_BODY_SIZE);
  const keyId = report.subarray(KEY_ID_OFFSET, MAC_OFFSET);
  const mac = cmac(body, reportKey(platformSeed, targetMrEnclave, keyId));
  if (!equal(mac, report.subarray(MAC_OFFSET))) throw new ReportError("the REPORT's MAC does not verify");
  return body;
}

/** TARGETINFO (SDM volume 3D, 37.15) naming one enclave. */
export function emitTargetInfo(mrEnclave: Uint8Array, attributes: Uint8Array): Uint8Array {
  const info = new Uint8Array(TARGET_INFO_SIZE);
  info.set(mrEnclave, 0);
  info.set(attributes, 32);
  return info;
}

/** A report body as the simulated CPU would fill it, for tests that have no enclave at hand. */
export function simulatedReportBody(
  fields: Partial<ReportBodyFields> & { readonly isDebug?: boolean } = {},
): Uint8Array {
  const flags = SGX_FLAG.INIT | SGX_FLAG.MODE64 | (fields.isDebug ? SGX_FLAG.DEBUG : 0);
  return emitReportBody({
    cpuSvn: Uint8Array.from(SIMULATED_CPU_SVN),
    attributes: Uint8Array.of(flags, 0, 0, 0, 0, 0, 0, 0, ...XFRM),
    mrEnclave: sha256(utf8("sealbook.sim.mrenclave")),
    mrSigner: sha256(utf8("sealbook.sim.signer")),
    isvProdId: 1,
    isvSvn: 1,
    ...fields,
  });
}

/** A whole REPORT (432 bytes) by the simulated CPU, targeted at an enclave. The key id is derived from the body. */
export function simulatedReport(
  platformSeed: Uint8Array,
  targetInfo: Uint8Array,
  fields: Partial<ReportBodyFields> & { readonly isDebug?: boolean } = {},
): Uint8Array {
  const body = simulatedReportBody(fields);
  return emitReport(body, platformSeed, targetInfo.subarray(0, 32), sha256(body));
}
