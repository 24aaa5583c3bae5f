// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry} from "../../src/interfaces/IAttestationRegistry.sol";
import {IEndorsements} from "../../src/interfaces/IEndorsements.sol";
import {Measurement, Registration} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// The right code with the DEBUG flag: the operator reads the key out of the enclave's memory. It has happened elsewhere.
contract DebugEnclaveAttack is Venue {
    bytes16 internal constant DEBUG_ATTRIBUTES = 0x0700000000000000e700000000000000;

    function test_Refused() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.attributes = DEBUG_ATTRIBUTES;
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectRevert(IAttestationRegistry.DebugEnclave.selector);
        registry.register(registration);
    }

    /// Even a governor who pins the flag, or masks it out, cannot let one in.
    function test_RefusedWhateverThePolicySays() public {
        bytes32 mrEnclave = keccak256("debuggable");
        Measurement memory lax = measurement(mrEnclave, 2);
        lax.attributes = DEBUG_ATTRIBUTES;
        lax.attributesMask = 0;
        vm.prank(GOVERNOR);
        registry.allowMeasurement(lax);
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.mrEnclave = mrEnclave;
        spec.enclave.attributes = DEBUG_ATTRIBUTES;
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectRevert(IAttestationRegistry.DebugEnclave.selector);
        registry.register(registration);
    }

    /// A debug quoting enclave would vouch for any attestation key.
    function test_QuotingEnclaveToo() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.qe.attributes = 0x1700000000000000e700000000000000;
        Registration memory registration = registrationOf(signer, build(spec));
        // Intel's identity pins the flag: bit 1 is under its mask.
        vm.expectPartialRevert(IEndorsements.QeAttributesMismatch.selector);
        registry.register(registration);
    }
}
