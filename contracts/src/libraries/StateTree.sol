// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Poseidon2} from "../generated/Poseidon2.sol";

/// Leaves, nodes and root of the committed state (docs/state.md, "Trees").
///
/// A leaf and a node start from different capacities, so neither can be offered as the other, and every word must be below the modulus,
/// so that no two sets of words are one leaf. Paths have the length their type says: there is no proof of another depth.
library StateTree {
    uint256 internal constant ACCOUNT_WORDS = 20;
    uint256 internal constant INSTRUMENT_WORDS = 9;
    uint256 internal constant ACCOUNTS_DEPTH = 24;
    uint256 internal constant INSTRUMENTS_DEPTH = 10;

    /// A word or sibling that is not below the field's modulus.
    error NotCanonical(uint256 value);

    /// Root of the accounts tree over the account's leaf.
    function accountsRoot(uint256 index, uint256[20] calldata words, uint256[24] calldata path)
        internal
        pure
        returns (uint256)
    {
        (uint256 first, uint256 siblings) = (position(words), position24(path));
        return climb(leaf(first, ACCOUNT_WORDS), index, siblings, ACCOUNTS_DEPTH);
    }

    /// Root of the instruments tree over the instrument's leaf.
    function instrumentsRoot(uint256 index, uint256[9] calldata words, uint256[10] calldata path)
        internal
        pure
        returns (uint256)
    {
        (uint256 first, uint256 siblings) = (position9(words), position10(path));
        return climb(leaf(first, INSTRUMENT_WORDS), index, siblings, INSTRUMENTS_DEPTH);
    }

    function stateRoot(uint256 accounts, uint256 instruments, uint256 venue) internal pure returns (uint256) {
        requireCanonical(accounts);
        requireCanonical(instruments);
        requireCanonical(venue);
        uint256[4] memory state = [accounts, instruments, venue, 3 << 64];
        Poseidon2.permute(state);
        return state[0];
    }

    /// Sponge over `count` words of calldata from `start`; 0 if all are zero.
    function leaf(uint256 start, uint256 count) internal pure returns (uint256) {
        uint256[4] memory state;
        state[3] = count << 64;
        uint256 any;
        for (uint256 i = 0; i < count; i += 3) {
            for (uint256 j = 0; j < 3 && i + j < count; j++) {
                uint256 word = load(start, i + j);
                state[j] = addmod(state[j], word, Poseidon2.P);
                any |= word;
            }
            Poseidon2.permute(state);
        }
        return any == 0 ? 0 : state[0];
    }

    /// From a node at `index` of its level up `depth` levels, with siblings in calldata at `start`.
    function climb(uint256 node, uint256 index, uint256 start, uint256 depth)
        internal
        pure
        returns (uint256)
    {
        uint256[4] memory state;
        for (uint256 i = 0; i < depth; i++) {
            uint256 sibling = load(start, i);
            (state[0], state[1]) = index & 1 == 0 ? (node, sibling) : (sibling, node);
            (state[2], state[3]) = (0, 2 << 64);
            Poseidon2.permute(state);
            node = state[0];
            index >>= 1;
        }
        return node;
    }

    function load(uint256 start, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(start, shl(5, i)))
        }
        requireCanonical(word);
    }

    function requireCanonical(uint256 value) private pure {
        require(value < Poseidon2.P, NotCanonical(value));
    }

    // Where an array stands in calldata: its length is its type's, so that nothing beyond it is read.

    function position(uint256[20] calldata array) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := array
        }
    }

    function position24(uint256[24] calldata array) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := array
        }
    }

    function position9(uint256[9] calldata array) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := array
        }
    }

    function position10(uint256[10] calldata array) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := array
        }
    }
}
