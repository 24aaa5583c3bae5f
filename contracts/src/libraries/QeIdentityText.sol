// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IsvLevel, QeIdentity, Tee} from "../types/EndorsementTypes.sol";
import {JsonText} from "./JsonText.sol";
import {TcbInfoText} from "./TcbInfoText.sol";

struct QeIdentityInfo {
    Tee tee; // "QE" vouches for SGX, "TD_QE" for TDX
    uint64 issueDate;
    uint64 nextUpdate;
    uint32 evaluationNumber;
    QeIdentity identity;
    IsvLevel[] levels; // newest first
}

/// The text Intel's PCS signs for quoting enclaves ("Get Quoting Enclave Identity", version 2).
library QeIdentityText {
    using JsonText for bytes;

    function parse(bytes calldata text) internal returns (QeIdentityInfo memory info) {
        uint256 offset = text.expect(0, '{"id":"');
        info.tee = text.isNext(offset, "T") ? Tee.Tdx : Tee.Sgx;
        offset = text.expect(offset, info.tee == Tee.Tdx ? bytes32("TD_QE") : bytes32("QE"));
        (info.issueDate, offset) = text.readDate(text.expect(offset, '","version":2,"issueDate":'));
        (info.nextUpdate, offset) = text.readDate(text.expect(offset, ',"nextUpdate":'));
        uint256 number;
        (number, offset) = text.readUint(text.expect(offset, ',"tcbEvaluationDataNumber":'), type(uint32).max);
        info.evaluationNumber = uint32(number);
        bytes32 hexed;
        (hexed, offset) = text.readHex(text.expect(offset, ',"miscselect":"'), 4);
        info.identity.miscSelect = bytes4(hexed);
        (hexed, offset) = text.readHex(text.expect(offset, '","miscselectMask":"'), 4);
        info.identity.miscSelectMask = bytes4(hexed);
        (hexed, offset) = text.readHex(text.expect(offset, '","attributes":"'), 16);
        info.identity.attributes = bytes16(hexed);
        (hexed, offset) = text.readHex(text.expect(offset, '","attributesMask":"'), 16);
        info.identity.attributesMask = bytes16(hexed);
        (info.identity.mrSigner, offset) = text.readHex(text.expect(offset, '","mrsigner":"'), 32);
        (number, offset) = text.readUint(text.expect(offset, '","isvprodid":'), type(uint16).max);
        info.identity.isvProdId = uint16(number);
        (info.levels, offset) = TcbInfoText.isvLevels(text, text.expect(offset, ',"tcbLevels":'));
        offset = text.expect(offset, "}");
        require(offset == text.length, JsonText.UnexpectedText(offset, 0));
    }
}
