// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement as Errors} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "../builders/Venue.sol";

/// The data of a batch comes with it, in calldata or in blobs, and is what was signed for.
contract AcceptBatchDataTest is Venue {
    function setUp() public override {
        super.setUp();
        openFirstEpoch();
    }

    function offer(BatchHeader memory header, bytes memory data, bytes memory reason) internal {
        bytes memory signature = signBatch(header, SIGNER_KEY);
        if (reason.length != 0) vm.expectRevert(reason);
        settlement.acceptBatch(header, signature, data);
    }

    function blobs(uint256 count) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            hashes[i] = bytes32(uint256(1) << 248 | uint248(uint256(keccak256(abi.encode(i)))));
        }
    }

    function testFuzz_Calldata(bytes memory data, bytes memory other) public {
        vm.assume(data.length != 0 && other.length != 0 && keccak256(data) != keccak256(other));
        BatchHeader memory header = nextBatch();
        header.dataHash = keccak256(data);
        bytes32 actual = keccak256(other);
        offer(header, other, abi.encodeWithSelector(Errors.DataMismatch.selector, header.dataHash, actual));
        offer(header, data, "");
        vm.assertEq(head().batchNumber, 1);
    }

    function testFuzz_Blobs(uint8 count) public {
        bytes32[] memory hashes = blobs(bound(count, 1, 6));
        BatchHeader memory header = nextBatch();
        header.blobsHash = keccak256(abi.encodePacked(hashes));
        vm.blobhashes(hashes);
        offer(header, "", "");
        vm.assertEq(head().batchNumber, 1);
    }

    /// One blob more, one less, or two in another order: each is other data.
    function test_OtherBlobs() public {
        bytes32[] memory hashes = blobs(3);
        BatchHeader memory header = nextBatch();
        header.blobsHash = keccak256(abi.encodePacked(hashes));
        refuseBlobs(header, blobs(2));
        refuseBlobs(header, blobs(4));
        bytes32[] memory swapped = blobs(3);
        (swapped[0], swapped[1]) = (swapped[1], swapped[0]);
        refuseBlobs(header, swapped);
    }

    function refuseBlobs(BatchHeader memory header, bytes32[] memory hashes) internal {
        vm.blobhashes(hashes);
        bytes32 actual = keccak256(abi.encodePacked(hashes));
        offer(header, "", abi.encodeWithSelector(Errors.BlobsMismatch.selector, header.blobsHash, actual));
    }

    /// The hash of no blobs is a hash too: it must not pass for data.
    function test_Neither() public {
        BatchHeader memory header = nextBatch();
        header.blobsHash = keccak256("");
        header.dataHash = keccak256("");
        offer(header, "", abi.encodeWithSelector(Errors.DataMissing.selector));
    }

    function test_NothingBeyondWhatWasDeposited() public {
        depositAs(ALICE, 10e6);
        BatchHeader memory header = nextBatch();
        header.withdrawalsRoot = keccak256("withdrawals");
        header.withdrawalsTotal = 10e6 + 1;
        bytes memory reason = abi.encodeWithSelector(Errors.PromiseBeyondDeposits.selector, 10e6, 10e6 + 1);
        offer(header, DATA, reason);
        header.withdrawalsTotal = 10e6;
        offer(header, DATA, "");
        vm.assertEq(settlement.outstanding(), 10e6);
        vm.assertEq(settlement.promised(), 10e6);
        // Promised is promised, claimed or not.
        header = nextBatch();
        header.withdrawalsTotal = 1;
        offer(header, DATA, abi.encodeWithSelector(Errors.PromiseBeyondDeposits.selector, 10e6, 10e6 + 1));
    }

    /// A deposit counts from the batch that consumes it.
    function test_NothingOutOfDepositsNotYetConsumed() public {
        depositAs(ALICE, 10e6);
        BatchHeader memory header = nextBatch();
        header.inboxCursor = 0;
        header.inboxHash = 0;
        header.withdrawalsTotal = 1;
        offer(header, DATA, abi.encodeWithSelector(Errors.PromiseBeyondDeposits.selector, 0, 1));
    }

    function test_FrozenIsFrozen() public {
        vm.prank(address(hatch));
        settlement.freeze();
        offer(nextBatch(), DATA, abi.encodeWithSelector(Errors.IsFrozen.selector));
    }
}
