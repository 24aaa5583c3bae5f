import { equal, fromHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { Endorsements } from "../endorsements/endorsements.ts";
import { parseQeIdentity, type QeIdentity } from "../endorsements/qe-identity.ts";
import { parseTcbInfo, type TcbInfo } from "../endorsements/tcb-info.ts";
import { AttestationError, type Reason } from "../errors.ts";
import type { Roots } from "../roots.ts";
import { type Check, Ledger, type Window } from "../verdict.ts";
import { type Certificate, KEY_USAGE } from "../x509/certificate.ts";
import { chainWindow, isSignedBy } from "../x509/chain.ts";
import { parseRevocationList, type RevocationList } from "../x509/crl.ts";
import type { JudgedPckChain } from "./pck-chain.ts";
import { demandSignature, readSigningChain, type SigningChain } from "./signing-chain.ts";

/** Judged PCK chains remembered per handle. */
export const PCK_CHAINS_MAX = 64;

/** One endorsement: its content if it may be believed, its windows, and the checks that decided. */
export interface Judged<T> {
  readonly content: T | null;
  readonly windows: readonly Window[];
  readonly checks: readonly Check[];
}

/**
 * Endorsements whose signatures have been checked once, for many verifications. Holds no time: windows and
 * revocation are judged anew each time. Made only by `authenticate`.
 */
export interface AuthenticatedEndorsements {
  readonly roots: Roots;
  readonly crypto: CryptoBackend;
  readonly rootCrl: Judged<RevocationList>;
  /** Parsed only: its signer is known once a quote names the PCK CA. */
  readonly pckCrl: Judged<RevocationList>;
  readonly tcbInfo: Judged<{ readonly info: TcbInfo; readonly signer: Certificate }>;
  readonly qeIdentity: Judged<{ readonly identity: QeIdentity; readonly signer: Certificate }>;
  /** PCK chains judged with this handle, by the chain's text. */
  readonly pckChains: Map<string, JudgedPckChain & { readonly crlChecks: readonly Check[] }>;
}

/** Handles made here. A look-alike (endorsements come from strangers, as JSON) is no handle. */
const HANDLES = new WeakSet<object>();

export function isAuthenticated(endorsements: object): endorsements is AuthenticatedEndorsements {
  return HANDLES.has(endorsements);
}

/** Checks every signature that does not depend on a quote. Missing parts are recorded, never assumed. */
export function authenticate(
  endorsements: Partial<Endorsements>,
  roots: Roots,
  crypto: CryptoBackend,
): AuthenticatedEndorsements {
  const given = onlyTexts(endorsements);
  const chains = new Map<string, SigningChain>();
  const signingChain = (pem: string) => {
    const known = chains.get(pem);
    if (known) return known;
    const chain = readSigningChain(pem, roots.intelSgx, crypto);
    chains.set(pem, chain);
    return chain;
  };
  const tcbInfo = judge("TCB info", given.tcbInfo, "TCB_INFO_MISSING", () => {
    const chain = signingChain(given.tcbInfoChain);
    const { signed, tcbInfo: info } = parseTcbInfo(given.tcbInfo);
    demandSignature(signed, chain.signer, "TCB_INFO_SIGNATURE", crypto);
    const window = jsonWindow("TCB info window", info, "TCB_INFO_NOT_YET_VALID", "TCB_INFO_EXPIRED");
    return {
      content: { info, signer: chain.signer },
      windows: [chainWindow("TCB signing chain window", [chain.signer, chain.root]), window],
      compared: `${info.id} version ${info.version}, FMSPC ${info.fmspc}, evaluation number ${info.evaluationNumber}, signed by ${chain.signer.subjectCommonName}`,
    };
  });
  const qeIdentity = judge("QE identity", given.qeIdentity, "QE_IDENTITY_MISSING", () => {
    const chain = signingChain(given.qeIdentityChain);
    const { signed, identity } = parseQeIdentity(given.qeIdentity);
    demandSignature(signed, chain.signer, "QE_IDENTITY_SIGNATURE", crypto);
    const window = jsonWindow(
      "QE identity window",
      identity,
      "QE_IDENTITY_NOT_YET_VALID",
      "QE_IDENTITY_EXPIRED",
    );
    return {
      content: { identity, signer: chain.signer },
      windows: [chainWindow("QE identity signing chain window", [chain.signer, chain.root]), window],
      compared: `${identity.id}, evaluation number ${identity.evaluationNumber}, signed by ${chain.signer.subjectCommonName}`,
    };
  });
  const rootCrl = judge("root CRL", given.rootCrl, "CRL_MISSING", () => {
    const list = parseRevocationList(hexOf(given.rootCrl));
    const root = [...chains.values()][0]?.root;
    if (!root)
      throw new AttestationError("CRL_ISSUER", "no trusted root certificate to check the root's list with");
    demandCrlSigned(list, root, crypto);
    return {
      content: list,
      windows: [crlWindow("root CRL window", list)],
      compared: `${list.revoked.size} serials, signed by ${root.subjectCommonName}`,
    };
  });
  const pckCrl = judge("PCK CRL", given.pckCrl, "CRL_MISSING", () => {
    const list = parseRevocationList(hexOf(given.pckCrl));
    return {
      content: list,
      windows: [crlWindow("PCK CRL window", list)],
      compared: `${list.revoked.size} serials`,
    };
  });
  const handle = { roots, crypto, rootCrl, pckCrl, tcbInfo, qeIdentity, pckChains: new Map() };
  HANDLES.add(handle);
  return handle;
}

/** Members that are no text are as good as absent: the type is a promise that JSON from a stranger does not keep. */
function onlyTexts(endorsements: Partial<Endorsements>): Endorsements {
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    tcbInfo: text(endorsements.tcbInfo),
    tcbInfoChain: text(endorsements.tcbInfoChain),
    qeIdentity: text(endorsements.qeIdentity),
    qeIdentityChain: text(endorsements.qeIdentityChain),
    rootCrl: text(endorsements.rootCrl),
    pckCrl: text(endorsements.pckCrl),
  };
}

