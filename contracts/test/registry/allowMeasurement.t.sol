// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationRegistry} from "../../src/AttestationRegistry.sol";
import {IAttestationRegistry as Errors} from "../../src/interfaces/IAttestationRegistry.sol";
import {Measurement, Registration, RegistryConfig} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Venue} from "../builders/Venue.sol";

contract AllowMeasurementTest is Venue {
    bytes32 internal constant NEXT = keccak256("next enclave");

    /// A registry that waits a day.
    function setUp() public override {
        super.setUp();
        RegistryConfig memory config = registryConfig();
        config.activationDelay = 1 days;
        registry = new AttestationRegistry(config, measurements());
    }

    function test_OnlyTheGovernor(address sender) public {
        vm.assume(sender != GOVERNOR);
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(Errors.NotGovernor.selector, GOVERNOR, sender));
        registry.allowMeasurement(measurement(NEXT, 2));
    }

    function test_WaitsForTheDelay() public {
        vm.prank(GOVERNOR);
        registry.allowMeasurement(measurement(NEXT, 2));
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.mrEnclave = NEXT;
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectRevert(abi.encodeWithSelector(Errors.MeasurementNotActive.selector, NOW + 1 days, NOW));
        registry.register(registration);
        vm.warp(NOW + 1 days);
        registry.register(registration);
        vm.assertEq(registry.signerOf(signer).version, 2);
        vm.assertFalse(registry.isActive(signer));
        vm.warp(NOW + 2 days);
        vm.assertTrue(registry.isActive(signer));
    }

    function test_VersionsGrow() public {
        vm.prank(GOVERNOR);
        vm.expectRevert(abi.encodeWithSelector(Errors.VersionNotNewer.selector, 1, 1));
        registry.allowMeasurement(measurement(NEXT, 1));
    }

    function test_ARemovedOneNeverComesBack() public {
        vm.prank(GUARDIAN);
        registry.removeMeasurement(MR_ENCLAVE);
        vm.prank(GOVERNOR);
        vm.expectRevert(abi.encodeWithSelector(Errors.MeasurementExists.selector, MR_ENCLAVE));
        registry.allowMeasurement(measurement(MR_ENCLAVE, 2));
    }

    function test_RefusesZero() public {
        vm.prank(GOVERNOR);
        vm.expectRevert(Errors.ZeroMeasurement.selector);
        registry.allowMeasurement(measurement(0, 2));
    }
}
