import { isZero, toHex, u64 } from "./bytes.ts";
import type { NitroDocument } from "./evidence/nitro-document.ts";
import type { Quote } from "./evidence/quote.ts";
import { type ReportBody, SGX_FLAG } from "./evidence/report-body.ts";
import { parseSnpTcb, type SnpProduct, type SnpReport, type SnpTcb } from "./evidence/snp-report.ts";
import { TD_ATTRIBUTE, type TdReport } from "./evidence/td-report.ts";

/** What SGX evidence says about the enclave. Byte fields are lower-case hex. */
export interface SgxClaims {
  readonly kind: "sgx";
  readonly quoteVersion: number;
  readonly mrEnclave: string;
  readonly mrSigner: string;
  readonly isvProdId: number;
  readonly isvSvn: number;
  /** Flags and XFRM, 16 bytes. */
  readonly attributes: string;
  readonly miscSelect: number;
  readonly configId: string;
  readonly configSvn: number;
  readonly isDebug: boolean;
  readonly reportData: string;
}

/** What TDX evidence says about the trust domain. Byte fields are lower-case hex. */
export interface TdxClaims {
  readonly kind: "tdx";
  readonly quoteVersion: number;
  readonly reportVersion: "1.0" | "1.5";
  readonly mrTd: string;
  readonly rtmr: readonly string[];
  readonly mrConfigId: string;
  readonly mrOwner: string;
  readonly mrOwnerConfig: string;
  readonly mrSeam: string;
  readonly mrSignerSeam: string;
  /** TEE_TCB_SVN, 16 bytes. */
  readonly teeTcbSvn: string;
  readonly teeTcbSvn2: string | null;
  readonly mrServiceTd: string | null;
  /** TDATTRIBUTES, 8 bytes. */
  readonly attributes: string;
  readonly xfam: string;
  readonly isDebug: boolean;
  readonly isSeptVeDisabled: boolean;
  readonly reportData: string;
}

/** What an SEV-SNP report says about the guest. Byte fields are lower-case hex. */
export interface SnpClaims {
  readonly kind: "snp";
  readonly reportVersion: number;
  readonly measurement: string;
  readonly hostData: string;
  readonly idKeyDigest: string;
  readonly authorKeyDigest: string;
  readonly reportId: string;
  readonly chipId: string;
  readonly familyId: string;
  readonly imageId: string;
  readonly guestSvn: number;
  readonly vmpl: number;
  /** Guest policy, 8 bytes little-endian as in the report. */
  readonly policy: string;
  readonly platformInfo: string;
  readonly signingKey: "VCEK" | "VLEK";
  /** Null when the chain did not tell the product, and so the layout. */
  readonly reportedTcb: SnpTcb | null;
  readonly committedTcb: SnpTcb | null;
  readonly launchTcb: SnpTcb | null;
  readonly isDebug: boolean;
  readonly isMigratable: boolean;
  readonly reportData: string;
}

/** What a Nitro document says about the enclave. Byte fields are lower-case hex. */
export interface NitroClaims {
  readonly kind: "nitro";
  readonly moduleId: string;
  /** ISO 8601, as the hypervisor dated the document. */
  readonly timestamp: string;
  /** By index. */
  readonly pcrs: Readonly<Record<string, string>>;
  readonly publicKey: string | null;
  readonly userData: string | null;
  readonly nonce: string | null;
  /** PCR0 to PCR2 are zero exactly when the enclave was started in debug mode. */
  readonly isDebug: boolean;
}

export type Claims = SgxClaims | TdxClaims | SnpClaims | NitroClaims;

const SNP_POLICY = { MIGRATE: 1n << 18n, DEBUG: 1n << 19n } as const;

export function claimsOfReport(report: SnpReport, product: SnpProduct | null): SnpClaims {
  const tcb = (raw: Uint8Array) => (product === null ? null : parseSnpTcb(raw, product));
  return {
    kind: "snp",
    reportVersion: report.version,
    measurement: toHex(report.measurement),
    hostData: toHex(report.hostData),
    idKeyDigest: toHex(report.idKeyDigest),
    authorKeyDigest: toHex(report.authorKeyDigest),
    reportId: toHex(report.reportId),
    chipId: toHex(report.chipId),
    familyId: toHex(report.familyId),
    imageId: toHex(report.imageId),
    guestSvn: report.guestSvn,
    vmpl: report.vmpl,
    policy: toHex(report.raw.subarray(8, 16)),
    platformInfo: toHex(report.raw.subarray(0x40, 0x48)),
    signingKey: report.signingKey,
    reportedTcb: tcb(report.reportedTcb),
    committedTcb: tcb(report.committedTcb),
    launchTcb: tcb(report.launchTcb),
    isDebug: (report.policy & SNP_POLICY.DEBUG) !== 0n,
    isMigratable: (report.policy & SNP_POLICY.MIGRATE) !== 0n,
    reportData: toHex(report.reportData),
  };
}

export function claimsOfDocument(document: NitroDocument): NitroClaims {
  const hex = (bytes: Uint8Array | null) => bytes && toHex(bytes);
  return {
    kind: "nitro",
    moduleId: document.moduleId,
    timestamp: new Date(document.timestamp).toISOString(),
    pcrs: Object.fromEntries([...document.pcrs].map(([index, digest]) => [index, toHex(digest)])),
    publicKey: hex(document.publicKey),
    userData: hex(document.userData),
    nonce: hex(document.nonce),
    isDebug: [0, 1, 2].every((index) => isZero(document.pcrs.get(index) ?? new Uint8Array(0))),
  };
}

export function claimsOfQuote(quote: Quote): SgxClaims | TdxClaims {
  return quote.kind === "sgx"
    ? sgxClaims(quote.report, quote.header.version)
    : tdxClaims(quote.report, quote.header.version);
}

function sgxClaims(report: ReportBody, quoteVersion: number): SgxClaims {
  return {
    kind: "sgx",
    quoteVersion,
    mrEnclave: toHex(report.mrEnclave),
    mrSigner: toHex(report.mrSigner),
    isvProdId: report.isvProdId,
    isvSvn: report.isvSvn,
    attributes: toHex(report.attributes),
    miscSelect: report.miscSelect,
    configId: toHex(report.configId),
    configSvn: report.configSvn,
    isDebug: (report.attributes[0]! & SGX_FLAG.DEBUG) !== 0,
    reportData: toHex(report.reportData),
  };
}

function tdxClaims(report: TdReport, quoteVersion: number): TdxClaims {
  const attributes = u64(report.tdAttributes, 0);
  return {
    kind: "tdx",
    quoteVersion,
    reportVersion: report.version,
    mrTd: toHex(report.mrTd),
    rtmr: report.rtmr.map(toHex),
    mrConfigId: toHex(report.mrConfigId),
    mrOwner: toHex(report.mrOwner),
    mrOwnerConfig: toHex(report.mrOwnerConfig),
    mrSeam: toHex(report.mrSeam),
    mrSignerSeam: toHex(report.mrSignerSeam),
    teeTcbSvn: toHex(report.teeTcbSvn),
    teeTcbSvn2: report.teeTcbSvn2 && toHex(report.teeTcbSvn2),
    mrServiceTd: report.mrServiceTd && toHex(report.mrServiceTd),
    attributes: toHex(report.tdAttributes),
    xfam: toHex(report.xfam),
    isDebug: (attributes & TD_ATTRIBUTE.DEBUG) !== 0n,
    isSeptVeDisabled: (attributes & TD_ATTRIBUTE.SEPT_VE_DISABLE) !== 0n,
    reportData: toHex(report.reportData),
  };
}
