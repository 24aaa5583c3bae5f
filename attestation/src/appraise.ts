import { fromHex, isZero } from "./bytes.ts";
import type { NitroClaims, SgxClaims, SnpClaims, TdxClaims } from "./claims.ts";
import type { TcbStatus } from "./endorsements/tcb-status.ts";
import type { Reason } from "./errors.ts";
import {
  type Any,
  checkPolicy,
  type IntelPolicy,
  type Masked,
  type NitroPolicy,
  type Policy,
  type SgxPolicy,
  type SnpPolicy,
  type TdxPolicy,
} from "./policy.ts";
import { type Check, Ledger, type TcbVerdict } from "./verdict.ts";
import type { Verdict } from "./verify.ts";

export interface Appraisal {
  readonly isAccepted: boolean;
  /** The first rule that failed; null when accepted. */
  readonly reason: Reason | null;
  readonly checks: readonly Check[];
}

const DAY_MS = 86_400_000;

/**
 * Is this genuine evidence of the enclave the policy wants? Judges a verdict, so nothing unverified is ever appraised.
 * @throws {AttestationError} POLICY_INCOMPLETE or POLICY_MALFORMED: a policy that leaves a field out decides nothing.
 */
export function appraise(verdict: Verdict, policy: Policy): Appraisal {
  checkPolicy(policy);
  const ledger = new Ledger();

  // 1. Genuine, real if reality is asked for, and of the right kind.
  ledger.check("genuine", verdict.isGenuine, "NOT_GENUINE", verdict.reason ?? "every rule passed");
  ledger.check(
    "not simulated",
    policy.allowSimulated || !verdict.isSimulated,
    "POLICY_SIMULATED",
    `roots "${verdict.roots}"`,
  );
  const { claims } = verdict;
  if (
    !ledger.check("kind", claims.kind === policy.kind, "POLICY_KIND", `${claims.kind}, policy ${policy.kind}`)
  )
    return conclude(ledger);

  // 2. Not open to the host.
  ledger.check(
    "debug",
    policy.allowDebug || !claims.isDebug,
    "POLICY_DEBUG",
    claims.isDebug ? "debug mode" : "not in debug mode",
  );

  // 3. The right enclave, speaking about what was asked, on a platform in an acceptable state.
  const at = Date.parse(verdict.at);
  switch (claims.kind) {
    case "sgx":
      checkSgx(ledger, claims, policy as SgxPolicy);
      checkTcb(ledger, verdict.tcb, policy as SgxPolicy, at);
      break;
    case "tdx":
      checkTdx(ledger, claims, policy as TdxPolicy);
      checkTcb(ledger, verdict.tcb, policy as TdxPolicy, at);
      break;
    case "snp":
      checkSnp(ledger, claims, policy as SnpPolicy);
      break;
    case "nitro":
      checkNitro(ledger, claims, policy as NitroPolicy, at);
      break;
  }
  return conclude(ledger);
}

function conclude(ledger: Ledger): Appraisal {
  const reason = ledger.reason();
  return { isAccepted: reason === null, reason, checks: ledger.checks };
}

/** Bytes the enclave chose: equal to the policy's, or beginning with them. */
function checkBound(ledger: Ledger, name: string, found: string | null, wanted: string | Any): void {
  const ok = wanted === "any" || (found ?? "").startsWith(wanted.toLowerCase());
  ledger.check(name, ok, "POLICY_REPORT_DATA", `${found ?? "absent"}, policy ${wanted}`);
}

