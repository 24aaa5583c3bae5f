// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates} from "./interfaces/ICertificates.sol";
import {IEndorsements, TcbSignature} from "./interfaces/IEndorsements.sol";
import {P256} from "./libraries/P256.sol";
import {QeIdentityInfo, QeIdentityText} from "./libraries/QeIdentityText.sol";
import {ModuleText, TcbInfo, TcbInfoText} from "./libraries/TcbInfoText.sol";
import {QeIdentityStore, TcbInfoStore, TcbRules} from "./libraries/TcbRules.sol";
import {
    EndorsementHead,
    IsvLevel,
    ModuleIdentity,
    QeIdentity,
    TcbLevel,
    TcbQuery,
    TcbRating,
    TcbStatus,
    Tee
} from "./types/EndorsementTypes.sol";

/// TCB info and quoting enclaves' identities, parsed once and kept packed. Documentation is on the interface.
contract Endorsements is IEndorsements {
    ICertificates public immutable CERTIFICATES;
    bytes32 private immutable ROOT_ID;

    mapping(Tee tee => mapping(bytes6 fmspc => TcbInfoStore)) private _tcbInfos;
    mapping(Tee tee => QeIdentityStore) private _identities;

    constructor(ICertificates certificates) {
        CERTIFICATES = certificates;
        ROOT_ID = certificates.ROOT_ID();
    }

    /// @inheritdoc IEndorsements
    function upsertTcbInfo(bytes calldata text, TcbSignature calldata signature) external {
        (bytes16 signerId, uint64 notAfter) = _signer(signature);
        require(_isSigned(text, signature), TcbInfoSignatureInvalid());
        TcbInfo memory info = TcbInfoText.parse(text);
        require(
            block.timestamp >= info.issueDate && block.timestamp <= info.nextUpdate,
            TcbInfoNotCurrent(info.issueDate, info.nextUpdate, block.timestamp)
        );
        TcbInfoStore storage store = _tcbInfos[info.tee][info.fmspc];
        require(
            _isNewer(store.head, info.issueDate, info.evaluationNumber),
            TcbInfoNotNewer(store.head.issueDate, store.head.evaluationNumber)
        );

        store.head = EndorsementHead({
            issueDate: info.issueDate,
            nextUpdate: info.nextUpdate,
            evaluationNumber: info.evaluationNumber,
            levelCount: uint8(info.levels.length),
            identityCount: info.modules.length == 0 ? 0 : uint8(info.modules.length - 1),
            pceId: info.pceId,
            signerNotAfter: notAfter,
            signerCertificateId: signerId
        });
        for (uint256 i = 0; i < info.levels.length; i++) {
            store.levels[i] = info.levels[i];
        }
        if (info.modules.length != 0) _storeModules(store, info.modules);

        emit TcbInfoAccepted(info.tee, info.fmspc, info.evaluationNumber, info.nextUpdate);
    }

    /// @inheritdoc IEndorsements
    function upsertQeIdentity(bytes calldata text, TcbSignature calldata signature) external {
        (bytes16 signerId, uint64 notAfter) = _signer(signature);
        require(_isSigned(text, signature), QeIdentitySignatureInvalid());
        QeIdentityInfo memory info = QeIdentityText.parse(text);
        require(
            block.timestamp >= info.issueDate && block.timestamp <= info.nextUpdate,
            QeIdentityNotCurrent(info.issueDate, info.nextUpdate, block.timestamp)
        );
        QeIdentityStore storage store = _identities[info.tee];
        require(
            _isNewer(store.head, info.issueDate, info.evaluationNumber),
            QeIdentityNotNewer(store.head.issueDate, store.head.evaluationNumber)
        );

        store.head = EndorsementHead({
            issueDate: info.issueDate,
            nextUpdate: info.nextUpdate,
            evaluationNumber: info.evaluationNumber,
            levelCount: uint8(info.levels.length),
            identityCount: 0,
            pceId: 0,
            signerNotAfter: notAfter,
            signerCertificateId: signerId
        });
        store.identity = info.identity;
        for (uint256 i = 0; i < info.levels.length; i++) {
            store.levels[i] = info.levels[i];
        }

        emit QeIdentityAccepted(info.tee, info.evaluationNumber, info.nextUpdate);
    }

    /// @inheritdoc IEndorsements
    function rate(TcbQuery calldata query) external view returns (TcbRating memory rating) {
        TcbInfoStore storage info = _tcbInfos[query.tee][query.fmspc];
        QeIdentityStore storage qe = _identities[query.tee];

        // 1. TCB info and identity: there, in date, their signers not revoked, and for this platform and enclave.
        EndorsementHead memory head = info.head;
        require(head.issueDate != 0, UnknownTcbInfo(query.tee, query.fmspc));
        require(
            block.timestamp <= head.nextUpdate,
            TcbInfoNotCurrent(head.issueDate, head.nextUpdate, block.timestamp)
        );
        rating.until = _earliest(head.nextUpdate, _signerUntil(head));
        rating.tcbSignerId = head.signerCertificateId;
        require(head.pceId == query.pceId, PceIdMismatch(head.pceId, query.pceId));
        head = qe.head;
        require(head.issueDate != 0, UnknownQeIdentity(query.tee));
        require(
            block.timestamp <= head.nextUpdate,
            QeIdentityNotCurrent(head.issueDate, head.nextUpdate, block.timestamp)
        );
        rating.until = _earliest(rating.until, head.nextUpdate);
        if (head.signerCertificateId != rating.tcbSignerId) {
            rating.until = _earliest(rating.until, _signerUntil(head));
        }
        rating.qeSignerId = head.signerCertificateId;
        TcbRules.checkQe(qe, query);

        // 2. Levels of platform, module and quoting enclave.
        (TcbStatus sgxStatus, TcbLevel memory level) = TcbRules.matchLevels(info, query);
        bool isModule;
        IsvLevel memory module;
        if (query.tee == Tee.Tdx) (isModule, module) = TcbRules.matchModule(info, query);
        IsvLevel memory qeLevel = TcbRules.matchQe(qe, query.qeIsvSvn);

        // 3. The merge.
        TcbStatus status = isModule ? TcbRules.merge(level.status, module.status) : level.status;
        if (query.tee == Tee.Tdx && isModule && status != TcbStatus.Revoked) {
            status = TcbRules.relaunch(info, query, sgxStatus, status, module.status, qeLevel.status);
        }
        rating.status = TcbRules.merge(status, qeLevel.status);
        require(rating.status != TcbStatus.Revoked, TcbIsRevoked());
        rating.platformAdvisories = level.advisorySet;
        if (isModule) rating.moduleAdvisories = module.advisorySet;
        rating.qeAdvisories = qeLevel.advisorySet;
    }

    /// @inheritdoc IEndorsements
    function tcbInfoOf(Tee tee, bytes6 fmspc)
        external
        view
        returns (EndorsementHead memory head, TcbLevel[] memory levels)
    {
        TcbInfoStore storage store = _tcbInfos[tee][fmspc];
        head = store.head;
        levels = new TcbLevel[](head.levelCount);
        for (uint256 i = 0; i < levels.length; i++) {
            levels[i] = store.levels[i];
        }
    }

    /// @inheritdoc IEndorsements
    function qeIdentityOf(Tee tee)
        external
        view
        returns (EndorsementHead memory head, QeIdentity memory identity, IsvLevel[] memory levels)
    {
        QeIdentityStore storage store = _identities[tee];
        head = store.head;
        identity = store.identity;
        levels = new IsvLevel[](head.levelCount);
        for (uint256 i = 0; i < levels.length; i++) {
            levels[i] = store.levels[i];
        }
    }

    function _storeModules(TcbInfoStore storage store, ModuleText[] memory modules) private {
        store.plainModule = modules[0].digest;
        for (uint256 i = 1; i < modules.length; i++) {
            ModuleText memory module = modules[i];
            store.modules[i - 1] = ModuleIdentity(module.digest, module.major, uint8(module.levels.length));
            for (uint256 j = 0; j < module.levels.length; j++) {
                store.moduleLevels[(i - 1) << 8 | j] = module.levels[j];
            }
        }
    }

    function _signer(TcbSignature calldata signature) private view returns (bytes16, uint64) {
        return CERTIFICATES.tcbSigner(keccak256(abi.encode(signature.signer.x, signature.signer.y)));
    }

    /// Over the text as it stands, before anyone interprets it.
    function _isSigned(bytes calldata text, TcbSignature calldata signature) private view returns (bool) {
        return P256.verify(sha256(text), signature.r, signature.s, signature.signer.x, signature.signer.y);
    }

    /// The signing certificate still stands: in date and not on the root's list, which is in date itself.
    function _signerUntil(EndorsementHead memory head) private view returns (uint64) {
        require(
            block.timestamp <= head.signerNotAfter,
            ICertificates.CertificateNotValid(0, head.signerNotAfter, block.timestamp)
        );
        return _earliest(head.signerNotAfter, CERTIFICATES.checkIssuedByRoot(head.signerCertificateId));
    }

    /// Neither date nor evaluation number goes back, and one goes on.
    function _isNewer(EndorsementHead storage known, uint64 issueDate, uint32 evaluationNumber)
        private
        view
        returns (bool)
    {
        (uint64 knownDate, uint32 knownNumber) = (known.issueDate, known.evaluationNumber);
        return issueDate >= knownDate && evaluationNumber >= knownNumber
            && (issueDate != knownDate || evaluationNumber != knownNumber);
    }

    function _earliest(uint64 a, uint64 b) private pure returns (uint64) {
        return a < b ? a : b;
    }
}
