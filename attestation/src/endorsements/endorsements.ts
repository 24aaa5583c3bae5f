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
