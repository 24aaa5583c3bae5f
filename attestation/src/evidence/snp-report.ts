import { isZero, u32, u64 } from "../bytes.ts";
import { AttestationError } from "../errors.ts";

export const SNP_REPORT_SIZE = 1184;
const SIGNED_SIZE = 0x2a0;
const SCALAR_SIZE = 72;
const ALGORITHM_P384_SHA384 = 1;
/** Bit 17 of the guest policy is reserved and must be one. */
const POLICY_RESERVED_ONE = 1n << 17n;

export type SnpProduct = "milan" | "genoa" | "turin";
export type SnpKey = "VCEK" | "VLEK";

/** Security versions of the platform's firmware parts; `fmc` exists from Turin on. */
export interface SnpTcb {
  readonly fmc: number | null;
  readonly bootLoader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
}

/** An SEV-SNP attestation report, versions 2 to 5 (AMD 56860, "SEV-SNP firmware ABI", ATTESTATION_REPORT). */
export interface SnpReport {
  readonly kind: "snp";
  readonly raw: Uint8Array;
  readonly version: number;
  readonly signed: Uint8Array;
  /** r‖s, big-endian, 96 bytes. */
  readonly signature: Uint8Array;
  readonly guestSvn: number;
  readonly policy: bigint;
  readonly familyId: Uint8Array;
  readonly imageId: Uint8Array;
  readonly vmpl: number;
  readonly platformInfo: bigint;
  readonly signingKey: SnpKey;
  readonly reportData: Uint8Array;
  readonly measurement: Uint8Array;
  readonly hostData: Uint8Array;
  readonly idKeyDigest: Uint8Array;
  readonly authorKeyDigest: Uint8Array;
  readonly reportId: Uint8Array;
  readonly chipId: Uint8Array;
  /** Raw 8 bytes; their meaning depends on the product: `parseSnpTcb`. */
  readonly currentTcb: Uint8Array;
  readonly reportedTcb: Uint8Array;
  readonly committedTcb: Uint8Array;
  readonly launchTcb: Uint8Array;
  /** From the CPUID fields of version 3 on; null before. */
  readonly product: SnpProduct | null;
}

export function looksLikeSnp(bytes: Uint8Array): boolean {
  if (bytes.length < SIGNED_SIZE) return false;
  const version = u32(bytes, 0);
  return (
    version >= 2 &&
    version <= 5 &&
    u32(bytes, 0x34) === ALGORITHM_P384_SHA384 &&
    (u64(bytes, 8) & POLICY_RESERVED_ONE) !== 0n
  );
}

/** @throws {AttestationError} EVIDENCE_LENGTH, REPORT_MALFORMED or REPORT_KEY. */
export function parseSnpReport(raw: Uint8Array): SnpReport {
  if (raw.length !== SNP_REPORT_SIZE)
    throw new AttestationError(
      "EVIDENCE_LENGTH",
      `an SNP report has ${SNP_REPORT_SIZE} bytes, not ${raw.length}`,
    );
  const version = u32(raw, 0);
  const r = raw.subarray(SIGNED_SIZE, SIGNED_SIZE + SCALAR_SIZE);
  const s = raw.subarray(SIGNED_SIZE + SCALAR_SIZE, SIGNED_SIZE + 2 * SCALAR_SIZE);
  // Everything unsigned must be fixed, or one report would have many encodings.
  if (
    !isZero(raw.subarray(SIGNED_SIZE + 2 * SCALAR_SIZE)) ||
    !isZero(r.subarray(48)) ||
    !isZero(s.subarray(48))
  ) {
    throw new AttestationError("REPORT_MALFORMED", "bytes around the signature are not zero");
  }
  const signature = new Uint8Array(96);
  signature.set(r.slice(0, 48).reverse(), 0);
  signature.set(s.slice(0, 48).reverse(), 48);
  return {
    kind: "snp",
    raw,
    version,
    signed: raw.subarray(0, SIGNED_SIZE),
    signature,
    guestSvn: u32(raw, 4),
    policy: u64(raw, 8),
    familyId: raw.subarray(0x10, 0x20),
    imageId: raw.subarray(0x20, 0x30),
    vmpl: u32(raw, 0x30),
    platformInfo: u64(raw, 0x40),
    signingKey: signingKey(u32(raw, 0x48)),
    reportData: raw.subarray(0x50, 0x90),
    measurement: raw.subarray(0x90, 0xc0),
    hostData: raw.subarray(0xc0, 0xe0),
    idKeyDigest: raw.subarray(0xe0, 0x110),
    authorKeyDigest: raw.subarray(0x110, 0x140),
    reportId: raw.subarray(0x140, 0x160),
    chipId: raw.subarray(0x1a0, 0x1e0),
    currentTcb: raw.subarray(0x38, 0x40),
    reportedTcb: raw.subarray(0x180, 0x188),
    committedTcb: raw.subarray(0x1e0, 0x1e8),
    launchTcb: raw.subarray(0x1f0, 0x1f8),
    product: version >= 3 ? productOf(raw[0x188]!, raw[0x189]!) : null,
  };
}

function signingKey(keyInfo: number): SnpKey {
  const key = (keyInfo >> 2) & 7;
  if (key === 0) return "VCEK";
  if (key === 1) return "VLEK";
  throw new AttestationError("REPORT_KEY", `signing key ${key}`);
}

/** CPUID family and model to the product whose certificate chain signs it (Bergamo and Siena are of Genoa's line). */
function productOf(family: number, model: number): SnpProduct {
  if (family === 0x19 && model <= 0x0f) return "milan";
  if (family === 0x19 && ((model >= 0x10 && model <= 0x1f) || (model >= 0xa0 && model <= 0xaf)))
    return "genoa";
  if (family === 0x1a && model <= 0x1f) return "turin";
  throw new AttestationError(
    "REPORT_MALFORMED",
    `CPUID family ${family}, model ${model} is no SNP product we know`,
  );
}

/** TCB_VERSION (AMD 56860, section 2.2): Turin moved the fields one byte up to make room for the FMC. */
export function parseSnpTcb(raw: Uint8Array, product: SnpProduct): SnpTcb {
  if (product === "turin") {
    return { fmc: raw[0]!, bootLoader: raw[1]!, tee: raw[2]!, snp: raw[3]!, microcode: raw[7]! };
  }
  return { fmc: null, bootLoader: raw[0]!, tee: raw[1]!, snp: raw[6]!, microcode: raw[7]! };
}

export function describeTcb(tcb: SnpTcb): string {
  const fmc = tcb.fmc === null ? "" : `fmc ${tcb.fmc}, `;
  return `${fmc}boot loader ${tcb.bootLoader}, tee ${tcb.tee}, snp ${tcb.snp}, microcode ${tcb.microcode}`;
}
