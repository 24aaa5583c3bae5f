// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InboxEntry, InboxKind} from "../types/InboxEntry.sol";
import {IVault} from "./IVault.sol";

/// The queue of what the chain tells the enclave: an ordered, hash-chained list that a batch consumes from the front.
///
/// Every entry, deposits included, has a deadline. A batch closed after the deadline of the first entry it leaves behind is refused;
/// if nothing consumes the entry for a grace beyond it, anyone may freeze the venue. Deadlines shorten for a sequencer that is
/// often late: it has a buffer of lateness, which lateness drains and quiet time refills (docs/exit.md).
interface IInbox {
    /// One entry, in full: the host needs nothing else to rebuild it.
    /// @param amount 1e-6 of the token.
    /// @param inboxHash The rolling hash after this entry.
    event InboxEntryAdded(
        uint64 indexed index,
        InboxKind kind,
        address indexed owner,
        uint8 subaccount,
        uint64 amount,
        bytes32 data,
        uint64 enteredAt,
        bytes32 inboxHash
    );
    event DepositReclaimed(uint64 indexed index, address indexed owner, uint64 amount);

    error ZeroOwner();
    error ZeroAmount();
    error IsFrozen();
    error NotFrozen();
    error NotSettlement(address expected, address actual);
    error DeadlinesOutOfRange(uint256 expectedMax, uint32 short, uint32 full);
    /// The amount, or what arrived of it, is below 1e-6 of the token.
    error NothingToCredit(uint256 amount);
    error UnknownInboxIndex(uint64 length, uint64 index);
    /// A batch has taken it: it is in the state, and the escape hatch pays it.
    error Consumed(uint64 expectedMin, uint64 index);
    error NotADeposit(InboxKind kind);
    error EntryMismatch(bytes32 expected, bytes32 actual);
    error AlreadyReclaimed(uint64 index);

    /// Deposits for the sender. Approve the vault for `amount` first.
    /// @param amount In the token's own units; what is below 1e-6 of the token stays with the sender. The balance
    /// difference is credited, so a token that takes a fee credits less.
    /// @return index Of the entry.
    function deposit(uint8 subaccount, uint256 amount) external returns (uint64 index);

    /// Deposits the sender's tokens for `owner`, who alone can withdraw them.
    function depositFor(address owner, uint8 subaccount, uint256 amount) external returns (uint64 index);

    /// Gives the sender's tokens to the insurance fund. There is no way back.
    function depositInsurance(uint256 amount) external returns (uint64 index);

    /// Has the sender's orders cancelled and `amount` (1e-6 of the token), or as much of it as margin allows, withdrawn.
    function forceWithdraw(uint8 subaccount, uint64 amount) external returns (uint64 index);

    /// Has the sender's position closed against the book, within 5 % of the mark. @param instrument 0 for all.
    function forceClose(uint8 subaccount, uint16 instrument) external returns (uint64 index);

    /// Has all orders of the sender's account cancelled.
    function forceCancelAll(uint8 subaccount) external returns (uint64 index);

    /// Registers the account's key for validity mode, a point of Grumpkin. Two entries, x and y.
    /// @return index Of the first.
    function registerKey(uint8 subaccount, bytes32 x, bytes32 y) external returns (uint64 index);

    /// Returns a deposit that no batch has consumed to its owner. Only once the venue is frozen; anyone may send it.
    function reclaim(uint64 index, InboxEntry calldata entry) external;

    /// What a batch closed at `closedAt` that consumes `from` to `to` is checked against, in one call; drains or refills the delay
    /// buffer. Settlement only.
    /// @return length Of the inbox.
    /// @return inboxHash After `to` entries; 0 beyond `length`.
    /// @return dueAt Of entry `to`; the end of time if there is none.
    /// @return credited By the first `to` entries, 1e-6 of the token.
    function consume(uint64 from, uint64 to, uint64 closedAt)
        external
        returns (uint64 length, bytes32 inboxHash, uint64 dueAt, uint64 credited);

    /// No more entries. Settlement only.
    function freeze() external;

    /// Number of entries.
    function length() external view returns (uint64);

    /// The rolling hash after the first `count` entries; 0 for none.
    function hashAt(uint64 count) external view returns (bytes32);

    /// When entry `index` must have been consumed, Unix seconds; the end of time if there is none.
    function dueAt(uint64 index) external view returns (uint64);

    /// How many entries a batch closed now must have consumed. Logarithmic; batches are checked against `dueAt` alone.
    function cursorDue() external view returns (uint64);

    /// All that the first `count` entries deposited. 1e-6 of the token.
    function creditedAt(uint64 count) external view returns (uint64);

    /// Deposited in entries from `cursor` on and not reclaimed: no account's exit may touch it. 1e-6 of the token.
    function unconsumedDeposits(uint64 cursor) external view returns (uint64);

    function isReclaimed(uint64 index) external view returns (bool);

    /// Index plus one of the first deposit for an owner's subaccount, the one that opened its account; 0 if there was none.
    function firstDepositOf(address owner, uint8 subaccount) external view returns (uint64);

    /// Deadline with a full delay buffer, and with an empty one. s.
    function FORCED_DEADLINE() external view returns (uint64);

    function FORCED_DEADLINE_SHORT() external view returns (uint64);

    function VAULT() external view returns (IVault);
}
