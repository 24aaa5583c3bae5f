// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceiptCourt as Errors} from "../../src/interfaces/IReceiptCourt.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Head as SignedHead} from "../../src/types/Head.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {CourtVenue} from "../builders/CourtVenue.sol";

/// `proveEquivocation` and `proveContradiction`.
contract ProveTest is CourtVenue {
    function other(uint64 sequence) internal pure returns (SignedHead memory) {
        return SignedHead(1, sequence, keccak256("another history"));
    }

    function equivocate(
        SignedHead memory first,
        uint256 firstKey,
        SignedHead memory second,
        uint256 secondKey
    ) internal {
        bytes memory firstSignature = signHead(first, firstKey);
        bytes memory secondSignature = signHead(second, secondKey);
        vm.prank(REPORTER);
        court.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function refuse(
        SignedHead memory first,
        uint256 firstKey,
        SignedHead memory second,
        uint256 secondKey,
        bytes memory why
    ) internal {
        bytes memory firstSignature = signHead(first, firstKey);
        bytes memory secondSignature = signHead(second, secondKey);
        vm.expectRevert(why);
        court.proveEquivocation(first, firstSignature, second, secondSignature);
    }

    function test_AQuarterIsTheReporters() public {
        uint64 entries = inbox.length();
        equivocate(headAt(5), SIGNER_KEY, other(5), SIGNER_KEY);
        vm.assertEq(court.bonded(), 0);
        vm.assertTrue(court.isSlashed(1));
        vm.assertEq(court.rewardOf(REPORTER), BOND / 4);
        vm.prank(REPORTER);
        court.withdrawReward(BOB);
        vm.assertEq(token.balanceOf(BOB), BOND / 4);
        // The rest is an entry of the inbox: the engine will credit the insurance fund.
        vm.assertEq(inbox.length(), entries + 1);
        vm.assertEq(inbox.creditedAt(entries + 1), BOND * 3 / 4);
        vm.assertEq(token.balanceOf(address(court)), 0);
    }

    /// Frozen, there is no fund any more: the rest goes to the vault, and so to everybody.
    function test_AfterAFreezeTheVaultTakesTheRest() public {
        vm.prank(address(hatch));
        settlement.freeze();
        uint256 before = token.balanceOf(address(vault));
        equivocate(headAt(5), SIGNER_KEY, other(5), SIGNER_KEY);
        vm.assertEq(token.balanceOf(address(vault)), before + BOND * 3 / 4);
        vm.assertEq(token.allowance(address(court), address(vault)), 0);
    }

    function test_OnceAnEpoch() public {
        equivocate(headAt(5), SIGNER_KEY, other(5), SIGNER_KEY);
        token.mint(address(this), 5e6);
        token.approve(address(court), 5e6);
        court.bond(5e6);
        refuse(
            headAt(6),
            SIGNER_KEY,
            other(6),
            SIGNER_KEY,
            abi.encodeWithSelector(Errors.EpochAlreadySlashed.selector, 1)
        );
        vm.assertEq(court.bonded(), 5e6);
    }

    function test_WithoutABondThereIsNothingToTake() public {
        court.announceWithdrawal();
        vm.warp(NOW + 7 days);
        court.withdrawBond(BOB);
        refuse(
            headAt(5), SIGNER_KEY, other(5), SIGNER_KEY, abi.encodeWithSelector(Errors.NothingBonded.selector)
        );
        // And the evidence is not used up.
        vm.assertFalse(court.isSlashed(1));
    }

    function test_TheSameHeadTwiceIsNoContradiction() public {
        refuse(headAt(5), SIGNER_KEY, headAt(5), SIGNER_KEY, abi.encodeWithSelector(Errors.SameHead.selector));
        refuse(
            headAt(5),
            SIGNER_KEY,
            other(6),
            SIGNER_KEY,
            abi.encodeWithSelector(Errors.PositionsDiffer.selector)
        );
    }

    /// Accepted if and only if both are signed by the epoch's key for this very venue.
    function testFuzz_BothMustBeTheEpochsOwn(uint256 key, uint64 epoch, bool isFirst) public {
        key = bound(key, 1, 1e9);
        vm.assume(vm.addr(key) != signer);
        SignedHead memory first = headAt(5);
        SignedHead memory second = other(5);
        address stranger = vm.addr(key);
        bytes memory why = abi.encodeWithSelector(Errors.ForeignSigner.selector, stranger, 1, 0);
        refuse(first, isFirst ? key : SIGNER_KEY, second, isFirst ? SIGNER_KEY : key, why);
        vm.assume(epoch != 1);
        (first.epoch, second.epoch) = (epoch, epoch);
        why = abi.encodeWithSelector(Errors.ForeignSigner.selector, signer, epoch, 1);
        refuse(first, SIGNER_KEY, second, SIGNER_KEY, why);
    }

    function testFuzz_AnotherChainOrVenue(uint64 chainId, address venue) public {
        vm.assume(chainId != 31_337 && venue != address(settlement));
        SignedHead memory first = headAt(5);
        SignedHead memory second = other(5);
        bytes32 structHash =
            keccak256(abi.encode(keccak256("Head(uint64 epoch,uint64 sequence,bytes32 chainHash)"), second));
        bytes memory mine = signHead(first, SIGNER_KEY);
        bytes memory foreign = signTyped(structHash, chainId, address(settlement), SIGNER_KEY);
        vm.expectPartialRevert(Errors.ForeignSigner.selector);
        court.proveEquivocation(first, mine, second, foreign);
        foreign = signTyped(structHash, 31_337, venue, SIGNER_KEY);
        vm.expectPartialRevert(Errors.ForeignSigner.selector);
        court.proveEquivocation(first, mine, second, foreign);
    }

    function test_AContradictionIsSlashedAtOnce() public {
        SignedHead memory signed = other(8);
        bytes memory signature = signHead(signed, SIGNER_KEY);
        vm.prank(REPORTER);
        court.proveContradiction(signed, signature, batch);
        vm.assertEq(court.rewardOf(REPORTER), BOND / 4);
    }

    function refuseAgainst(SignedHead memory signed, BatchHeader memory header, bytes memory why) internal {
        bytes memory signature = signHead(signed, SIGNER_KEY);
        vm.expectRevert(why);
        court.proveContradiction(signed, signature, header);
    }

    function test_WhatAgreesIsNoContradiction() public {
        refuseAgainst(headAt(8), batch, abi.encodeWithSelector(Errors.ChainHashesAgree.selector));
        refuseAgainst(other(7), batch, abi.encodeWithSelector(Errors.SequenceOutOfBatch.selector, 8, 8, 7));
        BatchHeader memory forged = batch;
        forged.chainHash = keccak256("forged");
        SignedHead memory signed = headAt(8);
        bytes memory signature = signHead(signed, SIGNER_KEY);
        vm.expectPartialRevert(Errors.UnknownBatch.selector);
        court.proveContradiction(signed, signature, forged);
    }

    /// What an epoch signed beyond its last batch is void when the next one opens, and the next one writes its own history there.
    function test_AVoidHeadIsNoEvidence() public {
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, 0xb0b0));
        BatchHeader memory header = nextBatch();
        accept(header, 0xb0b0);
        SignedHead memory lost = other(header.lastSequence);
        refuseAgainst(lost, header, abi.encodeWithSelector(Errors.EpochMismatch.selector, 2, 1));
    }
}
