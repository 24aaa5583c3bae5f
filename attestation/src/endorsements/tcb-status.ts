/** Intel's TCB statuses, as spelt in TCB info; the two "relaunch" ones arise only from the merge (TDX 1.5). */
export const TCB_STATUSES = [
  "UpToDate",
  "SWHardeningNeeded",
  "ConfigurationNeeded",
  "ConfigurationAndSWHardeningNeeded",
  "OutOfDate",
  "OutOfDateConfigurationNeeded",
  "TDRelaunchAdvised",
  "TDRelaunchAdvisedConfigurationNeeded",
  "Revoked",
] as const;

export type TcbStatus = (typeof TCB_STATUSES)[number];

/** Statuses that a signed level may carry. */
export function isLevelStatus(text: string): text is TcbStatus {
  return (TCB_STATUSES as readonly string[]).includes(text) && !text.startsWith("TDRelaunch");
}

/** Statuses a TDX module's level may carry (QVL, `VALID_MODULE_TCB_STATUSES`); another is "unrecognized" once it is matched. */
export function isModuleStatus(status: TcbStatus): boolean {
  return status === "UpToDate" || status === "OutOfDate" || status === "Revoked";
}

/** Statuses a quoting enclave's level may carry (QVL, `parseStringToTcbStatus`): software hardening is no enclave's own matter. */
export function isEnclaveStatus(status: TcbStatus): boolean {
  return !status.includes("SWHardening");
}

/**
 * Folds the status of one part (quoting enclave, TDX module) into that of the platform.
 * Source: Intel QVL, `convergeTcbStatusWithQeTcbStatus` and `convergeTcbStatusWithTdxModuleStatus`: a part that is
 * out of date takes an up-to-date platform with it and keeps "configuration needed"; a revoked part revokes.
 */
export function mergeStatus(platform: TcbStatus, part: TcbStatus): TcbStatus {
  if (platform === "Revoked" || part === "Revoked") return "Revoked";
  if (part === "UpToDate") return platform;
  if (platform === "UpToDate" || platform === "SWHardeningNeeded") return "OutOfDate";
  if (platform === "ConfigurationNeeded" || platform === "ConfigurationAndSWHardeningNeeded") {
    return "OutOfDateConfigurationNeeded";
  }
  return platform;
}
