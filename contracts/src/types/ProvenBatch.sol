// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What a validity proof moves the chain by. The validity path has checked every word against the proof.
struct ProvenBatch {
    uint64 number;
    bytes32 stateRootBefore;
    bytes32 stateRootAfter;
    uint64 inboxCursor;
    bytes32 inboxHash; // rolling hash there
    bytes32 withdrawalsRoot; // 0 when there are none
    uint64 withdrawalsTotal; // their sum, 1e-6 of the token
    uint64 oracleRound;
    uint64 closedAt; // Unix seconds
}

library ProvenBatchLib {
    /// Another type than a signed header's: neither can be offered for the other.
    bytes32 internal constant TYPEHASH = keccak256(
        "ProvenBatch(uint64 number,bytes32 stateRootBefore,bytes32 stateRootAfter,uint64 inboxCursor,bytes32 inboxHash,"
        "bytes32 withdrawalsRoot,uint64 withdrawalsTotal,uint64 oracleRound,uint64 closedAt)"
    );

    /// What the chain remembers of a proven batch whose withdrawals are to be claimed.
    function hash(ProvenBatch calldata batch) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, batch));
    }
}
