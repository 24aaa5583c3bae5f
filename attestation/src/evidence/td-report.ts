export const TD_REPORT_10_SIZE = 584;
export const TD_REPORT_15_SIZE = 648;

/** Bits of TDATTRIBUTES, as a little-endian 64-bit number (Intel TDX module ABI specification, ATTRIBUTES). */
export const TD_ATTRIBUTE = {
  DEBUG: 1n << 0n,
  SEPT_VE_DISABLE: 1n << 28n,
  PKS: 1n << 30n,
  KL: 1n << 31n,
  PERFMON: 1n << 63n,
} as const;

/** A TD report body, version 1.0 (584 bytes) or 1.5 (648 bytes). Byte fields are views into `raw`. */
export interface TdReport {
  readonly raw: Uint8Array;
  readonly version: "1.0" | "1.5";
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly rtmr: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  readonly reportData: Uint8Array;
  /** Only 1.5: the TCB of the module loaded now, where `teeTcbSvn` is that of the launch. */
  readonly teeTcbSvn2: Uint8Array | null;
  /** Only 1.5. */
  readonly mrServiceTd: Uint8Array | null;
}

export function parseTdReport(raw: Uint8Array): TdReport {
  const isLong = raw.length === TD_REPORT_15_SIZE;
  return {
    raw,
    version: isLong ? "1.5" : "1.0",
    teeTcbSvn: raw.subarray(0, 16),
    mrSeam: raw.subarray(16, 64),
    mrSignerSeam: raw.subarray(64, 112),
    seamAttributes: raw.subarray(112, 120),
    tdAttributes: raw.subarray(120, 128),
    xfam: raw.subarray(128, 136),
    mrTd: raw.subarray(136, 184),
    mrConfigId: raw.subarray(184, 232),
    mrOwner: raw.subarray(232, 280),
    mrOwnerConfig: raw.subarray(280, 328),
    rtmr: [raw.subarray(328, 376), raw.subarray(376, 424), raw.subarray(424, 472), raw.subarray(472, 520)],
    reportData: raw.subarray(520, 584),
    teeTcbSvn2: isLong ? raw.subarray(584, 600) : null,
    mrServiceTd: isLong ? raw.subarray(600, 648) : null,
  };
}
