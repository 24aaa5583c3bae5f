import type { QeIdentity } from "../endorsements/qe-identity.ts";
import type { IsvLevel, TcbInfo } from "../endorsements/tcb-info.ts";
import { isEnclaveStatus, mergeStatus, type TcbStatus } from "../endorsements/tcb-status.ts";
import type { Quote } from "../evidence/quote.ts";
import { iso, type Ledger, type TcbVerdict } from "../verdict.ts";
import type { PckExtension } from "../x509/pck.ts";
import { matchIsvLevel } from "./quoting-enclave.ts";
import { matchLevels, mergeRatings, shortIsvSvn, shortSvns } from "./tcb.ts";
import { checkModule, mergeModule, relaunchStatus } from "./tdx-module.ts";

/** Is this TCB info for this TEE and this platform (QVL 4.1.2.4.9 and .10)? */
export function checkTcbInfoFits(
  ledger: Ledger,
  quote: Quote,
  info: TcbInfo,
  pck: PckExtension | null,
): boolean {
  const wanted = quote.kind === "sgx" ? "SGX" : "TDX";
  if (info.id !== wanted)
    return ledger.fail("TCB info match", "TCB_INFO_KIND", `TCB info for ${info.id}, quote is ${wanted}`);
  if (pck === null) return ledger.skip("TCB info match", "no PCK certificate that can be read");
  const compared = `${info.id}, FMSPC ${info.fmspc} and ${pck.fmspc}, PCE id ${info.pceId} and ${pck.pceId}`;
  if (info.fmspc !== pck.fmspc) return ledger.fail("TCB info match", "TCB_INFO_FMSPC", compared);
  return ledger.check("TCB info match", info.pceId === pck.pceId, "TCB_INFO_PCEID", compared);
}

/** Is this the identity of this kind of quoting enclave (QVL 4.1.2.4.14)? */
export function checkIdentityFits(ledger: Ledger, quote: Quote, identity: QeIdentity): boolean {
  const wanted = quote.kind === "sgx" ? "QE" : "TD_QE";
  return ledger.check(
    "QE identity kind",
    identity.id === wanted,
    "QE_IDENTITY_KIND",
    `identity ${identity.id}, quote needs ${wanted}`,
  );
}

/** QVL `checkTcbLevel`: level of the platform, module and quoting enclave, merged. Null when something fits no level. */
export function judgeTcb(
  ledger: Ledger,
  quote: Quote,
  info: TcbInfo,
  pck: PckExtension,
  identity: QeIdentity,
): TcbVerdict | null {
  const teeTcbSvn = quote.kind === "tdx" ? quote.report.teeTcbSvn : null;
  const { sgx, tdx } = matchLevels(info, pck, teeTcbSvn);
  const level = quote.kind === "tdx" ? tdx : sgx;
  const found = `components ${pck.components.join(".")}, PCESVN ${pck.pceSvn}${teeTcbSvn ? `, TEE_TCB_SVN ${[...teeTcbSvn].join(".")}` : ""}`;
  if (sgx === null || level === null) {
    ledger.fail("TCB level", "TCB_UNSUPPORTED", `${found}: below every level`);
    return null;
  }
  const module =
    quote.kind === "tdx" ? checkModule(ledger, info, quote.report) : { level: null, identity: null };
  const qe = rateEnclave(ledger, identity, quote.qeReport.isvSvn);
  if (module === null || qe === null) return null;

  const merged = mergeRatings(level, [module.level, qe]);
  const status = finalStatus(quote, info, sgx.status, level.status, module.level, qe.status);
  if (status === null) {
    ledger.fail("TCB level", "TDX_MODULE_MISMATCH", "the module loaded now has no identity");
    return null;
  }
  ledger.check("TCB level", status !== "Revoked", "TCB_REVOKED", `${found}: ${status}`);
  return {
    status,
    platformStatus: level.status,
    qeStatus: qe.status,
    moduleStatus: module.level?.status ?? null,
    advisoryIds: merged.advisoryIds,
    tcbDate: iso(merged.tcbDate),
    short: [
      ...shortSvns(info, pck, teeTcbSvn),
      ...(teeTcbSvn && module.identity
        ? shortIsvSvn(`TDX module ${module.identity.id}`, module.identity.levels, teeTcbSvn[0]!)
        : []),
      ...shortIsvSvn("quoting enclave", identity.levels, quote.qeReport.isvSvn),
    ],
    evaluationNumber: Math.min(info.evaluationNumber, identity.evaluationNumber),
  };
}

/** QVL `EnclaveIdentityV2::getTcbStatus`. Null when no level fits, or one rated as no enclave can be. */
function rateEnclave(ledger: Ledger, identity: QeIdentity, isvSvn: number): IsvLevel | null {
  const level = matchIsvLevel(identity.levels, isvSvn);
  const reached = level === null ? "is below every level" : `reaches level ${level.isvSvn}: ${level.status}`;
  const isRated = level !== null && isEnclaveStatus(level.status);
  const compared = `QE ISVSVN ${isvSvn} ${reached}`;
  return ledger.check("QE TCB level", isRated, "TCB_UNSUPPORTED", compared) ? level : null;
}

function finalStatus(
  quote: Quote,
  info: TcbInfo,
  sgxStatus: TcbStatus,
  levelStatus: TcbStatus,
  module: Parameters<typeof mergeModule>[1],
  qeStatus: TcbStatus,
): TcbStatus | null {
  const tdxStatus = mergeModule(levelStatus, module);
  if (quote.kind === "sgx" || tdxStatus === "Revoked") return mergeStatus(tdxStatus, qeStatus);
  const moduleStatus = module?.status ?? null;
  const relaunched = relaunchStatus({
    info,
    report: quote.report,
    sgxStatus,
    tdxStatus,
    moduleStatus,
    qeStatus,
  });
  return relaunched === null ? null : mergeStatus(relaunched, qeStatus);
}
