// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceiptCourt} from "../../src/interfaces/IReceiptCourt.sol";
import {Head as SignedHead} from "../../src/types/Head.sol";
import {CourtVenue} from "../builders/CourtVenue.sol";

/// The operator shows two users two histories, each signed by the enclave's key.
contract EquivocatingReceiptsAttack is CourtVenue {
    /// Two users compare what they hold: whoever sends it first is paid, and the bond is gone either way.
    function testFuzz_TwoHistories(uint64 sequence, bytes32 first, bytes32 second) public {
        vm.assume(first != second);
        SignedHead memory shown = SignedHead(1, sequence, first);
        SignedHead memory other = SignedHead(1, sequence, second);
        bytes memory shownSignature = signHead(shown, SIGNER_KEY);
        bytes memory otherSignature = signHead(other, SIGNER_KEY);
        vm.prank(ALICE);
        court.proveEquivocation(shown, shownSignature, other, otherSignature);
        vm.assertEq(court.bonded(), 0);
        vm.assertEq(court.rewardOf(ALICE), BOND / 4);
        vm.prank(BOB);
        vm.expectRevert(abi.encodeWithSelector(IReceiptCourt.EpochAlreadySlashed.selector, 1));
        court.proveEquivocation(other, otherSignature, shown, shownSignature);
    }

    /// One user holds a receipt of a history the chain does not have: at the batch's end it convicts by itself, inside it unless the
    /// operator can do the impossible.
    function testFuzz_AgainstTheChain(uint64 sequence, bytes32 chainHash) public {
        sequence = uint64(bound(sequence, 1, 8));
        vm.assume(chainHash != chainHashAt(sequence));
        SignedHead memory shown = SignedHead(1, sequence, chainHash);
        if (sequence == 8) {
            bytes memory signature = signHead(shown, SIGNER_KEY);
            vm.prank(REPORTER);
            court.proveContradiction(shown, signature, batch);
        } else {
            uint256 id = challengeFor(shown);
            vm.expectPartialRevert(IReceiptCourt.WrongAnswer.selector);
            court.answer(id, sequence, digestsFrom(sequence, 8));
            vm.warp(NOW + 1 days + 1);
            court.uphold(id);
        }
        vm.assertEq(court.bonded(), 0);
        vm.assertGe(court.rewardOf(REPORTER), BOND / 4, "reward");
    }

    /// The operator tries to be gone first: the bond stays as long as somebody asks.
    function test_RunningWithTheBond() public {
        court.announceWithdrawal();
        vm.warp(NOW + 7 days);
        uint256 id = challengeFor(SignedHead(1, 3, keccak256("dropped")));
        vm.expectRevert(abi.encodeWithSelector(IReceiptCourt.ChallengesOpen.selector, 1));
        court.withdrawBond(address(this));
        vm.warp(NOW + 8 days + 1);
        court.uphold(id);
        vm.assertEq(court.bonded(), 0);
    }
}
