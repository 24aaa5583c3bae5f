// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TcbQuery, Tee} from "../types/EndorsementTypes.sol";
import {EnclaveReport} from "../types/QuoteTypes.sol";
import {P256} from "./P256.sol";

/// Quotes of version 3 (SGX), 4 and 5 (SGX and TDX) after Intel "ECDSA Quote Library API" and "TDX Quoting Library API",
/// appendices A, cut before the PCK chain: the certificate is registered beforehand, so a registration carries a quarter of the bytes.
library DcapQuote {
    uint256 private constant HEADER = 48;
    uint256 private constant SGX_REPORT = 384;
    uint256 private constant TD_REPORT_10 = 584;
    uint256 private constant TD_REPORT_15 = 648;
    /// Intel's quoting enclave vendor id.
    bytes16 private constant QE_VENDOR = 0x939a7233f79c4ca9940a0db3957f0607;
    bytes2 private constant QE_REPORT_CERTIFICATION = 0x0600;

    error QuoteLengthMismatch(uint256 expected, uint256 actual);
    error UnsupportedVersion(uint256 actual);
    error UnsupportedKeyType(uint256 actual);
    error UnsupportedTee(bytes4 actual);
    error BodyMismatch(bytes6 actual);
    error UnknownQeVendor(bytes16 expected, bytes16 actual);
    error UnsupportedCertification(bytes2 expected, bytes2 actual);
    error QuoteSignatureInvalid();
    error QeReportSignatureInvalid();
    error AttestationKeyUnbound(bytes32 expected, bytes32 actual);

    /// Where the parts are.
    struct Layout {
        Tee tee;
        uint256 body;
        uint256 bodyEnd; // and of what the attestation key signs
        uint256 signature;
        uint256 qeReport;
    }

    /// Is the quote signed, link by link, down from PCK key `(x, y)`? Reverts with the link that is not.
    function verify(bytes calldata quote, bytes32 x, bytes32 y)
        internal
        view
        returns (EnclaveReport memory enclave, TcbQuery memory query)
    {
        // 1. Shape: every byte accounted for. Lengths outside the signatures only repeat what follows.
        Layout memory parts = _layout(quote);

        // 2. The platform's PCK key signs the quoting enclave's report.
        uint256 qe = parts.qeReport;
        bytes32 digest = sha256(quote[qe:qe + SGX_REPORT]);
        require(_isSigned(quote, qe + SGX_REPORT, digest, x, y), QeReportSignatureInvalid());

        // 3. That report names the attestation key, and 4. the attestation key signs header and body.
        _checkBinding(quote, parts);
        _checkSignature(quote, parts);

        query.tee = parts.tee;
        query.qeMiscSelect = bytes4(quote[qe + 16:qe + 20]);
        query.qeAttributes = bytes16(quote[qe + 48:qe + 64]);
        query.qeMrSigner = bytes32(quote[qe + 128:qe + 160]);
        query.qeIsvProdId = _u16(quote, qe + 256);
        query.qeIsvSvn = _u16(quote, qe + 258);
        bytes calldata body = quote[parts.body:parts.bodyEnd];
        enclave = parts.tee == Tee.Sgx ? _sgxReport(body) : _tdReport(body, query);
    }

    /// Report data of the QE report: SHA-256(attestation key ‖ auth data) ‖ 32 zero bytes.
    function _checkBinding(bytes calldata quote, Layout memory parts) private pure {
        uint256 key = parts.signature + 64;
        bytes calldata named = quote[parts.qeReport + 320:parts.qeReport + 384];
        bytes32 digest = sha256(bytes.concat(quote[key:key + 64], quote[parts.qeReport + SGX_REPORT + 66:]));
        require(bytes32(named) == digest, AttestationKeyUnbound(digest, bytes32(named)));
        require(bytes32(named[32:]) == 0, AttestationKeyUnbound(0, bytes32(named[32:])));
    }

    function _checkSignature(bytes calldata quote, Layout memory parts) private view {
        bytes32 digest = sha256(quote[:parts.bodyEnd]);
        uint256 key = parts.signature + 64;
        bytes32 x = bytes32(quote[key:key + 32]);
        bytes32 y = bytes32(quote[key + 32:key + 64]);
        require(_isSigned(quote, parts.signature, digest, x, y), QuoteSignatureInvalid());
    }

    function _layout(bytes calldata quote) private pure returns (Layout memory parts) {
        require(quote.length >= 54, QuoteLengthMismatch(54, quote.length));
        uint256 version = _u16(quote, 0);
        require(version >= 3 && version <= 5, UnsupportedVersion(version));
        require(_u16(quote, 2) == 2, UnsupportedKeyType(_u16(quote, 2)));
        bytes4 tee = bytes4(quote[4:8]);
        require(tee == 0 || (tee == 0x81000000 && version >= 4), UnsupportedTee(tee));
        parts.tee = tee == 0 ? Tee.Sgx : Tee.Tdx;
        require(bytes16(quote[12:28]) == QE_VENDOR, UnknownQeVendor(QE_VENDOR, bytes16(quote[12:28])));

        parts.body = HEADER;
        uint256 size = tee == 0 ? SGX_REPORT : TD_REPORT_10;
        if (version == 5) {
            bytes6 descriptor = bytes6(quote[48:54]);
            parts.body = 54;
            size = _bodySize(descriptor);
            require((size == SGX_REPORT) == (tee == 0), UnsupportedTee(tee));
        }
        parts.bodyEnd = parts.body + size;
        parts.signature = parts.bodyEnd + 4;
        parts.qeReport = parts.signature + (version == 3 ? 128 : 134);
        // From version 4 on the QE report lies inside an outer certification of type 6.
        uint256 auth = parts.qeReport + SGX_REPORT + 66;
        require(quote.length >= auth, QuoteLengthMismatch(auth, quote.length));
        if (version != 3) {
            bytes2 certification = bytes2(quote[parts.signature + 128:parts.signature + 130]);
            require(
                certification == QE_REPORT_CERTIFICATION,
                UnsupportedCertification(QE_REPORT_CERTIFICATION, certification)
            );
        }
        uint256 length = auth + _u16(quote, auth - 2);
        require(quote.length == length, QuoteLengthMismatch(length, quote.length));
    }

    /// Version 5 says the body's size twice, by type and by length, and both must agree.
    function _bodySize(bytes6 descriptor) private pure returns (uint256) {
        if (descriptor == 0x010080010000) return SGX_REPORT;
        if (descriptor == 0x020048020000) return TD_REPORT_10;
        require(descriptor == 0x030088020000, BodyMismatch(descriptor));
        return TD_REPORT_15;
    }

    function _sgxReport(bytes calldata body) private pure returns (EnclaveReport memory report) {
        report.attributes = bytes16(body[48:64]);
        report.mrEnclave = bytes32(body[64:96]);
        report.mrSigner = bytes32(body[128:160]);
        report.isvProdId = _u16(body, 256);
        report.isvSvn = _u16(body, 258);
        report.reportData = bytes32(body[320:352]);
        report.reportDataHigh = bytes32(body[352:384]);
    }

    function _tdReport(bytes calldata body, TcbQuery memory query)
        private
        pure
        returns (EnclaveReport memory report)
    {
        report.tee = Tee.Tdx;
        report.attributes = bytes16(body[120:136]);
        report.mrEnclave = keccak256(body[136:520]);
        report.reportData = bytes32(body[520:552]);
        report.reportDataHigh = bytes32(body[552:584]);
        query.teeTcbSvn = bytes16(body[0:16]);
        query.moduleDigest = keccak256(body[64:120]);
        query.seamAttributes = bytes8(body[112:120]);
        if (body.length == TD_REPORT_15) {
            query.isTd15 = true;
            query.teeTcbSvn2 = bytes16(body[584:600]);
            report.isServiced = bytes32(body[600:632]) != 0 || bytes16(body[632:648]) != 0;
        }
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
