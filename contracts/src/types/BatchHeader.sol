// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What the enclave signs for each batch (docs/boundaries.md section 4). Chain and contract are in the EIP-712 domain.
struct BatchHeader {
    uint64 epoch;
    uint64 number; // gap-free from 1 over all epochs
    uint64 firstSequence;
    uint64 lastSequence;
    bytes32 chainHash; // of the journal, after lastSequence
    bytes32 stateRootBefore;
    bytes32 stateRootAfter;
    uint64 inboxCursor; // inbox entries consumed so far
    bytes32 inboxHash; // rolling hash there
    bytes32 withdrawalsRoot; // 0 when there are none
    uint64 withdrawalsTotal; // their sum, 1e-6 of the token
    bytes32 dataHash; // keccak256 of the packed data
    bytes32 blobsHash; // keccak256 of the versioned hashes of the blobs that carry the same data
    uint64 oracleRound;
    uint64 closedAt; // Unix seconds
}

library BatchHeaderLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "BatchHeader(uint64 epoch,uint64 number,uint64 firstSequence,uint64 lastSequence,bytes32 chainHash,"
        "bytes32 stateRootBefore,bytes32 stateRootAfter,uint64 inboxCursor,bytes32 inboxHash,bytes32 withdrawalsRoot,"
        "uint64 withdrawalsTotal,bytes32 dataHash,bytes32 blobsHash,uint64 oracleRound,uint64 closedAt)"
    );

    uint256 private constant SIZE = 480;

    /// EIP-712 hashStruct; also what the chain remembers of a batch.
    ///
    /// The words are hashed as they stand in calldata, which is their encoding. A narrow field with dirty upper bits hashes to something
    /// nobody signed, and reverts where it is read.
    function hash(BatchHeader calldata header) internal pure returns (bytes32 result) {
        bytes32 typehash = TYPEHASH;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typehash)
            calldatacopy(add(free, 32), header, SIZE)
            result := keccak256(free, add(SIZE, 32))
        }
    }
}
