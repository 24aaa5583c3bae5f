// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Timelock} from "../../src/Timelock.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {ITimelock as Errors} from "../../src/interfaces/ITimelock.sol";
import {Venue} from "../builders/Venue.sol";

/// `propose`, `execute` and `cancel`.
contract TimelockTest is Venue {
    bytes internal change = abi.encodeCall(ISettlement.replaceValidityPath, (address(0xbe77e4)));

    function propose() internal returns (uint256 id) {
        vm.prank(GOVERNOR);
        return timelock.propose(address(settlement), change);
    }

    function test_AnyoneExecutesAfterTheDelay() public {
        vm.prank(GOVERNOR);
        vm.expectEmit(true, true, false, true);
        emit Errors.Proposed(1, address(settlement), change, uint64(NOW) + TIMELOCK_DELAY);
        uint256 id = timelock.propose(address(settlement), change);
        vm.warp(NOW + TIMELOCK_DELAY);
        vm.prank(BOB);
        timelock.execute(id);
        vm.assertEq(settlement.validityPath(), address(0xbe77e4));
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownProposal.selector, id));
        timelock.execute(id);
    }

    function testFuzz_NeitherEarlyNorStale(uint64 wait) public {
        uint256 id = propose();
        wait = uint64(bound(wait, 0, 60 days));
        vm.warp(NOW + wait);
        uint64 from = uint64(NOW) + TIMELOCK_DELAY;
        if (wait < TIMELOCK_DELAY) {
            vm.expectRevert(abi.encodeWithSelector(Errors.TooEarly.selector, from, NOW + wait));
        } else if (wait > TIMELOCK_DELAY + 14 days) {
            vm.expectRevert(abi.encodeWithSelector(Errors.Lapsed.selector, from + 14 days, NOW + wait));
        }
        timelock.execute(id);
    }

    function testFuzz_OnlyTheGovernorProposes(address sender, address target, bytes calldata data) public {
        vm.assume(sender != GOVERNOR);
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotGovernor.selector, GOVERNOR, sender));
        timelock.propose(target, data);
        vm.prank(GOVERNOR);
        vm.expectRevert(Errors.ZeroAddress.selector);
        timelock.propose(address(0), data);
    }

    function testFuzz_GovernorAndGuardianCancel(address sender) public {
        vm.assume(sender != GOVERNOR && sender != GUARDIAN);
        uint256 id = propose();
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotGovernorNorGuardian.selector, sender));
        timelock.cancel(id);
        vm.prank(GUARDIAN);
        timelock.cancel(id);
        vm.warp(NOW + TIMELOCK_DELAY);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownProposal.selector, id));
        timelock.execute(id);
        id = propose();
        vm.prank(GOVERNOR);
        timelock.cancel(id);
        vm.prank(GOVERNOR);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownProposal.selector, id));
        timelock.cancel(id);
    }

    /// A change that fails is still there to be tried again.
    function test_AFailureIsReported() public {
        vm.prank(GOVERNOR);
        uint256 id = timelock.propose(address(settlement), abi.encodeCall(ISettlement.freeze, ()));
        vm.warp(NOW + TIMELOCK_DELAY);
        bytes memory reason =
            abi.encodeWithSelector(ISettlement.NotEscapeHatch.selector, address(hatch), address(timelock));
        vm.expectRevert(abi.encodeWithSelector(Errors.CallFailed.selector, reason));
        timelock.execute(id);
        (address target,,) = timelock.proposalOf(id);
        vm.assertEq(target, address(settlement));
    }

    /// Longer than a freeze and its window: whoever dislikes a change is gone before it.
    function testFuzz_UsersLeaveFirst(uint64 delay) public {
        uint256 leaving = SILENCE_MAX + DEFICIT_WINDOW;
        if (delay <= leaving) {
            vm.expectRevert(abi.encodeWithSelector(Errors.DelayTooShort.selector, leaving, delay));
        }
        new Timelock(hatch, GOVERNOR, GUARDIAN, delay);
    }
}
