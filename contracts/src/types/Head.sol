// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What an enclave signs of its chain, every millisecond while it moves (docs/boundaries.md section 4).
struct Head {
    uint64 epoch;
    uint64 sequence;
    bytes32 chainHash; // after that sequence
}

library HeadLib {
    bytes32 internal constant TYPEHASH = keccak256("Head(uint64 epoch,uint64 sequence,bytes32 chainHash)");

    /// EIP-712 hashStruct.
    function hash(Head calldata head) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, head));
    }
}
