// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InboxKind} from "../types/InboxEntry.sol";

/// The queue of what the chain tells the enclave: an ordered, hash-chained list that a batch consumes from the front.
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

    error ZeroOwner();
    /// The amount, or what arrived of it, is below 1e-6 of the token.
    error NothingToCredit(uint256 amount);
    error UnknownInboxIndex(uint64 length, uint64 index);

    /// Deposits for the sender. Approve the vault for `amount` first.
    /// @param amount In the token's own units; what is below 1e-6 of the token stays with the sender. The balance
    /// difference is credited, so a token that takes a fee credits less.
    /// @return index Of the entry.
    function deposit(uint8 subaccount, uint256 amount) external returns (uint64 index);

    /// Deposits the sender's tokens for `owner`, who alone can withdraw them.
    function depositFor(address owner, uint8 subaccount, uint256 amount) external returns (uint64 index);

    /// Gives the sender's tokens to the insurance fund. There is no way back.
    function depositInsurance(uint256 amount) external returns (uint64 index);

    /// Number of entries.
    function length() external view returns (uint64);

    /// The rolling hash after the first `count` entries; 0 for none.
    function hashAt(uint64 count) external view returns (bytes32);

    /// What a batch with cursor `count` is checked against, in one call. `inboxHash` is 0 beyond `length`.
    function checkpoint(uint64 count)
        external
        view
        returns (uint64 length, uint64 cursorDue, bytes32 inboxHash);

    /// How many entries a batch must have consumed by now. Deposits have no deadline: only forced commands make it grow.
    function cursorDue() external view returns (uint64);
}
