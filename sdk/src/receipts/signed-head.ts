/**
 * Chain heads as the enclave signs them (EIP-712 `Head`, docs/boundaries.md section 4): the venue's word, for everybody, on what its history
 * is up to a sequence. A result under a session's seal convinces only its owner; a path from it to a signed head convinces a contract.
 */
import { domain, HEAD_TYPES, toHex } from "@sealbook/wire";
import { getAddress, TypedDataEncoder, verifyTypedData } from "ethers";

/** The contracts a head is signed for. */
export interface HeadDomain {
  chainId: bigint;
  settlement: string;
}

/** Hashes and signatures as 0x-hex, as evidence files have them. */
export interface SignedHeadRecord {
  epoch: bigint;
  sequence: bigint;
  chainHash: string;
  /** 65 bytes r ‖ s ‖ v. */
  signature: string;
}

/** A head as the feed brings it, as a record. */
export function headRecord(head: {
  epoch: bigint;
  sequence: bigint;
  chainHash: Uint8Array;
  signature: Uint8Array;
}): SignedHeadRecord {
  const { epoch, sequence, chainHash, signature } = head;
  return { epoch, sequence, chainHash: toHex(chainHash), signature: toHex(signature) };
}

/** What was signed. */
export function headDigest(
  venue: HeadDomain,
  { epoch, sequence, chainHash }: Omit<SignedHeadRecord, "signature">,
): string {
  return TypedDataEncoder.hash(domain(venue.chainId, venue.settlement), HEAD_TYPES, {
    epoch,
    sequence,
    chainHash,
  });
}

/** Who signed, as a checksummed address; undefined if the signature is none. */
export function signerOfHead(venue: HeadDomain, head: SignedHeadRecord): string | undefined {
  const { epoch, sequence, chainHash, signature } = head;
  try {
    const types = domain(venue.chainId, venue.settlement);
    return getAddress(verifyTypedData(types, HEAD_TYPES, { epoch, sequence, chainHash }, signature));
  } catch {
    return undefined;
  }
}
