/** The hash chain over all commands: `chainHash(n) = SHA-256(chainHash(n−1) ‖ digest(n))`, `digest(n) = SHA-256(record n)`. */
import { concat, sha256 } from "ethers";

/** Digests of a path at most: a second of a busy venue. The receipt court takes no longer ones. */
export const PATH_MAX = 1_000_000;

/** Of a record as bytes or 0x-hex. */
export const recordDigest = (record: Uint8Array | string): string => sha256(record);

/** One step of the chain; 0x-hex. */
export const linkOf = (before: string, digest: string): string => sha256(concat([before, digest]));

/** The chain hash that `digests`, the records that follow in order, lead to from `chainHash`. */
export const climb = (chainHash: string, digests: readonly string[]): string =>
  digests.reduce(linkOf, chainHash);

/** A place on the chain. */
export interface ChainPoint {
  sequence: bigint;
  chainHash: string;
}

/** Whether exactly these digests lead from one point to the other: none left out, none added, none exchanged. */
export function isPath(from: ChainPoint, digests: readonly string[], to: ChainPoint): boolean {
  if (digests.length > PATH_MAX || digests.some((digest) => !/^0x[0-9a-f]{64}$/i.test(digest))) return false;
  return (
    from.sequence + BigInt(digests.length) === to.sequence &&
    climb(from.chainHash, digests) === to.chainHash.toLowerCase()
  );
}
