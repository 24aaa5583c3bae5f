import { isZero, toHex } from "../bytes.ts";
import type { IsvLevel, TcbInfo, TdxModuleIdentity } from "../endorsements/tcb-info.ts";
import { isModuleStatus, mergeStatus, type TcbStatus } from "../endorsements/tcb-status.ts";
import type { TdReport } from "../evidence/td-report.ts";
import type { Ledger } from "../verdict.ts";

const CHECK = "TDX module";

export interface JudgedModule {
  /** The module's rated level; null for a module without major version, which the platform levels judge. */
  readonly level: IsvLevel | null;
  /** Whose level it is. */
  readonly identity: TdxModuleIdentity | null;
}

/** QVL `findTdxModuleIdentity`: "TDX_" and the major version as two hex digits, whatever their case. */
export function findModuleIdentity(info: TcbInfo, major: number): TdxModuleIdentity | null {
  const id = `TDX_${major.toString(16).padStart(2, "0").toUpperCase()}`;
  return info.moduleIdentities.find((identity) => identity.id.toUpperCase() === id) ?? null;
}

/** QVL 4.1.2.4.11 and `checkTdxModuleTcbStatus`. Null when the module is not one the TCB info describes. */
export function checkModule(ledger: Ledger, info: TcbInfo, report: TdReport): JudgedModule | null {
  const [minor, major] = [report.teeTcbSvn[0]!, report.teeTcbSvn[1]!];
  const identity = major > 0 ? findModuleIdentity(info, major) : null;
  if (major > 0 && identity === null) {
    ledger.fail(
      CHECK,
      "TDX_MODULE_MISMATCH",
      `module version ${major}.${minor}, identities ${info.moduleIdentities.map((known) => known.id).join(", ") || "none"}`,
    );
    return null;
  }
  const expected = identity ?? info.module;
  if (expected === null || toHex(report.mrSignerSeam) !== expected.mrSigner) {
    ledger.fail(
      CHECK,
      "TDX_MODULE_MISMATCH",
      `MRSIGNERSEAM ${toHex(report.mrSignerSeam)}, identity ${expected?.mrSigner ?? "none"}`,
    );
    return null;
  }
  // Intel's library demands zero whatever the mask says, and equality with the identity besides.
  if (!isZero(report.seamAttributes) || toHex(report.seamAttributes) !== expected.attributes) {
    ledger.fail(
      CHECK,
      "TDX_MODULE_MISMATCH",
      `SEAMATTRIBUTES ${toHex(report.seamAttributes)}, identity ${expected.attributes}`,
    );
    return null;
  }
  if (identity === null) {
    ledger.pass(CHECK, `module without major version, SVN ${minor}: judged by the platform levels`);
    return { level: null, identity };
  }
  const level = identity.levels.find((known) => minor >= known.isvSvn) ?? null;
  if (level === null) {
    ledger.fail(CHECK, "TCB_UNSUPPORTED", `module ${identity.id} SVN ${minor} is below every rated level`);
    return null;
  }
  if (!isModuleStatus(level.status)) {
    ledger.fail(
      CHECK,
      "TCB_UNSUPPORTED",
      `module ${identity.id} is rated "${level.status}", which no module can be`,
    );
    return null;
  }
  ledger.pass(CHECK, `${identity.id} SVN ${minor} reaches level ${level.isvSvn}: ${level.status}`);
  return { level, identity };
}

export interface RelaunchInput {
  readonly info: TcbInfo;
  readonly report: TdReport;
  readonly sgxStatus: TcbStatus;
  /** Platform level and module merged. */
  readonly tdxStatus: TcbStatus;
  readonly moduleStatus: TcbStatus | null;
  readonly qeStatus: TcbStatus;
}

/**
 * QVL `checkForRelaunch`: everything is current except the module the TD was launched under, and the module loaded
 * *now* (TEE_TCB_SVN_2) is current. Then relaunching the TD is the whole cure. Null when the loaded module has no identity.
 */
export function relaunchStatus(input: RelaunchInput): TcbStatus | null {
  const { info, report, sgxStatus, tdxStatus } = input;
  const svn2 = report.teeTcbSvn2;
  const isSgxCurrent = !["OutOfDate", "OutOfDateConfigurationNeeded", "Revoked"].includes(sgxStatus);
  const isTdxOld = tdxStatus === "OutOfDate" || tdxStatus === "OutOfDateConfigurationNeeded";
  const isQeCurrent = input.qeStatus === "UpToDate";
  if (svn2 === null || !isSgxCurrent || !isTdxOld || !isQeCurrent || input.moduleStatus !== "OutOfDate")
    return tdxStatus;

  const newest = info.levels[0]!.tdx!;
  let needs = newest[0]!.svn;
  if (svn2[1]! > 0) {
    const identity = findModuleIdentity(info, svn2[1]!);
    if (identity === null) return null;
    needs = identity.levels[0]!.isvSvn;
  }
  if (svn2[0]! < needs || svn2[2]! < newest[2]!.svn) return tdxStatus;
  const needsConfiguration =
    sgxStatus.startsWith("Configuration") || tdxStatus === "OutOfDateConfigurationNeeded";
  return needsConfiguration ? "TDRelaunchAdvisedConfigurationNeeded" : "TDRelaunchAdvised";
}

/** Platform level and module: `convergeTcbStatusWithTdxModuleStatus`. */
export function mergeModule(platform: TcbStatus, module: IsvLevel | null): TcbStatus {
  return module === null ? platform : mergeStatus(platform, module.status);
}