function checkSgx(ledger: Ledger, claims: SgxClaims, policy: SgxPolicy): void {
  checkBound(ledger, "report data", claims.reportData, policy.reportData);
  checkOneOf(ledger, "MRENCLAVE", claims.mrEnclave, policy.mrEnclaves, "POLICY_MEASUREMENT");
  checkOneOf(ledger, "MRSIGNER", claims.mrSigner, policy.mrSigners, "POLICY_SIGNER");
  const isProduct = policy.isvProdId === "any" || claims.isvProdId === policy.isvProdId;
  ledger.check("ISVPRODID", isProduct, "POLICY_PRODUCT", `${claims.isvProdId}, policy ${policy.isvProdId}`);
  ledger.check(
    "ISVSVN",
    claims.isvSvn >= policy.isvSvnMin,
    "POLICY_SVN",
    `${claims.isvSvn}, policy at least ${policy.isvSvnMin}`,
  );
  checkMasked(ledger, "ATTRIBUTES", claims.attributes, policy.attributes);
}

function checkTdx(ledger: Ledger, claims: TdxClaims, policy: TdxPolicy): void {
  checkBound(ledger, "report data", claims.reportData, policy.reportData);
  checkOneOf(ledger, "MRTD", claims.mrTd, policy.mrTds, "POLICY_MEASUREMENT");
  checkOneOf(ledger, "MRCONFIGID", claims.mrConfigId, policy.mrConfigIds, "POLICY_MEASUREMENT");
  checkOneOf(ledger, "MROWNER", claims.mrOwner, policy.mrOwners, "POLICY_MEASUREMENT");
  checkOneOf(ledger, "MROWNERCONFIG", claims.mrOwnerConfig, policy.mrOwnerConfigs, "POLICY_MEASUREMENT");
  for (const [i, wanted] of policy.rtmrs.entries()) {
    checkOneOf(
      ledger,
      `RTMR${i}`,
      claims.rtmr[i]!,
      wanted === "any" ? wanted : [wanted],
      "POLICY_MEASUREMENT",
    );
  }
  checkMasked(ledger, "TDATTRIBUTES", claims.attributes, policy.attributes);
  checkMasked(ledger, "XFAM", claims.xfam, policy.xfam);
  const isAlone = claims.mrServiceTd === null || isZero(fromHex(claims.mrServiceTd));
  ledger.check(
    "service TD",
    policy.allowServiceTd || isAlone,
    "POLICY_SERVICE_TD",
    claims.mrServiceTd ?? "no such field",
  );
}

function checkSnp(ledger: Ledger, claims: SnpClaims, policy: SnpPolicy): void {
  checkBound(ledger, "report data", claims.reportData, policy.reportData);
  checkOneOf(ledger, "measurement", claims.measurement, policy.measurements, "POLICY_MEASUREMENT");
  checkOneOf(
    ledger,
    "host data",
    claims.hostData,
    policy.hostData === "any" ? "any" : [policy.hostData],
    "POLICY_MEASUREMENT",
  );
  checkOneOf(ledger, "ID key digest", claims.idKeyDigest, policy.idKeyDigests, "POLICY_SIGNER");
  ledger.check(
    "guest SVN",
    claims.guestSvn >= policy.guestSvnMin,
    "POLICY_SVN",
    `${claims.guestSvn}, policy at least ${policy.guestSvnMin}`,
  );
  ledger.check(
    "VMPL",
    claims.vmpl <= policy.vmplMax,
    "POLICY_VMPL",
    `${claims.vmpl}, policy at most ${policy.vmplMax}`,
  );
  checkMasked(ledger, "guest policy", claims.policy, policy.guestPolicy);
  ledger.check(
    "migration",
    policy.allowMigration || !claims.isMigratable,
    "POLICY_ATTRIBUTES",
    claims.isMigratable ? "allowed by the guest policy" : "not allowed",
  );
  const found = claims.reportedTcb;
  const short = (["fmc", "bootLoader", "tee", "snp", "microcode"] as const).filter(
    (part) =>
      policy.tcbMin !== "any" &&
      (part !== "fmc" || found?.fmc !== null) &&
      (found?.[part] ?? -1) < policy.tcbMin[part],
  );
  ledger.check(
    "reported TCB",
    short.length === 0,
    "POLICY_SVN",
    `${JSON.stringify(found)}, policy ${JSON.stringify(policy.tcbMin)}, short: ${short.join(", ") || "none"}`,
  );
}

