import type { TcbStatus } from "./endorsements/tcb-status.ts";
import { TCB_STATUSES } from "./endorsements/tcb-status.ts";
import { AttestationError } from "./errors.ts";

/** "any" is a decision, spelt out; a missing field is an error. */
export type Any = "any";

/** Value and mask of the same size, hex: `actual & mask` must equal `value`. */
export interface Masked {
  readonly value: string;
  readonly mask: string;
}

/** What every policy says, whatever the TEE. */
export interface CommonPolicy {
  readonly allowSimulated: boolean;
  readonly allowDebug: boolean;
}

/** What a policy for Intel quotes says besides. */
export interface IntelPolicy extends CommonPolicy {
  /** Exact report data (hex), or a prefix of it when shorter. */
  readonly reportData: string | Any;
  readonly tcbStatuses: readonly TcbStatus[];
  /**
   * Days after its TCB date for which an out-of-date platform is still judged as if it were not: `OutOfDate` passes, and
   * `OutOfDateConfigurationNeeded` as `ConfigurationNeeded` does; 0 for none.
   */
  readonly outOfDateGraceDays: number;
  /** Advisory ids that are never accepted, whatever the status. */
  readonly advisoriesDenied: readonly string[];
  readonly evaluationNumberMin: number;
}

export interface SgxPolicy extends IntelPolicy {
  readonly kind: "sgx";
  /** Accepted MRENCLAVEs, hex. */
  readonly mrEnclaves: readonly string[] | Any;
  readonly mrSigners: readonly string[] | Any;
  readonly isvProdId: number | Any;
  readonly isvSvnMin: number;
  /** Over the 16 bytes of ATTRIBUTES. */
  readonly attributes: Masked | Any;
}

export interface TdxPolicy extends IntelPolicy {
  readonly kind: "tdx";
  readonly mrTds: readonly string[] | Any;
  /** What was configured, by whom and how: fixed when the TD is built, chosen by whoever starts it. */
  readonly mrConfigIds: readonly string[] | Any;
  readonly mrOwners: readonly string[] | Any;
  readonly mrOwnerConfigs: readonly string[] | Any;
  /** RTMR0 to RTMR3. */
  readonly rtmrs: readonly [string | Any, string | Any, string | Any, string | Any];
  /** Over the 8 bytes of TDATTRIBUTES. SEPT_VE_DISABLE is `{ value: "0000001000000000", mask: "0000001000000000" }`. */
  readonly attributes: Masked | Any;
  /** Over the 8 bytes of XFAM. */
  readonly xfam: Masked | Any;
  /** Whether the TD may be bound to a service TD (MRSERVICETD not zero), which can migrate it. */
  readonly allowServiceTd: boolean;
}

/** Least security versions of the SNP firmware parts; `fmc` counts from Turin on. */
export interface SnpTcbMin {
  readonly fmc: number;
  readonly bootLoader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
}

export interface SnpPolicy extends CommonPolicy {
  readonly kind: "snp";
  /** Exact report data (hex), or a prefix of it when shorter. */
  readonly reportData: string | Any;
  readonly measurements: readonly string[] | Any;
  readonly hostData: string | Any;
  readonly idKeyDigests: readonly string[] | Any;
  readonly guestSvnMin: number;
  readonly vmplMax: number;
  /** Over the 8 little-endian bytes of the guest policy. */
  readonly guestPolicy: Masked | Any;
  readonly allowMigration: boolean;
  /** Compared with the TCB the report is signed for. */
  readonly tcbMin: SnpTcbMin | Any;
}

export interface NitroPolicy extends CommonPolicy {
  readonly kind: "nitro";
  /** Accepted digests by PCR index; indices not named are not judged. At least PCR0, or "any" said aloud. */
  readonly pcrs: Readonly<Record<string, readonly string[]>> | Any;
  readonly publicKey: string | Any;
  readonly userData: string | Any;
  readonly nonce: string | Any;
  /** Seconds between the document's timestamp and the time of judgement. */
  readonly ageMax: number | Any;
}

export type Policy = SgxPolicy | TdxPolicy | SnpPolicy | NitroPolicy;

/** Bit 28 of TDATTRIBUTES: without it the host can inject exceptions into the TD's private memory accesses. */
export const SEPT_VE_DISABLE: Masked = { value: "0000001000000000", mask: "0000001000000000" };

const HEX = /^(?:[0-9a-fA-F]{2})*$/;

type Rule = (value: unknown) => boolean;
const isFlag: Rule = (value) => typeof value === "boolean";
const isCount: Rule = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isHex = (size: number) => (value: unknown) =>
  typeof value === "string" && value.length === 2 * size && HEX.test(value);
const isHexPrefix = (size: number) => (value: unknown) =>
  typeof value === "string" && value.length > 0 && value.length <= 2 * size && HEX.test(value);
