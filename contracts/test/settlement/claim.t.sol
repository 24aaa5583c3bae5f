// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWithdrawalQueue as Errors} from "../../src/interfaces/IWithdrawalQueue.sol";
import {BatchHeader, BatchHeaderLib} from "../../src/types/BatchHeader.sol";
import {Withdrawals} from "../builders/Withdrawals.sol";

contract ClaimTest is Withdrawals {
    bytes32[] internal leaves;
    uint64 internal batch;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        depositAs(ALICE, 100e6);
        for (uint256 i = 0; i < 5; i++) {
            leaves.push(withdrawalLeaf(i, i % 2 == 0 ? ALICE : BOB, (i + 1) * 1e6));
        }
        batch = acceptWithdrawals(leaves, 15e6);
    }

    function claim(uint256 index, address owner, uint64 amount) internal {
        settlement.claim(headerOf[batch], index, owner, amount, proofOf(leaves, index));
    }

    function test_PaysEachOwnerOnce() public {
        for (uint256 i = 0; i < 5; i++) {
            vm.assertFalse(settlement.isClaimed(batch, i));
            claim(i, i % 2 == 0 ? ALICE : BOB, uint64(i + 1) * 1e6);
            vm.assertTrue(settlement.isClaimed(batch, i));
        }
        vm.assertEq(token.balanceOf(ALICE), 9e6);
        vm.assertEq(token.balanceOf(BOB), 6e6);
        vm.assertEq(token.balanceOf(address(vault)), 85e6);
    }

    function test_RefusesASecondTime() public {
        claim(1, BOB, 2e6);
        bytes32[] memory proof = proofOf(leaves, 1);
        vm.expectRevert(abi.encodeWithSelector(Errors.AlreadyClaimed.selector, batch, 1));
        settlement.claim(headerOf[batch], 1, BOB, 2e6, proof);
    }

    function test_RefusesAnotherIndexOwnerOrAmount() public {
        bytes32[] memory proof = proofOf(leaves, 1);
        bytes memory reason = abi.encodeWithSelector(Errors.WithdrawalProofInvalid.selector, rootOf(leaves));
        vm.expectRevert(reason);
        settlement.claim(headerOf[batch], 1 << 255, BOB, 2e6, proof);
        vm.expectRevert(reason);
        settlement.claim(headerOf[batch], 1, ALICE, 2e6, proof);
        vm.expectRevert(reason);
        settlement.claim(headerOf[batch], 1, BOB, 2e6 + 1, proof);
    }

    function test_RefusesProofsOfOtherDepth() public {
        bytes32[] memory proof = proofOf(leaves, 1);
        bytes32[] memory shorter = new bytes32[](proof.length - 1);
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; i++) {
            longer[i] = proof[i];
            if (i < shorter.length) shorter[i] = proof[i];
        }
        bytes memory reason = abi.encodeWithSelector(Errors.WithdrawalProofInvalid.selector, rootOf(leaves));
        vm.expectRevert(reason);
        settlement.claim(headerOf[batch], 1, BOB, 2e6, shorter);
        vm.expectRevert(reason);
        settlement.claim(headerOf[batch], 1, BOB, 2e6, longer);
    }

    /// The single leaf of a tree is its root: an empty proof is then right, and only then.
    function test_ALonelyWithdrawal() public {
        bytes32[] memory one = new bytes32[](1);
        one[0] = withdrawalLeaf(0, BOB, 7e6);
        uint64 number = acceptWithdrawals(one, 7e6);
        settlement.claim(headerOf[number], 0, BOB, 7e6, new bytes32[](0));
        vm.assertEq(token.balanceOf(BOB), 7e6);
    }

    function test_RefusesUnknownBatches() public {
        BatchHeader memory header = headerOf[batch];
        header.number = batch + 1;
        bytes32 other = keccak256(abi.encode(BatchHeaderLib.TYPEHASH, header));
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownBatch.selector, batch + 1, 0, other));
        settlement.claim(header, 0, ALICE, 1e6, new bytes32[](0));
        header = nextBatch();
        accept(header, SIGNER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Errors.NoWithdrawals.selector, batch + 1));
        settlement.claim(header, 0, ALICE, 1e6, new bytes32[](0));
    }

    /// A header with another withdrawals root is not the one that was accepted.
    function testFuzz_RefusesAnotherHeader(bytes32 root, uint64 total) public {
        BatchHeader memory header = headerOf[batch];
        vm.assume(root != header.withdrawalsRoot || total != header.withdrawalsTotal);
        header.withdrawalsRoot = root;
        header.withdrawalsTotal = total;
        vm.expectPartialRevert(Errors.UnknownBatch.selector);
        settlement.claim(header, 0, ALICE, 1e6, new bytes32[](0));
    }

    function test_RefusesToPayNobody() public {
        bytes32[] memory one = new bytes32[](1);
        one[0] = withdrawalLeaf(0, address(0), 1e6);
        uint64 number = acceptWithdrawals(one, 1e6);
        vm.expectRevert(Errors.ZeroRecipient.selector);
        settlement.claim(headerOf[number], 0, address(0), 1e6, new bytes32[](0));
    }

    /// A withdrawal stays claimable whatever becomes of the signer.
    function test_RevocationDoesNotTouchClaims() public {
        vm.prank(GUARDIAN);
        registry.revokeSigner(signer);
        claim(0, ALICE, 1e6);
        vm.assertEq(token.balanceOf(ALICE), 1e6);
    }

    function testFuzz_OnlyWhatIsProven(uint256 index, address owner, uint64 amount, bytes32[] calldata proof)
        public
    {
        BatchHeader memory header = headerOf[batch];
        vm.expectRevert();
        settlement.claim(header, index, owner, amount, proof);
    }

    function testFuzz_AnyTree(uint8 count, uint8 pick) public {
        uint256 size = bound(count, 1, 40);
        uint256 index = bound(pick, 0, size - 1);
        bytes32[] memory tree = new bytes32[](size);
        for (uint256 i = 0; i < size; i++) {
            tree[i] = withdrawalLeaf(i, BOB, i + 1);
        }
        uint64 number = acceptWithdrawals(tree, uint64(size * (size + 1) / 2));
        settlement.claim(headerOf[number], index, BOB, uint64(index + 1), proofOf(tree, index));
        vm.assertEq(token.balanceOf(BOB), index + 1);
    }
}
