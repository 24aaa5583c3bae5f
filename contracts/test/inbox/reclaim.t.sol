// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IInbox as Errors} from "../../src/interfaces/IInbox.sol";
import {InboxEntry, InboxKind} from "../../src/types/InboxEntry.sol";
import {Venue} from "../builders/Venue.sol";

/// Deposits that no batch has consumed go back to their owners after a freeze.
contract ReclaimTest is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        depositAs(ALICE, 5e6);
        acceptNext();
        depositAs(BOB, 6e6);
        inbox.forceCancelAll(0);
        token.mint(address(this), 9e6);
        token.approve(address(vault), 9e6);
        inbox.depositFor(ALICE, 7, 7e6);
        inbox.depositInsurance(2e6);
    }

    function entry(InboxKind kind, address owner, uint8 subaccount, uint64 amount)
        internal
        pure
        returns (InboxEntry memory)
    {
        return InboxEntry(kind, owner, subaccount, amount, 0, uint64(NOW));
    }

    function freeze() internal {
        vm.prank(address(hatch));
        settlement.freeze();
    }

    function test_EachOwnerOnce() public {
        vm.assertEq(inbox.unconsumedDeposits(1), 15e6);
        freeze();
        vm.prank(ALICE);
        vm.expectEmit(true, true, false, true);
        emit Errors.DepositReclaimed(1, BOB, 6e6);
        inbox.reclaim(1, entry(InboxKind.Deposit, BOB, 0, 6e6));
        inbox.reclaim(3, entry(InboxKind.Deposit, ALICE, 7, 7e6));
        inbox.reclaim(4, entry(InboxKind.InsuranceDeposit, address(this), 0, 2e6));
        vm.assertEq(token.balanceOf(BOB), 6e6);
        vm.assertEq(token.balanceOf(ALICE), 7e6);
        vm.assertEq(token.balanceOf(address(this)), 2e6);
        vm.assertEq(inbox.unconsumedDeposits(1), 0);
        vm.expectRevert(abi.encodeWithSelector(Errors.AlreadyReclaimed.selector, 1));
        inbox.reclaim(1, entry(InboxKind.Deposit, BOB, 0, 6e6));
    }

    function test_NotWhileTheVenueRuns() public {
        vm.expectRevert(Errors.NotFrozen.selector);
        inbox.reclaim(1, entry(InboxKind.Deposit, BOB, 0, 6e6));
    }

    /// A consumed deposit is in the state: the escape hatch pays it, and paying twice would be somebody else's money.
    function test_NotWhatABatchHasTaken() public {
        freeze();
        vm.expectRevert(abi.encodeWithSelector(Errors.Consumed.selector, 1, 0));
        inbox.reclaim(0, entry(InboxKind.Deposit, ALICE, 0, 5e6));
    }

    function test_NotWhatWasNeverThere() public {
        freeze();
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownInboxIndex.selector, 5, 5));
        inbox.reclaim(5, entry(InboxKind.Deposit, BOB, 0, 6e6));
        vm.expectRevert(abi.encodeWithSelector(Errors.NotADeposit.selector, InboxKind.ForcedCancelAll));
        inbox.reclaim(2, entry(InboxKind.ForcedCancelAll, address(this), 0, 0));
        // Not even a forced command's index with a deposit's words.
        vm.expectPartialRevert(Errors.EntryMismatch.selector);
        inbox.reclaim(2, entry(InboxKind.Deposit, address(this), 0, 0));
    }

    function testFuzz_OnlyWhatWasEntered(address owner, uint8 subaccount, uint64 amount, uint64 enteredAt)
        public
    {
        vm.assume(owner != BOB || subaccount != 0 || amount != 6e6 || enteredAt != NOW);
        freeze();
        InboxEntry memory other = InboxEntry(InboxKind.Deposit, owner, subaccount, amount, 0, enteredAt);
        vm.expectPartialRevert(Errors.EntryMismatch.selector);
        inbox.reclaim(1, other);
    }
}
