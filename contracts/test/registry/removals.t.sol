// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry as Errors} from "../../src/interfaces/IAttestationRegistry.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {Venue} from "../builders/Venue.sol";

/// removeMeasurement, revokeSigner and revokeCertificate: at once, for good, and by the guardian alone.
contract RemovalsTest is Venue {
    bytes32 internal rootId;
    bytes32 internal caId;

    function setUp() public override {
        super.setUp();
        registerSigner(signer);
        rootId = keccak256(abi.encode(keyOf(ROOT_KEY)));
        caId = keccak256(abi.encode(keyOf(CA_KEY)));
    }

    function testFuzz_OnlyTheGuardian(address sender) public {
        vm.assume(sender != GUARDIAN);
        bytes memory reason = abi.encodeWithSelector(Errors.NotGuardian.selector, GUARDIAN, sender);
        vm.startPrank(sender);
        vm.expectRevert(reason);
        registry.removeMeasurement(MR_ENCLAVE);
        vm.expectRevert(reason);
        registry.revokeSigner(signer);
        vm.expectRevert(reason);
        certificates.revokeCertificate(caId, 0x9c0001);
    }

    function test_RemovedMeasurementStopsItsSigners() public {
        vm.prank(GUARDIAN);
        registry.removeMeasurement(MR_ENCLAVE);
        vm.assertFalse(registry.isActive(signer));
        Registration memory registration = registrationOf(BOB, build(quoteFor(BOB)));
        vm.expectRevert(abi.encodeWithSelector(Errors.RemovedMeasurement.selector, MR_ENCLAVE));
        registry.register(registration);
    }

    function test_RevokedSignerStaysOut() public {
        vm.prank(GUARDIAN);
        registry.revokeSigner(signer);
        vm.assertFalse(registry.isActive(signer));
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        vm.expectRevert(abi.encodeWithSelector(Errors.SignerAlreadyRegistered.selector, signer));
        registry.register(registration);
    }

    /// A signer registered after a removal elsewhere is on the fast path and must still be stoppable.
    function test_RevokedAfterEarlierRemovals() public {
        vm.startPrank(GUARDIAN);
        certificates.revokeCertificate(caId, 1);
        vm.stopPrank();
        registerSigner(BOB);
        vm.prank(GUARDIAN);
        registry.revokeSigner(BOB);
        vm.assertFalse(registry.isActive(BOB));
        vm.assertTrue(registry.isActive(signer));
    }

    function test_RevokedPckStopsItsSigners() public {
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(caId, 0x9c0001);
        vm.assertFalse(registry.isActive(signer));
    }

    function test_RevokedCaStopsItsSigners() public {
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(rootId, 0xca0001);
        vm.assertFalse(registry.isActive(signer));
    }

    function test_UnknownOnesAreNamed() public {
        vm.startPrank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownMeasurement.selector, bytes32(uint256(1))));
        registry.removeMeasurement(bytes32(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(Errors.UnknownSigner.selector, BOB));
        registry.revokeSigner(BOB);
    }
}
