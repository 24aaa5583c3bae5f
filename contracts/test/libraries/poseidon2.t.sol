// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Poseidon2} from "../../src/generated/Poseidon2.sol";
import {StateTree} from "../../src/libraries/StateTree.sol";
import {Test} from "../Vm.sol";

contract Hasher {
    function permute(uint256[4] calldata s) external view returns (uint256[4] memory out, uint256 used) {
        out = s;
        used = gasleft();
        Poseidon2.permute(out);
        used -= gasleft();
    }
}

contract Poseidon2Test is Test {
    function test_Gas() public {
        (uint256[4] memory out, uint256 used) = new Hasher().permute([uint256(0),1,2,3]);
        vm.assertEq(out[0], 0x01bd538c2ee014ed5141b29e9ae240bf8db3fe5b9a38629a9647cf8d76c01737);
        vm.assertEq(used, 1);
    }
}
