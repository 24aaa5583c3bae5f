// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Vault} from "./Vault.sol";
import {InboxEntry, InboxEntryLib, InboxKind} from "./types/InboxEntry.sol";

/// The queue from chain to enclave. Documentation is on the interface.
contract Inbox is IInbox {
    IVault public immutable VAULT;
    address public immutable SETTLEMENT;

    uint64 public length;
    mapping(uint64 count => bytes32) private _hashes;

    /// Created by the settlement contract, and itself creates the vault: who may ask whom is fixed before any address is public.
    constructor(IERC20Metadata token) {
        SETTLEMENT = msg.sender;
        VAULT = new Vault(token, address(this), msg.sender);
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
    function hashAt(uint64 count) external view returns (bytes32) {
        require(count <= length, UnknownInboxIndex(length, count));
        return _hashes[count];
    }

    /// @inheritdoc IInbox
    function checkpoint(uint64 count) external view returns (uint64, uint64, bytes32) {
        return (length, cursorDue(), _hashes[count]);
    }

    /// @inheritdoc IInbox
    function cursorDue() public pure returns (uint64) {
        return 0;
    }

    /// The vault is asked first, under its own guard: an entry exists only for tokens that have arrived, and a token that
    /// calls back into a deposit finds the guard closed.
    function _deposit(InboxKind kind, address owner, uint8 subaccount, uint256 amount)
        private
        returns (uint64 index)
    {
        uint64 credited = VAULT.collect(msg.sender, amount);
        require(credited != 0, NothingToCredit(amount));

        index = _add(InboxEntry(kind, owner, subaccount, credited, 0, uint64(block.timestamp)));
    }

    function _add(InboxEntry memory entry) private returns (uint64 index) {
        index = length;
        bytes32 inboxHash = InboxEntryLib.chain(_hashes[index], index, entry);

        length = index + 1;
        _hashes[index + 1] = inboxHash;

        emit InboxEntryAdded(
            index,
            entry.kind,
            entry.owner,
            entry.subaccount,
            entry.amount,
            entry.data,
            entry.enteredAt,
            inboxHash
        );
    }
}
