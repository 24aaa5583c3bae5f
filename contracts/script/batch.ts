import { AbiCoder, concat, keccak256, type TypedDataDomain, type TypedDataField, ZeroHash } from "ethers";

/** docs/boundaries.md section 4, with bigint for u64 and 0x-hex for bytes32. */
export interface BatchHeader {
  readonly epoch: bigint;
  readonly number: bigint;
  readonly firstSequence: bigint;
  readonly lastSequence: bigint;
  readonly chainHash: string;
  readonly stateRootBefore: string;
  readonly stateRootAfter: string;
  readonly inboxCursor: bigint;
  readonly inboxHash: string;
  readonly withdrawalsRoot: string;
  readonly withdrawalsTotal: bigint;
  readonly dataHash: string;
  readonly blobsHash: string;
  readonly oracleRound: bigint;
  readonly closedAt: bigint;
}

export interface OpenEpoch {
  readonly epoch: bigint;
  readonly previousEpoch: bigint;
  readonly batchNumber: bigint;
  readonly lastSequence: bigint;
  readonly stateRoot: string;
}

const field = (type: string, ...names: string[]): TypedDataField[] => names.map((name) => ({ name, type }));

export const batchTypes: Record<string, TypedDataField[]> = {
  BatchHeader: [
    ...field("uint64", "epoch", "number", "firstSequence", "lastSequence"),
    ...field("bytes32", "chainHash", "stateRootBefore", "stateRootAfter"),
    ...field("uint64", "inboxCursor"),
    ...field("bytes32", "inboxHash", "withdrawalsRoot"),
    ...field("uint64", "withdrawalsTotal"),
    ...field("bytes32", "dataHash", "blobsHash"),
    ...field("uint64", "oracleRound", "closedAt"),
  ],
};

export const openEpochTypes: Record<string, TypedDataField[]> = {
  OpenEpoch: [
    ...field("uint64", "epoch", "previousEpoch", "batchNumber", "lastSequence"),
    ...field("bytes32", "stateRoot"),
  ],
};

export function signatureDomain(chainId: bigint, settlement: string): TypedDataDomain {
  return { name: "sealbook", version: "1", chainId, verifyingContract: settlement };
}

/** Leaf of the withdrawals tree. Hashed twice, so that an inner node can never be offered as one. */
export function withdrawalLeaf(index: bigint, owner: string, amount: bigint): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["uint256", "address", "uint256"],
    [index, owner, amount],
  );
  return keccak256(keccak256(encoded));
}

/** Root over leaves in batch order; 0 for none. */
export function withdrawalsRoot(leaves: readonly string[]): string {
  let level = [...leaves];
  while (level.length > 1) level = parents(level);
  return level[0] ?? ZeroHash;
}

/** Siblings of leaf `index`, from the leaf up; a lonely node has none. */
export function withdrawalProof(leaves: readonly string[], index: number): string[] {
  const proof: string[] = [];
  let position = index;
  for (let level = [...leaves]; level.length > 1; level = parents(level)) {
    const sibling = level[position ^ 1];
    if (sibling !== undefined) proof.push(sibling);
    position >>= 1;
  }
  return proof;
}

/** Pairs are sorted before hashing, as OpenZeppelin's MerkleProof does; a lonely node moves up. */
function parents(level: readonly string[]): string[] {
  const next: string[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i]!;
    const right = level[i + 1];
    next.push(right === undefined ? left : keccak256(concat(left < right ? [left, right] : [right, left])));
  }
  return next;
}
