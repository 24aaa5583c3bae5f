// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox} from "../../src/interfaces/IInbox.sol";
import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "../builders/Venue.sol";

/// Deadlines: ten minutes, and up to fifty more while the delay buffer lasts.
contract ConsumeTest is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
    }

    function acceptUpTo(uint64 cursor) internal {
        BatchHeader memory header = nextBatch();
        (header.inboxCursor, header.inboxHash) = (cursor, inbox.hashAt(cursor));
        accept(header, SIGNER_KEY);
    }

    function refuseUpTo(uint64 cursor, uint256 dueAt) internal {
        BatchHeader memory header = nextBatch();
        (header.inboxCursor, header.inboxHash) = (cursor, inbox.hashAt(cursor));
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(
            abi.encodeWithSelector(
                Errors.ForcedCommandOverdue.selector, cursor, dueAt, uint64(block.timestamp)
            )
        );
        settlement.acceptBatch(header, signature, DATA);
    }

    function testFuzz_OnlyTheSettlement(address sender) public {
        vm.assume(sender != address(settlement));
        bytes memory reason =
            abi.encodeWithSelector(IInbox.NotSettlement.selector, address(settlement), sender);
        vm.startPrank(sender);
        vm.expectRevert(reason);
        inbox.consume(0, 0, 0);
        vm.expectRevert(reason);
        inbox.freeze();
        vm.stopPrank();
    }

    function test_DueToTheSecond() public {
        inbox.forceCancelAll(0);
        vm.assertEq(inbox.dueAt(0), NOW + 1 hours);
        vm.assertEq(inbox.dueAt(1), type(uint64).max);
        vm.warp(NOW + 1 hours);
        vm.assertEq(inbox.cursorDue(), 0);
        acceptUpTo(0);
        vm.warp(NOW + 1 hours + 1);
        vm.assertEq(inbox.cursorDue(), 1);
        refuseUpTo(0, NOW + 1 hours);
        acceptUpTo(1);
    }

    /// A deposit is an entry like any other.
    function test_DepositsAreDueToo() public {
        depositAs(ALICE, 1e6);
        vm.warp(NOW + 1 hours + 1);
        refuseUpTo(0, NOW + 1 hours);
    }

    /// What the enclave closed in time stays in time, however long the poster takes.
    function test_PostedLateIsNotClosedLate() public {
        inbox.forceCancelAll(0);
        BatchHeader memory header = nextBatch();
        (header.inboxCursor, header.inboxHash) = (0, 0);
        vm.warp(NOW + 10 hours);
        accept(header, SIGNER_KEY);
    }

    /// Served in fifty minutes, the buffer loses forty; the next has ten and ten.
    function test_LatenessShortensTheNextDeadline() public {
        inbox.forceCancelAll(0);
        vm.warp(NOW + 50 minutes);
        acceptUpTo(1);
        inbox.forceCancelAll(0);
        vm.assertEq(inbox.dueAt(1), NOW + 50 minutes + 20 minutes);
        vm.warp(NOW + 70 minutes + 1);
        refuseUpTo(1, NOW + 70 minutes);
        acceptUpTo(2);
        // Ten minutes and a second beyond the short deadline: nothing is left.
        inbox.forceCancelAll(0);
        vm.assertEq(inbox.dueAt(2), NOW + 70 minutes + 1 + 10 minutes);
        acceptUpTo(3);
        // A quiet day gives all of it back.
        vm.warp(block.timestamp + 1 days);
        inbox.forceCancelAll(0);
        vm.assertEq(inbox.dueAt(3), block.timestamp + 1 hours);
    }

    /// Waiting behind others costs once, not once an entry.
    function test_ManyAtOnce() public {
        for (uint256 i = 0; i < 20; i++) {
            inbox.forceCancelAll(0);
        }
        vm.warp(NOW + 20 minutes);
        acceptUpTo(10);
        acceptUpTo(20);
        inbox.forceCancelAll(0);
        vm.assertEq(inbox.dueAt(20), NOW + 20 minutes + 50 minutes);
    }

    /// `cursorDue` is where the refusals begin.
    function testFuzz_CursorDueIsTheRule(uint256 seed, uint32 later) public {
        for (uint256 i = 0; i < 6; i++) {
            inbox.forceCancelAll(0);
            vm.warp(block.timestamp + uint256(keccak256(abi.encode(seed, i))) % 30 minutes);
        }
        vm.warp(block.timestamp + bound(later, 0, 2 hours));
        uint64 due = inbox.cursorDue();
        if (due != 0) refuseUpTo(due - 1, inbox.dueAt(due - 1));
        acceptUpTo(due);
    }

    function testFuzz_CreditedAt(uint64[5] memory amounts) public {
        uint64 sum;
        for (uint64 i = 0; i < 5; i++) {
            amounts[i] = uint64(bound(amounts[i], 1, 1e15));
            depositAs(ALICE, amounts[i]);
            inbox.forceCancelAll(0);
            sum += amounts[i];
            vm.assertEq(inbox.creditedAt(2 * i + 1), sum);
            vm.assertEq(inbox.creditedAt(2 * i + 2), sum);
        }
        acceptUpTo(3);
        vm.assertEq(inbox.unconsumedDeposits(3), sum - amounts[0] - amounts[1]);
        vm.expectRevert(abi.encodeWithSelector(IInbox.UnknownInboxIndex.selector, 10, 11));
        inbox.creditedAt(11);
    }
}
