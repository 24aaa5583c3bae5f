import { toHex } from "../bytes.ts";
import { deriveBytes } from "./keys.ts";

/** The machine that is simulated: what its PCK certificate and its TCB info talk about. */
export interface SimulatedPlatform {
  /** 6 bytes, hex. The default spells "SIMUL" and a zero. */
  readonly fmspc: string;
  readonly pceId: string;
  readonly pceSvn: number;
  /** Sixteen SVNs; equal to the CPUSVN the simulated CPU reports (docs/boundaries.md section 9). */
  readonly components: readonly number[];
  readonly ppid: string;
  readonly platformInstanceId: string;
}

export const SIMULATED_CPU_SVN = [5, 5, 2, 4, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;

export function simulatedPlatform(seed: Uint8Array): SimulatedPlatform {
  return {
    fmspc: "53494d554c00",
    pceId: "0000",
    pceSvn: 13,
    components: SIMULATED_CPU_SVN,
    ppid: toHex(deriveBytes(seed, "ppid").slice(0, 16)),
    platformInstanceId: toHex(deriveBytes(seed, "platform-instance").slice(0, 16)),
  };
}

/** The simulated quoting enclave of a kind, as its REPORT and Intel-shaped identity describe it. */
export interface SimulatedQe {
  readonly id: "QE" | "TD_QE";
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
}

const NO_SEED = new Uint8Array(0);

export const SIMULATED_QE: SimulatedQe = {
  id: "QE",
  mrEnclave: deriveBytes(NO_SEED, "qe.mrenclave"),
  mrSigner: deriveBytes(NO_SEED, "qe.mrsigner"),
  isvProdId: 1,
  isvSvn: 8,
};

export const SIMULATED_TD_QE: SimulatedQe = {
  id: "TD_QE",
  mrEnclave: deriveBytes(NO_SEED, "td-qe.mrenclave"),
  mrSigner: deriveBytes(NO_SEED, "td-qe.mrsigner"),
  isvProdId: 2,
  isvSvn: 4,
};
