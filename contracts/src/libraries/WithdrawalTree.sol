// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// The tree of a batch's withdrawals, whose root an enclave signs and a proven batch's path computes. Pairs are sorted, as OpenZeppelin's
/// `MerkleProof` wants them; a lonely node moves up.
library WithdrawalTree {
    /// Hashed twice, so that no inner node (64 bytes hashed once) can be offered as a leaf.
    function leafOf(uint256 index, address owner, uint64 amount) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(index, owner, uint256(amount)))));
    }

    /// Root over the first `count` leaves, in the order of the batch; 0 for none. The array is used up.
    function rootOf(bytes32[] memory leaves, uint256 count) internal pure returns (bytes32) {
        if (count == 0) return 0;
        for (; count > 1; count = (count + 1) / 2) {
            for (uint256 i = 0; i < count; i += 2) {
                leaves[i / 2] =
                    i + 1 < count ? Hashes.commutativeKeccak256(leaves[i], leaves[i + 1]) : leaves[i];
            }
        }
        return leaves[0];
    }
}
