// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CertificateBuilder} from "./CertificateBuilder.sol";

/// One SGX report body; `QuoteBuilder` defaults all of it.
struct ReportSpec {
    bytes16 attributes;
    bytes4 miscSelect;
    bytes32 mrEnclave;
    bytes32 mrSigner;
    uint16 isvProdId;
    uint16 isvSvn;
    bytes32 reportData;
    bytes32 reportDataHigh;
}

struct QuoteSpec {
    bytes8 header;
    bytes16 vendor;
    ReportSpec enclave;
    ReportSpec qe; // report data is set by the builder unless `isBound` is false
    bool isBound;
    uint256 attestationKey;
    uint256 pckKey;
    bytes authData;
}

/// Byte-exact SGX quotes v3, cut before the certification data.
abstract contract QuoteBuilder is CertificateBuilder {
    uint256 internal constant ATTESTATION_KEY = 0xa004;
    bytes32 internal constant MR_ENCLAVE = keccak256("test enclave");
    bytes32 internal constant MR_SIGNER = keccak256("test signer");
    bytes32 internal constant QE_MR_SIGNER = keccak256("test quoting enclave signer");
    bytes16 internal constant ATTRIBUTES = 0x0500000000000000e700000000000000; // INIT, MODE64
    bytes16 internal constant QE_ATTRIBUTES = 0x1500000000000000e700000000000000; // and PROVISIONKEY

    function quoteSpec() internal pure returns (QuoteSpec memory spec) {
        spec.header = 0x0300020000000000;
        spec.vendor = 0x939a7233f79c4ca9940a0db3957f0607;
        spec.enclave.attributes = ATTRIBUTES;
        spec.enclave.mrEnclave = MR_ENCLAVE;
        spec.enclave.mrSigner = MR_SIGNER;
        spec.enclave.isvProdId = 7;
        spec.enclave.isvSvn = 3;
        spec.qe.attributes = QE_ATTRIBUTES;
        spec.qe.mrEnclave = keccak256("test quoting enclave");
        spec.qe.mrSigner = QE_MR_SIGNER;
        spec.qe.isvProdId = 1;
        spec.qe.isvSvn = 8;
        spec.isBound = true;
        spec.attestationKey = ATTESTATION_KEY;
        spec.pckKey = PCK_KEY;
        spec.authData = hex"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    }

    function build(QuoteSpec memory spec) internal pure returns (bytes memory) {
        bytes memory signedPart =
            bytes.concat(spec.header, hex"08000d00", spec.vendor, new bytes(20), report(spec.enclave));
        (uint256 x, uint256 y) = vm.publicKeyP256(spec.attestationKey);
        if (spec.isBound) spec.qe.reportData = sha256(abi.encodePacked(x, y, spec.authData));
        bytes memory qeReport = report(spec.qe);
        bytes memory signatureData =
            bytes.concat(signature(spec.attestationKey, signedPart), abi.encodePacked(x, y), qeReport);
        bytes memory certification = bytes.concat(
            signature(spec.pckKey, qeReport), littleEndian(uint16(spec.authData.length)), spec.authData
        );
        // The four bytes between are the signature data length: unsigned, and not read.
        return bytes.concat(signedPart, new bytes(4), signatureData, certification);
    }

    function report(ReportSpec memory spec) internal pure returns (bytes memory) {
        bytes memory head = bytes.concat(
            hex"0102030405060708090a0b0c0d0e0f10",
            spec.miscSelect,
            new bytes(28),
            spec.attributes,
            spec.mrEnclave
        );
        bytes memory tail = bytes.concat(
            littleEndian(spec.isvProdId),
            littleEndian(spec.isvSvn),
            new bytes(60),
            spec.reportData,
            spec.reportDataHigh
        );
        return bytes.concat(head, new bytes(32), spec.mrSigner, new bytes(96), tail);
    }

    function signature(uint256 privateKey, bytes memory message) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(privateKey, sha256(message));
        return abi.encodePacked(r, s);
    }

    function littleEndian(uint16 value) internal pure returns (bytes2) {
        return bytes2((value << 8) | (value >> 8));
    }
}
