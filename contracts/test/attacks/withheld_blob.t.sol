// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "../../src/interfaces/IEscapeHatch.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Venue} from "../builders/Venue.sol";

/// The operator posts roots and keeps the data: nobody could rebuild the leaves, so nobody could leave.
contract WithheldBlobAttack is Venue {
    BatchHeader internal header;
    bytes internal signedHeader;

    function setUp() public override {
        super.setUp();
        openFirstEpoch();
        acceptNext();
        header = nextBatch();
        bytes32[] memory real = new bytes32[](1);
        real[0] = versioned("real");
        header.blobsHash = keccak256(abi.encodePacked(real));
        signedHeader = signBatch(header, SIGNER_KEY);
    }

    function versioned(string memory content) internal pure returns (bytes32) {
        return bytes32(uint256(1) << 248 | uint248(uint256(sha256(bytes(content)))));
    }

    function test_NoData() public {
        vm.expectRevert(ISettlement.DataMissing.selector);
        settlement.acceptBatch(header, signedHeader, "");
    }

    function testFuzz_OtherBlobs(uint8 count, bytes32 salt) public {
        bytes32[] memory hashes = new bytes32[](bound(count, 1, 6));
        for (uint256 i = 0; i < hashes.length; i++) {
            hashes[i] = keccak256(abi.encode(salt, i)) | bytes32(uint256(1) << 248);
        }
        vm.blobhashes(hashes);
        vm.expectPartialRevert(ISettlement.BlobsMismatch.selector);
        settlement.acceptBatch(header, signedHeader, "");
    }

    /// Blobs of another transaction do not count: the opcode sees this one's alone.
    function test_BlobsOfYesterday() public {
        bytes32[] memory real = new bytes32[](1);
        real[0] = versioned("real");
        vm.blobhashes(real);
        settlement.acceptBatch(header, signedHeader, "");
        BatchHeader memory next = nextBatch();
        next.blobsHash = header.blobsHash;
        bytes memory signed = signBatch(next, SIGNER_KEY);
        vm.blobhashes(new bytes32[](0));
        vm.expectRevert(ISettlement.DataMissing.selector);
        settlement.acceptBatch(next, signed, "");
    }

    function testFuzz_OtherCalldata(bytes calldata data) public {
        vm.assume(data.length != 0 && keccak256(data) != header.dataHash);
        vm.expectPartialRevert(ISettlement.DataMismatch.selector);
        settlement.acceptBatch(header, signedHeader, data);
    }

    /// All that is left to the operator is silence, and that ends in the last root whose data are there.
    function test_SilenceEndsAtTheLastPublishedRoot() public {
        bytes32 published = head().stateRoot;
        vm.warp(NOW + SILENCE_MAX + 1);
        vm.assertEq(uint256(hatch.freezeReason()), uint256(IEscapeHatch.FreezeReason.Silence));
        hatch.freeze();
        vm.assertEq(head().stateRoot, published);
        bytes32[] memory real = new bytes32[](1);
        real[0] = versioned("real");
        vm.blobhashes(real);
        vm.expectRevert(ISettlement.IsFrozen.selector);
        settlement.acceptBatch(header, signedHeader, "");
    }
}
