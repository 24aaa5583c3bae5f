import { toHex, utf8 } from "../bytes.ts";
import type { Endorsements } from "../endorsements/endorsements.ts";
import type { TcbStatus } from "../endorsements/tcb-status.ts";
import { emitPem } from "../x509/pem.ts";
import { type SimulatedAuthority, simulatedRevocationList } from "./certificates.ts";
import { type SimulatedPki, type SimulatedPkiOptions, simulatedPki } from "./pki.ts";
import { SIMULATED_QE, SIMULATED_TD_QE, type SimulatedPlatform } from "./platform.ts";

/** Endorsement windows default to decades, so that a devnet does not die of old age. */
export const SIMULATED_ISSUED_AT = new Date("2025-01-01T00:00:00Z");
export const SIMULATED_NEXT_UPDATE = new Date("2045-01-01T00:00:00Z");
const TCB_DATE = "2024-03-13T00:00:00Z";

export interface SimulatedEndorsementOptions extends SimulatedPkiOptions {
  readonly tee?: "sgx" | "tdx";
  /** Window of TCB info, QE identity and both revocation lists. */
  readonly issuedAt?: Date;
  readonly nextUpdate?: Date;
  /** Status of the level this platform meets. */
  readonly tcbStatus?: TcbStatus;
  readonly tcbDate?: Date;
  readonly advisoryIds?: readonly string[];
  /** The newest level asks for more than this platform has. */
  readonly isOutOfDate?: boolean;
  /** No level fits this platform. */
  readonly isUnsupported?: boolean;
  /** Status of the quoting enclave's level. */
  readonly qeStatus?: TcbStatus;
  readonly evaluationNumber?: number;
  readonly isPckRevoked?: boolean;
  readonly isCaRevoked?: boolean;
  readonly isTcbSigningRevoked?: boolean;
  /** Levels in the text oldest first: legal, and to be read as if they were not. */
  readonly isUnsorted?: boolean;
  /** TDX: status of the module's level (TDX_01, isvsvn 4). */
  readonly moduleStatus?: TcbStatus;
}

/** Complete, signed endorsements for the platform of `seed`. Same seed and options, same bytes. */
export function simulatedEndorsements(
  seed: Uint8Array,
  options: SimulatedEndorsementOptions = {},
): Endorsements {
  const pki = simulatedPki(seed, options);
  const from = options.issuedAt ?? SIMULATED_ISSUED_AT;
  const until = options.nextUpdate ?? SIMULATED_NEXT_UPDATE;
  const signed = (member: string, body: object) => envelope(member, JSON.stringify(body), pki.tcbSigning);
  const chain = emitPem(pki.tcbSigning.certificate, pki.root.certificate);
  const rootRevoked = [
    ...(options.isCaRevoked ? [pki.platformCa.serial] : []),
    ...(options.isTcbSigningRevoked ? [pki.tcbSigning.serial] : []),
  ];
  return {
    tcbInfo: signed("tcbInfo", tcbInfoBody(pki, from, until, options)),
    tcbInfoChain: chain,
    qeIdentity: signed("enclaveIdentity", qeIdentityBody(from, until, options)),
    qeIdentityChain: chain,
    rootCrl: toHex(simulatedRevocationList(pki.root, rootRevoked, from, until)),
    pckCrl: toHex(
      simulatedRevocationList(pki.platformCa, options.isPckRevoked ? [pki.pck.serial] : [], from, until),
    ),
  };
}

function envelope(member: string, body: string, signer: SimulatedAuthority): string {
  return `{"${member}":${body},"signature":"${toHex(signer.key.sign(utf8(body)))}"}`;
}

function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function tcbInfoBody(
  pki: SimulatedPki,
  from: Date,
  until: Date,
  options: SimulatedEndorsementOptions,
): object {
  const isTdx = options.tee === "tdx";
  return {
    id: isTdx ? "TDX" : "SGX",
    version: 3,
    issueDate: iso(from),
    nextUpdate: iso(until),
    fmspc: pki.platform.fmspc.toUpperCase(),
    pceId: pki.platform.pceId,
    tcbType: 0,
    tcbEvaluationDataNumber: options.evaluationNumber ?? 17,
    ...(isTdx && tdxModule(options)),
    tcbLevels: options.isUnsorted
      ? tcbLevels(pki.platform, isTdx, options).reverse()
      : tcbLevels(pki.platform, isTdx, options),
  };
}

