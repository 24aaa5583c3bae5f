// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch as Errors} from "../../src/interfaces/IEscapeHatch.sol";
import {StateTree} from "../../src/libraries/StateTree.sol";
import {FrozenVenue} from "../builders/FrozenVenue.sol";

contract SplitRootTest is FrozenVenue {
    function freezeOnly() internal {
        vm.warp(block.timestamp + SILENCE_MAX + 1);
        hatch.freeze();
    }

    function test_OnceAndAgain() public {
        freezeOnly();
        (uint256 accounts, uint256 instruments, uint256 venue) =
            (accountsRoot(), instrumentsRoot(), venueWord());
        vm.expectEmit(false, false, false, true);
        emit Errors.RootSplit(accounts, instruments, venue);
        hatch.splitRoot(accounts, instruments, venue);
        hatch.splitRoot(accounts, instruments, venue);
        vm.assertEq(hatch.accountsRoot(), accounts);
        vm.assertEq(hatch.instrumentsRoot(), instruments);
    }

    function test_NotWhileTheVenueRuns() public {
        (uint256 accounts, uint256 instruments, uint256 venue) =
            (accountsRoot(), instrumentsRoot(), venueWord());
        vm.expectRevert(Errors.NotFrozen.selector);
        hatch.splitRoot(accounts, instruments, venue);
    }

    function testFuzz_OnlyTheLastRoot(uint256 accounts, uint256 instruments, uint256 venue) public {
        freezeOnly();
        vm.expectRevert();
        hatch.splitRoot(accounts, instruments, venue);
        uint256 real = accountsRoot();
        vm.assume(instruments != instrumentsRoot() || venue != venueWord());
        vm.expectRevert();
        hatch.splitRoot(real, instruments, venue);
    }

    /// The parts in another order are another root.
    function test_NotSwapped() public {
        freezeOnly();
        (uint256 accounts, uint256 instruments, uint256 venue) =
            (accountsRoot(), instrumentsRoot(), venueWord());
        vm.expectPartialRevert(Errors.StateRootMismatch.selector);
        hatch.splitRoot(instruments, accounts, venue);
        vm.expectPartialRevert(StateTree.NotCanonical.selector);
        hatch.splitRoot(accounts, instruments, type(uint256).max);
    }
}
