/**
 * What the vendor says about platforms, as text that survives JSON: exactly the bytes that were signed.
 * (Intel calls this "DCAP collateral"; here collateral is money.)
 */
export interface Endorsements {
  /** PCS response body `{"tcbInfo":{…},"signature":"…"}`, byte for byte. */
  readonly tcbInfo: string;
  /** PEM: TCB signing certificate and root. */
  readonly tcbInfoChain: string;
  /** PCS response body `{"enclaveIdentity":{…},"signature":"…"}`, byte for byte. */
  readonly qeIdentity: string;
  /** PEM: TCB signing certificate and root. */
  readonly qeIdentityChain: string;
  /** The root CA's revocation list: DER, hex. */
  readonly rootCrl: string;
  /** The revocation list of the CA that issued the PCK certificate: DER, hex. */
  readonly pckCrl: string;
}

/** What AMD says about a chip or a provider. */
export interface AmdEndorsements {
  /** PEM: VCEK or VLEK, ASK or ASVK, ARK; any order. */
  readonly amdChain: string;
  /** The root's revocation list: DER, hex. Judged when supplied; without it revocation is not judged. */
  readonly amdCrl: string;
}

/** Whatever is at hand. `verify` says what is missing for the evidence at hand. Nitro documents need nothing. */
export type EndorsementSet = Partial<Endorsements & AmdEndorsements>;

const BUNDLE_FORMAT = "sealbook.endorsements";
const BUNDLE_VERSION = 1;

/** One file for offline use: everything `verify` needs for one platform, as it was signed. */
export interface EndorsementBundle extends EndorsementSet {
  readonly format: typeof BUNDLE_FORMAT;
  readonly version: typeof BUNDLE_VERSION;
  /** ISO 8601: the earliest end of what is inside, for whoever must renew it. A hint: `verify` reads the signed dates. */
  readonly expiresAt: string | null;
}

export function emitBundle(endorsements: EndorsementSet, expiresAt: string | null): EndorsementBundle {
  return { format: BUNDLE_FORMAT, version: BUNDLE_VERSION, expiresAt, ...endorsements };
}
