// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IsvLevel, TcbLevel, TcbStatus, Tee} from "../types/EndorsementTypes.sol";
import {JsonText} from "./JsonText.sol";

/// A TDX module's identity as the TCB info writes it.
struct ModuleText {
    uint8 major; // 0 stands for `tdxModule`, the one for modules without a major version
    bytes32 digest; // keccak256(MRSIGNERSEAM ‖ SEAMATTRIBUTES)
    IsvLevel[] levels;
}

struct TcbInfo {
    Tee tee;
    uint64 issueDate;
    uint64 nextUpdate;
    uint32 evaluationNumber;
    bytes6 fmspc;
    bytes2 pceId;
    ModuleText[] modules; // TDX: `tdxModule` first
    TcbLevel[] levels; // newest first
}

/// The texts Intel's PCS signs ("Get TCB Info" versions 2 and 3, "Get Quoting Enclave Identity" version 2).
library TcbInfoText {
    using JsonText for bytes;

    uint256 internal constant LEVELS_MAX = 64;
    uint256 internal constant MODULES_MAX = 16;

    /// A status that no level may carry.
    error UnknownStatus(uint256 offset);
    /// More levels or identities than there is room for.
    error TooMany(uint256 offset);
    /// A list of levels without any.
    error NoLevels();

    /// An advisory list met on the way: its id is what levels carry, its text is here.
    event AdvisorySet(bytes16 indexed advisorySet, string ids);

    function parse(bytes calldata text) internal returns (TcbInfo memory info) {
        uint256 offset = text.expect(0, "{");
        bool isVersion3 = text.isNext(offset + 1, "i");
        if (isVersion3) {
            offset = text.expect(offset, '"id":"');
            info.tee = text.isNext(offset, "T") ? Tee.Tdx : Tee.Sgx;
            offset = text.expect(offset, info.tee == Tee.Tdx ? bytes32("TDX") : bytes32("SGX"));
            offset = text.expect(offset, '","version":3');
        } else {
            offset = text.expect(offset, '"version":2');
        }
        (info.issueDate, offset) = text.readDate(text.expect(offset, ',"issueDate":'));
        (info.nextUpdate, offset) = text.readDate(text.expect(offset, ',"nextUpdate":'));
        bytes32 hexed;
        (hexed, offset) = text.readHex(text.expect(offset, ',"fmspc":"'), 6);
        info.fmspc = bytes6(hexed);
        (hexed, offset) = text.readHex(text.expect(offset, '","pceId":"'), 2);
        info.pceId = bytes2(hexed);
        uint256 number;
        offset = text.expect(offset, '","tcbType":0,');
        (number, offset) = text.readUint(text.expect(offset, '"tcbEvaluationDataNumber":'), type(uint32).max);
        info.evaluationNumber = uint32(number);
        if (info.tee == Tee.Tdx) (info.modules, offset) = _modules(text, offset);
        (info.levels, offset) = _levels(text, offset, info.tee, isVersion3);
        offset = text.expect(offset, "}");
        require(offset == text.length, JsonText.UnexpectedText(offset, 0));
    }

    /// `"isvsvn"` levels of a quoting enclave or a module, brackets included.
    function isvLevels(bytes calldata text, uint256 offset)
        internal
        returns (IsvLevel[] memory levels, uint256 next)
    {
        levels = new IsvLevel[](LEVELS_MAX);
        uint256 count;
        next = text.expect(offset, "[");
        while (true) {
            require(count < LEVELS_MAX, TooMany(next));
            IsvLevel memory level = levels[count++];
            uint256 number;
            (number, next) = text.readUint(text.expect(next, '{"tcb":{"isvsvn":'), type(uint16).max);
            level.isvSvn = uint16(number);
            (level.tcbDate, level.status, level.advisorySet, next) = _rating(text, text.expect(next, "}"));
            if (!text.isNext(next, ",")) break;
            next += 1;
        }
        next = text.expect(next, "]");
        assembly ("memory-safe") {
            mstore(levels, count)
        }
    }

    function _modules(bytes calldata text, uint256 offset)
        private
        returns (ModuleText[] memory modules, uint256 next)
    {
        modules = new ModuleText[](MODULES_MAX);
        uint256 count = 1;
        (modules[0].digest, next) = _module(text, text.expect(offset, ',"tdxModule":{'));
        next = text.expect(next, "}");
        if (text.isNext(next + 3, "d")) {
            // `,"tdxModuleIdentities":[` and not `,"tcbLevels":[`.
            next = text.expect(next, ',"tdxModuleIdentities":[');
            while (true) {
                require(count < MODULES_MAX, TooMany(next));
                ModuleText memory module = modules[count++];
                bytes32 major;
                (major, next) = text.readHex(text.expect(next, '{"id":"TDX_'), 1);
                module.major = uint8(bytes1(major));
                (module.digest, next) = _module(text, text.expect(next, '",'));
                (module.levels, next) = isvLevels(text, text.expect(next, ',"tcbLevels":'));
                next = text.expect(next, "}");
                if (!text.isNext(next, ",")) break;
                next += 1;
            }
            next = text.expect(next, "]");
        }
        assembly ("memory-safe") {
            mstore(modules, count)
        }
    }

    /// Signer and attributes. The mask is read for form: Intel's library demands equality whatever it says.
    function _module(bytes calldata text, uint256 offset)
        private
        pure
        returns (bytes32 digest, uint256 next)
    {
        bytes32 high;
        bytes32 low;
        bytes32 attributes;
        (high, next) = text.readHex(text.expect(offset, '"mrsigner":"'), 32);
        (low, next) = text.readHex(next, 16);
        (attributes, next) = text.readHex(text.expect(next, '","attributes":"'), 8);
        (, next) = text.readHex(text.expect(next, '","attributesMask":"'), 8);
        next = text.expect(next, '"');
        digest = keccak256(abi.encodePacked(high, bytes16(low), bytes8(attributes)));
    }

    function _levels(bytes calldata text, uint256 offset, Tee tee, bool isVersion3)
        private
        returns (TcbLevel[] memory levels, uint256 next)
    {
        levels = new TcbLevel[](LEVELS_MAX);
        uint256 count;
        next = text.expect(offset, ',"tcbLevels":[');
        while (true) {
            require(count < LEVELS_MAX, TooMany(next));
            TcbLevel memory level = levels[count];
            next = _level(text, next, tee, isVersion3, level);
            _insert(levels, count++);
            if (!text.isNext(next, ",")) break;
            next += 1;
        }
        next = text.expect(next, "]");
        assembly ("memory-safe") {
            mstore(levels, count)
        }
    }

    function _level(bytes calldata text, uint256 offset, Tee tee, bool isVersion3, TcbLevel memory level)
        private
        returns (uint256 next)
    {
        next = text.expect(offset, '{"tcb":{');
        uint256 components;
        if (isVersion3) (components, next) = _components(text, text.expect(next, '"sgxtcbcomponents":'));
        else (components, next) = _numbered(text, next);
        uint256 number;
        (number, next) = text.readUint(
            text.expect(next, isVersion3 ? bytes32(',"pcesvn":') : bytes32('"pcesvn":')), type(uint16).max
        );
        level.pceSvn = uint16(number);
        components <<= 128;
        if (tee == Tee.Tdx) {
            (number, next) = _components(text, text.expect(next, ',"tdxtcbcomponents":'));
            components |= number;
        }
        level.components = bytes32(components);
        (level.tcbDate, level.status, level.advisorySet, next) = _rating(text, text.expect(next, "}"));
    }

    /// Sixteen times `{"svn":N}` or `{"svn":N,"category":"…","type":"…"}`. The labels hold no brace, or the next step fails.
    function _components(bytes calldata text, uint256 offset)
        private
        pure
        returns (uint256 components, uint256 next)
    {
        next = text.expect(offset, "[");
        for (uint256 i = 0; i < 16; i++) {
            uint256 svn;
            (svn, next) = text.readUint(
                text.expect(next, i == 0 ? bytes32('{"svn":') : bytes32(',{"svn":')), type(uint8).max
            );
            components = (components << 8) | svn;
            if (text.isNext(next, ",")) next = text.find(next, "}");
            next = text.expect(next, "}");
        }
        next = text.expect(next, "]");
    }

    /// Version 2: `"sgxtcbcomp01svn":N,` to sixteen.
    function _numbered(bytes calldata text, uint256 offset)
        private
        pure
        returns (uint256 components, uint256 next)
    {
        next = offset;
        for (uint256 i = 1; i <= 16; i++) {
            uint256 svn;
            next = text.expect(next, '"sgxtcbcomp');
            next = text.expect(next, bytes32(bytes2(uint16((0x30 + i / 10) << 8 | (0x30 + i % 10)))));
            (svn, next) = text.readUint(text.expect(next, 'svn":'), type(uint8).max);
            components = (components << 8) | svn;
            next = text.expect(next, ",");
        }
    }

    /// `,"tcbDate":"…","tcbStatus":"…"[,"advisoryIDs":[…]]}`.
    function _rating(bytes calldata text, uint256 offset)
        private
        returns (uint40 tcbDate, TcbStatus status, bytes16 advisorySet, uint256 next)
    {
        uint64 date;
        (date, next) = text.readDate(text.expect(offset, ',"tcbDate":'));
        tcbDate = uint40(date);
        next = text.expect(next, ',"tcbStatus":"');
        uint256 end = text.find(next, '"');
        status = _status(text[next:end], next);
        next = end + 1;
        if (text.isNext(next, ",")) {
            next = text.expect(next, ',"advisoryIDs":[');
            end = text.find(next, "]");
            if (end > next) {
                advisorySet = bytes16(keccak256(text[next:end]));
                emit AdvisorySet(advisorySet, string(text[next:end]));
            }
            next = end + 1;
        }
        next = text.expect(next, "}");
    }

    function _status(bytes calldata name, uint256 offset) private pure returns (TcbStatus) {
        bytes32 digest = keccak256(name);
        if (digest == keccak256("UpToDate")) return TcbStatus.UpToDate;
        if (digest == keccak256("OutOfDate")) return TcbStatus.OutOfDate;
        if (digest == keccak256("SWHardeningNeeded")) return TcbStatus.SWHardeningNeeded;
        if (digest == keccak256("ConfigurationNeeded")) return TcbStatus.ConfigurationNeeded;
        if (digest == keccak256("ConfigurationAndSWHardeningNeeded")) {
            return TcbStatus.ConfigurationAndSWHardeningNeeded;
        }
        if (digest == keccak256("OutOfDateConfigurationNeeded")) {
            return TcbStatus.OutOfDateConfigurationNeeded;
        }
        require(digest == keccak256("Revoked"), UnknownStatus(offset));
        return TcbStatus.Revoked;
    }

    /// Intel's library keeps levels ordered by SGX components, PCESVN, TDX components and takes the first fit, so the order is
    /// part of the rule (QVL, `TcbLevel::operator>`). Intel writes them in that order already: one comparison each.
    function _insert(TcbLevel[] memory levels, uint256 last) private pure {
        TcbLevel memory level = levels[last];
        while (last > 0 && _isNewer(level, levels[last - 1])) {
            levels[last] = levels[last - 1];
            last -= 1;
        }
        levels[last] = level;
    }

    function _isNewer(TcbLevel memory a, TcbLevel memory b) private pure returns (bool) {
        (uint256 x, uint256 y) = (uint256(a.components), uint256(b.components));
        if (x >> 128 != y >> 128) return x >> 128 > y >> 128;
        return a.pceSvn != b.pceSvn ? a.pceSvn > b.pceSvn : x > y;
    }
}
