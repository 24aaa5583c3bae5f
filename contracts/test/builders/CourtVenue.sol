// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../../src/types/BatchHeader.sol";
import {Head as SignedHead, HeadLib} from "../../src/types/Head.sol";
import {Venue} from "./Venue.sol";

/// A venue with a bond and one accepted batch of eight records, whose digests the operator knows.
abstract contract CourtVenue is Venue {
    uint256 internal constant BOND = 10_000e6;
    uint256 internal constant STAKE = 100e6;
    address internal constant REPORTER = address(0x4e9);

    BatchHeader internal batch;
    bytes32[] internal digests;

    function setUp() public virtual override {
        super.setUp();
        openFirstEpoch();
        token.mint(address(this), BOND);
        token.approve(address(court), BOND);
        court.bond(BOND);
        for (uint256 i = 0; i < 8; i++) {
            digests.push(keccak256(abi.encode("record", i)));
        }
        batch = nextBatch();
        batch.lastSequence = 8;
        batch.chainHash = chainHashAt(8);
        accept(batch, SIGNER_KEY);
    }

    /// chainHash(n) = SHA-256(chainHash(n − 1) ‖ digest(n)).
    function chainHashAt(uint64 sequence) internal view returns (bytes32 chainHash) {
        chainHash = keccak256("genesis hash");
        for (uint256 i = 0; i < sequence; i++) {
            chainHash = sha256(abi.encodePacked(chainHash, digests[i]));
        }
    }

    function headAt(uint64 sequence) internal view returns (SignedHead memory) {
        return SignedHead(1, sequence, chainHashAt(sequence));
    }

    function signHead(SignedHead memory signed, uint256 key) internal view returns (bytes memory) {
        return
            signTyped(
                keccak256(abi.encode(HeadLib.TYPEHASH, signed)), block.chainid, address(settlement), key
            );
    }

    function challengeFor(SignedHead memory signed) internal returns (uint256 id) {
        bytes memory signature = signHead(signed, SIGNER_KEY);
        token.mint(REPORTER, STAKE);
        vm.startPrank(REPORTER);
        token.approve(address(court), STAKE);
        id = court.challenge(signed, signature, batch);
        vm.stopPrank();
    }

    function digestsFrom(uint64 from, uint64 to) internal view returns (bytes32[] memory some) {
        some = new bytes32[](to - from);
        for (uint64 i = from; i < to; i++) {
            some[i - from] = digests[i];
        }
    }
}
