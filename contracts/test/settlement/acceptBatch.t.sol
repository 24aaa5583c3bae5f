// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader, BatchHeaderLib} from "../../src/types/BatchHeader.sol";
import {OpenEpoch} from "../../src/types/OpenEpoch.sol";
import {Venue} from "../builders/Venue.sol";

contract AcceptBatchTest is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
    }

    function expectRefusal(BatchHeader memory header, bytes memory reason) internal {
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.expectRevert(reason);
        settlement.acceptBatch(header, signature, DATA);
    }

    function test_Advances() public {
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        vm.prank(BOB);
        settlement.acceptBatch(header, signature, DATA);
        vm.assertEq(head().batchNumber, 1);
        vm.assertEq(head().lastSequence, 10);
        vm.assertEq(head().stateRoot, header.stateRootAfter);
        vm.assertEq(settlement.batchHashOf(1), keccak256(abi.encode(BatchHeaderLib.TYPEHASH, header)));
        acceptNext();
        vm.assertEq(head().batchNumber, 2);
        vm.assertEq(head().lastSequence, 20);
        vm.assertEq(settlement.batchHashOf(3), 0);
    }

    function test_ConsumesTheInbox() public {
        depositAs(ALICE, 5e6);
        depositAs(BOB, 6e6);
        BatchHeader memory header = nextBatch();
        header.inboxCursor = 1;
        header.inboxHash = inbox.hashAt(1);
        accept(header, SIGNER_KEY);
        vm.assertEq(head().inboxCursor, 1);
        acceptNext();
        vm.assertEq(head().inboxCursor, 2);
        header = nextBatch();
        header.inboxCursor = 1;
        expectRefusal(header, abi.encodeWithSelector(Errors.InboxCursorBackwards.selector, 2, 1));
    }

    function test_RefusesAnInboxThatIsNotThere() public {
        depositAs(ALICE, 5e6);
        BatchHeader memory header = nextBatch();
        header.inboxCursor = 2;
        expectRefusal(header, abi.encodeWithSelector(Errors.InboxCursorAhead.selector, 1, 2));
        header.inboxCursor = type(uint64).max;
        expectRefusal(header, abi.encodeWithSelector(Errors.InboxCursorAhead.selector, 1, type(uint64).max));
    }

    function test_RefusesAForgedInbox() public {
        depositAs(ALICE, 5e6);
        BatchHeader memory header = nextBatch();
        header.inboxHash = keccak256("forged");
        expectRefusal(
            header,
            abi.encodeWithSelector(Errors.InboxHashMismatch.selector, inbox.hashAt(1), keccak256("forged"))
        );
    }

    function test_RefusesGapsAndEmptiness() public {
        BatchHeader memory header = nextBatch();
        header.firstSequence = 2;
        expectRefusal(header, abi.encodeWithSelector(Errors.UnexpectedSequence.selector, 1, 2));
        header = nextBatch();
        header.lastSequence = 0;
        expectRefusal(header, abi.encodeWithSelector(Errors.EmptyBatch.selector, 1, 0));
    }

    function test_RefusesAnotherRoot() public {
        BatchHeader memory header = nextBatch();
        header.stateRootBefore = bytes32(uint256(1));
        expectRefusal(
            header,
            abi.encodeWithSelector(Errors.StateRootMismatch.selector, GENESIS_ROOT, bytes32(uint256(1)))
        );
    }

    function test_RefusesAnotherEpoch() public {
        BatchHeader memory header = nextBatch();
        header.epoch = 2;
        expectRefusal(header, abi.encodeWithSelector(Errors.UnexpectedEpoch.selector, 1, 2));
    }

    function test_ClocksDoNotRunBack() public {
        BatchHeader memory header = nextBatch();
        header.oracleRound = type(uint64).max;
        accept(header, SIGNER_KEY);
        header = nextBatch();
        header.oracleRound = 5;
        expectRefusal(
            header, abi.encodeWithSelector(Errors.OracleRoundBackwards.selector, type(uint64).max, 5)
        );
        header = nextBatch();
        header.closedAt = uint64(NOW - 1);
        expectRefusal(header, abi.encodeWithSelector(Errors.ClosedAtBackwards.selector, NOW, NOW - 1));
    }

    function test_RefusesTheFuture() public {
        BatchHeader memory header = nextBatch();
        header.closedAt = uint64(NOW + 61);
        expectRefusal(header, abi.encodeWithSelector(Errors.ClosedAtInFuture.selector, NOW + 60, NOW + 61));
        header.closedAt = type(uint64).max;
        expectRefusal(
            header, abi.encodeWithSelector(Errors.ClosedAtInFuture.selector, NOW + 60, type(uint64).max)
        );
        header.closedAt = uint64(NOW + 60);
        accept(header, SIGNER_KEY);
    }

    function test_RefusesAnotherSigner() public {
        registerSigner(vm.addr(0xb0b0));
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, 0xb0b0);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnexpectedSigner.selector, signer, vm.addr(0xb0b0)));
        settlement.acceptBatch(header, signature, DATA);
    }

    /// The key of a past epoch signs nothing any more, registered and active as it is.
    function test_RefusesTheLastEpochsSigner() public {
        registerSigner(vm.addr(0xb0b0));
        OpenEpoch memory opening = nextEpoch();
        settlement.openEpoch(opening, signOpening(opening, 0xb0b0));
        vm.assertTrue(registry.isActive(signer));
        expectRefusal(
            nextBatch(), abi.encodeWithSelector(Errors.UnexpectedSigner.selector, vm.addr(0xb0b0), signer)
        );
    }

    function test_StopsWithTheSignersExpiryAndRevocation() public {
        acceptNext();
        vm.warp(NOW + 30 days);
        expectRefusal(nextBatch(), abi.encodeWithSelector(Errors.InactiveSigner.selector, signer));
        vm.warp(NOW + 1);
        acceptNext();
        vm.prank(GUARDIAN);
        registry.removeMeasurement(MR_ENCLAVE);
        expectRefusal(nextBatch(), abi.encodeWithSelector(Errors.InactiveSigner.selector, signer));
    }

    function test_RefusesAHighS() public {
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        bytes32 high;
        assembly ("memory-safe") {
            high := sub(
                0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141,
                mload(add(signature, 64))
            )
            mstore(add(signature, 64), high)
            mstore8(add(signature, 96), xor(byte(0, mload(add(signature, 96))), 7)) // 27 <-> 28
        }
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, high));
        settlement.acceptBatch(header, signature, DATA);
    }

    /// Whatever a header says, the chain only ever goes on from where it stands.
    function testFuzz_AnyHeader(BatchHeader memory header) public {
        Head memory before = head();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        try settlement.acceptBatch(header, signature, DATA) {
            vm.assertEq(header.number, before.batchNumber + 1);
            vm.assertEq(header.firstSequence, before.lastSequence + 1);
            vm.assertEq(header.stateRootBefore, before.stateRoot);
        } catch {
            vm.assertEq(head().batchNumber, before.batchNumber);
            vm.assertEq(head().stateRoot, before.stateRoot);
        }
    }

    /// Near misses of a good header: any one word changed after signing is refused.
    function testFuzz_AChangedWordBreaksTheSignature(uint256 word, uint256 flip) public {
        BatchHeader memory header = nextBatch();
        bytes memory signature = signBatch(header, SIGNER_KEY);
        bytes memory message = abi.encodeCall(settlement.acceptBatch, (header, signature, DATA));
        word = bound(word, 0, 14);
        bool isNarrow = word < 4 || word == 7 || word == 10 || word >= 13;
        uint256 position = isNarrow ? bound(flip, 0, 63) : bound(flip, 0, 255);
        assembly ("memory-safe") {
            let place := add(add(message, 36), mul(word, 32))
            mstore(place, xor(mload(place), shl(position, 1)))
        }
        (bool isAccepted,) = address(settlement).call(message);
        vm.assertFalse(isAccepted);
    }

    function testFuzz_WrongLengthCalldata(uint256 length) public {
        BatchHeader memory header = nextBatch();
        bytes memory message =
            abi.encodeCall(settlement.acceptBatch, (header, signBatch(header, SIGNER_KEY), DATA));
        // The data ends 4 bytes into a padded word: cutting only the padding changes nothing.
        length = bound(length, 0, message.length - 29);
        assembly ("memory-safe") {
            mstore(message, length)
        }
        (bool isAccepted,) = address(settlement).call(message);
        vm.assertFalse(isAccepted);
    }
}
