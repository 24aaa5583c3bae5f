/** The wallet's one signature: it lets a session key act for an account, within scopes and until an expiry. */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import {
  DELEGATION_TYPES,
  domain,
  fromHex,
  type Head,
  type Level,
  type OpenSession,
  toHex,
} from "@sealbook/wire";
import type { Signer } from "ethers";
import type { VenueIdentity } from "./attest.ts";

export const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** What the session key may do. */
export interface Terms {
  subaccount: number;
  /** `SCOPE_TRADE | SCOPE_CANCEL | SCOPE_WITHDRAW` */
  scopes: number;
  /** Unix seconds. */
  expiry: bigint;
  /** Voided by a `revoke` with a higher nonce. */
  nonce: bigint;
}

/** A session key and the signature that delegates to it. Kept for reconnects, so that the wallet signs once. */
export interface Delegated {
  terms: Terms;
  owner: string;
  keys: CryptoKeyPair;
  sessionKey: Uint8Array;
  signature: Uint8Array;
}

/** Draws a session key and has the wallet delegate to it. */
export async function delegate(wallet: Signer, venue: VenueIdentity, terms: Terms): Promise<Delegated> {
  const keys = await suite.kem.generateKeyPair();
  const sessionKey = new Uint8Array(await suite.kem.serializePublicKey(keys.publicKey));
  const owner = await wallet.getAddress();
  const signed = await wallet.signTypedData(domain(venue.chainId, venue.settlement), DELEGATION_TYPES, {
    account: owner,
    ...terms,
    sessionKey: toHex(sessionKey),
  });
  return { terms, owner, keys, sessionKey, signature: fromHex(signed, 65) };
}

/** The first message of a session. */
export function openSessionMessage(
  { terms, owner, signature }: Delegated,
  venue: VenueIdentity,
  level: Level,
  head: Head[],
): OpenSession {
  return {
    type: "open-session",
    chainId: venue.chainId,
    settlement: fromHex(venue.settlement, 20),
    owner: fromHex(owner, 20),
    ...terms,
    signature,
    level,
    head,
  };
}
