// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {IWithdrawalQueue as Queue} from "../../src/interfaces/IWithdrawalQueue.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {ProvenBatch, ProvenBatchLib} from "../../src/types/ProvenBatch.sol";
import {Withdrawals} from "../builders/Withdrawals.sol";

contract AcceptProvenTest is Withdrawals {
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
            withdrawalsRoot: 0,
            withdrawalsTotal: 0,
            oracleRound: present.oracleRound,
            closedAt: uint64(block.timestamp)
        });
    }

    function prove(ProvenBatch memory batch) internal {
        vm.prank(VALIDITY_PATH);
        settlement.acceptProven(batch);
    }

    function refuse(ProvenBatch memory batch, bytes memory reason) internal {
        vm.prank(VALIDITY_PATH);
        vm.expectRevert(reason);
        settlement.acceptProven(batch);
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

    /// Whoever brings the proof, at once, whole, and past everything that waits for the cap.
    function test_PaysWithdrawalsWithoutACap() public {
        depositAs(BOB, 50_000_000e6);
        bytes32[] memory leaves = new bytes32[](2);
        leaves[0] = withdrawalLeaf(0, ALICE, 40e6);
        leaves[1] = withdrawalLeaf(1, BOB, 40_000_000e6);
        ProvenBatch memory batch = paying(leaves, 40_000_040e6);
        prove(batch);
        vm.assertEq(settlement.batchHashOf(2), keccak256(abi.encode(ProvenBatchLib.TYPEHASH, batch)));
        vm.assertEq(settlement.outstanding(), 40_000_040e6);
        vm.assertEq(settlement.promised(), 40_000_040e6);

        vm.prank(address(0xca401));
        settlement.claimProven(batch, 1, BOB, 40_000_000e6, proofOf(leaves, 1));
        vm.assertEq(token.balanceOf(BOB), 40_000_000e6);
        vm.assertEq(settlement.outstanding(), 40e6);
        vm.assertEq(settlement.outflowRoom(), settlement.outflowCap());
        vm.expectRevert(abi.encodeWithSelector(Queue.AlreadyClaimed.selector, 2, 1));
        settlement.claimProven(batch, 1, BOB, 40_000_000e6, proofOf(leaves, 1));
        // Frozen or not.
        vm.prank(address(hatch));
        settlement.freeze();
        settlement.claimProven(batch, 0, ALICE, 40e6, proofOf(leaves, 0));
        vm.assertEq(token.balanceOf(ALICE), 40e6);
        vm.assertEq(settlement.outstanding(), 0);
    }

    function test_PaysWhatWasProvenAndNothingElse() public {
        bytes32[] memory leaves = new bytes32[](2);
        (leaves[0], leaves[1]) = (withdrawalLeaf(0, ALICE, 4e6), withdrawalLeaf(1, BOB, 5e6));
        ProvenBatch memory batch = paying(leaves, 9e6);
        prove(batch);
        bytes32[] memory proof = proofOf(leaves, 1);
        bytes memory reason = abi.encodeWithSelector(Queue.WithdrawalProofInvalid.selector, rootOf(leaves));
        vm.expectRevert(reason);
        settlement.claimProven(batch, 1, ALICE, 5e6, proof);
        vm.expectRevert(reason);
        settlement.claimProven(batch, 1, BOB, 5e6 + 1, proof);
        vm.expectRevert(reason);
        settlement.claimProven(batch, 257, BOB, 5e6, proof);
        batch.withdrawalsRoot = withdrawalLeaf(0, ALICE, 9e6);
        vm.expectPartialRevert(Queue.UnknownBatch.selector);
        settlement.claimProven(batch, 0, ALICE, 9e6, new bytes32[](0));
    }

    /// A stolen key that promises more than its batch's total finds the proven withdrawals set apart.
    function test_NoSignedPromiseReachesThem() public {
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = withdrawalLeaf(0, ALICE, 40e6);
        ProvenBatch memory batch = paying(leaves, 40e6);
        prove(batch);
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, 0xb0b0));
        BatchHeader memory header = nextBatch();
        (header.withdrawalsRoot, header.withdrawalsTotal) = (withdrawalLeaf(0, BOB, 2e6), 1e6);
        accept(header, 0xb0b0);
        vm.expectRevert(abi.encodeWithSelector(Queue.BeyondPromised.selector, 41e6, 42e6));
        settlement.claim(header, 0, BOB, 2e6, new bytes32[](0));
        settlement.claimProven(batch, 0, ALICE, 40e6, new bytes32[](0));
        vm.assertEq(token.balanceOf(ALICE), 40e6);
    }

    function testFuzz_NothingBeyondTheDeposits(uint64 amount) public {
        amount = uint64(bound(amount, 100e6 + 1, type(uint64).max));
        ProvenBatch memory batch = nextProven();
        (batch.withdrawalsRoot, batch.withdrawalsTotal) = (keccak256("any"), amount);
        refuse(batch, abi.encodeWithSelector(Errors.PromiseBeyondDeposits.selector, 100e6, amount));
    }

    /// A batch that pays these.
    function paying(bytes32[] memory leaves, uint64 total) internal view returns (ProvenBatch memory batch) {
        batch = nextProven();
        (batch.withdrawalsRoot, batch.withdrawalsTotal) = (rootOf(leaves), total);
    }

    function testFuzz_OnlyTheValidityPath(address sender) public {
        vm.assume(sender != VALIDITY_PATH);
        ProvenBatch memory batch = nextProven();
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotValidityPath.selector, VALIDITY_PATH, sender));
        settlement.acceptProven(batch);
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
