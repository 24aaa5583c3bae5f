// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A new enclave boot's claim to go on from exactly where the chain stands (docs/boundaries.md section 4).
struct OpenEpoch {
    uint64 epoch;
    uint64 previousEpoch;
    uint64 batchNumber;
    uint64 lastSequence;
    bytes32 stateRoot;
}

library OpenEpochLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "OpenEpoch(uint64 epoch,uint64 previousEpoch,uint64 batchNumber,uint64 lastSequence,bytes32 stateRoot)"
    );

    /// EIP-712 hashStruct.
    function hash(OpenEpoch calldata claim) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, claim));
    }
}