function checkNitro(ledger: Ledger, claims: NitroClaims, policy: NitroPolicy, at: number): void {
  if (policy.pcrs === "any") ledger.pass("PCRs", "policy any");
  else {
    for (const [index, wanted] of Object.entries(policy.pcrs)) {
      checkOneOf(ledger, `PCR${index}`, claims.pcrs[index] ?? "absent", wanted, "POLICY_MEASUREMENT");
    }
  }
  checkBound(ledger, "public key", claims.publicKey, policy.publicKey);
  checkBound(ledger, "user data", claims.userData, policy.userData);
  checkBound(ledger, "nonce", claims.nonce, policy.nonce);
  const age = Math.floor((at - Date.parse(claims.timestamp)) / 1000);
  // A document from the future is as wrong as one from the past; a clock may be off by less than the limit.
  const isFresh = policy.ageMax === "any" || Math.abs(age) <= policy.ageMax;
  ledger.check("age", isFresh, "POLICY_AGE", `${age} s, policy at most ${policy.ageMax}`);
}

function checkOneOf(
  ledger: Ledger,
  name: string,
  found: string,
  wanted: readonly string[] | Any,
  reason: Reason,
): void {
  const ok = wanted === "any" || wanted.some((known) => known.toLowerCase() === found);
  ledger.check(
    name,
    ok,
    reason,
    `${found}, policy ${wanted === "any" ? wanted : wanted.join(" or ") || "nothing"}`,
  );
}

function checkMasked(ledger: Ledger, name: string, found: string, wanted: Masked | Any): void {
  if (wanted === "any") {
    ledger.pass(name, `${found}, policy any`);
    return;
  }
  const [bytes, mask, value] = [fromHex(found), fromHex(wanted.mask), fromHex(wanted.value)];
  const ok = bytes.every((byte, i) => (byte & mask[i]!) === value[i]);
  ledger.check(name, ok, "POLICY_ATTRIBUTES", `${found} under mask ${wanted.mask}, policy ${wanted.value}`);
}

function checkTcb(ledger: Ledger, tcb: TcbVerdict | null, policy: IntelPolicy, at: number): void {
  if (tcb === null) {
    ledger.skip("TCB status", "the evidence has none");
    return;
  }
  const graceEnds = Date.parse(tcb.tcbDate) + policy.outOfDateGraceDays * DAY_MS;
  const lenient = policy.outOfDateGraceDays > 0 && at <= graceEnds ? withoutAge(tcb.status, policy) : false;
  const isListed = policy.tcbStatuses.includes(tcb.status);
  const isAllowed = isListed || lenient;
  const grace = lenient && !isListed ? `, in grace since ${tcb.tcbDate}` : "";
  ledger.check(
    "TCB status",
    isAllowed,
    "POLICY_TCB_STATUS",
    `${tcb.status}${grace}, policy ${policy.tcbStatuses.join(", ") || "nothing"}`,
  );
  const denied = tcb.advisoryIds.filter((id) => policy.advisoriesDenied.includes(id));
  ledger.check(
    "advisories",
    denied.length === 0,
    "POLICY_ADVISORY",
    denied.join(", ") || `none of ${policy.advisoriesDenied.length} denied`,
  );
  const isRecent = tcb.evaluationNumber >= policy.evaluationNumberMin;
  ledger.check(
    "evaluation number",
    isRecent,
    "POLICY_EVALUATION",
    `${tcb.evaluationNumber}, policy at least ${policy.evaluationNumberMin}`,
  );
}

/** Would this status do if the platform were not out of date? What needs configuration must be accepted as that. */
function withoutAge(status: TcbStatus, policy: IntelPolicy): boolean {
  if (status === "OutOfDate") return true;
  return status === "OutOfDateConfigurationNeeded" && policy.tcbStatuses.includes("ConfigurationNeeded");
}
