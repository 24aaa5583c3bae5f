// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EscapeHatch} from "../../src/EscapeHatch.sol";
import {Settlement} from "../../src/Settlement.sol";
import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {ExitDelays} from "../../src/types/Exit.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "../builders/Venue.sol";

contract FreezeTest is Venue {
    function refuse(uint256 silentFrom, uint256 overdueFrom) internal {
        vm.assertEq(uint256(hatch.freezeReason()), uint256(IEscapeHatch.FreezeReason.None));
        vm.expectRevert(
            abi.encodeWithSelector(IEscapeHatch.NotYet.selector, silentFrom, overdueFrom, block.timestamp)
        );
        hatch.freeze();
    }

    function freezeFor(IEscapeHatch.FreezeReason reason) internal {
        vm.assertEq(uint256(hatch.freezeReason()), uint256(reason));
        vm.expectEmit(false, false, false, true);
        emit IEscapeHatch.VenueFrozen(reason, uint64(block.timestamp));
        vm.prank(BOB);
        hatch.freeze();
        vm.assertTrue(settlement.isFrozen());
        vm.assertEq(hatch.frozenAt(), block.timestamp);
    }

    function test_AfterSilence() public {
        openFirstEpoch();
        vm.warp(NOW + 1 hours);
        acceptNext();
        vm.warp(NOW + 1 hours + SILENCE_MAX);
        refuse(block.timestamp, type(uint64).max);
        vm.warp(block.timestamp + 1);
        freezeFor(IEscapeHatch.FreezeReason.Silence);
    }

    /// A first epoch that never brings a batch is silent from its opening on; later openings are no sign of life.
    function test_EpochsAreNoBatches() public {
        openFirstEpoch();
        vm.warp(NOW + 20 hours);
        registerSigner(vm.addr(0xb0b0));
        bytes memory signature = signOpening(nextEpoch(), 0xb0b0);
        settlement.openEpoch(nextEpoch(), signature);
        vm.warp(NOW + SILENCE_MAX);
        refuse(NOW + SILENCE_MAX, type(uint64).max);
        vm.warp(NOW + SILENCE_MAX + 1);
        freezeFor(IEscapeHatch.FreezeReason.Silence);
    }

    /// Batches go on, and leave the entry behind: clocks that stand still do not help.
    function test_AfterAnUnservedEntry() public {
        openFirstEpoch();
        acceptNext();
        inbox.forceCancelAll(0);
        for (uint256 i = 1; i <= 13; i++) {
            vm.warp(NOW + i * 1 hours);
            BatchHeader memory header = nextBatch();
            (header.inboxCursor, header.inboxHash) = (0, 0);
            header.closedAt = uint64(NOW);
            accept(header, SIGNER_KEY);
        }
        refuse(block.timestamp + SILENCE_MAX, NOW + 1 hours + FREEZE_GRACE);
        vm.warp(NOW + 1 hours + FREEZE_GRACE + 1);
        freezeFor(IEscapeHatch.FreezeReason.OverdueEntry);
    }

    function test_ServedInTimeIsNoReason() public {
        openFirstEpoch();
        inbox.forceCancelAll(0);
        vm.warp(NOW + 1 hours + FREEZE_GRACE);
        acceptNext();
        vm.warp(NOW + 2 hours + FREEZE_GRACE);
        refuse(NOW + 1 hours + FREEZE_GRACE + SILENCE_MAX, type(uint64).max);
    }

    /// A venue that was never opened cannot fall silent, but whoever has deposited gets out.
    function test_AVenueThatNeverOpened() public {
        vm.warp(NOW + 100 days);
        refuse(type(uint64).max, type(uint64).max);
        depositAs(ALICE, 1e6);
        vm.warp(NOW + 101 days);
        freezeFor(IEscapeHatch.FreezeReason.OverdueEntry);
    }

    function test_Once() public {
        openFirstEpoch();
        vm.warp(NOW + SILENCE_MAX + 1);
        freezeFor(IEscapeHatch.FreezeReason.Silence);
        vm.warp(NOW + 10 * SILENCE_MAX);
        vm.expectRevert(IEscapeHatch.AlreadyFrozen.selector);
        hatch.freeze();
    }

    /// Served or freezable at the deadline, whatever the times.
    function testFuzz_ServedOrFreezable(uint32 entered, uint32 asked, bool isServed) public {
        openFirstEpoch();
        vm.warp(NOW + bound(entered, 0, 20 hours));
        inbox.forceCancelAll(0);
        uint64 dueAt = inbox.dueAt(0);
        if (isServed) acceptNext();
        vm.warp(block.timestamp + bound(asked, 0, 3 days));
        (uint64 acceptedAt,) = settlement.clocks();
        bool isDue = block.timestamp > acceptedAt + SILENCE_MAX
            || (!isServed && block.timestamp > dueAt + FREEZE_GRACE);
        (bool isDone,) = address(hatch).call(abi.encodeCall(hatch.freeze, ()));
        vm.assertTrue(isDone == isDue);
        vm.assertTrue(settlement.isFrozen() == isDue);
    }

    function test_AnotherHatchHasNoSay() public {
        vm.expectPartialRevert(IEscapeHatch.NotThisHatch.selector);
        new EscapeHatch(settlement, exitDelays());
    }

    /// Overdue before freezable, freezable within a day, silence last, and nobody kept waiting longer than a day.
    function testFuzz_DelaysAreInOrder(uint32 grace, uint32 silence, uint32 window) public {
        grace = uint32(bound(grace, 0, 30 hours));
        silence = uint32(bound(silence, 0, 30 hours));
        window = uint32(bound(window, 0, 30 hours));
        Settlement other = new Settlement(venueConfig(token));
        bool isGood = 1 hours < grace && grace < silence && silence <= 24 hours && grace <= 23 hours
            && window != 0 && window <= 24 hours;
        if (!isGood) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IEscapeHatch.DelaysOutOfOrder.selector, 1 hours, grace, silence, window
                )
            );
        }
        new EscapeHatch(other, ExitDelays(grace, silence, window));
    }
}
