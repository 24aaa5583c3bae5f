// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVault} from "./interfaces/IVault.sol";
import {DelayBuffer, DelayBufferLib} from "./libraries/DelayBuffer.sol";
import {Vault} from "./Vault.sol";
import {InboxEntry, InboxEntryLib, InboxKind} from "./types/InboxEntry.sol";
import {ForcedDeadlines} from "./types/VenueConfig.sol";

/// The queue from chain to enclave. Documentation is on the interface.
contract Inbox is IInbox {
    using DelayBufferLib for DelayBuffer;

    uint32 internal constant DEADLINE_CAP = 1 hours;

    IVault public immutable VAULT;
    ISettlement public immutable SETTLEMENT;
    uint64 public immutable FORCED_DEADLINE_SHORT;
    uint64 public immutable FORCED_DEADLINE;

    /// What every entry and every consuming batch touches, in one slot.
    struct Tail {
        uint40 length; // 2^40 entries of 60,000 gas are more than a chain has
        bool isFrozen;
        uint64 credited; // all deposits so far, 1e-6 of the token
        uint64 reclaimed;
        DelayBuffer buffer;
    }

    /// What is remembered after each entry, beside the hash.
    struct Mark {
        uint40 enteredAt; // of that entry
        uint64 credited; // up to and with it
    }

    Tail private _tail;
    mapping(uint64 count => bytes32) private _hashes;
    mapping(uint64 count => Mark) private _marks;
    mapping(uint64 index => bool) public isReclaimed;
    mapping(address owner => mapping(uint8 subaccount => uint64)) public firstDepositOf;

    modifier onlySettlement() {
        require(msg.sender == address(SETTLEMENT), NotSettlement(address(SETTLEMENT), msg.sender));
        _;
    }

    /// Created by the settlement contract, and itself creates the vault: who may ask whom is fixed before any address is public.
    constructor(IERC20Metadata token, address escapeHatch, ForcedDeadlines memory forced) {
        require(
            forced.short != 0 && forced.short < forced.full && forced.full <= DEADLINE_CAP,
            DeadlinesOutOfRange(DEADLINE_CAP, forced.short, forced.full)
        );

        SETTLEMENT = ISettlement(msg.sender);
        VAULT = new Vault(token, address(this), msg.sender, escapeHatch);
        FORCED_DEADLINE_SHORT = forced.short;
        FORCED_DEADLINE = forced.full;
        _tail.buffer = DelayBufferLib.filled(forced.full - forced.short);
    }

    /// @inheritdoc IInbox
    function deposit(uint8 subaccount, uint256 amount) external returns (uint64 index) {
        return _deposit(InboxKind.Deposit, msg.sender, subaccount, amount);
    }

    /// @inheritdoc IInbox
    function depositFor(address owner, uint8 subaccount, uint256 amount) external returns (uint64 index) {
        require(owner != address(0), ZeroOwner());
        return _deposit(InboxKind.Deposit, owner, subaccount, amount);
    }

    /// @inheritdoc IInbox
    function depositInsurance(uint256 amount) external returns (uint64 index) {
        return _deposit(InboxKind.InsuranceDeposit, msg.sender, 0, amount);
    }

    /// @inheritdoc IInbox
    function forceWithdraw(uint8 subaccount, uint64 amount) external returns (uint64 index) {
        require(amount != 0, ZeroAmount());
        return _add(InboxKind.ForcedWithdraw, msg.sender, subaccount, amount, 0);
    }

    /// @inheritdoc IInbox
    function forceClose(uint8 subaccount, uint16 instrument) external returns (uint64 index) {
        return _add(InboxKind.ForcedClose, msg.sender, subaccount, 0, bytes32(uint256(instrument)));
    }

    /// @inheritdoc IInbox
    function forceCancelAll(uint8 subaccount) external returns (uint64 index) {
        return _add(InboxKind.ForcedCancelAll, msg.sender, subaccount, 0, 0);
    }

    /// @inheritdoc IInbox
    function registerKey(uint8 subaccount, bytes32 x, bytes32 y) external returns (uint64 index) {
        index = _add(InboxKind.RegisterKey, msg.sender, subaccount, 0, x);
        _add(InboxKind.RegisterKey, msg.sender, subaccount, 1, y);
    }

    /// @inheritdoc IInbox
    function reclaim(uint64 index, InboxEntry calldata entry) external {
        require(_tail.isFrozen, NotFrozen());
        (,,,, uint64 cursor,,) = SETTLEMENT.head();
        require(index >= cursor, Consumed(cursor, index));
        require(index < _tail.length, UnknownInboxIndex(_tail.length, index));
        require(
            entry.kind == InboxKind.Deposit || entry.kind == InboxKind.InsuranceDeposit,
            NotADeposit(entry.kind)
        );
        bytes32 inboxHash = InboxEntryLib.chain(_hashes[index], index, entry);
        require(inboxHash == _hashes[index + 1], EntryMismatch(_hashes[index + 1], inboxHash));
        require(!isReclaimed[index], AlreadyReclaimed(index));

        isReclaimed[index] = true;
        _tail.reclaimed += entry.amount;
        emit DepositReclaimed(index, entry.owner, entry.amount);

        VAULT.pay(entry.owner, entry.amount);
    }

    /// @inheritdoc IInbox
    function consume(uint64 from, uint64 to, uint64 closedAt)
        external
        onlySettlement
        returns (uint64, bytes32, uint64, uint64)
    {
        Tail memory tail = _tail;
        uint64 due = _dueAt(to, tail);
        uint64 credited = to == tail.length ? tail.credited : _marks[to].credited;
        if (to > from && from < tail.length) {
            _tail.buffer =
                tail.buffer.after_(_marks[from + 1].enteredAt, closedAt, FORCED_DEADLINE_SHORT, _bufferMax());
        }
        return (tail.length, _hashes[to], due, credited);
    }

    /// @inheritdoc IInbox
    function freeze() external onlySettlement {
        _tail.isFrozen = true;
    }

    /// @inheritdoc IInbox
    function length() external view returns (uint64) {
        return _tail.length;
    }

    /// @inheritdoc IInbox
    function hashAt(uint64 count) external view returns (bytes32) {
        require(count <= _tail.length, UnknownInboxIndex(_tail.length, count));
        return _hashes[count];
    }

    /// @inheritdoc IInbox
    function creditedAt(uint64 count) public view returns (uint64) {
        require(count <= _tail.length, UnknownInboxIndex(_tail.length, count));
        return _marks[count].credited;
    }

    /// @inheritdoc IInbox
    function unconsumedDeposits(uint64 cursor) external view returns (uint64) {
        return _tail.credited - creditedAt(cursor) - _tail.reclaimed;
    }

    /// @inheritdoc IInbox
    function dueAt(uint64 index) external view returns (uint64) {
        return _dueAt(index, _tail);
    }

    /// @inheritdoc IInbox
    function cursorDue() external view returns (uint64) {
        Tail memory tail = _tail;
        // Later entries are due later, so what is overdue is a prefix.
        (uint64 low, uint64 high) = (0, tail.length);
        while (low < high) {
            uint64 middle = (low + high) / 2;
            if (_dueAt(middle, tail) < block.timestamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    function _dueAt(uint64 index, Tail memory tail) private view returns (uint64) {
        if (index >= tail.length) return type(uint64).max;
        uint40 enteredAt = _marks[index + 1].enteredAt;
        return enteredAt + FORCED_DEADLINE_SHORT + tail.buffer.leftAt(enteredAt, _bufferMax());
    }

    function _bufferMax() private view returns (uint64) {
        return FORCED_DEADLINE - FORCED_DEADLINE_SHORT;
    }

    /// The vault is asked first, under its own guard: an entry exists only for tokens that have arrived, and a token that
    /// calls back into a deposit finds the guard closed.
    function _deposit(InboxKind kind, address owner, uint8 subaccount, uint256 amount)
        private
        returns (uint64 index)
    {
        uint64 credited = VAULT.collect(msg.sender, amount);
        require(credited != 0, NothingToCredit(amount));

        _tail.credited += credited;
        index = _add(kind, owner, subaccount, credited, 0);
        // Only the chain can show that an owner has no account: a proof shows what is in the tree, not what is not.
        if (kind == InboxKind.Deposit && firstDepositOf[owner][subaccount] == 0) {
            firstDepositOf[owner][subaccount] = index + 1;
        }
    }

    function _add(InboxKind kind, address owner, uint8 subaccount, uint64 amount, bytes32 data)
        private
        returns (uint64 index)
    {
        Tail memory tail = _tail;
        require(!tail.isFrozen, IsFrozen());
        index = tail.length;
        uint64 enteredAt = uint64(block.timestamp);
        InboxEntry memory entry = InboxEntry(kind, owner, subaccount, amount, data, enteredAt);
        bytes32 inboxHash = InboxEntryLib.chain(_hashes[index], index, entry);

        _tail.length = uint40(index + 1);
        _hashes[index + 1] = inboxHash;
        _marks[index + 1] = Mark(uint40(enteredAt), tail.credited);

        emit InboxEntryAdded(index, kind, owner, subaccount, amount, data, enteredAt, inboxHash);
    }
}
