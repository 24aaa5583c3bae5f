// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Tee} from "../../src/types/EndorsementTypes.sol";
import {Measurement, Registration} from "../../src/types/RegistryTypes.sol";
import {QuoteSpec} from "./QuoteBuilder.sol";
import {Venue} from "./Venue.sol";

struct TdSpec {
    bytes16 teeTcbSvn;
    bytes32 mrSignerSeam; // first 32 of 48 bytes
    bytes8 seamAttributes;
    bytes16 attributes; // TDATTRIBUTES ‖ XFAM
    bytes32 mrTd; // first 32 of 48 bytes
    bytes32 reportData;
    bytes32 mrServiceTd; // first 32 of 48 bytes; version 5 alone has it
    bool isVersion5; // TD report 1.5
}

/// A venue that wants a TD, and byte-exact TDX quotes cut before the PCK chain.
abstract contract TdQuoteBuilder is Venue {
    bytes16 internal constant TD_ATTRIBUTES = 0x0000001000000000e702060000000000; // SEPT_VE_DISABLE
    bytes32 internal constant MR_TD = keccak256("test TD");

    function setUp() public virtual override {
        super.setUp();
        bytes memory text = build(tdxInfoSpec());
        endorsements.upsertTcbInfo(text, tcbSignature(text));
        text = qeIdentityText(true);
        endorsements.upsertQeIdentity(text, tcbSignature(text));
        vm.prank(GOVERNOR);
        registry.allowMeasurement(tdMeasurement(2));
    }

    function tdMeasurement(uint32 version) internal pure returns (Measurement memory) {
        return Measurement({
            tee: Tee.Tdx,
            mrEnclave: keccak256(measured(MR_TD)),
            mrSigner: 0,
            attributes: TD_ATTRIBUTES,
            attributesMask: 0xffffffffffffffff0000000000000000,
            isvProdId: 0,
            isvSvnMin: 0,
            version: version
        });
    }

    function tdSpec() internal view returns (TdSpec memory spec) {
        spec.teeTcbSvn = 0x04010200000000000000000000000000;
        spec.attributes = TD_ATTRIBUTES;
        spec.mrTd = MR_TD;
        spec.reportData = reportData(block.chainid, address(registry), signer, BLOCK_HASH, CONFIG_HASH);
    }

    function build(TdSpec memory spec) internal pure returns (bytes memory) {
        bytes memory body = bytes.concat(
            spec.teeTcbSvn, new bytes(48), spec.mrSignerSeam, bytes16(0), spec.seamAttributes, spec.attributes
        );
        body = bytes.concat(body, measured(spec.mrTd), spec.reportData, bytes32(0));
        if (spec.isVersion5) body = bytes.concat(body, spec.teeTcbSvn, spec.mrServiceTd, bytes16(0));
        QuoteSpec memory frame = quoteSpec();
        bytes memory header = bytes.concat(
            spec.isVersion5 ? bytes8(0x0500020081000000) : bytes8(0x0400020081000000),
            bytes4(0),
            frame.vendor,
            new bytes(20),
            spec.isVersion5 ? bytes(hex"030088020000") : bytes("")
        );
        return _sign(bytes.concat(header, body), frame);
    }

    /// MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG and four RTMRs: 384 bytes.
    function measured(bytes32 mrTd) internal pure returns (bytes memory) {
        return bytes.concat(mrTd, new bytes(352));
    }

    function registerTd(TdSpec memory spec) internal {
        registry.register(registrationOf(signer, build(spec)));
    }

    function _sign(bytes memory signedPart, QuoteSpec memory frame) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(frame.attestationKey);
        frame.qe.reportData = sha256(abi.encodePacked(x, y, frame.authData));
        bytes memory qeReport = report(frame.qe);
        // Signature data length and outer certification size are unsigned and not read; the type is 6.
        bytes memory inner = bytes.concat(
            hex"060000000000",
            qeReport,
            signature(frame.pckKey, qeReport),
            littleEndian(uint16(frame.authData.length)),
            frame.authData
        );
        return bytes.concat(
            signedPart,
            new bytes(4),
            signature(frame.attestationKey, signedPart),
            abi.encodePacked(x, y),
            inner
        );
    }
}
