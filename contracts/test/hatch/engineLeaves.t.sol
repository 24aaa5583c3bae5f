// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {StateBuilder} from "../builders/StateBuilder.sol";

/// Leaves the engine made, proven to the hatch: hashing, paths and equity, perpetuals and options, against the engine's own sums
/// (`test/vectors/exit`). Nothing of them is recomputed here.
contract EngineLeavesTest is StateBuilder {
    string internal json;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
    }

    function test_EveryAccountOfSeed16IsWorthWhatTheEngineSays() public {
        check("16");
    }

    function test_EveryAccountOfSeed25IsWorthWhatTheEngineSays() public {
        check("25");
    }

    function check(string memory seed) internal {
        json = vm.readFile(string.concat("../test/vectors/exit/seed-", seed, ".json"));
        BatchHeader memory header = nextBatch();
        header.stateRootAfter = word(".stateRoot");
        accept(header, SIGNER_KEY);
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
        hatch.splitRoot(
            uint256(word(".accountsRoot")), uint256(word(".instrumentsRoot")), uint256(word(".venueWord"))
        );
        vm.assertGe(settleInstruments(), 4, "perpetuals and options");

        uint256 debtors;
        uint32 index = 0;
        for (; vm.keyExistsJson(json, key("accounts", index, "index")); index++) {
            hatch.escape(index, accountLeaf(index), path24(key("accounts", index, "path")));
            int256 expected = int256(uint256(word(key("accounts", index, "equity"))));
            vm.assertTrue(hatch.accountOf(index).equity == expected, vm.toString(index));
            if (expected < 0) debtors++;
        }
        vm.assertGe(index, 10, "accounts");
        vm.assertGe(debtors, 1, "debtors");
    }

    function settleInstruments() internal returns (uint256 count) {
        while (vm.keyExistsJson(json, key("instruments", count, "id"))) count++;
        uint16[] memory ids = new uint16[](count);
        uint256[9][] memory words = new uint256[9][](count);
        uint256[10][] memory paths = new uint256[10][](count);
        for (uint256 i = 0; i < count; i++) {
            ids[i] = uint16(vm.parseJsonUint(json, key("instruments", i, "id")));
            bytes32[] memory leaf = vm.parseJsonBytes32Array(json, key("instruments", i, "words"));
            bytes32[] memory path = vm.parseJsonBytes32Array(json, key("instruments", i, "path"));
            for (uint256 j = 0; j < 9; j++) {
                words[i][j] = uint256(leaf[j]);
            }
            for (uint256 j = 0; j < 10; j++) {
                paths[i][j] = uint256(path[j]);
            }
        }
        hatch.settleInstruments(ids, words, paths);
    }

    function accountLeaf(uint256 index) internal view returns (uint256[20] memory words) {
        bytes32[] memory leaf = vm.parseJsonBytes32Array(json, key("accounts", index, "words"));
        for (uint256 j = 0; j < 20; j++) {
            words[j] = uint256(leaf[j]);
        }
    }

    function path24(string memory place) internal view returns (uint256[24] memory path) {
        bytes32[] memory siblings = vm.parseJsonBytes32Array(json, place);
        for (uint256 j = 0; j < 24; j++) {
            path[j] = uint256(siblings[j]);
        }
    }

    function word(string memory place) internal view returns (bytes32) {
        return vm.parseJsonBytes32(json, place);
    }

    function key(string memory list, uint256 index, string memory field)
        internal
        pure
        returns (string memory)
    {
        return string.concat(".", list, "[", vm.toString(index), "].", field);
    }
}
