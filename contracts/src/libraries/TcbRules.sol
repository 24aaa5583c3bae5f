// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEndorsements as Errors} from "../interfaces/IEndorsements.sol";
import {
    EndorsementHead,
    IsvLevel,
    ModuleIdentity,
    QeIdentity,
    TcbLevel,
    TcbQuery,
    TcbStatus,
    Tee
} from "../types/EndorsementTypes.sol";

/// One TCB info as stored. Arrays are indexed mappings so that a refresh writes over what was there.
struct TcbInfoStore {
    EndorsementHead head;
    bytes32 plainModule; // digest of `tdxModule`
    mapping(uint256 index => TcbLevel) levels;
    mapping(uint256 index => ModuleIdentity) modules;
    mapping(uint256 key => IsvLevel) moduleLevels; // module index × 256 + level
}

struct QeIdentityStore {
    EndorsementHead head;
    QeIdentity identity;
    mapping(uint256 index => IsvLevel) levels;
}

/// The rules of Intel's quote verification library (QVL 1.23) for TCB levels, read straight from storage.
library TcbRules {
    uint256 private constant LANES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant CARRIES = 0x0100010001000100010001000100010001000100010001000100010001000100;

    /// Sixteen-bit lanes, the carry of each set if `a` ≥ `b` there: 32 component comparisons in two subtractions.
    function reaches(uint256 a, uint256 b) internal pure returns (bool) {
        uint256 even = ((a & LANES) | CARRIES) - (b & LANES);
        uint256 odd = (((a >> 8) & LANES) | CARRIES) - ((b >> 8) & LANES);
        return even & odd & CARRIES == CARRIES;
    }

    /// QVL `matchTcbLevels`: newest first, the first fit wins; SGX and TDX may fit different levels.
    ///
    /// TDX components are compared from index 2 on when TEE_TCB_SVN[1] > 0: the first two belong to the module then.
    function matchLevels(TcbInfoStore storage info, TcbQuery calldata query)
        internal
        view
        returns (TcbStatus sgxStatus, TcbLevel memory level)
    {
        uint256 sgx = uint256(bytes32(query.components)) | type(uint128).max;
        uint256 svn = uint256(uint128(query.teeTcbSvn));
        if (query.teeTcbSvn[1] != 0) svn |= uint256(0xffff) << 112;
        uint256 both = uint256(bytes32(query.components)) | svn;
        uint256 count = info.head.levelCount;
        bool isSgxFound;
        for (uint256 i = 0; i < count; i++) {
            uint256 components = uint256(info.levels[i].components);
            if (!reaches(sgx, components)) continue;
            level = info.levels[i];
            if (query.pceSvn < level.pceSvn) continue;
            if (!isSgxFound) (isSgxFound, sgxStatus) = (true, level.status);
            if (query.tee == Tee.Sgx || reaches(both, components)) return (sgxStatus, level);
        }
        revert Errors.TcbUnsupported();
    }

    /// QVL 4.1.2.4.11 and `checkTdxModuleTcbStatus`. A module without major version has no level: the platform's judge it.
    function matchModule(TcbInfoStore storage info, TcbQuery calldata query)
        internal
        view
        returns (bool isRated, IsvLevel memory level)
    {
        uint8 major = uint8(query.teeTcbSvn[1]);
        (uint256 index, bool isFound) = major == 0 ? (0, true) : findModule(info, major);
        bytes32 digest = major == 0 ? info.plainModule : info.modules[index].digest;
        // Intel's library demands zero whatever the mask says, and equality with the identity besides.
        require(
            isFound && query.moduleDigest == digest && query.seamAttributes == 0, Errors.TdxModuleMismatch()
        );
        if (major == 0) return (false, level);
        uint8 minor = uint8(query.teeTcbSvn[0]);
        uint256 count = info.modules[index].levelCount;
        for (uint256 i = 0; i < count; i++) {
            level = info.moduleLevels[index << 8 | i];
            if (minor >= level.isvSvn) {
                // What a module can be rated (QVL `VALID_MODULE_TCB_STATUSES`); anything else is "unrecognized".
                require(
                    level.status == TcbStatus.UpToDate || level.status == TcbStatus.OutOfDate
                        || level.status == TcbStatus.Revoked,
                    Errors.TcbUnsupported()
                );
                return (true, level);
            }
        }
        revert Errors.TcbUnsupported();
    }

    function findModule(TcbInfoStore storage info, uint8 major)
        internal
        view
        returns (uint256 index, bool isFound)
    {
        uint256 count = info.head.identityCount;
        for (; index < count; index++) {
            if (info.modules[index].major == major) return (index, true);
        }
    }

    /// QVL `EnclaveReportVerifier::verify`, in its order.
    function checkQe(QeIdentityStore storage store, TcbQuery calldata query) internal view {
        QeIdentity memory identity = store.identity;
        bytes4 miscSelect = query.qeMiscSelect & identity.miscSelectMask;
        require(
            miscSelect == identity.miscSelect, Errors.QeMiscSelectMismatch(identity.miscSelect, miscSelect)
        );
        bytes16 attributes = query.qeAttributes & identity.attributesMask;
        require(
            attributes == identity.attributes, Errors.QeAttributesMismatch(identity.attributes, attributes)
        );
        require(
            query.qeMrSigner == identity.mrSigner,
            Errors.QeMrSignerMismatch(identity.mrSigner, query.qeMrSigner)
        );
        require(
            query.qeIsvProdId == identity.isvProdId,
            Errors.QeProdIdMismatch(identity.isvProdId, query.qeIsvProdId)
        );
    }

    function matchQe(QeIdentityStore storage store, uint16 isvSvn)
        internal
        view
        returns (IsvLevel memory level)
    {
        uint256 count = store.head.levelCount;
        for (uint256 i = 0; i < count; i++) {
            level = store.levels[i];
            if (isvSvn < level.isvSvn) continue;
            // What an enclave can be rated (QVL `parseStringToTcbStatus`): software hardening is not its own matter.
            require(
                level.status != TcbStatus.SWHardeningNeeded
                    && level.status != TcbStatus.ConfigurationAndSWHardeningNeeded,
                Errors.TcbUnsupported()
            );
            return level;
        }
        revert Errors.TcbUnsupported();
    }

    /// QVL `convergeTcbStatusWithQeTcbStatus`: an old part takes an up-to-date platform with it and keeps "configuration needed".
    function merge(TcbStatus platform, TcbStatus part) internal pure returns (TcbStatus) {
        if (platform == TcbStatus.Revoked || part == TcbStatus.Revoked) return TcbStatus.Revoked;
        if (part == TcbStatus.UpToDate) return platform;
        if (platform == TcbStatus.UpToDate || platform == TcbStatus.SWHardeningNeeded) {
            return TcbStatus.OutOfDate;
        }
        if (
            platform == TcbStatus.ConfigurationNeeded
                || platform == TcbStatus.ConfigurationAndSWHardeningNeeded
        ) {
            return TcbStatus.OutOfDateConfigurationNeeded;
        }
        return platform;
    }

    /// QVL `checkForRelaunch`: everything is current except the module the TD was launched under, and the module loaded now
    /// (TEE_TCB_SVN_2) is current. Then relaunching the TD is the whole cure.
    function relaunch(
        TcbInfoStore storage info,
        TcbQuery calldata query,
        TcbStatus sgxStatus,
        TcbStatus tdxStatus,
        TcbStatus moduleStatus,
        TcbStatus qeStatus
    ) internal view returns (TcbStatus) {
        bool isSgxOld = sgxStatus == TcbStatus.OutOfDate
            || sgxStatus == TcbStatus.OutOfDateConfigurationNeeded || sgxStatus == TcbStatus.Revoked;
        bool isTdxOld =
            tdxStatus == TcbStatus.OutOfDate || tdxStatus == TcbStatus.OutOfDateConfigurationNeeded;
        if (
            !query.isTd15 || isSgxOld || !isTdxOld || qeStatus != TcbStatus.UpToDate
                || moduleStatus != TcbStatus.OutOfDate
        ) return tdxStatus;
        bytes32 newest = info.levels[0].components;
        uint256 needs = uint8(newest[16]);
        uint8 major = uint8(query.teeTcbSvn2[1]);
        if (major != 0) {
            (uint256 index, bool isFound) = findModule(info, major);
            require(isFound, Errors.TdxModuleMismatch());
            needs = info.moduleLevels[index << 8].isvSvn;
        }
        if (uint8(query.teeTcbSvn2[0]) < needs || query.teeTcbSvn2[2] < newest[18]) return tdxStatus;
        bool needsConfiguration = sgxStatus == TcbStatus.ConfigurationNeeded
            || sgxStatus == TcbStatus.ConfigurationAndSWHardeningNeeded
            || tdxStatus == TcbStatus.OutOfDateConfigurationNeeded;
        return
            needsConfiguration ? TcbStatus.TDRelaunchAdvisedConfigurationNeeded : TcbStatus.TDRelaunchAdvised;
    }
}