const isList = (rule: Rule) => (value: unknown) => Array.isArray(value) && value.every(rule);
const orAny = (rule: Rule) => (value: unknown) => value === "any" || rule(value);
const isMasked = (size: number) => (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  isHex(size)((value as Masked).value) &&
  isHex(size)((value as Masked).mask);

const isFields = (rules: Readonly<Record<string, Rule>>) => (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(rules).every(([name, rule]) => rule((value as Record<string, unknown>)[name]));
const isPcrs: Rule = (value) =>
  typeof value === "object" &&
  value !== null &&
  "0" in value &&
  Object.entries(value).every(
    ([index, digests]) => /^(?:[0-9]|[12][0-9]|3[01])$/.test(index) && isList(isHexPrefix(64))(digests),
  );

const COMMON: Readonly<Record<keyof CommonPolicy, Rule>> = { allowSimulated: isFlag, allowDebug: isFlag };

const INTEL: Readonly<Record<keyof IntelPolicy, Rule>> = {
  ...COMMON,
  reportData: orAny(isHexPrefix(64)),
  tcbStatuses: isList((value) => (TCB_STATUSES as readonly unknown[]).includes(value) && value !== "Revoked"),
  outOfDateGraceDays: isCount,
  advisoriesDenied: isList((value) => typeof value === "string"),
  evaluationNumberMin: isCount,
};

const RULES: Readonly<Record<Policy["kind"], Readonly<Record<string, Rule>>>> = {
  sgx: {
    ...INTEL,
    mrEnclaves: orAny(isList(isHex(32))),
    mrSigners: orAny(isList(isHex(32))),
    isvProdId: orAny(isCount),
    isvSvnMin: isCount,
    attributes: orAny(isMasked(16)),
  },
  tdx: {
    ...INTEL,
    mrTds: orAny(isList(isHex(48))),
    mrConfigIds: orAny(isList(isHex(48))),
    mrOwners: orAny(isList(isHex(48))),
    mrOwnerConfigs: orAny(isList(isHex(48))),
    rtmrs: (value) => Array.isArray(value) && value.length === 4 && value.every(orAny(isHex(48))),
    attributes: orAny(isMasked(8)),
    xfam: orAny(isMasked(8)),
    allowServiceTd: isFlag,
  },
  snp: {
    ...COMMON,
    reportData: orAny(isHexPrefix(64)),
    measurements: orAny(isList(isHex(48))),
    hostData: orAny(isHex(32)),
    idKeyDigests: orAny(isList(isHex(48))),
    guestSvnMin: isCount,
    vmplMax: isCount,
    guestPolicy: orAny(isMasked(8)),
    allowMigration: isFlag,
    tcbMin: orAny(
      isFields({ fmc: isCount, bootLoader: isCount, tee: isCount, snp: isCount, microcode: isCount }),
    ),
  },
  nitro: {
    ...COMMON,
    pcrs: orAny(isPcrs),
    publicKey: orAny(isHexPrefix(1024)),
    userData: orAny(isHexPrefix(512)),
    nonce: orAny(isHexPrefix(512)),
    ageMax: orAny(isCount),
  },
};

/**
 * Fails on a policy that leaves something unsaid, or says something nobody reads (a misspelt field would be silence).
 * @throws {AttestationError} POLICY_INCOMPLETE or POLICY_MALFORMED.
 */
export function checkPolicy(policy: Policy): void {
  const rules = Object.hasOwn(RULES, policy.kind) ? RULES[policy.kind] : undefined;
  if (rules === undefined) throw new AttestationError("POLICY_MALFORMED", `kind "${String(policy.kind)}"`);
  const fields = policy as unknown as Readonly<Record<string, unknown>>;
  for (const [name, isValid] of Object.entries(rules)) {
    if (fields[name] === undefined) throw new AttestationError("POLICY_INCOMPLETE", `"${name}" is missing`);
    if (!isValid(fields[name]))
      throw new AttestationError("POLICY_MALFORMED", `"${name}" has the wrong shape`);
  }
  for (const name of Object.keys(fields)) {
    if (name !== "kind" && rules[name] === undefined)
      throw new AttestationError("POLICY_MALFORMED", `"${name}" is no field of a ${policy.kind} policy`);
  }
}

/**
 * What nobody should accept, and nothing else: no debug mode, no service TD, SEPT_VE_DISABLE set, no simulation.
 * It names no enclave: a start for a policy, and what the command line judges by, not a policy to run on.
 */
export function minimalPolicy(kind: Policy["kind"]): Policy {
  const common = { allowSimulated: false, allowDebug: false } as const;
  const rated = TCB_STATUSES.filter((status) => status !== "Revoked");
  const intel = {
    ...common,
    reportData: "any",
    tcbStatuses: rated,
    outOfDateGraceDays: 0,
    advisoriesDenied: [],
    evaluationNumberMin: 0,
  } as const;
  switch (kind) {
    case "sgx":
      return {
        kind,
        ...intel,
        mrEnclaves: "any",
        mrSigners: "any",
        isvProdId: "any",
        isvSvnMin: 0,
        attributes: "any",
      };
    case "tdx":
      return {
        kind,
        ...intel,
        mrTds: "any",
        mrConfigIds: "any",
        mrOwners: "any",
        mrOwnerConfigs: "any",
        rtmrs: ["any", "any", "any", "any"],
        attributes: SEPT_VE_DISABLE,
        xfam: "any",
        allowServiceTd: false,
      };
    case "snp":
      return {
        kind,
        ...common,
        reportData: "any",
        measurements: "any",
        hostData: "any",
        idKeyDigests: "any",
        guestSvnMin: 0,
        vmplMax: 3,
        guestPolicy: "any",
        allowMigration: false,
        tcbMin: "any",
      };
    case "nitro":
      return { kind, ...common, pcrs: "any", publicKey: "any", userData: "any", nonce: "any", ageMax: "any" };
  }
}
