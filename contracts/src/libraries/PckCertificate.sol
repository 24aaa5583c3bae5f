// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Der} from "./Der.sol";
import {P256} from "./P256.sol";

/// What a certificate says, before anyone has checked who signed it.
struct Certificate {
    bytes32 tbsDigest; // SHA-256 of the signed part
    bytes32 issuerDigest; // keccak256 of the DER name
    bytes32 subjectDigest;
    uint64 notBefore; // Unix seconds, inclusive
    uint64 notAfter; // inclusive
    uint160 serial;
    bytes32 x; // subject public key, P-256
    bytes32 y;
    bytes32 r; // issuer's signature
    bytes32 s;
    bool isCa; // basicConstraints cA
    uint8 pathLength; // CAs allowed below; 255 = no limit
    uint8 keyUsage; // first octet of the bits (RFC 5280 4.2.1.3)
    uint256 subjectStart; // the DER name
    uint256 subjectEnd;
    uint256 sgxStart; // contents of the SGX extension, both 0 if there is none
    uint256 sgxEnd;
}

/// The platform a PCK key stands for: Intel "SGX PCK Certificate and CRL Profile" 1.5, extension 1.2.840.113741.1.13.1.
struct PckTcb {
    bytes16 components; // TCB component SVNs 1 to 16
    uint16 pceSvn;
    bytes2 pceId;
    bytes6 fmspc;
}

