// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TcbSignature} from "../../src/interfaces/IEndorsements.sol";
import {P256Key} from "../../src/types/RegistryTypes.sol";
import {CertificateSpec} from "./CertificateBuilder.sol";
import {DerBuilder} from "./DerBuilder.sol";
import {QuoteBuilder} from "./QuoteBuilder.sol";

/// One TCB level of a test; SGX component i wants SVN i unless `sgx` says otherwise.
struct LevelSpec {
    uint8 firstComponent; // SGX component 1
    uint16 pceSvn;
    uint8[3] tdx; // TDX components 1 to 3
    string status;
    string advisories; // `"A","B"`; empty: the member is absent
}

struct TcbInfoSpec {
    bool isTdx;
    string issueDate;
    string nextUpdate;
    string fmspc;
    string pceId;
    uint256 evaluationNumber;
    string modules; // items of tdxModuleIdentities; empty: the member is absent
    LevelSpec[] levels;
}

/// Lists, TCB info and identities in the shape of Intel's, under keys everybody knows.
abstract contract EndorsementBuilder is QuoteBuilder {
    uint256 internal constant TCB_SIGNING_KEY = 0xa005;
    bytes internal constant BASIC_CONSTRAINTS_ROOT = hex"300f0603551d130101ff040530030101ff";
    string internal constant ISSUED = "2026-09-01T00:00:00Z";
    string internal constant NEXT_UPDATE = "2049-12-31T23:59:59Z";

    function rootSpec() internal pure returns (CertificateSpec memory spec) {
        spec = caSpec();
        spec.subjectKey = ROOT_KEY;
        spec.subject = spec.issuer;
        spec.serial = 0x400001;
        spec.notAfter = "491231235959Z";
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_ROOT, KEY_USAGE_CERT_SIGN);
    }

    function tcbSignerSpec() internal pure returns (CertificateSpec memory spec) {
        spec = caSpec();
        spec.subjectKey = TCB_SIGNING_KEY;
        spec.subject = "Test SGX TCB Signing";
        spec.serial = 0x7c0001;
        spec.extensions = bytes.concat(BASIC_CONSTRAINTS_LEAF, KEY_USAGE_SIGN);
    }

    /// A list of `issuer` naming `serials`.
    function crl(
        uint256 issuerKey,
        string memory issuer,
        uint256[] memory serials,
        string memory thisUpdate,
        string memory nextUpdate
    ) internal pure returns (bytes memory) {
        bytes memory body = bytes.concat(hex"020101", ECDSA_SHA256, name(issuer));
        body = bytes.concat(
            body, DerBuilder.tlv(0x17, bytes(thisUpdate)), DerBuilder.tlv(0x17, bytes(nextUpdate))
        );
        if (serials.length != 0) {
            body = bytes.concat(body, DerBuilder.sequence(_entries(serials, thisUpdate)));
        }
        // crlExtensions: the list's number.
        body = bytes.concat(body, hex"a00e300c300a0603551d140403020101");
        return signed(DerBuilder.sequence(body), issuerKey);
    }

    function _entries(uint256[] memory serials, string memory date) private pure returns (bytes memory) {
        bytes[] memory parts = new bytes[](serials.length);
        uint256 length;
        for (uint256 i = 0; i < serials.length; i++) {
            // With a reason code, as Intel's entries have.
            parts[i] = DerBuilder.sequence(
                bytes.concat(
                    DerBuilder.integer(serials[i]),
                    DerBuilder.tlv(0x17, bytes(date)),
                    hex"300c300a0603551d1504030a0101"
                )
            );
            length += parts[i].length;
        }
        bytes memory joined = new bytes(length);
        uint256 offset;
        for (uint256 i = 0; i < parts.length; i++) {
            for (uint256 j = 0; j < parts[i].length; j++) {
                joined[offset++] = parts[i][j];
            }
        }
        return joined;
    }

    function tcbInfoSpec() internal pure returns (TcbInfoSpec memory spec) {
        spec.issueDate = ISSUED;
        spec.nextUpdate = NEXT_UPDATE;
        spec.fmspc = "00606a000000";
        spec.pceId = "0000";
        spec.evaluationNumber = 17;
        spec.levels = new LevelSpec[](2);
        spec.levels[0] = LevelSpec(1, 13, [uint8(4), 0, 2], "UpToDate", "");
        spec.levels[1] = LevelSpec(0, 5, [uint8(2), 0, 0], "OutOfDate", '"TEST-SA-00001","TEST-SA-00002"');
    }

    function tdxInfoSpec() internal pure returns (TcbInfoSpec memory spec) {
        spec = tcbInfoSpec();
        spec.isTdx = true;
        spec.modules = string.concat(
            '{"id":"TDX_01",',
            _module(),
            ',"tcbLevels":[{"tcb":{"isvsvn":4},"tcbDate":"2024-03-13T00:00:00Z",',
            '"tcbStatus":"UpToDate"},{"tcb":{"isvsvn":2},"tcbDate":"2023-08-09T00:00:00Z","tcbStatus":"OutOfDate"}]}'
        );
    }

    function build(TcbInfoSpec memory spec) internal pure returns (bytes memory text) {
        text = abi.encodePacked(
            spec.isTdx ? '{"id":"TDX","version":3,"issueDate":"' : '{"id":"SGX","version":3,"issueDate":"',
            spec.issueDate,
            '","nextUpdate":"',
            spec.nextUpdate
        );
        text = abi.encodePacked(
            text,
            '","fmspc":"',
            spec.fmspc,
            '","pceId":"',
            spec.pceId,
            '","tcbType":0,"tcbEvaluationDataNumber":',
            decimal(spec.evaluationNumber)
        );
        if (spec.isTdx) text = abi.encodePacked(text, ',"tdxModule":{', _module(), "}");
        if (bytes(spec.modules).length != 0) {
            text = abi.encodePacked(text, ',"tdxModuleIdentities":[', spec.modules, "]");
        }
        text = abi.encodePacked(text, ',"tcbLevels":[');
        for (uint256 i = 0; i < spec.levels.length; i++) {
            text = abi.encodePacked(text, i == 0 ? "" : ",", _level(spec.levels[i], spec.isTdx));
        }
        text = abi.encodePacked(text, "]}");
    }

    function qeIdentityText(bool isTdx) internal pure returns (bytes memory) {
        return abi.encodePacked(
            isTdx ? '{"id":"TD_QE"' : '{"id":"QE"',
            ',"version":2,"issueDate":"2026-09-01T00:00:00Z","nextUpdate":"2049-12-31T23:59:59Z",',
            '"tcbEvaluationDataNumber":17,"miscselect":"00000000","miscselectMask":"FFFFFFFF",',
            '"attributes":"11000000000000000000000000000000","attributesMask":"FBFFFFFFFFFFFFFF0000000000000000",',
            '"mrsigner":"',
            hexText(QE_MR_SIGNER),
            '","isvprodid":1,"tcbLevels":[{"tcb":{"isvsvn":8},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"UpToDate"},',
            '{"tcb":{"isvsvn":6},"tcbDate":"2021-11-10T00:00:00Z","tcbStatus":"OutOfDate","advisoryIDs":["TEST-SA-00003"]}]}'
        );
    }

    function tcbSignature(bytes memory text) internal pure returns (TcbSignature memory) {
        (bytes32 r, bytes32 s) = vm.signP256(TCB_SIGNING_KEY, sha256(text));
        (uint256 x, uint256 y) = vm.publicKeyP256(TCB_SIGNING_KEY);
        return TcbSignature(P256Key(bytes32(x), bytes32(y)), r, s);
    }

    function _level(LevelSpec memory level, bool isTdx) private pure returns (bytes memory text) {
        text = '{"tcb":{"sgxtcbcomponents":[';
        for (uint256 i = 1; i <= 16; i++) {
            text = abi.encodePacked(
                text,
                i == 1 ? "" : ",",
                '{"svn":',
                decimal(i == 1 ? level.firstComponent : i),
                i == 1 ? ',"category":"BIOS","type":"Early Microcode Update"}' : "}"
            );
        }
        text = abi.encodePacked(text, '],"pcesvn":', decimal(level.pceSvn));
        if (isTdx) {
            text = abi.encodePacked(text, ',"tdxtcbcomponents":[');
            for (uint256 i = 0; i < 16; i++) {
                text = abi.encodePacked(
                    text, i == 0 ? "" : ",", '{"svn":', decimal(i < 3 ? level.tdx[i] : 0), "}"
                );
            }
            text = abi.encodePacked(text, "]");
        }
        text = abi.encodePacked(text, '},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"', level.status, '"');
        if (bytes(level.advisories).length != 0) {
            text = abi.encodePacked(text, ',"advisoryIDs":[', level.advisories, "]");
        }
        text = abi.encodePacked(text, "}");
    }

    function _module() private pure returns (string memory) {
        return string.concat(
            '"mrsigner":"',
            "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
            '","attributes":"0000000000000000","attributesMask":"FFFFFFFFFFFFFFFF"'
        );
    }

    function decimal(uint256 value) internal pure returns (string memory text) {
        text = string(abi.encodePacked(uint8(0x30 + value % 10)));
        while (value >= 10) {
            value /= 10;
            text = string.concat(string(abi.encodePacked(uint8(0x30 + value % 10))), text);
        }
    }

    function hexText(bytes32 value) internal pure returns (string memory) {
        bytes memory text = new bytes(64);
        for (uint256 i = 0; i < 64; i++) {
            uint8 digit = uint8(value[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
            text[i] = bytes1(digit + (digit < 10 ? 0x30 : 0x57));
        }
        return string(text);
    }
}
