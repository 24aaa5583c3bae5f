// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IVault} from "./interfaces/IVault.sol";
import {IWithdrawalQueue} from "./interfaces/IWithdrawalQueue.sol";
import {BatchHeader, BatchHeaderLib} from "./types/BatchHeader.sol";
import {WithdrawalTree} from "./libraries/WithdrawalTree.sol";
import {ProvenBatch, ProvenBatchLib} from "./types/ProvenBatch.sol";
import {OutflowCap} from "./types/VenueConfig.sol";

/// The half of the settlement that pays. Documentation is on the interface.
abstract contract WithdrawalQueue is IWithdrawalQueue {
    using BatchHeaderLib for BatchHeader;
    using ProvenBatchLib for ProvenBatch;

    uint256 internal constant PPM = 1e6;

    uint64 public immutable OUTFLOW_AMOUNT_MIN;
    uint32 public immutable OUTFLOW_SHARE_PPM;
    uint32 public immutable OUTFLOW_WINDOW;

    /// One slot: what batches promised, what was paid of it, and the leaky bucket of the cap.
    struct Books {
        uint64 promised;
        uint64 paid;
        uint64 level; // of the bucket at `levelAt`: paid lately and not yet leaked away
        uint40 levelAt; // Unix seconds
    }

    struct Queued {
        address owner;
        uint64 amount;
    }

    Books internal _books;
    /// One word a batch, for claims and for the receipt court: both bring the header. A proven batch has one if it pays somebody.
    mapping(uint64 batchNumber => bytes32) public batchHashOf;
    mapping(uint64 batchNumber => mapping(uint256 word => uint256)) private _claimed;

    uint64 private _queueFirst;
    uint64 private _queueNext;
    /// Of proven withdrawals, not yet claimed. The books count it as paid: so no promise of a signed batch can reach it.
    uint64 internal _apart;
    /// The slot is never 0, which most of the time it would be: that costs 17,100 gas less to write.
    uint8 private _beside = 1;
    mapping(uint64 position => Queued) public queuedAt;

    constructor(OutflowCap memory outflow) {
        require(
            outflow.window != 0 && outflow.amountMin != 0 && outflow.sharePpm <= PPM, OutflowCapOutOfRange()
        );

        OUTFLOW_AMOUNT_MIN = outflow.amountMin;
        OUTFLOW_SHARE_PPM = outflow.sharePpm;
        OUTFLOW_WINDOW = outflow.window;
        _books.levelAt = uint40(block.timestamp);
    }

    function isFrozen() public view virtual returns (bool);

    function _vault() internal view virtual returns (IVault);

    /// @inheritdoc IWithdrawalQueue
    function claim(
        BatchHeader calldata header,
        uint256 index,
        address owner,
        uint64 amount,
        bytes32[] calldata proof
    ) external {
        _claim(header.number, header.hash(), header.withdrawalsRoot, index, owner, amount, proof);
        _payOrQueue(owner, amount);
    }

    /// @inheritdoc IWithdrawalQueue
    function claimProven(
        ProvenBatch calldata batch,
        uint256 index,
        address owner,
        uint64 amount,
        bytes32[] calldata proof
    ) external {
        _claim(batch.number, batch.hash(), batch.withdrawalsRoot, index, owner, amount, proof);
        _apart -= amount;
        _vault().pay(owner, amount);
    }

    /// @inheritdoc IWithdrawalQueue
    function release(uint256 countMax) external {
        (uint64 first, uint64 next) = (_queueFirst, _queueNext);
        require(first != next, NothingQueued());
        uint64 cap = outflowCap();
        uint64 room = _room(cap);
        require(room != 0, OutflowCapExhausted(1, 0));

        // The vault's guard keeps a paid contract from coming back in here for more.
        for (; first != next && countMax != 0 && room != 0; countMax--) {
            Queued memory front = queuedAt[first];
            uint64 part = front.amount <= room ? front.amount : room;
            uint64 remaining = front.amount - part;
            queuedAt[first].amount = remaining;
            if (remaining == 0) {
                delete queuedAt[first];
                _queueFirst = first + 1;
            }
            emit WithdrawalReleased(first, front.owner, part, remaining);
            _pay(front.owner, part, cap);
            room -= part;
            first = _queueFirst;
        }
    }

    /// @inheritdoc IWithdrawalQueue
    function isClaimed(uint64 number, uint256 index) public view returns (bool) {
        return _claimed[number][index >> 8] & (1 << (index & 0xff)) != 0;
    }

    /// @inheritdoc IWithdrawalQueue
    function outstanding() external view returns (uint64) {
        return _books.promised - _books.paid + _apart;
    }

    /// @inheritdoc IWithdrawalQueue
    function promised() external view returns (uint64) {
        return _books.promised;
    }

    /// @inheritdoc IWithdrawalQueue
    function queue() external view returns (uint64, uint64) {
        return (_queueFirst, _queueNext);
    }

    /// @inheritdoc IWithdrawalQueue
    function outflowCap() public view returns (uint64) {
        // Frozen, everything promised is set apart: a cap would protect nobody.
        if (isFrozen()) return type(uint64).max;
        uint64 share = uint64(uint256(_vault().holdings()) * OUTFLOW_SHARE_PPM / PPM);
        return share > OUTFLOW_AMOUNT_MIN ? share : OUTFLOW_AMOUNT_MIN;
    }

    /// @inheritdoc IWithdrawalQueue
    function outflowRoom() external view returns (uint64) {
        return _room(outflowCap());
    }

    /// Marks a withdrawal as claimed, once it is proven to be one of an accepted batch's.
    function _claim(
        uint64 number,
        bytes32 batchHash,
        bytes32 root,
        uint256 index,
        address owner,
        uint64 amount,
        bytes32[] calldata proof
    ) private {
        require(batchHash == batchHashOf[number], UnknownBatch(number, batchHashOf[number], batchHash));
        require(root != 0, NoWithdrawals(number));
        require(owner != address(0), ZeroRecipient());
        require(!isClaimed(number, index), AlreadyClaimed(number, index));
        bytes32 leaf = WithdrawalTree.leafOf(index, owner, amount);
        require(MerkleProof.verifyCalldata(proof, root, leaf), WithdrawalProofInvalid(root));

        _claimed[number][index >> 8] |= 1 << (index & 0xff);
        emit WithdrawalClaimed(number, index, owner, amount);
    }

    /// Nobody overtakes the queue: while it is not empty, everything joins it. After a freeze there is nothing to wait for.
    function _payOrQueue(address owner, uint64 amount) private {
        uint64 next = _queueNext;
        uint64 cap = outflowCap();
        if (isFrozen() || (_queueFirst == next && amount <= _room(cap))) {
            _pay(owner, amount, cap);
            return;
        }
        _queueNext = next + 1;
        queuedAt[next] = Queued(owner, amount);
        emit WithdrawalQueued(next, owner, amount);
    }

    function _pay(address owner, uint64 amount, uint64 cap) private {
        Books memory books = _books;
        uint64 paid = books.paid + amount;
        require(paid <= books.promised, BeyondPromised(books.promised, paid));
        _books = Books(books.promised, paid, _level(cap) + amount, uint40(block.timestamp));

        _vault().pay(owner, amount);
    }

    function _room(uint64 cap) private view returns (uint64) {
        uint64 level = _level(cap);
        return cap > level ? cap - level : 0;
    }

    /// What is left in the bucket: it leaks a whole cap in one window.
    function _level(uint64 cap) private view returns (uint64) {
        Books memory books = _books;
        uint256 leaked = (block.timestamp - books.levelAt) * cap / OUTFLOW_WINDOW;
        return leaked < books.level ? uint64(books.level - leaked) : 0;
    }
}