function tdxModule(options: SimulatedEndorsementOptions): object {
  const module = { mrsigner: "0".repeat(96), attributes: "0".repeat(16), attributesMask: "F".repeat(16) };
  const level = { tcb: { isvsvn: 4 }, tcbDate: TCB_DATE, tcbStatus: options.moduleStatus ?? "UpToDate" };
  return { tdxModule: module, tdxModuleIdentities: [{ id: "TDX_01", ...module, tcbLevels: [level] }] };
}

/** Newest first, as Intel sorts them: one above the platform (if asked for), the platform's own, one far below. */
function tcbLevels(
  platform: SimulatedPlatform,
  isTdx: boolean,
  options: SimulatedEndorsementOptions,
): object[] {
  const date = options.tcbDate ? iso(options.tcbDate) : TCB_DATE;
  const tdx = (svn: number) =>
    isTdx ? { tdxtcbcomponents: components([svn, 0, 2, ...Array(13).fill(0)]) } : {};
  const level = (shift: number, pcesvn: number, tcbStatus: string, advisoryIDs: readonly string[] = []) => ({
    tcb: {
      sgxtcbcomponents: components([platform.components[0]! + shift, ...platform.components.slice(1)]),
      pcesvn,
      ...tdx(4 + shift),
    },
    tcbDate: date,
    tcbStatus,
    ...(advisoryIDs.length > 0 && { advisoryIDs }),
  });
  const top = level(1, platform.pceSvn, "UpToDate");
  if (options.isUnsupported) return [top];
  const status = options.tcbStatus ?? (options.isOutOfDate ? "OutOfDate" : "UpToDate");
  const own = level(0, platform.pceSvn, status, options.advisoryIds);
  const old = level(-1, platform.pceSvn - 1, "OutOfDate", ["SIM-SA-00001"]);
  return options.isOutOfDate ? [top, own, old] : [own, old];
}

function components(svns: readonly number[]): object[] {
  return svns.map((svn) => ({ svn }));
}

function qeIdentityBody(from: Date, until: Date, options: SimulatedEndorsementOptions): object {
  const qe = options.tee === "tdx" ? SIMULATED_TD_QE : SIMULATED_QE;
  return {
    id: qe.id,
    version: 2,
    issueDate: iso(from),
    nextUpdate: iso(until),
    tcbEvaluationDataNumber: options.evaluationNumber ?? 17,
    miscselect: "00000000",
    miscselectMask: "FFFFFFFF",
    attributes: "11000000000000000000000000000000",
    attributesMask: "FBFFFFFFFFFFFFFF0000000000000000",
    mrsigner: toHex(qe.mrSigner).toUpperCase(),
    isvprodid: qe.isvProdId,
    tcbLevels: [
      { tcb: { isvsvn: qe.isvSvn }, tcbDate: TCB_DATE, tcbStatus: options.qeStatus ?? "UpToDate" },
      {
        tcb: { isvsvn: qe.isvSvn - 2 },
        tcbDate: "2021-11-10T00:00:00Z",
        tcbStatus: "OutOfDate",
        advisoryIDs: ["SIM-SA-00002"],
      },
    ],
  };
}

/** The evaluation numbers the simulated vendor supports, signed: number and the date its recovery was announced, newest first. */
export function simulatedEvaluationNumbers(
  seed: Uint8Array,
  tee: "sgx" | "tdx",
  numbers: readonly (readonly [number: number, announced: Date])[],
  window: { readonly issuedAt?: Date; readonly nextUpdate?: Date } = {},
): { readonly body: string; readonly chain: string } {
  const pki = simulatedPki(seed);
  const body = JSON.stringify({
    id: tee.toUpperCase(),
    version: 1,
    issueDate: iso(window.issuedAt ?? SIMULATED_ISSUED_AT),
    nextUpdate: iso(window.nextUpdate ?? SIMULATED_NEXT_UPDATE),
    tcbEvalNumbers: numbers.map(([tcbEvaluationDataNumber, announced]) => ({
      tcbEvaluationDataNumber,
      tcbRecoveryEventDate: iso(announced),
      tcbDate: iso(announced),
    })),
  });
  return {
    body: envelope("tcbEvaluationDataNumbers", body, pki.tcbSigning),
    chain: emitPem(pki.tcbSigning.certificate, pki.root.certificate),
  };
}
