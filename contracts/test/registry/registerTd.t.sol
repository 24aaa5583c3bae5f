// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry as Errors} from "../../src/interfaces/IAttestationRegistry.sol";
import {IEndorsements} from "../../src/interfaces/IEndorsements.sol";
import {Tee} from "../../src/types/EndorsementTypes.sol";
import {Registration} from "../../src/types/RegistryTypes.sol";
import {TcbInfoSpec} from "../builders/EndorsementBuilder.sol";
import {TdQuoteBuilder, TdSpec} from "../builders/TdQuoteBuilder.sol";

/// TDs, one test per rule.
contract RegisterTdTest is TdQuoteBuilder {
    function expectRefusal(TdSpec memory spec, bytes4 selector) internal {
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectPartialRevert(selector);
        registry.register(registration);
    }

    function test_RegistersVersions4And5() public {
        registerTd(tdSpec());
        vm.assertTrue(registry.isActive(signer));
        vm.assertEq(registry.signerOf(signer).version, 2);
        TdSpec memory spec = tdSpec();
        spec.isVersion5 = true;
        spec.reportData = reportData(block.chainid, address(registry), BOB, BLOCK_HASH, CONFIG_HASH);
        registry.register(registrationOf(BOB, build(spec)));
        vm.assertTrue(registry.isActive(BOB));
    }

    function test_RefusesDebug() public {
        TdSpec memory spec = tdSpec();
        spec.attributes = 0x0100001000000000e702060000000000;
        expectRefusal(spec, Errors.DebugEnclave.selector);
    }

    function test_RefusesWithoutSeptVeDisable() public {
        TdSpec memory spec = tdSpec();
        spec.attributes = 0x0000000000000000e702060000000000;
        expectRefusal(spec, Errors.MissingAttributes.selector);
    }

    function test_RefusesForbiddenAttributes() public {
        bytes16[3] memory wrong = [
            bytes16(0x0200001000000000e702060000000000), // rest of the debug group
            0x0000003000000000e702060000000000, // migratable
            0x0000001000000080e702060000000000 // PERFMON
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            TdSpec memory spec = tdSpec();
            spec.attributes = wrong[i];
            expectRefusal(spec, Errors.ForbiddenAttributes.selector);
        }
    }

    function test_RefusesAttributesOffThePin() public {
        TdSpec memory spec = tdSpec();
        spec.attributes = 0x0000005000000000e702060000000000; // PKS
        expectRefusal(spec, Errors.AttributesMismatch.selector);
    }

    function test_RefusesAServiceTd() public {
        TdSpec memory spec = tdSpec();
        spec.isVersion5 = true;
        spec.mrServiceTd = bytes32(uint256(1));
        expectRefusal(spec, Errors.ServiceTd.selector);
    }

    function test_RefusesAnotherMeasurement() public {
        TdSpec memory spec = tdSpec();
        spec.mrTd = keccak256("another TD");
        expectRefusal(spec, Errors.UnknownMeasurement.selector);
    }

    /// Index-2 rule: with a module major version the first two SVNs are the module's, judged by its identity.
    function test_TheModuleIsJudgedByItsIdentity() public {
        TdSpec memory spec = tdSpec();
        spec.teeTcbSvn = 0x09010100000000000000000000000000;
        expectRefusal(spec, Errors.StatusNotAccepted.selector); // component 3 fits the old level alone
        spec.teeTcbSvn = 0x03010200000000000000000000000000;
        expectRefusal(spec, Errors.StatusNotAccepted.selector); // module OutOfDate, platform UpToDate
        spec.teeTcbSvn = 0x01010200000000000000000000000000;
        expectRefusal(spec, IEndorsements.TcbUnsupported.selector);
        spec.teeTcbSvn = 0x04070200000000000000000000000000;
        expectRefusal(spec, IEndorsements.TdxModuleMismatch.selector);
        spec = tdSpec();
        spec.mrSignerSeam = bytes32(uint256(1));
        expectRefusal(spec, IEndorsements.TdxModuleMismatch.selector);
        spec = tdSpec();
        spec.seamAttributes = bytes8(uint64(1));
        expectRefusal(spec, IEndorsements.TdxModuleMismatch.selector);
    }

    /// QVL `VALID_MODULE_TCB_STATUSES`: a module is current, old or revoked, and nothing in between.
    function test_RefusesARatingNoModuleHas() public {
        TcbInfoSpec memory info = tdxInfoSpec();
        info.issueDate = "2026-09-02T00:00:00Z";
        info.modules = string.concat(
            '{"id":"TDX_01","mrsigner":"000000000000000000000000000000000000000000000000',
            "000000000000000000000000000000000000000000000000",
            '","attributes":"0000000000000000","attributesMask":"FFFFFFFFFFFFFFFF","tcbLevels":[{"tcb":{"isvsvn":4},',
            '"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"ConfigurationNeeded"}]}'
        );
        bytes memory text = build(info);
        endorsements.upsertTcbInfo(text, tcbSignature(text));
        expectRefusal(tdSpec(), IEndorsements.TcbUnsupported.selector);
    }

    /// A measurement is of one TEE: the same 32 bytes from the other are another thing.
    function test_RefusesAnotherTee() public {
        vm.prank(GUARDIAN);
        registry.removeMeasurement(keccak256(measured(MR_TD)));
        TdSpec memory spec = tdSpec();
        spec.mrTd = keccak256("third TD");
        vm.prank(GOVERNOR);
        registry.allowMeasurement(measurement(keccak256(measured(spec.mrTd)), 3));
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectRevert(abi.encodeWithSelector(Errors.TeeMismatch.selector, Tee.Sgx, Tee.Tdx));
        registry.register(registration);
    }
}
