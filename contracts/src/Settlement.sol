// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Inbox} from "./Inbox.sol";
import {WithdrawalQueue} from "./WithdrawalQueue.sol";
import {IAttestationRegistry} from "./interfaces/IAttestationRegistry.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVault} from "./interfaces/IVault.sol";
import {BatchData} from "./libraries/BatchData.sol";
import {BatchHeader, BatchHeaderLib} from "./types/BatchHeader.sol";
import {OpenEpoch, OpenEpochLib} from "./types/OpenEpoch.sol";
import {ProvenBatch, ProvenBatchLib} from "./types/ProvenBatch.sol";
import {VenueConfig} from "./types/VenueConfig.sol";

/// Room 12 of the walk: checks key, continuity, inbox, data and books. Documentation is on the interface.
contract Settlement is ISettlement, WithdrawalQueue, EIP712 {
    using BatchHeaderLib for BatchHeader;
    using OpenEpochLib for OpenEpoch;
    using ProvenBatchLib for ProvenBatch;

    /// How far a batch may claim to be ahead of its block: clocks differ, and a block's time is a slot old.
    uint256 internal constant CLOSED_AT_AHEAD_MAX = 60;

    IAttestationRegistry public immutable REGISTRY;
    IInbox public immutable INBOX;
    IVault public immutable VAULT;
    address public immutable OPERATOR;
    address public immutable ESCAPE_HATCH;
    address public immutable TIMELOCK;

    /// Where the chain stands: three slots, read once and written once by every batch.
    struct Head {
        uint64 epoch;
        uint64 lastSequence;
        uint40 batchNumber;
        uint40 inboxCursor; // at most the inbox's length
        uint40 acceptedAt; // block time
        bool isFrozen;
        bytes32 stateRoot;
        address signer;
        uint64 oracleRound;
        uint32 closedAt; // at most a minute past the block's time, so good until 2106
    }

    Head private _head;
    /// Of every enclave that may ever open an epoch here; fixed by the first.
    bytes32 public configHash;
    address public validityPath;
    mapping(address signer => uint64) public epochOf;

    constructor(VenueConfig memory config) EIP712("sealbook", "1") WithdrawalQueue(config.outflow) {
        require(
            address(config.registry) != address(0) && config.operator != address(0)
                && config.escapeHatch != address(0) && config.timelock != address(0),
            ZeroAddress()
        );
        Inbox inbox = new Inbox(config.token, config.escapeHatch, config.forced);

        REGISTRY = config.registry;
        INBOX = inbox;
        VAULT = inbox.VAULT();
        OPERATOR = config.operator;
        ESCAPE_HATCH = config.escapeHatch;
        TIMELOCK = config.timelock;
        validityPath = config.validityPath;
        _head.stateRoot = config.genesisStateRoot;
    }

    /// @inheritdoc ISettlement
    function openEpoch(OpenEpoch calldata opening, bytes calldata signature) external {
        Head memory present = _head;
        require(!present.isFrozen, IsFrozen());
        address signer = ECDSA.recover(_hashTypedDataV4(opening.hash()), signature);
        require(REGISTRY.isActive(signer), InactiveSigner(signer));
        require(epochOf[signer] == 0, SignerBound(signer, epochOf[signer]));
        if (present.epoch == 0) _adopt(signer, opening.stateRoot, present);
        bytes32 signerConfigHash = REGISTRY.configHashOf(signer);
        require(signerConfigHash == configHash, ConfigMismatch(configHash, signerConfigHash));
        _checkOpening(opening, present);

        _head.epoch = opening.epoch;
        _head.signer = signer;
        epochOf[signer] = opening.epoch;

        emit EpochOpened(opening.epoch, signer, present.batchNumber, present.lastSequence, present.stateRoot);
    }

    /// @inheritdoc ISettlement
    function acceptBatch(BatchHeader calldata header, bytes calldata signature, bytes calldata data)
        external
    {
        Head memory present = _head;
        require(!present.isFrozen, IsFrozen());
        _checkContinuity(header, present);
        _checkClocks(header.oracleRound, header.closedAt, present);
        BatchData.check(header, data);
        bytes32 batchHash = header.hash();
        _checkSigner(batchHash, signature, present);

        uint64 credited = _consume(header.inboxCursor, header.inboxHash, header.closedAt, present);
        _promise(header.withdrawalsTotal, credited);
        batchHashOf[header.number] = batchHash;
        present.batchNumber = uint40(header.number);
        present.lastSequence = header.lastSequence;
        present.stateRoot = header.stateRootAfter;
        _advance(present, header.oracleRound, header.closedAt);

        emit BatchAccepted(header.number, header.stateRootAfter, header.inboxCursor, header);
    }

    /// @inheritdoc ISettlement
    function acceptProven(ProvenBatch calldata batch) external {
        require(msg.sender == validityPath, NotValidityPath(validityPath, msg.sender));
        Head memory present = _head;
        require(!present.isFrozen, IsFrozen());
        uint64 number = present.batchNumber + 1;
        require(batch.number == number, UnexpectedBatchNumber(number, batch.number));
        require(
            batch.stateRootBefore == present.stateRoot,
            StateRootMismatch(present.stateRoot, batch.stateRootBefore)
        );
        _checkClocks(batch.oracleRound, batch.closedAt, present);

        uint64 credited = _consume(batch.inboxCursor, batch.inboxHash, batch.closedAt, present);
        present.batchNumber = uint40(number);
        present.stateRoot = batch.stateRootAfter;
        // The old enclave does not know the new state: only one that was started from it may go on.
        present.signer = address(0);
        _advance(present, batch.oracleRound, batch.closedAt);

        emit BatchProven(number, batch.stateRootAfter, batch.inboxCursor, batch);

        _setApart(batch, credited);
    }

    /// @inheritdoc ISettlement
    function freeze() external {
        require(msg.sender == ESCAPE_HATCH, NotEscapeHatch(ESCAPE_HATCH, msg.sender));
        require(!_head.isFrozen, IsFrozen());

        _head.isFrozen = true;
        INBOX.freeze();

        emit Frozen(_head.batchNumber, _head.stateRoot, _head.inboxCursor);
    }

    /// @inheritdoc ISettlement
    function replaceValidityPath(address next) external {
        require(msg.sender == TIMELOCK, NotTimelock(TIMELOCK, msg.sender));

        validityPath = next;

        emit ValidityPathReplaced(next);
    }

    /// @inheritdoc ISettlement
    function head() external view returns (uint64, uint64, uint64, bytes32, uint64, uint64, address) {
        Head memory present = _head;
        return (
            present.epoch,
            present.batchNumber,
            present.lastSequence,
            present.stateRoot,
            present.inboxCursor,
            present.oracleRound,
            present.signer
        );
    }

    /// @inheritdoc ISettlement
    function clocks() external view returns (uint64 acceptedAt, uint64 closedAt) {
        return (_head.acceptedAt, _head.closedAt);
    }

    /// @inheritdoc ISettlement
    function isFrozen() public view override(ISettlement, WithdrawalQueue) returns (bool) {
        return _head.isFrozen;
    }

    /// @inheritdoc ISettlement
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    function _vault() internal view override returns (IVault) {
        return VAULT;
    }

    /// The first signer brings the configuration (and, unless it was deployed with one, the genesis root), and the operator vouches
    /// for it by sending that transaction: otherwise a genuine enclave with somebody else's oracles could take the venue at birth.
    function _adopt(address signer, bytes32 openingRoot, Head memory present) private {
        require(msg.sender == OPERATOR, NotOperator(OPERATOR, msg.sender));
        configHash = REGISTRY.configHashOf(signer);
        if (present.stateRoot == 0) {
            present.stateRoot = openingRoot;
            _head.stateRoot = openingRoot;
        }
        // A venue that has never opened cannot fall silent.
        _head.acceptedAt = uint40(block.timestamp);
    }

    function _checkOpening(OpenEpoch calldata opening, Head memory present) private pure {
        require(opening.previousEpoch == present.epoch, UnexpectedEpoch(present.epoch, opening.previousEpoch));
        require(opening.epoch > present.epoch, EpochNotNewer(present.epoch, opening.epoch));
        require(
            opening.batchNumber == present.batchNumber,
            UnexpectedBatchNumber(present.batchNumber, opening.batchNumber)
        );
        require(
            opening.lastSequence == present.lastSequence,
            UnexpectedSequence(present.lastSequence, opening.lastSequence)
        );
        require(
            opening.stateRoot == present.stateRoot, StateRootMismatch(present.stateRoot, opening.stateRoot)
        );
    }

    /// Number, sequence and root go on from the last batch without a gap.
    function _checkContinuity(BatchHeader calldata header, Head memory present) private pure {
        uint64 number = present.batchNumber + 1;
        uint64 sequence = present.lastSequence + 1;
        require(header.epoch == present.epoch, UnexpectedEpoch(present.epoch, header.epoch));
        require(header.number == number, UnexpectedBatchNumber(number, header.number));
        require(header.firstSequence == sequence, UnexpectedSequence(sequence, header.firstSequence));
        require(header.lastSequence >= sequence, EmptyBatch(sequence, header.lastSequence));
        require(
            header.stateRootBefore == present.stateRoot,
            StateRootMismatch(present.stateRoot, header.stateRootBefore)
        );
    }

    /// The inbox is consumed in order, nothing forged, nothing overdue left behind.
    function _consume(uint64 cursor, bytes32 inboxHash, uint64 closedAt, Head memory present)
        private
        returns (uint64 credited)
    {
        uint64 from = present.inboxCursor;
        require(cursor >= from, InboxCursorBackwards(from, cursor));
        (uint64 length, bytes32 expected, uint64 dueAt, uint64 total) = INBOX.consume(from, cursor, closedAt);
        require(cursor <= length, InboxCursorAhead(length, cursor));
        require(closedAt <= dueAt, ForcedCommandOverdue(cursor, dueAt, closedAt));
        require(inboxHash == expected, InboxHashMismatch(expected, inboxHash));

        present.inboxCursor = uint40(cursor);
        return total;
    }

    function _checkClocks(uint64 oracleRound, uint64 closedAt, Head memory present) private view {
        require(oracleRound >= present.oracleRound, OracleRoundBackwards(present.oracleRound, oracleRound));
        require(closedAt >= present.closedAt, ClosedAtBackwards(present.closedAt, closedAt));
        uint256 latest = block.timestamp + CLOSED_AT_AHEAD_MAX;
        require(closedAt <= latest, ClosedAtInFuture(latest, closedAt));
    }

    function _checkSigner(bytes32 batchHash, bytes calldata signature, Head memory present) private view {
        address signer = ECDSA.recover(_hashTypedDataV4(batchHash), signature);
        require(signer == present.signer, UnexpectedSigner(present.signer, signer));
        // Asked anew for every batch: a revocation stops the very next one.
        require(REGISTRY.isActive(signer), InactiveSigner(signer));
    }

    /// Whatever a batch says, all promises together stay within all deposits consumed.
    function _promise(uint64 total, uint64 credited) private {
        if (total == 0) return;
        uint64 sum = _books.promised + total;
        require(sum <= credited, PromiseBeyondDeposits(credited, sum));
        _books.promised = sum;
    }

    /// A proven batch's withdrawals: promised and taken out of what signed batches promise in one step.
    function _setApart(ProvenBatch calldata batch, uint64 credited) private {
        uint64 total = batch.withdrawalsTotal;
        if (total == 0) return;
        _promise(total, credited);
        _books.paid += total;
        _apart += total;
        batchHashOf[batch.number] = batch.hash();
    }

    function _advance(Head memory present, uint64 oracleRound, uint64 closedAt) private {
        present.oracleRound = oracleRound;
        present.closedAt = uint32(closedAt);
        present.acceptedAt = uint40(block.timestamp);
        _head = present;
    }
}
