// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates as Errors} from "../../src/interfaces/ICertificates.sol";
import {PckCertificate} from "../../src/libraries/PckCertificate.sol";
import {PckRecord} from "../../src/types/EndorsementTypes.sol";
import {CertificateSpec} from "../builders/CertificateBuilder.sol";
import {DerBuilder} from "../builders/DerBuilder.sol";
import {Venue} from "../builders/Venue.sol";

contract RegisterPckTest is Venue {
    uint256 internal constant OTHER_PCK_KEY = 0xa0c3;

    function otherPck() internal pure returns (CertificateSpec memory spec) {
        spec = pckSpec();
        spec.subjectKey = OTHER_PCK_KEY;
        spec.serial = 0x9c0002;
    }

    function register(bytes memory der) internal returns (bytes32) {
        return certificates.registerPck(der, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
    }

    function expectRefusal(CertificateSpec memory spec, bytes4 selector) internal {
        bytes memory der = build(spec);
        vm.expectPartialRevert(selector);
        register(der);
    }

    function test_RecordsThePlatform() public {
        bytes32 pckId = register(build(otherPck()));
        PckRecord memory pck = certificates.pckOf(pckId);
        vm.assertEq(pckId, keccak256(abi.encode(keyOf(OTHER_PCK_KEY))));
        vm.assertEq(bytes32(pck.components), bytes32(bytes16(0x0102030405060708090a0b0c0d0e0f10)));
        vm.assertEq(pck.pceSvn, 13);
        vm.assertEq(bytes32(pck.fmspc), bytes32(bytes6(0x00606a000000)));
        vm.assertEq(pck.notAfter, 2_051_222_400); // 2035-01-01, before the CA's end
    }

    function testFuzz_ReadsEveryPceSvnAndFmspc(uint16 pceSvn, bytes6 fmspc) public {
        CertificateSpec memory spec = otherPck();
        spec.extensions = bytes.concat(KEY_USAGE_SIGN, sgxExtension(abi.encodePacked(fmspc), pceSvn));
        PckRecord memory pck = certificates.pckOf(register(build(spec)));
        vm.assertEq(pck.pceSvn, pceSvn);
        vm.assertEq(bytes32(pck.fmspc), bytes32(fmspc));
    }

    function test_LastsNoLongerThanItsCa() public {
        CertificateSpec memory spec = otherPck();
        spec.notAfter = "490101000000Z";
        vm.assertEq(certificates.pckOf(register(build(spec))).notAfter, 2_208_988_800);
    }

    function test_RefusesAnUnknownCa() public {
        bytes memory der = build(otherPck());
        vm.expectPartialRevert(Errors.UnknownCa.selector);
        certificates.registerPck(der, keyOf(0xbad).x, keyOf(0xbad).y);
    }

    function test_RefusesAnotherIssuersSignature() public {
        CertificateSpec memory spec = otherPck();
        spec.issuerKey = 0xbad;
        expectRefusal(spec, Errors.CertificateSignatureInvalid.selector);
    }

    function test_RefusesAnotherIssuersName() public {
        CertificateSpec memory spec = otherPck();
        spec.issuer = "Test Processor CA";
        expectRefusal(spec, Errors.IssuerMismatch.selector);
    }

    function test_RefusesACa() public {
        CertificateSpec memory spec = otherPck();
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN, spec.extensions);
        expectRefusal(spec, PckCertificate.DuplicateExtension.selector);
        spec.extensions =
            bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN, sgxExtension(new bytes(6), 1));
        expectRefusal(spec, Errors.NotAPck.selector);
    }

    function test_RefusesWithoutTheSgxExtension() public {
        CertificateSpec memory spec = otherPck();
        spec.extensions = KEY_USAGE_SIGN;
        expectRefusal(spec, PckCertificate.MissingSgxExtension.selector);
    }

    function test_RefusesATwofoldSgxExtension() public {
        CertificateSpec memory spec = otherPck();
        spec.extensions = bytes.concat(spec.extensions, sgxExtension(new bytes(6), 99));
        expectRefusal(spec, PckCertificate.DuplicateExtension.selector);
    }

    function test_RefusesASgxExtensionOutOfOrder() public {
        bytes memory members = bytes.concat(
            member(hex"04", DerBuilder.octets(new bytes(6))),
            member(hex"01", DerBuilder.octets(new bytes(16)))
        );
        bytes memory value = DerBuilder.octets(DerBuilder.sequence(members));
        CertificateSpec memory spec = otherPck();
        spec.extensions = DerBuilder.sequence(bytes.concat(DerBuilder.oid(SGX_ARC), value));
        expectRefusal(spec, PckCertificate.BadSgxExtension.selector);
    }

    function test_RefusesExpired() public {
        CertificateSpec memory spec = otherPck();
        spec.notAfter = "260101000000Z";
        expectRefusal(spec, Errors.CertificateNotValid.selector);
    }

    function test_RefusesARevokedCa() public {
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(ROOT_KEY))), 0xca0001);
        expectRefusal(otherPck(), Errors.CertificateIsRevoked.selector);
    }

    function test_RefusesARevokedSerial() public {
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(CA_KEY))), 0x9c0002);
        expectRefusal(otherPck(), Errors.CertificateIsRevoked.selector);
    }

    function test_ReplacesOnlyByALongerOneUnlessRevoked() public {
        register(build(otherPck()));
        CertificateSpec memory spec = otherPck();
        spec.notAfter = "340101000000Z";
        spec.serial = 0x9c0003;
        expectRefusal(spec, Errors.CertificateNotNewer.selector);
        vm.prank(GUARDIAN);
        certificates.revokeCertificate(keccak256(abi.encode(keyOf(CA_KEY))), 0x9c0002);
        vm.assertEq(certificates.pckOf(register(build(spec))).notAfter, 2_019_686_400);
    }

    function testFuzz_FlippedBit(uint256 position, uint8 bit) public {
        bytes memory der = build(otherPck());
        position = bound(position, 0, der.length - 1);
        der[position] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert();
        register(der);
    }

    function testFuzz_Garbage(bytes calldata der) public {
        vm.expectRevert();
        certificates.registerPck(der, keyOf(CA_KEY).x, keyOf(CA_KEY).y);
    }
}
