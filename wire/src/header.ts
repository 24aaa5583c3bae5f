/**
 * What is signed for the chain (docs/boundaries.md sections 1 and 4), as EIP-712 descriptions for ethers' `signTypedData` and
 * `TypedDataEncoder`: `signer.signTypedData(domain(chainId, settlement), DELEGATION_TYPES, delegation)`.
 */

export interface TypedField {
  name: string;
  type: string;
}

export interface Domain {
  name: "sealbook";
  version: "1";
  chainId: bigint;
  /** The Settlement contract, 0x-hex. */
  verifyingContract: string;
}

export const domain = (chainId: bigint, settlement: string): Domain => ({
  name: "sealbook",
  version: "1",
  chainId,
  verifyingContract: settlement,
});

/** A wallet lets a session key act for its account. */
export interface Delegation {
  account: string;
  subaccount: number;
  sessionKey: string;
  /** Bit 0 trade, 1 cancel, 2 withdraw. */
  scopes: number;
  /** Unix seconds. */
  expiry: bigint;
  nonce: bigint;
}

/** A range of sequences and what it did to the state. Hashes are 0x-hex. */
export interface BatchHeader {
  epoch: bigint;
  number: bigint;
  firstSequence: bigint;
  lastSequence: bigint;
  chainHash: string;
  stateRootBefore: string;
  stateRootAfter: string;
  inboxCursor: bigint;
  inboxHash: string;
  withdrawalsRoot: string;
  /** 1e-6 of the collateral token. */
  withdrawalsTotal: bigint;
  /** keccak256 of the packed data. */
  dataHash: string;
  /** keccak256 of the versioned hashes of the blobs with the same data. */
  blobsHash: string;
  oracleRound: bigint;
  /** Unix seconds. */
  closedAt: bigint;
}

/** A new boot's claim to continue from the chain's head: the EIP-712 struct, as `open-epoch` is its message. */
export interface OpenEpochClaim {
  epoch: bigint;
  previousEpoch: bigint;
  batchNumber: bigint;
  lastSequence: bigint;
  stateRoot: string;
}

const fields = (text: string): TypedField[] =>
  text.split(",").map((field) => {
    const [type, name] = field.split(" ") as [string, string];
    return { name, type };
  });

export const DELEGATION_TYPES: Record<"Delegation", TypedField[]> = {
  Delegation: fields(
    "address account,uint8 subaccount,bytes32 sessionKey,uint8 scopes,uint64 expiry,uint64 nonce",
  ),
};

export const BATCH_HEADER_TYPES: Record<"BatchHeader", TypedField[]> = {
  BatchHeader: fields(
    "uint64 epoch,uint64 number,uint64 firstSequence,uint64 lastSequence,bytes32 chainHash,bytes32 stateRootBefore," +
      "bytes32 stateRootAfter,uint64 inboxCursor,bytes32 inboxHash,bytes32 withdrawalsRoot,uint64 withdrawalsTotal," +
      "bytes32 dataHash,bytes32 blobsHash,uint64 oracleRound,uint64 closedAt",
  ),
};

export const OPEN_EPOCH_TYPES: Record<"OpenEpoch", TypedField[]> = {
  OpenEpoch: fields(
    "uint64 epoch,uint64 previousEpoch,uint64 batchNumber,uint64 lastSequence,bytes32 stateRoot",
  ),
};

/** A chain head as the enclave signs it. */
export const HEAD_TYPES: Record<"Head", TypedField[]> = {
  Head: fields("uint64 epoch,uint64 sequence,bytes32 chainHash"),
};

/** Scopes of a delegation, to be or-ed. */
export const SCOPE_TRADE = 1;
export const SCOPE_CANCEL = 2;
export const SCOPE_WITHDRAW = 4;

/** Bytes as 0x-hex. */
export const toHex = (bytes: Uint8Array): string =>
  `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

/** 0x-hex as bytes, exactly `length` of them; anything else throws. */
export function fromHex(hex: string, length: number): Uint8Array {
  if (!/^0x[0-9a-fA-F]*$/.test(hex) || hex.length !== 2 + 2 * length) {
    throw new TypeError(`expected 0x and ${2 * length} hex digits, not ${hex.slice(0, 80)}`);
  }
  return Uint8Array.from({ length }, (_, index) =>
    Number.parseInt(hex.slice(2 + 2 * index, 4 + 2 * index), 16),
  );
}
