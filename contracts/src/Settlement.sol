// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Inbox} from "./Inbox.sol";
import {IAttestationRegistry} from "./interfaces/IAttestationRegistry.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVault} from "./interfaces/IVault.sol";
import {BatchHeader, BatchHeaderLib} from "./types/BatchHeader.sol";
import {OpenEpoch, OpenEpochLib} from "./types/OpenEpoch.sol";

/// Room 12 of the walk: checks key, continuity, inbox and proof. Documentation is on the interface.
contract Settlement is ISettlement, EIP712 {
    using BatchHeaderLib for BatchHeader;
    using OpenEpochLib for OpenEpoch;

    /// How far a batch may claim to be ahead of its block: clocks differ, and a block's time is a slot old.
    uint256 internal constant CLOSED_AT_AHEAD_MAX = 60;

    IAttestationRegistry public immutable REGISTRY;
    IInbox public immutable INBOX;
    IVault public immutable VAULT;
    address public immutable OPERATOR;

    /// Where the chain stands: three slots, read once and written once by every batch.
    struct Head {
        uint64 epoch;
        uint64 batchNumber;
        uint64 lastSequence;
        uint64 oracleRound;
        bytes32 stateRoot;
        address signer;
        uint48 inboxCursor; // at most INBOX.length(), which cannot reach 2^48
        uint48 closedAt; // at most a minute past the block's time
    }

    Head private _head;
    /// Of every enclave that may ever open an epoch here; fixed by the first.
    bytes32 public configHash;
    mapping(address signer => uint64) public epochOf;
    mapping(uint64 batchNumber => bytes32) public withdrawalsRootOf;
    mapping(uint64 batchNumber => mapping(uint256 word => uint256)) private _claimed;

    constructor(
        IAttestationRegistry registry,
        IERC20Metadata token,
        bytes32 genesisStateRoot,
        address operator
    ) EIP712("sealbook", "1") {
        require(address(registry) != address(0) && operator != address(0), ZeroAddress());
        Inbox inbox = new Inbox(token);

        REGISTRY = registry;
        INBOX = inbox;
        VAULT = inbox.VAULT();
        OPERATOR = operator;
        _head.stateRoot = genesisStateRoot;
    }

    /// @inheritdoc ISettlement
    function openEpoch(OpenEpoch calldata opening, bytes calldata signature) external {
        Head memory present = _head;
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
    function acceptBatch(BatchHeader calldata header, bytes calldata signature) external {
        Head memory present = _head;
        _checkContinuity(header, present);
        _checkInbox(header, present);
        _checkClocks(header, present);
        _checkSigner(header, signature, present);

        _head = Head({
            epoch: present.epoch,
            batchNumber: header.number,
            lastSequence: header.lastSequence,
            oracleRound: header.oracleRound,
            stateRoot: header.stateRootAfter,
            signer: present.signer,
            inboxCursor: uint48(header.inboxCursor),
            closedAt: uint48(header.closedAt)
        });
        if (header.withdrawalsRoot != 0) withdrawalsRootOf[header.number] = header.withdrawalsRoot;

        emit BatchAccepted(header.number, header.stateRootAfter, header.inboxCursor, header);
    }

    /// @inheritdoc ISettlement
    function claim(uint64 number, uint256 index, address owner, uint64 amount, bytes32[] calldata proof)
        external
    {
        bytes32 withdrawalsRoot = withdrawalsRootOf[number];
        require(withdrawalsRoot != 0, NoWithdrawals(number));
        require(owner != address(0), ZeroRecipient());
        require(!isClaimed(number, index), AlreadyClaimed(number, index));
        // Hashed twice, so that no inner node (64 bytes hashed once) can be offered as a leaf.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, owner, uint256(amount)))));
        require(
            MerkleProof.verifyCalldata(proof, withdrawalsRoot, leaf), WithdrawalProofInvalid(withdrawalsRoot)
        );

        _claimed[number][index >> 8] |= 1 << (index & 0xff);
        emit WithdrawalClaimed(number, index, owner, amount);

        VAULT.pay(owner, amount);
    }

    /// @inheritdoc ISettlement
    function isClaimed(uint64 number, uint256 index) public view returns (bool) {
        return _claimed[number][index >> 8] & (1 << (index & 0xff)) != 0;
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

    /// The first signer brings the configuration (and, unless it was deployed with one, the genesis root), and the operator vouches
    /// for it by sending that transaction: otherwise a genuine enclave with somebody else's oracles could take the venue at birth.
    function _adopt(address signer, bytes32 openingRoot, Head memory present) private {
        require(msg.sender == OPERATOR, NotOperator(OPERATOR, msg.sender));
        configHash = REGISTRY.configHashOf(signer);
        if (present.stateRoot == 0) {
            present.stateRoot = openingRoot;
            _head.stateRoot = openingRoot;
        }
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
    function _checkInbox(BatchHeader calldata header, Head memory present) private view {
        uint64 cursor = header.inboxCursor;
        require(cursor >= present.inboxCursor, InboxCursorBackwards(present.inboxCursor, cursor));
        (uint64 length, uint64 cursorDue, bytes32 expected) = INBOX.checkpoint(cursor);
        require(cursor <= length, InboxCursorAhead(length, cursor));
        require(cursor >= cursorDue, ForcedCommandOverdue(cursorDue, cursor));
        require(header.inboxHash == expected, InboxHashMismatch(expected, header.inboxHash));
    }

    function _checkClocks(BatchHeader calldata header, Head memory present) private view {
        require(
            header.oracleRound >= present.oracleRound,
            OracleRoundBackwards(present.oracleRound, header.oracleRound)
        );
        require(header.closedAt >= present.closedAt, ClosedAtBackwards(present.closedAt, header.closedAt));
        uint256 latest = block.timestamp + CLOSED_AT_AHEAD_MAX;
        require(header.closedAt <= latest, ClosedAtInFuture(latest, header.closedAt));
    }

    function _checkSigner(BatchHeader calldata header, bytes calldata signature, Head memory present)
        private
        view
    {
        address signer = ECDSA.recover(_hashTypedDataV4(header.hash()), signature);
        require(signer == present.signer, UnexpectedSigner(present.signer, signer));
        // Asked anew for every batch: a revocation stops the very next one.
        require(REGISTRY.isActive(signer), InactiveSigner(signer));
    }
}
