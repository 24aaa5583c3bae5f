/**
 * The simulated platforms: evidence and endorsements that are exact in form and worthless as trust.
 * Everything is determined by its seeds; nothing here is pinned by the production roots.
 */

export { type SimulatedAuthority, simulatedRevocationList } from "./certificates.ts";
export {
  SIMULATED_ISSUED_AT,
  SIMULATED_NEXT_UPDATE,
  type SimulatedEndorsementOptions,
  simulatedEndorsements,
  simulatedEvaluationNumbers,
} from "./endorsements.ts";
export { type NitroDocumentFields, SimulatedNitro, type SimulatedNitroOptions } from "./nitro.ts";
export { type SimulatedPki, type SimulatedPkiOptions, simulatedPki } from "./pki.ts";
export {
  SIMULATED_CPU_SVN,
  SIMULATED_QE,
  SIMULATED_TD_QE,
  type SimulatedPlatform,
  simulatedPlatform,
} from "./platform.ts";
export { type QuotingEnclaveOptions, SimulatedQuotingEnclave } from "./quoting-enclave.ts";
export {
  emitReport,
  emitTargetInfo,
  openReport,
  ReportError,
  simulatedReport,
  simulatedReportBody,
} from "./report.ts";
export { simulatedRoots } from "./roots.ts";
export { type SimulatedSnpOptions, SimulatedSnpPlatform, type SnpReportFields } from "./snp.ts";
export { simulatedTdReport, type TdReportFields } from "./td-report.ts";
