// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates as Errors} from "../../src/interfaces/ICertificates.sol";
import {Der} from "../../src/libraries/Der.sol";
import {PckCertificate} from "../../src/libraries/PckCertificate.sol";
import {CertificateSpec} from "../builders/CertificateBuilder.sol";
import {Venue} from "../builders/Venue.sol";

contract RegisterCaTest is Venue {
    uint256 internal constant OTHER_CA_KEY = 0xa0c2;

    function otherCa() internal pure returns (CertificateSpec memory spec) {
        spec = caSpec();
        spec.subjectKey = OTHER_CA_KEY;
        spec.serial = 0xca0002;
    }

    function test_Registers() public {
        bytes32 caId = certificates.registerCa(build(otherCa()));
        vm.assertEq(caId, keccak256(abi.encode(keyOf(OTHER_CA_KEY))));
        vm.assertEq(certificates.caOf(caId).notAfter, 2_208_988_800); // 2040-01-01
        vm.assertEq(certificates.caOf(caId).subjectDigest, keccak256(name("Test Platform CA")));
    }

    function test_RefusesAnotherRoot() public {
        CertificateSpec memory spec = otherCa();
        spec.issuerKey = 0xbad;
        bytes memory der = build(spec);
        vm.expectRevert(Errors.CertificateSignatureInvalid.selector);
        certificates.registerCa(der);
    }

    function test_RefusesALeafUnderTheRoot() public {
        CertificateSpec memory spec = otherCa();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_LEAF, KEY_USAGE_CERT_SIGN);
        bytes memory der = build(spec);
        vm.expectRevert(Errors.NotACa.selector);
        certificates.registerCa(der);
    }

    function test_RefusesACaThatMayNotSignCertificates() public {
        CertificateSpec memory spec = otherCa();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_SIGN);
        bytes memory der = build(spec);
        vm.expectRevert(Errors.NotACa.selector);
        certificates.registerCa(der);
    }

    function test_RefusesACaWithoutBasicConstraints() public {
        CertificateSpec memory spec = otherCa();
        spec.extensions = KEY_USAGE_CERT_SIGN;
        bytes memory der = build(spec);
        vm.expectRevert(Errors.NotACa.selector);
        certificates.registerCa(der);
    }

    function test_RefusesARepeatedExtension() public {
        CertificateSpec memory spec = otherCa();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_LEAF, BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN);
        bytes memory der = build(spec);
        vm.expectPartialRevert(PckCertificate.DuplicateExtension.selector);
        certificates.registerCa(der);
    }

    function test_RefusesAnUnknownCriticalExtension() public {
        CertificateSpec memory spec = otherCa();
        spec.extensions =
            bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN, hex"300c0603551d240101ff04023000");
        bytes memory der = build(spec);
        vm.expectPartialRevert(PckCertificate.UnknownCriticalExtension.selector);
        certificates.registerCa(der);
    }

    function test_RefusesOutsideItsWindow() public {
        CertificateSpec memory spec = otherCa();
        spec.notBefore = "270101000000Z";
        bytes memory der = build(spec);
        vm.expectRevert(
            abi.encodeWithSelector(Errors.CertificateNotValid.selector, 1_798_761_600, 2_208_988_800, NOW)
        );
        certificates.registerCa(der);
        spec = otherCa();
        spec.notAfter = "260101000000Z";
        der = build(spec);
        vm.expectRevert(
            abi.encodeWithSelector(Errors.CertificateNotValid.selector, 1_577_836_800, 1_767_225_600, NOW)
        );
        certificates.registerCa(der);
    }

    function test_RefusesARevokedSerial() public {
        bytes memory der = build(otherCa());
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(ROOT_KEY))), 0xca0002);
        vm.expectPartialRevert(Errors.CertificateIsRevoked.selector);
        certificates.registerCa(der);
    }

    function test_ReplacesOnlyByALongerOne() public {
        certificates.registerCa(build(otherCa()));
        CertificateSpec memory spec = otherCa();
        bytes memory same = build(spec);
        spec.notAfter = "410101000000Z";
        spec.serial = 0xca0003;
        bytes memory longer = build(spec);
        vm.expectRevert(
            abi.encodeWithSelector(Errors.CertificateNotNewer.selector, 2_208_988_800, 2_208_988_800)
        );
        certificates.registerCa(same);
        certificates.registerCa(longer);
    }

    function test_RefusesTrailingBytes() public {
        bytes memory der = bytes.concat(build(otherCa()), hex"00");
        vm.expectPartialRevert(Der.BadBounds.selector);
        certificates.registerCa(der);
    }

    function testFuzz_CutAnywhere(uint256 length) public {
        bytes memory der = build(otherCa());
        length = bound(length, 0, der.length - 1);
        assembly ("memory-safe") {
            mstore(der, length)
        }
        vm.expectRevert();
        certificates.registerCa(der);
    }

    /// A flipped bit is never believed: it either breaks the form or the signature.
    function testFuzz_FlippedBit(uint256 position, uint8 bit) public {
        bytes memory der = build(otherCa());
        position = bound(position, 0, der.length - 1);
        der[position] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert();
        certificates.registerCa(der);
    }
}