/// X.509 as Intel's SGX PKI uses it: ECDSA P-256 with SHA-256 throughout (RFC 5280, RFC 5758).
///
/// Note: parsing says nothing about trust. Callers check signature, issuer name, window, role and revocation.
library PckCertificate {
    /// AlgorithmIdentifier ecdsa-with-SHA256.
    bytes12 internal constant ECDSA_SHA256 = 0x300a06082a8648ce3d040302;
    /// SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point's x.
    bytes27 internal constant P256_KEY_PREFIX = 0x3059301306072a8648ce3d020106082a8648ce3d03010703420004;
    /// `[0] EXPLICIT INTEGER 2`: only version 3 carries extensions.
    bytes5 internal constant VERSION_3 = 0xa003020102;

    // Object identifiers: contents from the left, length in the last byte, so that a longer one never looks like a shorter.
    bytes32 internal constant OID_BASIC_CONSTRAINTS = bytes32(bytes3(0x551d13)) | bytes32(uint256(3)); // 2.5.29.19
    bytes32 internal constant OID_KEY_USAGE = bytes32(bytes3(0x551d0f)) | bytes32(uint256(3)); // 2.5.29.15
    bytes32 internal constant OID_SGX = bytes32(SGX_ARC) | bytes32(uint256(9));
    bytes9 private constant SGX_ARC = 0x2a864886f84d010d01; // 1.2.840.113741.1.13.1

    bytes3 private constant TRUE = 0x0101ff; // BOOLEAN TRUE, in full
    // Key usage: bits 0, 5 and 6 of the first octet.
    uint8 internal constant DIGITAL_SIGNATURE = 0x80;
    uint8 internal constant KEY_CERT_SIGN = 0x04;
    uint8 internal constant CRL_SIGN = 0x02;

    error UnsupportedCertificate(string what);
    error DuplicateExtension(uint256 offset);
    error UnknownCriticalExtension(uint256 offset);
    error MissingSgxExtension();
    error BadSgxExtension(uint256 offset);

    function parse(bytes calldata der) internal pure returns (Certificate memory certificate) {
        (uint256 offset, uint256 end) = Der.openLast(der, 0, der.length, Der.SEQUENCE);
        (uint256 tbsStart, uint256 tbsEnd) = Der.open(der, offset, end, Der.SEQUENCE);
        certificate.tbsDigest = sha256(der[offset:tbsEnd]);

        _parseTbs(der, tbsStart, tbsEnd, certificate);

        (certificate.r, certificate.s) = parseSignature(der, tbsEnd, end);
    }

    /// What follows the signed part of certificates and lists: algorithm and ECDSA-Sig-Value, up to `end`.
    function parseSignature(bytes calldata der, uint256 offset, uint256 end)
        internal
        pure
        returns (bytes32 r, bytes32 s)
    {
        require(bytes12(Der.word(der, offset)) == ECDSA_SHA256, UnsupportedCertificate("signature algorithm"));
        (uint256 bits, uint256 bitsEnd) = Der.openLast(der, offset + 12, end, Der.BIT_STRING);
        require(bits < bitsEnd && der[bits] == 0, UnsupportedCertificate("signature bits"));
        (offset, end) = Der.openLast(der, bits + 1, bitsEnd, Der.SEQUENCE);
        uint256 value;
        (value, offset) = Der.readUint(der, offset, end);
        r = bytes32(value);
        (value, offset) = Der.readUint(der, offset, end);
        s = bytes32(value);
        require(offset == end, Der.BadBounds(offset, end));
    }

    function isSignedBy(Certificate memory certificate, bytes32 x, bytes32 y) internal view returns (bool) {
        return P256.verify(certificate.tbsDigest, certificate.r, certificate.s, x, y);
    }

    /// Does the subject name hold `phrase`? How Intel's library tells roles apart (QVL, X509Constants.h).
    function isNamed(bytes calldata der, Certificate memory certificate, bytes32 phrase)
        internal
        pure
        returns (bool isFound)
    {
        (uint256 start, uint256 end) = (certificate.subjectStart, certificate.subjectEnd);
        assembly ("memory-safe") {
            let unused := shl(3, shr(3, sub(255, clz(and(phrase, sub(0, phrase))))))
            let wanted := shr(unused, phrase)
            let last := sub(add(end, shr(3, unused)), 32)
            for {} iszero(gt(start, last)) { start := add(start, 1) } {
                if eq(shr(unused, calldataload(add(der.offset, start))), wanted) {
                    isFound := 1
                    break
                }
            }
        }
    }

    /// Reads the SGX extension of a PCK leaf. Members stand in the order of their object identifiers, each once.
    function parseTcb(bytes calldata der, Certificate memory certificate)
        internal
        pure
        returns (PckTcb memory tcb)
    {
        require(certificate.sgxEnd != 0, MissingSgxExtension());
        (uint256 offset, uint256 end) =
            Der.openLast(der, certificate.sgxStart, certificate.sgxEnd, Der.SEQUENCE);
        uint256 member = 1;
        for (; offset < end; member++) {
            (uint256 value, uint256 memberEnd) =
                _openMember(der, offset, end, abi.encodePacked(SGX_ARC, uint8(member)));
            if (member == 2) _parseComponents(der, value, memberEnd, tcb);
            else if (member == 3) tcb.pceId = bytes2(_octets(der, value, memberEnd, 2));
            else if (member == 4) tcb.fmspc = bytes6(_octets(der, value, memberEnd, 6));
            offset = memberEnd;
        }
        // PPID, TCB, PCEID, FMSPC and SGX type are mandatory; platform instance id and configuration are not.
        require(member > 5, BadSgxExtension(end));
    }

    function _parseTbs(bytes calldata der, uint256 offset, uint256 end, Certificate memory certificate)
        private
        pure
    {
        require(bytes5(Der.word(der, offset)) == VERSION_3, UnsupportedCertificate("version"));
        uint256 start = offset + 5;
        uint256 serial;
        (serial, offset) = Der.readUint(der, start, end);
        require(serial != 0 && serial <= type(uint160).max, Der.BadInteger(start));
        certificate.serial = uint160(serial);

        require(bytes12(Der.word(der, offset)) == ECDSA_SHA256, UnsupportedCertificate("signature algorithm"));
        offset += 12;

        (, uint256 next) = Der.open(der, offset, end, Der.SEQUENCE);
        certificate.issuerDigest = keccak256(der[offset:next]);

        (start, offset) = Der.open(der, next, end, Der.SEQUENCE);
        (certificate.notBefore, next) = Der.readTime(der, start, offset);
        (certificate.notAfter, next) = Der.readTime(der, next, offset);
        require(next == offset, Der.BadBounds(next, offset));

        (, next) = Der.open(der, offset, end, Der.SEQUENCE);
        certificate.subjectDigest = keccak256(der[offset:next]);
        (certificate.subjectStart, certificate.subjectEnd) = (offset, next);

        (, offset) = Der.open(der, next, end, Der.SEQUENCE);
        require(
            bytes27(Der.word(der, next)) == P256_KEY_PREFIX && offset == next + 91,
            UnsupportedCertificate("public key")
        );
        certificate.x = bytes32(der[next + 27:next + 59]);
        certificate.y = bytes32(der[next + 59:next + 91]);

        // [3] EXPLICIT SEQUENCE OF Extension, the last member: the optional unique ids before it are not in Intel's profile.
        (start, next) = Der.openLast(der, offset, end, 0xa3);
        (start, next) = Der.openLast(der, start, next, Der.SEQUENCE);
        _parseExtensions(der, start, next, certificate);
    }

    /// Which extensions have been met.
    struct Seen {
        bool isBasicConstraints;
        bool isKeyUsage;
    }

    /// Every extension is visited: an unknown critical one is a refusal (RFC 5280 4.2), a repeated one too.
    function _parseExtensions(bytes calldata der, uint256 offset, uint256 end, Certificate memory certificate)
        private
        pure
    {
        Seen memory seen;
        while (offset < end) {
            (uint256 start, uint256 next) = Der.open(der, offset, end, Der.SEQUENCE);
            _parseExtension(der, start, next, certificate, seen);
            offset = next;
        }
    }

    /// SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, value OCTET STRING }.
    function _parseExtension(
        bytes calldata der,
        uint256 offset,
        uint256 end,
        Certificate memory certificate,
        Seen memory seen
    ) private pure {
        (uint256 id, uint256 idEnd) = Der.open(der, offset, end, Der.OBJECT_IDENTIFIER);
        bool isCritical = bytes3(Der.word(der, idEnd)) == TRUE;
        (uint256 value, uint256 valueEnd) =
            Der.openLast(der, isCritical ? idEnd + 3 : idEnd, end, Der.OCTET_STRING);
        bytes32 oid = idEnd - id < 32 ? bytes32(der[id:idEnd]) | bytes32(idEnd - id) : bytes32(0);

        if (oid == OID_BASIC_CONSTRAINTS) {
            require(!seen.isBasicConstraints, DuplicateExtension(offset));
            seen.isBasicConstraints = true;
            // DER leaves out FALSE, so an empty sequence is an end entity.
            (value, valueEnd) = Der.openLast(der, value, valueEnd, Der.SEQUENCE);
            _parseConstraints(der, value, valueEnd, certificate);
        } else if (oid == OID_KEY_USAGE) {
            require(!seen.isKeyUsage, DuplicateExtension(offset));
            seen.isKeyUsage = true;
            (value, valueEnd) = Der.openLast(der, value, valueEnd, Der.BIT_STRING);
            require(
                valueEnd >= value + 2 && valueEnd <= value + 3 && uint8(der[value]) < 8, Der.BadLength(value)
            );
            certificate.keyUsage = uint8(der[value + 1]);
        } else if (oid == OID_SGX) {
            require(certificate.sgxEnd == 0, DuplicateExtension(offset));
            (certificate.sgxStart, certificate.sgxEnd) = (value, valueEnd);
        } else {
            require(!isCritical, UnknownCriticalExtension(offset));
        }
    }

    /// [ cA BOOLEAN ] [ pathLenConstraint INTEGER ].
    function _parseConstraints(
        bytes calldata der,
        uint256 offset,
        uint256 end,
        Certificate memory certificate
    ) private pure {
        certificate.pathLength = type(uint8).max;
        if (offset < end && uint8(der[offset]) == Der.BOOLEAN) {
            require(bytes3(Der.word(der, offset)) == TRUE, Der.BadLength(offset));
            certificate.isCa = true;
            offset += 3;
        }
        if (offset < end) {
            uint256 length;
            (length, offset) = Der.readUint(der, offset, end);
            require(length < type(uint8).max, Der.BadInteger(offset));
            certificate.pathLength = uint8(length);
        }
        require(offset == end, Der.BadBounds(offset, end));
    }

    /// SEQUENCE { OID, value }: returns the value's header position and the member's end.
    function _openMember(bytes calldata der, uint256 offset, uint256 end, bytes memory oid)
        private
        pure
        returns (uint256 value, uint256 memberEnd)
    {
        uint256 start;
        (start, memberEnd) = Der.open(der, offset, end, Der.SEQUENCE);
        (start, value) = Der.open(der, start, memberEnd, Der.OBJECT_IDENTIFIER);
        require(keccak256(der[start:value]) == keccak256(oid), BadSgxExtension(offset));
    }

    /// Sixteen component SVNs, PCESVN and the raw CPUSVN, in that order.
    function _parseComponents(bytes calldata der, uint256 offset, uint256 limit, PckTcb memory tcb)
        private
        pure
    {
        uint256 end;
        (offset, end) = Der.openLast(der, offset, limit, Der.SEQUENCE);
        uint256 components;
        for (uint256 member = 1; member <= 18; member++) {
            (uint256 value, uint256 memberEnd) =
                _openMember(der, offset, end, abi.encodePacked(SGX_ARC, uint8(2), uint8(member)));
            if (member == 18) {
                _octets(der, value, memberEnd, 16);
            } else {
                (uint256 svn, uint256 valueEnd) = Der.readUint(der, value, memberEnd);
                require(valueEnd == memberEnd, Der.BadBounds(valueEnd, memberEnd));
                require(svn <= (member == 17 ? type(uint16).max : type(uint8).max), Der.BadInteger(value));
                if (member == 17) tcb.pceSvn = uint16(svn);
                else components = (components << 8) | svn;
            }
            offset = memberEnd;
        }
        require(offset == end, Der.BadBounds(offset, end));
        tcb.components = bytes16(uint128(components));
    }

    function _octets(bytes calldata der, uint256 offset, uint256 limit, uint256 width)
        private
        pure
        returns (bytes32)
    {
        (uint256 start, uint256 end) = Der.openLast(der, offset, limit, Der.OCTET_STRING);
        require(end - start == width, Der.BadLength(offset));
        return Der.word(der, start);
    }
}