/** The list must be issued and signed by exactly this CA, which must be allowed to sign lists. */
export function demandCrlSigned(list: RevocationList, issuer: Certificate, crypto: CryptoBackend): void {
  const link = `list under "${issuer.subjectCommonName}"`;
  if (!equal(list.issuer, issuer.subject))
    throw new AttestationError("CRL_ISSUER", `${link} names another issuer`);
  if (issuer.keyUsage === null || (issuer.keyUsage & KEY_USAGE.CRL_SIGN) === 0) {
    throw new AttestationError("CRL_ISSUER", `"${issuer.subjectCommonName}" may not sign lists`);
  }
  if (!isSignedBy(issuer, list.algorithm, list.tbs, list.signature, crypto))
    throw new AttestationError("CRL_SIGNATURE", link);
}

function judge<T>(
  name: string,
  source: string,
  missing: Reason,
  read: () => { content: T; windows: readonly Window[]; compared: string },
): Judged<T> {
  const ledger = new Ledger();
  if (source === "") {
    ledger.fail(name, missing, "not supplied");
    return { content: null, windows: [], checks: ledger.checks };
  }
  const found = ledger.attempt(name, read);
  if (found === null) return { content: null, windows: [], checks: ledger.checks };
  ledger.pass(name, found.compared);
  return { content: found.content, windows: found.windows, checks: ledger.checks };
}

function jsonWindow(
  name: string,
  dates: { issueDate: number; nextUpdate: number },
  early: Reason,
  late: Reason,
): Window {
  return { name, from: dates.issueDate, until: dates.nextUpdate, early, late };
}

function crlWindow(name: string, list: RevocationList): Window {
  return {
    name,
    from: list.thisUpdate,
    until: list.nextUpdate,
    early: "CRL_NOT_YET_VALID",
    late: "CRL_EXPIRED",
  };
}

/** @throws {AttestationError} CRL_MALFORMED when it is no hex text. */
export function hexOf(text: string): Uint8Array {
  try {
    return fromHex(text);
  } catch (cause) {
    throw new AttestationError("CRL_MALFORMED", "the list is not hex", { cause });
  }
}
