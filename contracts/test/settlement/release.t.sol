// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWithdrawalQueue as Errors} from "../../src/interfaces/IWithdrawalQueue.sol";
import {Withdrawals} from "../builders/Withdrawals.sol";

/// The outflow cap: a million tokens or a tenth of the vault an hour, whichever is more.
contract ReleaseTest is Withdrawals {
    uint64 internal constant CAP = 1_000_000e6;

    bytes32[] internal leaves;
    uint64 internal batch;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        depositAs(ALICE, 8 * CAP);
        for (uint256 i = 0; i < 4; i++) {
            leaves.push(withdrawalLeaf(i, i % 2 == 0 ? ALICE : BOB, amountOf(i)));
        }
        batch = acceptWithdrawals(leaves, 4_500_000e6);
    }

    /// 0.9, 0.2, 3.0 and 0.4 million.
    function amountOf(uint256 index) internal pure returns (uint64) {
        return [uint64(900_000e6), 200_000e6, 3_000_000e6, 400_000e6][index];
    }

    function claim(uint256 index) internal {
        address owner = index % 2 == 0 ? ALICE : BOB;
        settlement.claim(headerOf[batch], index, owner, amountOf(index), proofOf(leaves, index));
    }

    function test_BeyondTheCapThereIsAQueue() public {
        claim(0);
        vm.assertEq(token.balanceOf(ALICE), 900_000e6);
        vm.assertEq(settlement.outflowRoom(), 100_000e6);
        vm.expectEmit(true, true, false, true);
        emit Errors.WithdrawalQueued(0, BOB, 200_000e6);
        claim(1);
        vm.assertEq(token.balanceOf(BOB), 0);
        vm.assertEq(settlement.outstanding(), 3_600_000e6);
    }

    /// What is small enough for the room still waits behind what came first.
    function test_NobodyOvertakes() public {
        claim(2);
        claim(1);
        vm.assertEq(token.balanceOf(BOB), 0);
        (uint64 first, uint64 next) = settlement.queue();
        vm.assertEq(first, 0);
        vm.assertEq(next, 2);
    }

    /// Three million leave as three caps, one at once and two as it refills; the next follows in its turn.
    function test_ALargeOneLeavesInParts() public {
        claim(2);
        claim(1);
        vm.expectEmit(true, true, false, true);
        emit Errors.WithdrawalReleased(0, ALICE, CAP, 2_000_000e6);
        settlement.release(10);
        vm.assertEq(token.balanceOf(ALICE), CAP);
        vm.expectRevert(abi.encodeWithSelector(Errors.OutflowCapExhausted.selector, 1, 0));
        settlement.release(10);
        vm.warp(NOW + 30 minutes);
        settlement.release(10);
        vm.assertEq(token.balanceOf(ALICE), CAP + CAP / 2);
        vm.warp(NOW + 2 hours);
        settlement.release(10);
        vm.assertEq(token.balanceOf(ALICE), 2 * CAP + CAP / 2);
        vm.assertEq(token.balanceOf(BOB), 0);
        vm.warp(NOW + 3 hours);
        settlement.release(10);
        vm.assertEq(token.balanceOf(ALICE), 3 * CAP);
        vm.assertEq(token.balanceOf(BOB), 200_000e6);
        vm.expectRevert(Errors.NothingQueued.selector);
        settlement.release(1);
    }

    function test_AtMostAsManyAsAsked() public {
        claim(2);
        claim(1);
        claim(3);
        vm.warp(NOW + 10 hours);
        settlement.release(0);
        vm.assertEq(token.balanceOf(ALICE), 0);
        for (uint256 i = 0; i < 3; i++) {
            settlement.release(1);
            vm.warp(block.timestamp + 1 hours);
        }
        vm.assertEq(token.balanceOf(ALICE), 3 * CAP);
        vm.assertEq(token.balanceOf(BOB), 0);
    }

    function test_TheShareOfALargeVaultCounts() public {
        token.mint(address(vault), 92 * uint256(CAP));
        vm.assertEq(settlement.outflowCap(), 10 * CAP);
        claim(2);
        vm.assertEq(token.balanceOf(ALICE), 3 * CAP);
    }

    /// A freeze lifts the cap: what was promised is set apart, and nobody waits for nothing.
    function test_AFreezeEmptiesTheQueue() public {
        claim(2);
        vm.prank(address(hatch));
        settlement.freeze();
        claim(1);
        vm.assertEq(token.balanceOf(BOB), 200_000e6);
        settlement.release(10);
        vm.assertEq(token.balanceOf(ALICE), 3 * CAP);
        vm.assertEq(settlement.outstanding(), 1_300_000e6);
    }

    /// Totals that do not add up are the enclave's fault: all payments together stay within all totals.
    function test_NotMoreThanTheTotals() public {
        bytes32[] memory one = new bytes32[](1);
        one[0] = withdrawalLeaf(0, BOB, 600_000e6);
        uint64 number = acceptWithdrawals(one, 1);
        vm.prank(address(hatch));
        settlement.freeze();
        for (uint256 i = 0; i < 4; i++) {
            claim(i);
        }
        vm.expectRevert(abi.encodeWithSelector(Errors.BeyondPromised.selector, 4_500_000e6 + 1, 5_100_000e6));
        settlement.claim(headerOf[number], 0, BOB, 600_000e6, new bytes32[](0));
    }

    /// Never more than a cap at once, nor than a cap and what leaked in since, whatever the order.
    function testFuzz_TheCapHolds(uint256 seed) public {
        uint256 paid;
        uint256 start = block.timestamp;
        for (uint256 i = 0; i < 12; i++) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            if (i < 4) claim(i);
            vm.warp(block.timestamp + word % 20 minutes);
            (uint64 first, uint64 next) = settlement.queue();
            if (first != next && settlement.outflowRoom() != 0) settlement.release(word % 3);
            paid = settlement.promised() - settlement.outstanding();
            vm.assertLe(paid, CAP + (block.timestamp - start) * CAP / 1 hours, "outflow");
        }
    }
}
