import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EndorsementSet } from "../src/endorsements/endorsements.ts";
import {
  type SimulatedEndorsementOptions,
  SimulatedNitro,
  SimulatedQuotingEnclave,
  SimulatedSnpPlatform,
  simulatedEndorsements,
  simulatedReport,
  simulatedTdReport,
} from "../src/simulation/index.ts";
import { UsageError } from "./usage.ts";

export const SIMULATED_KINDS = [
  "sgx-v3",
  "sgx-v4",
  "sgx-v5",
  "tdx-v4",
  "tdx-v5",
  "tdx15-v5",
  "snp-milan",
  "snp-genoa",
  "snp-turin",
  "nitro",
] as const;
export type SimulatedKind = (typeof SIMULATED_KINDS)[number];

/** What is wrong with the platform; all of it may be at once. */
export interface SimulatedKnobs {
  readonly isDebug: boolean;
  /** The newest level asks for more than the platform has. Intel only. */
  readonly isOutOfDate: boolean;
  /** PCK certificate, or AMD's signing key, is on its issuer's list. */
  readonly isRevoked: boolean;
  /** Endorsements ended in June 2025; a Nitro chain lives three hours from then on. */
  readonly isExpired: boolean;
  /** A TDX module of a major version nobody describes. TDX only. */
  readonly isWrongModule: boolean;
}

const ENDED = new Date("2025-06-01T00:00:00Z");
const UNKNOWN_MODULE = Uint8Array.of(4, 9, 2, ...new Array<number>(13).fill(0));

/** Evidence of any kind and its endorsements; same seed, kind and knobs, same bytes. @throws {UsageError} for a knob the kind has not. */
export function simulatedEvidence(
  seed: Uint8Array,
  kind: SimulatedKind,
  knobs: SimulatedKnobs,
): { readonly evidence: Uint8Array; readonly endorsements: EndorsementSet } {
  const isIntel = /^(?:sgx|tdx)/.test(kind);
  if (knobs.isOutOfDate && !isIntel)
    throw new UsageError(`${kind} evidence has no TCB levels to be out of date by`);
  if (knobs.isWrongModule && !kind.startsWith("tdx"))
    throw new UsageError(`${kind} evidence has no TDX module`);
  if (knobs.isRevoked && kind === "nitro") throw new UsageError("Nitro has no revocation lists");
  if (isIntel) return intel(seed, kind, knobs);
  return kind === "nitro" ? nitro(seed, knobs) : snp(seed, kind, knobs);
}

function intel(seed: Uint8Array, kind: SimulatedKind, knobs: SimulatedKnobs) {
  const enclave = new SimulatedQuotingEnclave(seed, seed);
  const version = Number(kind.at(-1)) as 3 | 4 | 5;
  const tee = kind.startsWith("sgx") ? "sgx" : "tdx";
  const options: SimulatedEndorsementOptions = {
    tee,
    isOutOfDate: knobs.isOutOfDate,
    isPckRevoked: knobs.isRevoked,
    ...(knobs.isExpired ? { nextUpdate: ENDED } : {}),
  };
  const { isDebug } = knobs;
  const evidence =
    tee === "sgx"
      ? enclave.quote(simulatedReport(seed, enclave.targetInfo(), { isDebug }), version)
      : enclave.quoteTd(
          simulatedTdReport({
            isDebug,
            version: kind === "tdx15-v5" ? "1.5" : "1.0",
            ...(knobs.isWrongModule ? { teeTcbSvn: UNKNOWN_MODULE } : {}),
          }),
          version === 3 ? 4 : version,
        );
  return { evidence, endorsements: simulatedEndorsements(seed, options) };
}

function snp(seed: Uint8Array, kind: SimulatedKind, { isDebug, isRevoked, isExpired }: SimulatedKnobs) {
  const chip = new SimulatedSnpPlatform(seed, {
    product: kind.slice("snp-".length) as "milan" | "genoa" | "turin",
    isSignerRevoked: isRevoked,
    ...(isExpired ? { vekNotAfter: ENDED } : {}),
  });
  return { evidence: chip.report({ version: 5, isDebug }), endorsements: chip.endorsements() };
}

function nitro(seed: Uint8Array, { isDebug, isExpired }: SimulatedKnobs) {
  const hypervisor = new SimulatedNitro(seed, isExpired ? { bootedAt: ENDED } : {});
  return { evidence: hypervisor.document({ isDebug }), endorsements: {} };
}

/** Writes `NAME.bin` and, where the kind needs them, `NAME-endorsements.json`. */
export function writeSimulatedEvidence(
  directory: string,
  name: string,
  made: ReturnType<typeof simulatedEvidence>,
): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const files: [string, string | Uint8Array][] = [[`${name}.bin`, made.evidence]];
  if (Object.keys(made.endorsements).length > 0)
    files.push([`${name}-endorsements.json`, `${JSON.stringify(made.endorsements, null, 2)}\n`]);
  return files.map(([file, content]) => {
    writeFileSync(join(directory, file), content);
    return join(directory, file);
  });
}
