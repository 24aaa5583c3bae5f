// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Vm.sol";

/// What forge asks an invariant test: only the handler is called, so that every run is a story and not noise.
abstract contract Driven is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// Who is called.
    function driver() internal view virtual returns (address);

    /// With what; one named twice comes up twice as often.
    function steps() internal view virtual returns (bytes4[] memory);

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = driver();
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(driver(), steps());
    }
}
