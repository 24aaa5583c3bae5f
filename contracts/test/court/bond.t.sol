// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReceiptCourt} from "../../src/ReceiptCourt.sol";
import {IReceiptCourt as Errors} from "../../src/interfaces/IReceiptCourt.sol";
import {Head as SignedHead} from "../../src/types/Head.sol";
import {CourtVenue} from "../builders/CourtVenue.sol";

/// `bond`, `announceWithdrawal`, `withdrawBond` and `withdrawReward`.
contract BondTest is CourtVenue {
    function testFuzz_AnyoneAdds(uint64 amount) public {
        amount = uint64(bound(amount, 1, 1e15));
        token.mint(ALICE, amount);
        vm.startPrank(ALICE);
        token.approve(address(court), amount);
        court.bond(amount);
        vm.stopPrank();
        vm.assertEq(court.bonded(), BOND + amount);
        vm.expectRevert(Errors.NothingBonded.selector);
        court.bond(0);
    }

    function test_LeavesAfterTheDelay() public {
        vm.expectRevert(Errors.WithdrawalNotAnnounced.selector);
        court.withdrawBond(BOB);
        court.announceWithdrawal();
        vm.warp(NOW + 7 days - 1);
        vm.expectRevert(abi.encodeWithSelector(Errors.TooEarly.selector, NOW + 7 days, NOW + 7 days - 1));
        court.withdrawBond(BOB);
        vm.warp(NOW + 7 days);
        court.withdrawBond(BOB);
        vm.assertEq(token.balanceOf(BOB), BOND);
        vm.assertEq(court.bonded(), 0);
        vm.expectRevert(Errors.WithdrawalNotAnnounced.selector);
        court.withdrawBond(BOB);
    }

    /// An announcement kept in hand would be a bond that is gone the moment it is needed.
    function test_AnAnnouncementLapses() public {
        court.announceWithdrawal();
        vm.warp(NOW + 14 days + 1);
        vm.expectRevert(
            abi.encodeWithSelector(Errors.AnnouncementLapsed.selector, NOW + 14 days, NOW + 14 days + 1)
        );
        court.withdrawBond(BOB);
    }

    function test_NotWhileAChallengeIsOpen() public {
        court.announceWithdrawal();
        vm.warp(NOW + 7 days);
        challengeFor(headAt(3));
        vm.expectRevert(abi.encodeWithSelector(Errors.ChallengesOpen.selector, 1));
        court.withdrawBond(BOB);
    }

    function testFuzz_OnlyTheOperator(address sender) public {
        vm.assume(sender != address(this));
        bytes memory reason = abi.encodeWithSelector(Errors.NotOperator.selector, address(this), sender);
        vm.startPrank(sender);
        vm.expectRevert(reason);
        court.announceWithdrawal();
        vm.expectRevert(reason);
        court.withdrawBond(sender);
        vm.expectRevert(reason);
        court.answer(1, 0, new bytes32[](0));
        vm.stopPrank();
    }

    /// A slashed bond is not withdrawn by an announcement made before.
    function test_ASlashEndsTheAnnouncement() public {
        court.announceWithdrawal();
        SignedHead memory other = headAt(8);
        other.chainHash = keccak256("another history");
        bytes memory signature = signHead(other, SIGNER_KEY);
        court.proveContradiction(other, signature, batch);
        token.mint(address(this), 5e6);
        token.approve(address(court), 5e6);
        court.bond(5e6);
        vm.warp(NOW + 7 days);
        vm.expectRevert(Errors.WithdrawalNotAnnounced.selector);
        court.withdrawBond(BOB);
    }

    function test_NothingEarnedNothingPaid() public {
        vm.expectRevert(Errors.NothingToWithdraw.selector);
        court.withdrawReward(BOB);
    }

    function testFuzz_TheConfigurationIsBounded(uint32 answerMax, uint32 withdrawDelay, uint32 rewardPpm)
        public
    {
        rewardPpm = uint32(bound(rewardPpm, 0, 1_000_000));
        bool isGood = answerMax != 0 && withdrawDelay > answerMax && rewardPpm <= 500_000;
        if (!isGood) vm.expectRevert(Errors.CourtConfigOutOfRange.selector);
        new ReceiptCourt(settlement, Errors.CourtConfig(1, answerMax, withdrawDelay, rewardPpm));
    }
}
