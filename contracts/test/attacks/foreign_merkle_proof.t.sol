// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {StateTree} from "../../src/libraries/StateTree.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

/// Proofs of another state, another place, another tree, or of nodes that are no leaves.
contract ForeignMerkleProofAttack is FrozenVenue {
    /// The proof was good one batch ago, when the account was richer.
    function test_AnOlderState() public {
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        accounts[1].collateral -= 100e6;
        acceptState();
        freezeAndSettle();
        vm.expectPartialRevert(IEscapeHatch.AccountsRootMismatch.selector);
        hatch.escape(1, words, path);
    }

    /// The same account twice, once under each of two indices.
    function testFuzz_AnotherPlace(uint32 index) public {
        freezeAndSettle();
        index = uint32(bound(index, 0, 2 ** 24 - 1));
        vm.assume(index != 1);
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        vm.expectPartialRevert(IEscapeHatch.AccountsRootMismatch.selector);
        hatch.escape(index, words, path);
    }

    /// Another venue, with the same trees but for one unit: its proofs are good there, and only there.
    function test_AnotherVenue() public {
        freezeAndSettle();
        accounts[2].collateral += 1;
        commitState();
        uint256[20] memory words = accountWords(1);
        uint256[24] memory path = accountPath(1);
        vm.expectPartialRevert(IEscapeHatch.AccountsRootMismatch.selector);
        hatch.escape(1, words, path);
    }

    /// Two children of an inner node, offered as the first words of a leaf, with the path from there up.
    function test_AnInnerNode() public {
        freezeAndSettle();
        uint256[20] memory words;
        words[1] = accountLeaves[0];
        words[2] = accountLeaves[1];
        uint256[24] memory full = accountPath(0);
        uint256[24] memory path;
        for (uint256 i = 0; i < 23; i++) {
            path[i] = full[i + 1];
        }
        vm.expectPartialRevert(IEscapeHatch.AccountsRootMismatch.selector);
        hatch.escape(0, words, path);
    }

    /// An instrument's leaf, offered as an account.
    function test_AnotherTree() public {
        freezeAndSettle();
        uint256[20] memory words;
        for (uint256 i = 0; i < 9; i++) {
            words[i] = instrumentWords(1)[i];
        }
        words[3] = 0;
        uint256[24] memory path;
        for (uint256 i = 0; i < 10; i++) {
            path[i] = instrumentPath(1)[i];
        }
        vm.expectPartialRevert(IEscapeHatch.AccountsRootMismatch.selector);
        hatch.escape(1, words, path);
    }

    function testFuzz_RandomProofs(uint32 index, uint256[20] memory words, uint256[24] memory path) public {
        freezeAndSettle();
        index = uint32(bound(index, 0, 2 ** 24 - 1));
        vm.expectRevert();
        hatch.escape(index, words, path);
        for (uint256 i = 0; i < 24; i++) {
            if (i < 20) words[i] >>= 8;
            path[i] >>= 8;
        }
        vm.expectRevert();
        hatch.escape(index, words, path);
    }
}
