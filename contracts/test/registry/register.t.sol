// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry as Errors} from "../../src/interfaces/IAttestationRegistry.sol";
import {ICertificates} from "../../src/interfaces/ICertificates.sol";
import {IEndorsements} from "../../src/interfaces/IEndorsements.sol";
import {DcapQuote} from "../../src/libraries/DcapQuote.sol";
import {TcbStatus} from "../../src/types/EndorsementTypes.sol";
import {Registration, SignerRecord} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "../builders/QuoteBuilder.sol";
import {CertificateSpec} from "../builders/CertificateBuilder.sol";
import {Venue} from "../builders/Venue.sol";

/// One test per rule. What an attacker would try first has its own file in `attacks/`.
contract RegisterTest is Venue {
    function expectRefusal(QuoteSpec memory spec, bytes memory reason) internal {
        Registration memory registration = registrationOf(signer, build(spec));
        vm.expectRevert(reason);
        registry.register(registration);
    }

    function test_RegistersAGenuineQuote() public {
        registerSigner(signer);
        SignerRecord memory record = registry.signerOf(signer);
        vm.assertTrue(registry.isActive(signer));
        vm.assertEq(record.configHash, CONFIG_HASH);
        vm.assertEq(registry.configHashOf(signer), CONFIG_HASH);
        vm.assertEq(record.version, 1);
        vm.assertEq(record.expiresAt, NOW + 30 days);
        vm.assertEq(record.activeFrom, NOW);
    }

    function testFuzz_AuthDataOfAnyLength(uint16 length) public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.authData = new bytes(bound(length, 0, 2000));
        registry.register(registrationOf(signer, build(spec)));
        vm.assertTrue(registry.isActive(signer));
    }

    function test_ASignerRegistersOnce() public {
        registerSigner(signer);
        expectRefusal(
            quoteFor(signer), abi.encodeWithSelector(Errors.SignerAlreadyRegistered.selector, signer)
        );
    }

    function test_ExpiresWithItsCertificate() public {
        vm.warp(2_051_222_400 - 1 days);
        registerSigner(signer);
        vm.assertEq(registry.signerOf(signer).expiresAt, 2_051_222_400 + 1);
    }

    function test_RefusesAnExpiredPlatform() public {
        vm.warp(2_051_222_400 + 1);
        expectRefusal(
            quoteFor(signer),
            abi.encodeWithSelector(
                ICertificates.CertificateNotValid.selector, 0, 2_051_222_400, 2_051_222_400 + 1
            )
        );
    }

    function test_RefusesAnUnknownPlatform() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.pckKey = 0xbad;
        Registration memory registration = registrationOf(signer, build(spec));
        registration.pckKey = keyOf(0xbad);
        vm.expectPartialRevert(ICertificates.UnknownPck.selector);
        registry.register(registration);
    }

    function test_RefusesARevokedPlatform() public {
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(CA_KEY))), 0x9c0001);
        vm.expectPartialRevert(ICertificates.CertificateIsRevoked.selector);
        registry.register(registration);
    }

    function test_RefusesARevokedCa() public {
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(ROOT_KEY))), 0xca0001);
        vm.expectPartialRevert(ICertificates.CertificateIsRevoked.selector);
        registry.register(registration);
    }

    function test_RefusesOtherHeaders() public {
        bytes8[4] memory headers =
            [bytes8(0x0200020000000000), 0x0300030000000000, 0x0300020081000000, 0x0600020000000000];
        bytes[4] memory reasons = [
            abi.encodeWithSelector(DcapQuote.UnsupportedVersion.selector, 2),
            abi.encodeWithSelector(DcapQuote.UnsupportedKeyType.selector, 3),
            abi.encodeWithSelector(DcapQuote.UnsupportedTee.selector, bytes4(0x81000000)),
            abi.encodeWithSelector(DcapQuote.UnsupportedVersion.selector, 6)
        ];
        for (uint256 i = 0; i < headers.length; i++) {
            QuoteSpec memory spec = quoteFor(signer);
            spec.header = headers[i];
            expectRefusal(spec, reasons[i]);
        }
    }

    function test_RefusesAnotherVendorsQuotingEnclave() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.vendor = bytes16(uint128(1));
        expectRefusal(
            spec,
            abi.encodeWithSelector(
                DcapQuote.UnknownQeVendor.selector,
                bytes16(0x939a7233f79c4ca9940a0db3957f0607),
                bytes16(uint128(1))
            )
        );
    }

    function test_RefusesAnotherPlatformsQeSignature() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.pckKey = 0xbad;
        expectRefusal(spec, abi.encodeWithSelector(DcapQuote.QeReportSignatureInvalid.selector));
    }

    function test_RefusesAnUnboundAttestationKey() public {
        QuoteSpec memory spec = quoteFor(signer);
        (uint256 x, uint256 y) = vm.publicKeyP256(ATTESTATION_KEY);
        bytes32 expected = sha256(abi.encodePacked(x, y, spec.authData));
        spec.isBound = false;
        spec.qe.reportData = bytes32(uint256(1));
        expectRefusal(
            spec,
            abi.encodeWithSelector(DcapQuote.AttestationKeyUnbound.selector, expected, bytes32(uint256(1)))
        );
        spec.isBound = true;
        spec.qe.reportDataHigh = bytes32(uint256(1));
        expectRefusal(
            spec,
            abi.encodeWithSelector(DcapQuote.AttestationKeyUnbound.selector, bytes32(0), bytes32(uint256(1)))
        );
    }

    function test_RefusesAnotherQuotingEnclave() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.qe.mrSigner = bytes32(uint256(1));
        expectRefusal(
            spec,
            abi.encodeWithSelector(
                IEndorsements.QeMrSignerMismatch.selector, QE_MR_SIGNER, bytes32(uint256(1))
            )
        );
        spec = quoteFor(signer);
        spec.qe.isvProdId = 2;
        expectRefusal(spec, abi.encodeWithSelector(IEndorsements.QeProdIdMismatch.selector, 1, 2));
        spec = quoteFor(signer);
        spec.qe.isvSvn = 7;
        expectRefusal(spec, abi.encodeWithSelector(Errors.StatusNotAccepted.selector, 3, TcbStatus.OutOfDate));
        spec.qe.isvSvn = 5;
        expectRefusal(spec, abi.encodeWithSelector(IEndorsements.TcbUnsupported.selector));
        spec = quoteFor(signer);
        spec.qe.miscSelect = 0x01000000;
        expectRefusal(
            spec,
            abi.encodeWithSelector(IEndorsements.QeMiscSelectMismatch.selector, bytes4(0), bytes4(0x01000000))
        );
        spec = quoteFor(signer);
        spec.qe.attributes = 0x0500000000000000e700000000000000;
        expectRefusal(
            spec,
            abi.encodeWithSelector(
                IEndorsements.QeAttributesMismatch.selector,
                bytes16(0x11000000000000000000000000000000),
                bytes16(0x01000000000000000000000000000000)
            )
        );
    }

    function test_RefusesAnUnknownMeasurement() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.mrEnclave = bytes32(uint256(1));
        expectRefusal(spec, abi.encodeWithSelector(Errors.UnknownMeasurement.selector, bytes32(uint256(1))));
    }

    function test_RefusesOtherIdentity() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.mrSigner = bytes32(uint256(1));
        expectRefusal(
            spec, abi.encodeWithSelector(Errors.MrSignerMismatch.selector, MR_SIGNER, bytes32(uint256(1)))
        );
        spec = quoteFor(signer);
        spec.enclave.isvProdId = 8;
        expectRefusal(spec, abi.encodeWithSelector(Errors.ProdIdMismatch.selector, 7, 8));
        spec = quoteFor(signer);
        spec.enclave.isvSvn = 2;
        expectRefusal(spec, abi.encodeWithSelector(Errors.IsvSvnTooLow.selector, 3, 2));
    }

    function test_RefusesForbiddenAttributes() public {
        bytes1[3] memory flags = [bytes1(0x15), 0x25, 0x04]; // PROVISIONKEY, EINITTOKENKEY, not INIT
        for (uint256 i = 0; i < flags.length; i++) {
            QuoteSpec memory spec = quoteFor(signer);
            spec.enclave.attributes =
                bytes16(bytes.concat(flags[i], hex"00000000000000", hex"e700000000000000"));
            expectRefusal(
                spec,
                abi.encodeWithSelector(
                    Errors.ForbiddenAttributes.selector, bytes8(0x3200000000000000), bytes8(flags[i])
                )
            );
        }
    }

    function test_RefusesAttributesOffThePin() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.attributes = 0x8500000000000000e700000000000000; // KSS
        expectRefusal(
            spec,
            abi.encodeWithSelector(
                Errors.AttributesMismatch.selector, ATTRIBUTES, bytes16(0x85000000000000000300000000000000)
            )
        );
    }

    function test_RefusesAnotherConfigurationOrKey() public {
        Registration memory registration = registrationOf(signer, build(quoteFor(signer)));
        registration.configHash = bytes32(uint256(1));
        vm.expectPartialRevert(Errors.ReportDataMismatch.selector);
        registry.register(registration);
        registration = registrationOf(signer, registration.quote);
        registration.encryptionKey = bytes32(uint256(1));
        vm.expectPartialRevert(Errors.ReportDataMismatch.selector);
        registry.register(registration);
        registration = registrationOf(BOB, registration.quote);
        vm.expectPartialRevert(Errors.ReportDataMismatch.selector);
        registry.register(registration);
    }

    function test_RefusesReportDataBeyondTheDigest() public {
        QuoteSpec memory spec = quoteFor(signer);
        spec.enclave.reportDataHigh = bytes32(uint256(1));
        expectRefusal(
            spec, abi.encodeWithSelector(Errors.ReportDataMismatch.selector, bytes32(0), bytes32(uint256(1)))
        );
    }

    function test_RefusesTheZeroSigner() public {
        Registration memory registration = registrationOf(address(0), build(quoteFor(address(0))));
        vm.expectRevert(Errors.ZeroAddress.selector);
        registry.register(registration);
    }

    /// Signatures are malleable, so a quote can be rewritten; its signer still registers only once.
    function test_AMalleatedQuoteIsNoSecondRegistration() public {
        bytes memory quote = build(quoteFor(signer));
        registry.register(registrationOf(signer, quote));
        uint256 s;
        assembly ("memory-safe") {
            s := mload(add(quote, 500)) // 32 length + 436 + 32
            mstore(
                add(quote, 500),
                sub(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551, s)
            )
        }
        Registration memory registration = registrationOf(signer, quote);
        vm.expectRevert(abi.encodeWithSelector(Errors.SignerAlreadyRegistered.selector, signer));
        registry.register(registration);
    }

    function testFuzz_CutAnywhere(uint256 length) public {
        bytes memory quote = build(quoteFor(signer));
        length = bound(length, 0, quote.length - 1);
        assembly ("memory-safe") {
            mstore(quote, length)
        }
        Registration memory registration = registrationOf(signer, quote);
        vm.expectPartialRevert(DcapQuote.QuoteLengthMismatch.selector);
        registry.register(registration);
    }

    function testFuzz_TrailingBytes(bytes calldata tail) public {
        vm.assume(tail.length != 0);
        Registration memory registration = registrationOf(signer, bytes.concat(build(quoteFor(signer)), tail));
        vm.expectPartialRevert(DcapQuote.QuoteLengthMismatch.selector);
        registry.register(registration);
    }

    function testFuzz_Garbage(bytes calldata quote, address who, bytes32 key, uint64 number, bytes32 config)
        public
    {
        vm.expectRevert();
        registry.register(Registration(quote, keyOf(PCK_KEY), who, key, number, config));
    }
}
