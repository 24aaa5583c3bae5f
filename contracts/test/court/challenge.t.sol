// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceiptCourt as Errors} from "../../src/interfaces/IReceiptCourt.sol";
import {Head as SignedHead} from "../../src/types/Head.sol";
import {CourtVenue} from "../builders/CourtVenue.sol";

/// `challenge`, `answer` and `uphold`.
contract ChallengeTest is CourtVenue {
    function lie(uint64 sequence) internal pure returns (SignedHead memory) {
        return SignedHead(1, sequence, keccak256("a receipt for a history that was dropped"));
    }

    function test_AnAnswerDismisses() public {
        uint256 id = challengeFor(headAt(3));
        vm.assertEq(court.challengesOpen(), 1);
        court.answer(id, 3, digestsFrom(3, 8));
        vm.assertEq(court.challengesOpen(), 0);
        vm.assertEq(court.challengeOf(id).challenger, address(0));
        vm.assertEq(court.bonded(), BOND);
        // Whoever was wrong has paid for the answer.
        vm.assertEq(court.rewardOf(address(this)), STAKE);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownChallenge.selector, id));
        court.uphold(id);
    }

    function testFuzz_InPartsAndAnew(uint8 first, uint8 second) public {
        uint64 a = uint64(bound(first, 2, 8));
        uint64 b = uint64(bound(second, a, 8));
        uint256 id = challengeFor(headAt(2));
        if (a < 8) {
            // A wrong beginning is begun anew.
            court.answer(id, 2, new bytes32[](a - 2));
            court.answer(id, 2, digestsFrom(2, a));
            if (b < 8) court.answer(id, a, digestsFrom(a, b));
            court.answer(id, b < 8 ? b : a, digestsFrom(b < 8 ? b : a, 8));
        } else {
            court.answer(id, 2, digestsFrom(2, 8));
        }
        vm.assertEq(court.challengesOpen(), 0);
    }

    function test_NoAnswerLosesTheBond() public {
        uint256 id = challengeFor(lie(3));
        uint64 until = uint64(NOW) + 1 days;
        vm.warp(until);
        vm.expectRevert(abi.encodeWithSelector(Errors.AnswerStillDue.selector, until, until));
        court.uphold(id);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(Errors.AnswerTooLate.selector, until, until + 1));
        court.answer(id, 3, digestsFrom(3, 8));
        vm.prank(BOB);
        court.uphold(id);
        vm.assertEq(court.bonded(), 0);
        // The stake comes back, with the challenger's share, whoever sent the transaction.
        vm.assertEq(court.rewardOf(REPORTER), STAKE + BOND / 4);
    }

    /// No digests lead from a head that was never on the chain.
    function testFuzz_ALieCannotBeAnswered(bytes32[5] memory made) public {
        uint256 id = challengeFor(lie(3));
        bytes32[] memory some = new bytes32[](5);
        for (uint256 i = 0; i < 5; i++) {
            some[i] = made[i];
        }
        vm.expectPartialRevert(Errors.WrongAnswer.selector);
        court.answer(id, 3, some);
        vm.expectPartialRevert(Errors.WrongAnswer.selector);
        court.answer(id, 3, digestsFrom(3, 8));
    }

    function test_AnswersStayInTheBatch() public {
        uint256 id = challengeFor(headAt(3));
        vm.expectRevert(abi.encodeWithSelector(Errors.AnswerTooLong.selector, 8, 9));
        court.answer(id, 3, new bytes32[](6));
        court.answer(id, 3, digestsFrom(3, 5));
        vm.expectRevert(abi.encodeWithSelector(Errors.AnswerElsewhere.selector, 5, 4));
        court.answer(id, 4, digestsFrom(4, 8));
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownChallenge.selector, id + 1));
        court.answer(id + 1, 3, digestsFrom(3, 8));
    }

    function refuse(SignedHead memory signed, bytes memory why) internal {
        bytes memory signature = signHead(signed, SIGNER_KEY);
        vm.expectRevert(why);
        court.challenge(signed, signature, batch);
    }

    function test_OnlyHeadsInsideTheBatch() public {
        refuse(headAt(8), abi.encodeWithSelector(Errors.SequenceOutOfBatch.selector, 1, 7, 8));
        refuse(lie(0), abi.encodeWithSelector(Errors.SequenceOutOfBatch.selector, 1, 7, 0));
        refuse(lie(9), abi.encodeWithSelector(Errors.SequenceOutOfBatch.selector, 1, 7, 9));
        SignedHead memory signed = headAt(3);
        bytes memory signature = signHead(signed, 0xb0b0);
        vm.expectPartialRevert(Errors.ForeignSigner.selector);
        court.challenge(signed, signature, batch);
    }

    function testFuzz_AnyPlaceInTheBatch(uint64 sequence) public {
        sequence = uint64(bound(sequence, 1, 7));
        uint256 id = challengeFor(headAt(sequence));
        vm.assertEq(court.challengeOf(id).sequence, sequence);
        court.answer(id, sequence, digestsFrom(sequence, 8));
        vm.assertEq(court.bonded(), BOND);
    }

    /// Two challenges of one epoch: one bond. The second gets its stake back.
    function test_TwoAtOnce() public {
        uint256 first = challengeFor(lie(3));
        uint256 second = challengeFor(lie(4));
        vm.warp(NOW + 2 days);
        court.uphold(first);
        court.uphold(second);
        vm.assertEq(court.rewardOf(REPORTER), 2 * STAKE + BOND / 4);
        vm.prank(REPORTER);
        court.withdrawReward(REPORTER);
        vm.assertEq(token.balanceOf(address(court)), 0);
        refuse(lie(5), abi.encodeWithSelector(Errors.EpochAlreadySlashed.selector, 1));
    }
}
