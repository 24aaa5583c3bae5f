// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AttestationRegistry} from "../../src/AttestationRegistry.sol";
import {IAttestationRegistry as Errors} from "../../src/interfaces/IAttestationRegistry.sol";
import {Measurement, P256Key, RegistryConfig} from "../../src/types/RegistryTypes.sol";
import {Venue} from "../builders/Venue.sol";

contract RegistryConstructorTest is Venue {
    bytes32 internal constant INTEL_X = 0x0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5;
    bytes32 internal constant INTEL_Y = 0x67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394;

    function intelVerifier() internal returns (address) {
        deployVerifier(P256Key(INTEL_X, INTEL_Y));
        return address(verifier);
    }

    function test_StatusMaskAcceptsSomethingAndNeverRevoked() public {
        RegistryConfig memory config = registryConfig();
        for (uint256 i = 0; i < 2; i++) {
            config.acceptedStatuses = i == 0 ? 0 : 0x101;
            vm.expectRevert(abi.encodeWithSelector(Errors.BadStatusMask.selector, config.acceptedStatuses));
            new AttestationRegistry(config, measurements());
        }
    }

    function test_SimulationLivesOnTheDevelopmentChainOnly() public {
        vm.chainId(1);
        RegistryConfig memory config = registryConfig();
        config.activationDelay = 1 days;
        vm.expectRevert(abi.encodeWithSelector(Errors.SimulationForbidden.selector, 31_337, 1));
        new AttestationRegistry(config, measurements());
    }

    function test_ProductionRefusesASimulatedRoot() public {
        RegistryConfig memory config = registryConfig();
        config.isSimulated = false;
        vm.expectRevert(abi.encodeWithSelector(Errors.UnexpectedRoot.selector, INTEL_X, keyOf(ROOT_KEY).x));
        new AttestationRegistry(config, measurements());
    }

    function test_SimulationRefusesIntelsRoot() public {
        RegistryConfig memory config = registryConfig();
        config.verifier = intelVerifier();
        vm.expectRevert(abi.encodeWithSelector(Errors.UnexpectedRoot.selector, INTEL_X, INTEL_X));
        new AttestationRegistry(config, measurements());
    }

    function test_ProductionTakesIntelsRootAnywhere() public {
        RegistryConfig memory config = registryConfig();
        config.verifier = intelVerifier();
        config.isSimulated = false;
        config.activationDelay = 1 hours;
        vm.chainId(1);
        vm.assertFalse(new AttestationRegistry(config, measurements()).isSimulated());
    }

    function test_NoDelayIsForDevelopmentOnly() public {
        RegistryConfig memory config = registryConfig();
        config.verifier = intelVerifier();
        config.isSimulated = false;
        config.activationDelay = 1 hours - 1;
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(Errors.ActivationDelayTooShort.selector, 1 hours, 1 hours - 1));
        new AttestationRegistry(config, measurements());
    }

    function test_LifetimeIsBounded() public {
        RegistryConfig memory config = registryConfig();
        config.signerLifetimeMax = 90 days + 1;
        vm.expectRevert(
            abi.encodeWithSelector(Errors.SignerLifetimeOutOfRange.selector, 90 days, 90 days + 1)
        );
        new AttestationRegistry(config, measurements());
        config.signerLifetimeMax = 0;
        vm.expectRevert(abi.encodeWithSelector(Errors.SignerLifetimeOutOfRange.selector, 90 days, 0));
        new AttestationRegistry(config, measurements());
    }

    function test_NeedsGovernorAndGuardian() public {
        RegistryConfig memory config = registryConfig();
        config.guardian = address(0);
        vm.expectRevert(Errors.ZeroAddress.selector);
        new AttestationRegistry(config, measurements());
        config = registryConfig();
        config.governor = address(0);
        vm.expectRevert(Errors.ZeroAddress.selector);
        new AttestationRegistry(config, measurements());
    }

    function test_RefusesAnUnsetMeasurement() public {
        Measurement[] memory list = measurements();
        list[0].mrSigner = 0;
        vm.expectRevert(Errors.ZeroMeasurement.selector);
        new AttestationRegistry(registryConfig(), list);
    }
}
