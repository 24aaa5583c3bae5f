/**
 * Attestation: is this evidence genuine (`verify`), and is it the enclave I want (`appraise`)?
 * Runs unchanged in a browser; on Node import `@sealbook/attestation/node` for the faster cryptography.
 */
export { type Appraisal, appraise } from "./appraise.ts";
export type { Claims, NitroClaims, SgxClaims, SnpClaims, TdxClaims } from "./claims.ts";
export type { CryptoBackend } from "./crypto/backend.ts";
export { nobleCrypto } from "./crypto/noble.ts";
export {
  type AmdEndorsements,
  type EndorsementBundle,
  type EndorsementSet,
  type Endorsements,
  emitBundle,
} from "./endorsements/endorsements.ts";
export {
  type EvaluationNumbers,
  numberOf,
  parseEvaluationNumbers,
  UPDATE_KINDS,
  type UpdateKind,
} from "./endorsements/evaluation-numbers.ts";
export { addToPool, type EndorsementPool, emptyPool } from "./endorsements/pool.ts";
export { type Selection, selectEndorsements, selectEvaluationNumbers } from "./endorsements/select.ts";
export { TCB_STATUSES, type TcbStatus } from "./endorsements/tcb-status.ts";
export { AttestationError, REASONS, type Reason } from "./errors.ts";
export type { NitroDocument } from "./evidence/nitro-document.ts";
export { type Evidence, parseEvidence } from "./evidence/parse.ts";
export type { Quote, SgxQuote, TdxQuote } from "./evidence/quote.ts";
export { parseSnpTcb, type SnpProduct, type SnpReport, type SnpTcb } from "./evidence/snp-report.ts";
export { describeOutlooks, type ForesightInput, foresee, type Outlook } from "./foresight.ts";
export {
  type Fetched,
  fetchEndorsements,
  INTEL_PCS,
  type PcsAnswer,
  type PcsCache,
  PcsError,
  type PcsOptions,
  type Platform,
} from "./pcs/client.ts";
export { type FetchedNumbers, fetchEvaluationNumbers } from "./pcs/evaluation-numbers.ts";
export { platformOf } from "./pcs/platform.ts";
export {
  type Any,
  type CommonPolicy,
  checkPolicy,
  type IntelPolicy,
  type Masked,
  minimalPolicy,
  type NitroPolicy,
  type Policy,
  SEPT_VE_DISABLE,
  type SgxPolicy,
  type SnpPolicy,
  type TdxPolicy,
} from "./policy.ts";
export { PRODUCTION_ROOTS, type Roots } from "./roots.ts";
export { type AuthenticatedEndorsements, authenticate } from "./rules/intel-endorsements.ts";
export type { Check, Expiry, ShortSvn, TcbVerdict } from "./verdict.ts";
export { type Verdict, type VerifiableEndorsements, verify } from "./verify.ts";
