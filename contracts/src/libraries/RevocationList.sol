// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Der} from "./Der.sol";
import {P256} from "./P256.sol";
import {PckCertificate} from "./PckCertificate.sol";

/// A certificate revocation list, before anyone has checked who signed it.
struct CrlHeader {
    bytes32 tbsDigest;
    bytes32 issuerDigest;
    uint64 thisUpdate; // Unix seconds, both inclusive
    uint64 nextUpdate;
    uint256 entriesStart; // SEQUENCE OF entries; both 0 if there are none
    uint256 entriesEnd;
    bytes32 r;
    bytes32 s;
}

/// X.509 v2 revocation lists (RFC 5280 section 5.1), strictly. `nextUpdate` is demanded: a list without one could be served for ever.
library RevocationList {
    bytes3 private constant VERSION_2 = 0x020101;
    bytes3 private constant TRUE = 0x0101ff;
    bytes5 private constant OID_CRL_NUMBER = 0x0603551d14; // 2.5.29.20
    bytes5 private constant OID_AUTHORITY_KEY_ID = 0x0603551d23; // 2.5.29.35
    bytes5 private constant OID_REASON_CODE = 0x0603551d15; // 2.5.29.21
    bytes3 private constant REMOVE_FROM_CRL = 0x0a0108;

    error UnsupportedCrl(string what);
    /// A critical extension nobody here understands: a delta or a partitioned list would be incomplete.
    error UnknownCriticalCrlExtension(uint256 offset);

    function parse(bytes calldata der) internal pure returns (CrlHeader memory list) {
        (uint256 offset, uint256 end) = Der.openLast(der, 0, der.length, Der.SEQUENCE);
        (uint256 tbs, uint256 tbsEnd) = Der.open(der, offset, end, Der.SEQUENCE);
        list.tbsDigest = sha256(der[offset:tbsEnd]);
        (list.r, list.s) = PckCertificate.parseSignature(der, tbsEnd, end);

        require(bytes3(Der.word(der, tbs)) == VERSION_2, UnsupportedCrl("version"));
        require(
            bytes12(Der.word(der, tbs + 3)) == PckCertificate.ECDSA_SHA256,
            UnsupportedCrl("signature algorithm")
        );
        offset = tbs + 15;
        (, uint256 next) = Der.open(der, offset, tbsEnd, Der.SEQUENCE);
        list.issuerDigest = keccak256(der[offset:next]);
        (list.thisUpdate, next) = Der.readTime(der, next, tbsEnd);
        (list.nextUpdate, next) = Der.readTime(der, next, tbsEnd);
        if (next < tbsEnd && uint8(der[next]) == Der.SEQUENCE) {
            (list.entriesStart, list.entriesEnd) = Der.open(der, next, tbsEnd, Der.SEQUENCE);
            next = list.entriesEnd;
        }
        if (next < tbsEnd) _checkExtensions(der, next, tbsEnd);
    }

    function isSignedBy(CrlHeader memory list, bytes32 x, bytes32 y) internal view returns (bool) {
        return P256.verify(list.tbsDigest, list.r, list.s, x, y);
    }

    /// The entry at `offset`: SEQUENCE { serial, date, [extensions] }.
    function readEntry(bytes calldata der, uint256 offset, uint256 limit)
        internal
        pure
        returns (uint256 serial, uint256 end)
    {
        uint256 start;
        (start, end) = Der.open(der, offset, limit, Der.SEQUENCE);
        (serial, start) = Der.readUint(der, start, end);
        (, start) = Der.readTime(der, start, end);
        if (start == end) return (serial, end);
        uint256 next;
        (start, next) = Der.openLast(der, start, end, Der.SEQUENCE);
        while (start < end) {
            (uint256 extension, uint256 extensionEnd) = Der.open(der, start, end, Der.SEQUENCE);
            (bytes5 oid, bool isCritical, uint256 value, uint256 valueEnd) =
                _extension(der, extension, extensionEnd);
            if (oid == OID_REASON_CODE) {
                require(
                    valueEnd == value + 3 && uint8(der[value]) == Der.ENUMERATED
                        && bytes3(Der.word(der, value)) != REMOVE_FROM_CRL,
                    UnsupportedCrl("reason code")
                );
            } else {
                require(!isCritical, UnknownCriticalCrlExtension(start));
            }
            start = extensionEnd;
        }
    }

    function _checkExtensions(bytes calldata der, uint256 offset, uint256 limit) private pure {
        (uint256 start, uint256 end) = Der.openLast(der, offset, limit, 0xa0);
        (start, end) = Der.openLast(der, start, end, Der.SEQUENCE);
        while (start < end) {
            (uint256 extension, uint256 extensionEnd) = Der.open(der, start, end, Der.SEQUENCE);
            (bytes5 oid, bool isCritical, uint256 value, uint256 valueEnd) =
                _extension(der, extension, extensionEnd);
            if (oid == OID_CRL_NUMBER) {
                (, value) = Der.readUint(der, value, valueEnd);
                require(value == valueEnd, Der.BadBounds(value, valueEnd));
            } else {
                require(!isCritical || oid == OID_AUTHORITY_KEY_ID, UnknownCriticalCrlExtension(start));
            }
            start = extensionEnd;
        }
    }

    /// { OID, critical BOOLEAN DEFAULT FALSE, value OCTET STRING }. The OID comes with its header, cut to five bytes.
    function _extension(bytes calldata der, uint256 offset, uint256 end)
        private
        pure
        returns (bytes5 oid, bool isCritical, uint256 value, uint256 valueEnd)
    {
        (, uint256 next) = Der.open(der, offset, end, Der.OBJECT_IDENTIFIER);
        oid = bytes5(Der.word(der, offset));
        isCritical = bytes3(Der.word(der, next)) == TRUE;
        (value, valueEnd) = Der.openLast(der, isCritical ? next + 3 : next, end, Der.OCTET_STRING);
    }
}
