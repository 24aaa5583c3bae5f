import type { Component, IsvLevel, TcbInfo, TcbLevel } from "../endorsements/tcb-info.ts";
import { mergeStatus, type TcbStatus } from "../endorsements/tcb-status.ts";
import type { ShortSvn } from "../verdict.ts";
import type { PckExtension } from "../x509/pck.ts";

export interface MatchedLevels {
  /** First level the SGX components and PCESVN reach. */
  readonly sgx: TcbLevel | null;
  /** First level that the TDX components reach too; null for SGX. */
  readonly tdx: TcbLevel | null;
}

/** QVL `matchTcbLevels`: newest first, the first fit wins; SGX and TDX may fit different levels. */
export function matchLevels(info: TcbInfo, pck: PckExtension, teeTcbSvn: Uint8Array | null): MatchedLevels {
  let sgx: TcbLevel | null = null;
  for (const level of info.levels) {
    const isReached =
      level.sgx.every((component, i) => pck.components[i]! >= component.svn) && pck.pceSvn >= level.pceSvn;
    if (!isReached) continue;
    sgx ??= level;
    if (teeTcbSvn === null) return { sgx, tdx: null };
    if (level.tdx !== null && reachesTdx(teeTcbSvn, level.tdx)) return { sgx, tdx: level };
  }
  return { sgx, tdx: null };
}

/**
 * QVL `isTdxTcbHigherOrEqual`: when the module has a major version (SVN[1] > 0), SVN[0] and SVN[1] belong to the
 * module and are judged by its own identity; the level is compared from index 2 on.
 */
function reachesTdx(teeTcbSvn: Uint8Array, components: readonly Component[]): boolean {
  const first = teeTcbSvn[1]! > 0 ? 2 : 0;
  return components.every((component, i) => i < first || teeTcbSvn[i]! >= component.svn);
}

/** What stands between this platform and the newest rated level. */
export function shortSvns(
  info: TcbInfo,
  pck: PckExtension,
  teeTcbSvn: Uint8Array | null,
): readonly ShortSvn[] {
  const newest = info.levels[0]!;
  const short: ShortSvn[] = [];
  const note = (component: string, has: number, needs: number) => {
    if (has < needs) short.push({ component, has, needs });
  };
  newest.sgx.forEach((component, i) => {
    note(named(`SGX[${i}]`, component), pck.components[i]!, component.svn);
  });
  note("PCESVN", pck.pceSvn, newest.pceSvn);
  if (teeTcbSvn !== null && newest.tdx !== null) {
    const first = teeTcbSvn[1]! > 0 ? 2 : 0;
    newest.tdx.forEach((component, i) => {
      if (i >= first) note(named(`TDX[${i}]`, component), teeTcbSvn[i]!, component.svn);
    });
  }
  return short;
}

/** The same for a quoting enclave or module with its own levels, newest first. */
export function shortIsvSvn(
  component: string,
  levels: readonly IsvLevel[],
  has: number,
): readonly ShortSvn[] {
  const needs = levels[0]?.isvSvn ?? 0;
  return has < needs ? [{ component, has, needs }] : [];
}

function named(index: string, component: Component): string {
  return component.label === "" ? index : `${index} ${component.label}`;
}

/** A status with the reasons for it: what `verify` merges. */
export interface Rating {
  readonly status: TcbStatus;
  readonly tcbDate: number;
  readonly advisoryIds: readonly string[];
}

/** Union of the advisories of every part, in a stable order; the oldest date of a part that is not up to date. */
export function mergeRatings(platform: Rating, parts: readonly (IsvLevel | null)[]) {
  const present = parts.filter((part) => part !== null);
  const advisoryIds = [...new Set([platform, ...present].flatMap((rating) => rating.advisoryIds))].sort();
  const tcbDate = Math.min(
    platform.tcbDate,
    ...present.filter((part) => part.status !== "UpToDate").map((part) => part.tcbDate),
  );
  return {
    advisoryIds,
    tcbDate,
    status: present.reduce((status, part) => mergeStatus(status, part.status), platform.status),
  };
}
