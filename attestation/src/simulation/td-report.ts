import { sha384 } from "@noble/hashes/sha2.js";
import { fromHex, utf8 } from "../bytes.ts";
import { TD_REPORT_10_SIZE, TD_REPORT_15_SIZE } from "../evidence/td-report.ts";

export interface TdReportFields {
  readonly version?: "1.0" | "1.5";
  /** 16 bytes each: the module at launch, and (1.5) the one loaded now. */
  readonly teeTcbSvn?: Uint8Array;
  readonly teeTcbSvn2?: Uint8Array;
  readonly mrTd?: Uint8Array;
  readonly mrServiceTd?: Uint8Array;
  readonly isDebug?: boolean;
  readonly reportData?: Uint8Array;
}

/** Module TDX_01 with SVN 4, late microcode 2: what the simulated TCB info rates as current. */
const TEE_TCB_SVN = fromHex("04010200000000000000000000000000");
const SEPT_VE_DISABLE = 0x10;

/** A TD report body as the simulated module would fill it. */
export function simulatedTdReport(fields: TdReportFields = {}): Uint8Array {
  const isLong = fields.version === "1.5";
  const raw = new Uint8Array(isLong ? TD_REPORT_15_SIZE : TD_REPORT_10_SIZE);
  raw.set(fields.teeTcbSvn ?? TEE_TCB_SVN, 0);
  raw.set(sha384(utf8("sealbook.sim.mrseam")), 16);
  raw[120] = fields.isDebug ? 1 : 0;
  raw[123] = SEPT_VE_DISABLE;
  raw.set(fromHex("e702060000000000"), 128);
  raw.set(fields.mrTd ?? sha384(utf8("sealbook.sim.mrtd")), 136);
  raw.set(fields.reportData ?? new Uint8Array(64), 520);
  if (isLong) {
    raw.set(fields.teeTcbSvn2 ?? fields.teeTcbSvn ?? TEE_TCB_SVN, 584);
    raw.set(fields.mrServiceTd ?? new Uint8Array(48), 600);
  }
  return raw;
}
