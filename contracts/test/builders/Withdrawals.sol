// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "./Venue.sol";

/// Batches with withdrawals, and their proofs.
abstract contract Withdrawals is Venue {
    /// What `BatchAccepted` published: whoever claims brings it.
    mapping(uint64 batch => BatchHeader) internal headerOf;

    /// Accepts a batch whose withdrawals tree has these leaves, `total` in all.
    function acceptWithdrawals(bytes32[] memory leaves, uint64 total) internal returns (uint64 number) {
        BatchHeader memory header = nextBatch();
        header.withdrawalsRoot = rootOf(leaves);
        header.withdrawalsTotal = total;
        accept(header, SIGNER_KEY);
        headerOf[header.number] = header;
        return header.number;
    }

    function rootOf(bytes32[] memory leaves) internal pure returns (bytes32) {
        bytes32[] memory level = leaves;
        while (level.length > 1) level = parents(level);
        return level[0];
    }

    function proofOf(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory proof) {
        bytes32[] memory siblings = new bytes32[](32);
        uint256 count;
        for (bytes32[] memory level = leaves; level.length > 1; level = parents(level)) {
            uint256 sibling = index ^ 1;
            if (sibling < level.length) siblings[count++] = level[sibling];
            index >>= 1;
        }
        proof = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            proof[i] = siblings[i];
        }
    }

    /// Sorted pairs; a lonely node moves up (docs/boundaries.md section 4).
    function parents(bytes32[] memory level) private pure returns (bytes32[] memory next) {
        next = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < next.length; i++) {
            if (2 * i + 1 == level.length) {
                next[i] = level[2 * i];
                continue;
            }
            (bytes32 a, bytes32 b) = (level[2 * i], level[2 * i + 1]);
            next[i] = keccak256(a < b ? abi.encode(a, b) : abi.encode(b, a));
        }
    }
}
