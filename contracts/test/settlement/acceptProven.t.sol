// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {ProvenBatch, ProvenWithdrawal} from "../../src/types/ProvenBatch.sol";
import {Venue} from "../builders/Venue.sol";

contract AcceptProvenTest is Venue {
    ProvenWithdrawal[] internal none;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        acceptNext();
        depositAs(ALICE, 100e6);
    }

    function nextProven() internal view returns (ProvenBatch memory) {
        Head memory present = head();
        return ProvenBatch({
            number: present.batchNumber + 1,
            stateRootBefore: present.stateRoot,
            stateRootAfter: keccak256(abi.encode("proven", present.stateRoot)),
            inboxCursor: inbox.length(),
            inboxHash: inbox.hashAt(inbox.length()),
            oracleRound: present.oracleRound,
            closedAt: uint64(block.timestamp)
        });
    }

    function prove(ProvenBatch memory batch) internal {
        vm.prank(VALIDITY_PATH);
        settlement.acceptProven(batch, none);
    }

    function refuse(ProvenBatch memory batch, bytes memory reason) internal {
        vm.prank(VALIDITY_PATH);
        vm.expectRevert(reason);
        settlement.acceptProven(batch, none);
    }

    function test_MovesTheRootAndEndsTheEpoch() public {
        ProvenBatch memory batch = nextProven();
        Head memory before = head();
        vm.expectEmit(true, false, false, true);
        emit Errors.BatchProven(2, batch.stateRootAfter, 1, batch);
        prove(batch);
        Head memory present = head();
        vm.assertEq(present.batchNumber, 2);
        vm.assertEq(present.stateRoot, batch.stateRootAfter);
        vm.assertEq(present.inboxCursor, 1);
        vm.assertEq(present.lastSequence, before.lastSequence);
        vm.assertEq(present.signer, address(0));
        vm.assertEq(settlement.batchHashOf(2), 0);
        (uint64 acceptedAt,) = settlement.clocks();
        vm.assertEq(acceptedAt, block.timestamp);
    }

    /// The old enclave's next batch, signed as it should be, would fork the state it does not know.
    function test_TheOldEnclaveIsOut() public {
        prove(nextProven());
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnexpectedSigner.selector, address(0), signer));
        settlement.acceptBatch(header, signature, DATA);
        // A fresh one goes on from the proven root.
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, 0xb0b0));
        accept(nextBatch(), 0xb0b0);
        vm.assertEq(head().batchNumber, 3);
    }

    function test_CreditsWithdrawalsWithoutACap() public {
        depositAs(BOB, 50_000_000e6);
        ProvenWithdrawal[] memory withdrawals = new ProvenWithdrawal[](2);
        withdrawals[0] = ProvenWithdrawal(ALICE, 40e6);
        withdrawals[1] = ProvenWithdrawal(BOB, 40_000_000e6);
        ProvenBatch memory batch = nextProven();
        vm.prank(VALIDITY_PATH);
        settlement.acceptProven(batch, withdrawals);
        vm.assertEq(vault.unpaidOf(ALICE), 40e6);
        vm.assertEq(vault.unpaidTotal(), 40_000_040e6);
        vm.assertEq(settlement.outstanding(), 0);
        vm.assertEq(settlement.promised(), 40_000_040e6);
        vm.prank(BOB);
        vault.withdrawUnpaid(BOB);
        vm.assertEq(token.balanceOf(BOB), 40_000_000e6);
    }

    function testFuzz_NothingBeyondTheDeposits(uint64 amount) public {
        amount = uint64(bound(amount, 100e6 + 1, type(uint64).max));
        ProvenWithdrawal[] memory withdrawals = new ProvenWithdrawal[](1);
        withdrawals[0] = ProvenWithdrawal(ALICE, amount);
        ProvenBatch memory batch = nextProven();
        vm.prank(VALIDITY_PATH);
        vm.expectRevert(abi.encodeWithSelector(Errors.PromiseBeyondDeposits.selector, 100e6, amount));
        settlement.acceptProven(batch, withdrawals);
    }

    function testFuzz_OnlyTheValidityPath(address sender) public {
        vm.assume(sender != VALIDITY_PATH);
        ProvenBatch memory batch = nextProven();
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotValidityPath.selector, VALIDITY_PATH, sender));
        settlement.acceptProven(batch, none);
    }

    function test_GoesOnFromWhereTheChainStands() public {
        ProvenBatch memory batch = nextProven();
        batch.number = 3;
        refuse(batch, abi.encodeWithSelector(Errors.UnexpectedBatchNumber.selector, 2, 3));
        batch = nextProven();
        batch.stateRootBefore = 0;
        refuse(batch, abi.encodeWithSelector(Errors.StateRootMismatch.selector, head().stateRoot, 0));
        batch = nextProven();
        batch.inboxHash = keccak256("forged");
        refuse(
            batch, abi.encodeWithSelector(Errors.InboxHashMismatch.selector, inbox.hashAt(1), batch.inboxHash)
        );
        batch = nextProven();
        batch.inboxCursor = 2;
        refuse(batch, abi.encodeWithSelector(Errors.InboxCursorAhead.selector, 1, 2));
        batch = nextProven();
        batch.closedAt = uint64(NOW) - 1;
        refuse(batch, abi.encodeWithSelector(Errors.ClosedAtBackwards.selector, NOW, NOW - 1));
    }

    /// A proof cannot skip what is due either.
    function test_TheDeadlineHolds() public {
        vm.warp(NOW + 1 hours + 1);
        ProvenBatch memory batch = nextProven();
        (batch.inboxCursor, batch.inboxHash) = (0, 0);
        refuse(
            batch,
            abi.encodeWithSelector(Errors.ForcedCommandOverdue.selector, 0, NOW + 1 hours, NOW + 1 hours + 1)
        );
    }

    function test_FrozenIsFrozen() public {
        vm.prank(address(hatch));
        settlement.freeze();
        refuse(nextProven(), abi.encodeWithSelector(Errors.IsFrozen.selector));
    }
}
