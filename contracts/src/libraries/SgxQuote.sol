// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {P256} from "./P256.sol";

/// The parts of an SGX report body (384 bytes) that policy looks at.
struct SgxReport {
    bytes16 attributes; // flags 8 ‖ XFRM 8, as in memory (little-endian)
    bytes4 miscSelect;
    bytes32 mrEnclave;
    bytes32 mrSigner;
    uint16 isvProdId;
    uint16 isvSvn;
    bytes32 reportData; // first half
    bytes32 reportDataHigh; // second half
}

/// SGX quote version 3 (Intel "ECDSA Quote Library API", appendix A.4), cut before its certification data: the PCK
/// certificate is registered beforehand, so a registration carries 1,014 + auth data bytes instead of five thousand.
library SgxQuote {
    uint256 internal constant SIGNED_LENGTH = 432; // header 48 ‖ enclave report 384
    uint256 internal constant FIXED_LENGTH = 1014; // up to the auth data

    uint256 private constant AT_REPORT = 48;
    uint256 private constant AT_SIGNATURE = 436;
    uint256 private constant AT_KEY = 500;
    uint256 private constant AT_QE_REPORT = 564;
    uint256 private constant AT_QE_SIGNATURE = 948;
    uint256 private constant AT_AUTH_LENGTH = 1012;

    /// Version 3, key type 2 (ECDSA P-256), TEE type 0, as the first eight bytes.
    bytes8 private constant HEADER = 0x0300020000000000;
    /// Intel's quoting enclave vendor id.
    bytes16 private constant QE_VENDOR = 0x939a7233f79c4ca9940a0db3957f0607;

    /// Flags, first byte of ATTRIBUTES (SDM volume 3D, 37.7.1).
    bytes1 internal constant INIT = 0x01;
    bytes1 internal constant DEBUG = 0x02;
    bytes1 internal constant PROVISION_KEY = 0x10;
    bytes1 internal constant EINIT_TOKEN_KEY = 0x20;

    error QuoteLengthMismatch(uint256 expected, uint256 actual);
    error UnsupportedQuote(bytes8 expected, bytes8 actual);
    error UnknownQeVendor(bytes16 expected, bytes16 actual);
    error QuoteSignatureInvalid();
    error QeReportSignatureInvalid();
    error AttestationKeyUnbound(bytes32 expected, bytes32 actual);

    /// Is the quote genuine under PCK key `(x, y)`? Reverts with the check that failed.
    ///
    /// Says nothing about whether the enclave, or the quoting enclave, is one we want: that is the registry's policy.
    function verify(bytes calldata quote, bytes32 x, bytes32 y)
        internal
        view
        returns (SgxReport memory enclave, SgxReport memory qe)
    {
        // 1. Shape: every byte accounted for. Bytes 432..436 (signature data length) are unsigned and repeat what follows.
        require(quote.length >= FIXED_LENGTH, QuoteLengthMismatch(FIXED_LENGTH, quote.length));
        uint256 length = FIXED_LENGTH + _u16(quote, AT_AUTH_LENGTH);
        require(quote.length == length, QuoteLengthMismatch(length, quote.length));
        require(bytes8(quote[0:8]) == HEADER, UnsupportedQuote(HEADER, bytes8(quote[0:8])));
        require(bytes16(quote[12:28]) == QE_VENDOR, UnknownQeVendor(QE_VENDOR, bytes16(quote[12:28])));

        // 2. The platform's PCK key signs the quoting enclave's report.
        bytes32 digest = sha256(quote[AT_QE_REPORT:AT_QE_SIGNATURE]);
        require(_isSigned(quote, AT_QE_SIGNATURE, digest, x, y), QeReportSignatureInvalid());
        qe = report(quote, AT_QE_REPORT);

        // 3. That report names the attestation key: SHA-256(key ‖ auth data) ‖ 32 zero bytes.
        digest = sha256(bytes.concat(quote[AT_KEY:AT_QE_REPORT], quote[FIXED_LENGTH:]));
        require(qe.reportData == digest, AttestationKeyUnbound(digest, qe.reportData));
        require(qe.reportDataHigh == 0, AttestationKeyUnbound(0, qe.reportDataHigh));

        // 4. The attestation key signs header and enclave report.
        digest = sha256(quote[0:SIGNED_LENGTH]);
        bytes32 keyX = bytes32(quote[AT_KEY:AT_KEY + 32]);
        bytes32 keyY = bytes32(quote[AT_KEY + 32:AT_QE_REPORT]);
        require(_isSigned(quote, AT_SIGNATURE, digest, keyX, keyY), QuoteSignatureInvalid());
        enclave = report(quote, AT_REPORT);
    }

    /// Reads the report body at `offset`; the caller has checked that 384 bytes are there.
    function report(bytes calldata quote, uint256 offset) internal pure returns (SgxReport memory body) {
        body.miscSelect = bytes4(quote[offset + 16:offset + 20]);
        body.attributes = bytes16(quote[offset + 48:offset + 64]);
        body.mrEnclave = bytes32(quote[offset + 64:offset + 96]);
        body.mrSigner = bytes32(quote[offset + 128:offset + 160]);
        body.isvProdId = _u16(quote, offset + 256);
        body.isvSvn = _u16(quote, offset + 258);
        body.reportData = bytes32(quote[offset + 320:offset + 352]);
        body.reportDataHigh = bytes32(quote[offset + 352:offset + 384]);
    }

    function _isSigned(bytes calldata quote, uint256 offset, bytes32 digest, bytes32 x, bytes32 y)
        private
        view
        returns (bool)
    {
        return P256.verify(
            digest, bytes32(quote[offset:offset + 32]), bytes32(quote[offset + 32:offset + 64]), x, y
        );
    }

    function _u16(bytes calldata quote, uint256 offset) private pure returns (uint16) {
        return uint16(uint8(quote[offset])) | (uint16(uint8(quote[offset + 1])) << 8);
    }
}
