// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWithdrawalQueue} from "../../src/interfaces/IWithdrawalQueue.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Withdrawals} from "../builders/Withdrawals.sol";

/// One withdrawal is to be paid twice: across a reorganisation of the chain, under another number, from the queue and at once.
contract DoubleWithdrawalAttack is Withdrawals {
    bytes32[] internal leaves;
    BatchHeader internal header;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        depositAs(ALICE, 100e6);
        leaves.push(withdrawalLeaf(0, BOB, 40e6));
        header = nextBatch();
        header.withdrawalsRoot = rootOf(leaves);
        header.withdrawalsTotal = 40e6;
    }

    function claim() internal {
        settlement.claim(header, 0, BOB, 40e6, new bytes32[](0));
    }

    /// Batch and claim are reorganised away; the poster sends the same batch again, the user the same claim.
    function test_AcrossAReorg() public {
        uint256 before = vm.snapshotState();
        accept(header, SIGNER_KEY);
        claim();
        vm.assertEq(token.balanceOf(BOB), 40e6);
        vm.revertToState(before);
        vm.assertEq(token.balanceOf(BOB), 0);
        accept(header, SIGNER_KEY);
        claim();
        vm.assertEq(token.balanceOf(BOB), 40e6);
        vm.expectRevert(abi.encodeWithSelector(IWithdrawalQueue.AlreadyClaimed.selector, 1, 0));
        claim();
        // And the batch itself is not accepted a second time under the number it has.
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.UnexpectedBatchNumber.selector, 2, 1));
        settlement.acceptBatch(header, signature, DATA);
    }

    /// Only the claim survives, before its batch: there is no header it belongs to.
    function test_TheClaimAlone() public {
        vm.expectPartialRevert(IWithdrawalQueue.UnknownBatch.selector);
        claim();
    }

    /// The same leaf under the next number is another promise, and counts against the deposits as such.
    function test_UnderAnotherNumber() public {
        accept(header, SIGNER_KEY);
        claim();
        BatchHeader memory again = nextBatch();
        again.withdrawalsRoot = header.withdrawalsRoot;
        again.withdrawalsTotal = 61e6;
        bytes memory signature = signBatch(again, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.PromiseBeyondDeposits.selector, 100e6, 101e6));
        settlement.acceptBatch(again, signature, DATA);
    }

    /// Queued is claimed.
    function test_FromTheQueueAndAtOnce() public {
        depositAs(ALICE, 9_000_000e6);
        leaves[0] = withdrawalLeaf(0, BOB, 2_000_000e6);
        uint64 number = acceptWithdrawals(leaves, 2_000_000e6);
        settlement.claim(headerOf[number], 0, BOB, 2_000_000e6, new bytes32[](0));
        BatchHeader memory same = headerOf[number];
        vm.expectRevert(abi.encodeWithSelector(IWithdrawalQueue.AlreadyClaimed.selector, number, 0));
        settlement.claim(same, 0, BOB, 2_000_000e6, new bytes32[](0));
        for (uint256 i = 0; i < 3; i++) {
            vm.warp(block.timestamp + 1 hours);
            (uint64 first, uint64 next) = settlement.queue();
            if (first != next) settlement.release(5);
        }
        vm.assertEq(token.balanceOf(BOB), 2_000_000e6);
    }
}
