import { AttestationError } from "../errors.ts";
import { Members, parseSignedJson, type SignedJson } from "./json.ts";
import { isLevelStatus, type TcbStatus } from "./tcb-status.ts";

const FAULT = "TCB_INFO_MALFORMED";

export interface Component {
  readonly svn: number;
  /** Intel's words for what the SVN belongs to, for the operator who must update it. */
  readonly label: string;
}

export interface TcbLevel {
  readonly sgx: readonly Component[];
  /** Only in TDX TCB info. */
  readonly tdx: readonly Component[] | null;
  readonly pceSvn: number;
  /** Milliseconds since 1970. */
  readonly tcbDate: number;
  readonly status: TcbStatus;
  readonly advisoryIds: readonly string[];
}

/** A rated security version of one enclave or module. */
export interface IsvLevel {
  readonly isvSvn: number;
  readonly tcbDate: number;
  readonly status: TcbStatus;
  readonly advisoryIds: readonly string[];
}

export interface TdxModule {
  /** Hex. */
  readonly mrSigner: string;
  readonly attributes: string;
  readonly attributesMask: string;
}

export interface TdxModuleIdentity extends TdxModule {
  /** "TDX_01": the two digits are the module's major version, TEE_TCB_SVN[1]. */
  readonly id: string;
  readonly levels: readonly IsvLevel[];
}

export interface TcbInfo {
  readonly id: "SGX" | "TDX";
  readonly version: 2 | 3;
  readonly issueDate: number;
  readonly nextUpdate: number;
  readonly fmspc: string;
  readonly pceId: string;
  readonly evaluationNumber: number;
  readonly module: TdxModule | null;
  readonly moduleIdentities: readonly TdxModuleIdentity[];
  /** Newest first. */
  readonly levels: readonly TcbLevel[];
}

/**
 * Parses a TCB info response body (Intel PCS API, "Get TCB Info" v3 and v4; version 2 is SGX only).
 * @throws {AttestationError} TCB_INFO_MALFORMED.
 */
export function parseTcbInfo(text: string): { readonly signed: SignedJson; readonly tcbInfo: TcbInfo } {
  const signed = parseSignedJson(text, "tcbInfo", FAULT);
  const body = new Members(signed.value, FAULT, '"tcbInfo"');
  const version = body.integer("version", 3);
  if (version !== 2 && version !== 3) throw new AttestationError(FAULT, `version ${version}`);
  const id = version === 2 ? "SGX" : body.text("id");
  if (id !== "SGX" && id !== "TDX") throw new AttestationError(FAULT, `id "${id}"`);
  if (body.integer("tcbType", 255) !== 0) throw new AttestationError(FAULT, "TCB type other than 0");
  const levels = body.objects("tcbLevels").map((level) => parseLevel(level, version, id));
  if (levels.length === 0) throw new AttestationError(FAULT, "no TCB levels");
  return {
    signed,
    tcbInfo: {
      id,
      version,
      issueDate: body.date("issueDate"),
      nextUpdate: body.date("nextUpdate"),
      fmspc: body.hex("fmspc", 6),
      pceId: body.hex("pceId", 2),
      evaluationNumber: body.integer("tcbEvaluationDataNumber", 0xffffffff),
      module: id === "TDX" ? parseModule(body.object("tdxModule")) : null,
      moduleIdentities:
        id === "TDX" && body.has("tdxModuleIdentities")
          ? body.objects("tdxModuleIdentities").map(parseIdentity)
          : [],
      levels: levels.sort(newestFirst),
    },
  };
}

function parseLevel(level: Members, version: 2 | 3, id: "SGX" | "TDX"): TcbLevel {
  const tcb = level.object("tcb");
  return {
    sgx: version === 3 ? parseComponents(tcb, "sgxtcbcomponents") : parseNumberedComponents(tcb),
    tdx: id === "TDX" ? parseComponents(tcb, "tdxtcbcomponents") : null,
    pceSvn: tcb.integer("pcesvn", 0xffff),
    ...parseRating(level),
  };
}

function parseRating(level: Members) {
  const status = level.text("tcbStatus");
  if (!isLevelStatus(status)) return level.fail("tcbStatus", "a TCB status");
  return { tcbDate: level.date("tcbDate"), status, advisoryIds: level.texts("advisoryIDs") };
}

function parseComponents(tcb: Members, name: string): readonly Component[] {
  const components = tcb.objects(name).map((component) => ({
    svn: component.integer("svn", 255),
    label: [
      component.has("category") ? component.text("category") : "",
      component.has("type") ? component.text("type") : "",
    ]
      .filter((word) => word !== "")
      .join(" "),
  }));
  if (components.length !== 16)
    throw new AttestationError(FAULT, `"${name}" has ${components.length} components, not 16`);
  return components;
}

function parseNumberedComponents(tcb: Members): readonly Component[] {
  return Array.from({ length: 16 }, (_, i) => ({
    svn: tcb.integer(`sgxtcbcomp${String(i + 1).padStart(2, "0")}svn`, 255),
    label: "",
  }));
}

function parseModule(module: Members): TdxModule {
  return {
    mrSigner: module.hex("mrsigner", 48),
    attributes: module.hex("attributes", 8),
    attributesMask: module.hex("attributesMask", 8),
  };
}

function parseIdentity(identity: Members): TdxModuleIdentity {
  return { id: identity.text("id"), ...parseModule(identity), levels: parseIsvLevels(identity) };
}

export function parseIsvLevels(identity: Members): readonly IsvLevel[] {
  const levels = identity.objects("tcbLevels").map((level) => ({
    isvSvn: level.object("tcb").integer("isvsvn", 0xffff),
    ...parseRating(level),
  }));
  return levels.length > 0 ? levels : identity.fail("tcbLevels", "a list with a level");
}

/**
 * Intel's library keeps levels in a set ordered by SGX components, PCESVN, TDX components, each compared from the
 * first on (QVL, `TcbLevel::operator>`); the first fit wins, so the order is part of the rule.
 */
function newestFirst(a: TcbLevel, b: TcbLevel): number {
  return (
    compareComponents(b.sgx, a.sgx) ||
    b.pceSvn - a.pceSvn ||
    (a.tdx && b.tdx ? compareComponents(b.tdx, a.tdx) : 0)
  );
}

function compareComponents(a: readonly Component[], b: readonly Component[]): number {
  for (let i = 0; i < a.length; i++) if (a[i]!.svn !== b[i]!.svn) return a[i]!.svn - b[i]!.svn;
  return 0;
}
