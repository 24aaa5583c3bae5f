// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Venue} from "../builders/Venue.sol";

contract IsActiveTest is Venue {
    function setUp() public override {
        super.setUp();
        registerSigner(signer);
    }

    function testFuzz_NobodyElseIs(address other) public view {
        vm.assume(other != signer);
        vm.assertFalse(registry.isActive(other));
    }

    function test_EndsAtItsExpiry() public {
        vm.warp(NOW + 30 days - 1);
        vm.assertTrue(registry.isActive(signer));
        vm.warp(NOW + 30 days);
        vm.assertFalse(registry.isActive(signer));
    }

    /// Removals elsewhere leave it alone, by the slow path.
    function test_SurvivesOtherRemovals() public {
        vm.startPrank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(CA_KEY))), 0x123456);
        vm.stopPrank();
        vm.assertTrue(registry.isActive(signer));
    }
}
