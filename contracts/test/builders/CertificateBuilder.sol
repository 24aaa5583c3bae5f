// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Test} from "../Vm.sol";
import {DerBuilder} from "./DerBuilder.sol";

/// What a test certificate says; `CertificateBuilder` defaults all of it.
struct CertificateSpec {
    uint256 issuerKey; // P-256 private keys
    uint256 subjectKey;
    string issuer; // common names
    string subject;
    uint256 serial;
    string notBefore; // UTCTime
    string notAfter;
    bytes extensions; // DER, concatenated
}

/// Builds certificates in the shape of Intel's SGX PKI, under keys everybody knows.
abstract contract CertificateBuilder is Test {
    using DerBuilder for *;

    uint256 internal constant ROOT_KEY = 0xa001;
    uint256 internal constant CA_KEY = 0xa002;
    uint256 internal constant PCK_KEY = 0xa003;

    bytes internal constant ECDSA_SHA256 = hex"300a06082a8648ce3d040302";
    bytes internal constant P256_ALGORITHM = hex"301306072a8648ce3d020106082a8648ce3d030107";
    bytes internal constant BASIC_CONSTRAINTS_CA = hex"30120603551d130101ff040830060101ff020100";
    bytes internal constant BASIC_CONSTRAINTS_LEAF = hex"300c0603551d130101ff04023000";
    bytes internal constant KEY_USAGE_CERT_SIGN = hex"300e0603551d0f0101ff040403020106";
    bytes internal constant KEY_USAGE_SIGN = hex"300e0603551d0f0101ff0404030206c0";
    bytes internal constant SGX_ARC = hex"2a864886f84d010d01";

    function caSpec() internal pure returns (CertificateSpec memory spec) {
        spec.issuerKey = ROOT_KEY;
        spec.subjectKey = CA_KEY;
        spec.issuer = "Test SGX Root CA";
        spec.subject = "Test Platform CA";
        spec.serial = 0xca0001;
        spec.notBefore = "200101000000Z";
        spec.notAfter = "400101000000Z";
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_CA, KEY_USAGE_CERT_SIGN);
    }

    function pckSpec() internal pure returns (CertificateSpec memory spec) {
        spec.issuerKey = CA_KEY;
        spec.subjectKey = PCK_KEY;
        spec.issuer = "Test Platform CA";
        spec.subject = "Test SGX PCK Certificate";
        spec.serial = 0x9c0001;
        spec.notBefore = "200101000000Z";
        spec.notAfter = "350101000000Z";
        spec.extensions =
            bytes.concat(KEY_USAGE_SIGN, BASIC_CONSTRAINTS_LEAF, sgxExtension(hex"00606a000000", 13));
    }

    function build(CertificateSpec memory spec) internal pure returns (bytes memory) {
        return signed(tbs(spec), spec.issuerKey);
    }

    function tbs(CertificateSpec memory spec) internal pure returns (bytes memory) {
        bytes memory validity = bytes.concat(
            DerBuilder.tlv(0x17, bytes(spec.notBefore)), DerBuilder.tlv(0x17, bytes(spec.notAfter))
        );
        bytes memory names = bytes.concat(
            name(spec.issuer),
            DerBuilder.sequence(validity),
            name(spec.subject),
            publicKeyInfo(spec.subjectKey)
        );
        bytes memory extensions = DerBuilder.tlv(0xa3, DerBuilder.sequence(spec.extensions));
        return DerBuilder.sequence(
            bytes.concat(hex"a003020102", DerBuilder.integer(spec.serial), ECDSA_SHA256, names, extensions)
        );
    }

    function signed(bytes memory tbsDer, uint256 issuerKey) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(issuerKey, sha256(tbsDer));
        return DerBuilder.sequence(bytes.concat(tbsDer, ECDSA_SHA256, DerBuilder.signature(r, s)));
    }

    function name(string memory commonName) internal pure returns (bytes memory) {
        bytes memory pair =
            DerBuilder.sequence(bytes.concat(hex"0603550403", DerBuilder.tlv(0x0c, bytes(commonName))));
        return DerBuilder.sequence(DerBuilder.tlv(0x31, pair));
    }

    function publicKeyInfo(uint256 privateKey) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        bytes memory point = abi.encodePacked(uint8(0), uint8(4), x, y);
        return DerBuilder.sequence(bytes.concat(P256_ALGORITHM, DerBuilder.tlv(0x03, point)));
    }

    /// The extension of a PCK leaf: component i has SVN i, so that a swapped pair shows.
    function sgxExtension(bytes memory fmspc, uint256 pceSvn) internal pure returns (bytes memory) {
        bytes memory components;
        bytes memory cpuSvn;
        for (uint8 i = 1; i <= 16; i++) {
            components =
                bytes.concat(components, member(bytes.concat(hex"02", bytes1(i)), DerBuilder.integer(i)));
            cpuSvn = bytes.concat(cpuSvn, bytes1(i));
        }
        components = bytes.concat(components, member(hex"0211", DerBuilder.integer(pceSvn)));
        components = bytes.concat(components, member(hex"0212", DerBuilder.octets(cpuSvn)));
        bytes memory members = bytes.concat(
            member(hex"01", DerBuilder.octets(new bytes(16))),
            member(hex"02", DerBuilder.sequence(components)),
            member(hex"03", DerBuilder.octets(hex"0000")),
            member(hex"04", DerBuilder.octets(fmspc)),
            member(hex"05", hex"0a0101")
        );
        bytes memory value = DerBuilder.octets(DerBuilder.sequence(members));
        return DerBuilder.sequence(bytes.concat(DerBuilder.oid(SGX_ARC), value));
    }

    function member(bytes memory suffix, bytes memory value) internal pure returns (bytes memory) {
        return DerBuilder.sequence(bytes.concat(DerBuilder.oid(bytes.concat(SGX_ARC, suffix)), value));
    }
}
