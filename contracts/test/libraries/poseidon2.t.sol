// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Poseidon2} from "../../src/generated/Poseidon2.sol";
import {StateTree} from "../../src/libraries/StateTree.sol";
import {StateBuilder} from "../builders/StateBuilder.sol";

/// Calldata for what the library reads from calldata.
contract Hasher {
    function leaf(uint256[] calldata words) external pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := words.offset
        }
        return StateTree.leaf(start, words.length);
    }

    function climb(uint256 node, uint256 index, uint256[] calldata path) external pure returns (uint256) {
        uint256 start;
        assembly ("memory-safe") {
            start := path.offset
        }
        return StateTree.climb(node, index, start, path.length);
    }

    function stateRoot(uint256 accounts, uint256 instruments, uint256 venue) external pure returns (uint256) {
        return StateTree.stateRoot(accounts, instruments, venue);
    }
}

/// Against Barretenberg's own outputs (test/vectors/poseidon2, which Rust, TypeScript and the circuits read too).
contract Poseidon2Test is StateBuilder {
    Hasher internal hasher;
    uint256[] internal places;
    uint256[] internal values;

    function setUp() public override {
        hasher = new Hasher();
    }

    function vectors(string memory name) internal view returns (string memory) {
        return vm.readFile(string.concat("../test/vectors/poseidon2/", name, ".json"));
    }

    function entry(uint256 index, string memory key) internal pure returns (string memory) {
        return string.concat("$[", vm.toString(index), "].", key);
    }

    function test_Permutations() public view {
        string memory json = vectors("permutation");
        uint256 count;
        for (; vm.keyExistsJson(json, entry(count, "input")); count++) {
            bytes32[] memory input = vm.parseJsonBytes32Array(json, entry(count, "input"));
            bytes32[] memory output = vm.parseJsonBytes32Array(json, entry(count, "output"));
            uint256[4] memory state;
            for (uint256 i = 0; i < 4; i++) {
                state[i] = uint256(input[i]);
            }
            (uint256[4] memory actual, uint256 gasUsed) = permuter.permute(state);
            for (uint256 i = 0; i < 4; i++) {
                vm.assertEq(bytes32(actual[i]), output[i]);
            }
            vm.assertLe(gasUsed, 19_000, "gas of a permutation");
        }
        vm.assertGe(count, 2, "vectors read");
    }

    function test_Sponges() public view {
        string memory json = vectors("hash");
        uint256 count;
        for (; vm.keyExistsJson(json, entry(count, "input")); count++) {
            bytes32[] memory input = vm.parseJsonBytes32Array(json, entry(count, "input"));
            uint256[] memory words = new uint256[](input.length);
            uint256 any;
            for (uint256 i = 0; i < words.length; i++) {
                words[i] = uint256(input[i]);
                any |= words[i];
            }
            bytes32 expected = vm.parseJsonBytes32(json, entry(count, "output"));
            // All zero is the empty leaf, and not its hash.
            vm.assertEq(bytes32(hasher.leaf(words)), any == 0 ? bytes32(0) : expected);
            vm.assertEq(bytes32(hash(words)), expected);
        }
        vm.assertEq(count, 40);
    }

    function test_Nodes() public view {
        string memory json = vectors("hash2");
        uint256 count;
        for (; vm.keyExistsJson(json, entry(count, "left")); count++) {
            uint256[] memory path = new uint256[](1);
            uint256 left = uint256(vm.parseJsonBytes32(json, entry(count, "left")));
            path[0] = uint256(vm.parseJsonBytes32(json, entry(count, "right")));
            bytes32 expected = vm.parseJsonBytes32(json, entry(count, "output"));
            vm.assertEq(bytes32(hasher.climb(left, 0, path)), expected);
            (left, path[0]) = (path[0], left);
            vm.assertEq(bytes32(hasher.climb(left, 1, path)), expected);
        }
        vm.assertGe(count, 2, "vectors read");
    }

    /// Trees of both depths, sparse as they are: every leaf proven, and an empty place beside it.
    function test_Trees() public {
        string memory json = vectors("tree");
        uint256 proven;
        for (uint256 count = 0; vm.keyExistsJson(json, entry(count, "depth")); count++) {
            uint256 depth = vm.parseJsonUint(json, entry(count, "depth"));
            delete places;
            delete values;
            for (uint256 i = 0; vm.keyExistsJson(json, leafKey(count, i, "leaf")); i++) {
                places.push(vm.parseJsonUint(json, leafKey(count, i, "index")));
                values.push(uint256(vm.parseJsonBytes32(json, leafKey(count, i, "leaf"))));
            }
            bytes32 root = vm.parseJsonBytes32(json, entry(count, "root"));
            for (uint256 i = 0; i < places.length; i++) {
                vm.assertEq(bytes32(hasher.climb(values[i], places[i], sparsePath(places[i], depth))), root);
                proven++;
            }
            uint256 empty = (1 << depth) - 2;
            vm.assertEq(bytes32(hasher.climb(0, empty, sparsePath(empty, depth))), root);
        }
        vm.assertGe(proven, 10, "leaves proven");
    }

    function sparsePath(uint256 index, uint256 depth) internal view returns (uint256[] memory path) {
        path = new uint256[](depth);
        for (uint256 level = 0; level < depth; level++) {
            path[level] = sparseNode((index >> level) ^ 1, level);
        }
    }

    /// Node `index` of its level, from the leaves below it.
    function sparseNode(uint256 index, uint256 level) internal view returns (uint256) {
        bool isEmpty = true;
        for (uint256 i = 0; i < places.length; i++) {
            if (places[i] >> level != index) continue;
            if (level == 0) return values[i];
            isEmpty = false;
        }
        if (level == 0) return 0;
        uint256 left = sparseNode(2 * index, level - 1);
        return hash2(left, isEmpty ? left : sparseNode(2 * index + 1, level - 1));
    }

    function leafKey(uint256 tree, uint256 index, string memory key) internal pure returns (string memory) {
        return entry(tree, string.concat("leaves[", vm.toString(index), "].", key));
    }

    function test_StateRoots() public view {
        string memory json = vectors("state-root");
        uint256 count;
        for (; vm.keyExistsJson(json, entry(count, "output")); count++) {
            uint256 venue = vm.parseJsonUint(json, entry(count, "oracleRound"))
                | vm.parseJsonUint(json, entry(count, "nextAccount")) << 64;
            uint256 root = hasher.stateRoot(
                uint256(vm.parseJsonBytes32(json, entry(count, "accountsRoot"))),
                uint256(vm.parseJsonBytes32(json, entry(count, "instrumentsRoot"))),
                venue
            );
            vm.assertEq(bytes32(root), vm.parseJsonBytes32(json, entry(count, "output")));
        }
        vm.assertEq(count, 4);
    }

    /// Two encodings of one element would be two leaves with one hash.
    function testFuzz_RefusesWhatIsNotBelowTheModulus(uint256 value, uint8 where) public {
        value = bound(value, Poseidon2.P, type(uint256).max);
        uint256[] memory words = new uint256[](20);
        words[bound(where, 0, 19)] = value;
        vm.expectRevert(abi.encodeWithSelector(StateTree.NotCanonical.selector, value));
        hasher.leaf(words);
        vm.expectRevert(abi.encodeWithSelector(StateTree.NotCanonical.selector, value));
        hasher.climb(1, 0, words);
        vm.expectRevert(abi.encodeWithSelector(StateTree.NotCanonical.selector, value));
        hasher.stateRoot(1, value, 2);
    }

    /// A node of two children is no leaf of two words, nor of three with a zero: the capacity holds the length.
    function testFuzz_LeavesAndNodesAreApart(uint256 left, uint256 right) public view {
        (left, right) = (bound(left, 1, Poseidon2.P - 1), bound(right, 0, Poseidon2.P - 1));
        uint256 node = hash2(left, right);
        uint256[] memory words = new uint256[](3);
        (words[0], words[1]) = (left, right);
        vm.assertTrue(hasher.leaf(words) != node);
        uint256[] memory account = new uint256[](20);
        (account[0], account[1]) = (left, right);
        vm.assertTrue(hasher.leaf(account) != node);
        uint256[] memory instrument = new uint256[](9);
        (instrument[0], instrument[1]) = (left, right);
        vm.assertTrue(hasher.leaf(instrument) != node);
        vm.assertTrue(hasher.leaf(instrument) != hasher.leaf(account));
    }
}
