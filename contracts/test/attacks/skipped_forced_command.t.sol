// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {ProvenBatch} from "../../src/types/ProvenBatch.sol";
import {Venue} from "../builders/Venue.sol";

/// The operator censors one user's forced withdrawal, by every way there is.
contract SkippedForcedCommandAttack is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        acceptNext();
        vm.prank(ALICE);
        inbox.forceWithdraw(0, 5e6);
        vm.prank(BOB);
        inbox.forceCancelAll(0);
    }

    function skipping(uint64 cursor) internal view returns (BatchHeader memory header) {
        header = nextBatch();
        (header.inboxCursor, header.inboxHash) = (cursor, inbox.hashAt(cursor));
    }

    function refuse(BatchHeader memory header, bytes memory reason) internal {
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(reason);
        settlement.acceptBatch(header, signature, DATA);
    }

    function test_LeavingItBehind() public {
        vm.warp(NOW + 1 hours);
        accept(skipping(0), SIGNER_KEY);
        vm.warp(NOW + 1 hours + 1);
        refuse(
            skipping(0),
            abi.encodeWithSelector(
                ISettlement.ForcedCommandOverdue.selector, 0, NOW + 1 hours, NOW + 1 hours + 1
            )
        );
        // Serving the one and not the other, which was entered in the same second: no better.
        refuse(
            skipping(1),
            abi.encodeWithSelector(
                ISettlement.ForcedCommandOverdue.selector, 1, NOW + 1 hours, NOW + 1 hours + 1
            )
        );
        accept(skipping(2), SIGNER_KEY);
    }

    /// Claiming to have consumed it, with a hash in which it never was.
    function testFuzz_ForgingTheQueue(bytes32 forged) public {
        vm.assume(forged != inbox.hashAt(2));
        BatchHeader memory header = nextBatch();
        header.inboxHash = forged;
        refuse(
            header, abi.encodeWithSelector(ISettlement.InboxHashMismatch.selector, inbox.hashAt(2), forged)
        );
    }

    /// A clock that stands still in the enclave keeps batches coming, and the freeze goes by the chain's clock.
    function test_StoppingTheClock() public {
        for (uint256 i = 1; i <= 13; i++) {
            vm.warp(NOW + i * 1 hours);
            BatchHeader memory header = skipping(0);
            header.closedAt = uint64(NOW);
            accept(header, SIGNER_KEY);
        }
        vm.assertEq(uint256(hatch.freezeReason()), uint256(IEscapeHatch.FreezeReason.None));
        vm.warp(NOW + 1 hours + FREEZE_GRACE + 1);
        hatch.freeze();
        vm.assertTrue(settlement.isFrozen());
    }

    /// By way of the validity path: the same rule.
    function test_ProvingAroundIt() public {
        vm.warp(NOW + 1 hours + 1);
        Head memory present = head();
        ProvenBatch memory batch = ProvenBatch({
            number: present.batchNumber + 1,
            stateRootBefore: present.stateRoot,
            stateRootAfter: keccak256("proven"),
            inboxCursor: 0,
            inboxHash: 0,
            withdrawalsRoot: 0,
            withdrawalsTotal: 0,
            oracleRound: 0,
            closedAt: uint64(block.timestamp)
        });
        vm.prank(VALIDITY_PATH);
        vm.expectPartialRevert(ISettlement.ForcedCommandOverdue.selector);
        settlement.acceptProven(batch);
    }

    /// Always at the last moment: the deadline shrinks to the short one.
    function test_AlwaysAtTheLastMoment() public {
        vm.warp(NOW + 1 hours);
        acceptNext();
        uint256 at_ = block.timestamp;
        vm.prank(ALICE);
        inbox.forceWithdraw(0, 5e6);
        vm.assertEq(inbox.dueAt(2), at_ + 10 minutes);
        vm.warp(at_ + 10 minutes + 1);
        refuse(
            skipping(2),
            abi.encodeWithSelector(
                ISettlement.ForcedCommandOverdue.selector, 2, at_ + 10 minutes, at_ + 10 minutes + 1
            )
        );
    }
}
