// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEscapeHatch} from "./interfaces/IEscapeHatch.sol";
import {IInbox} from "./interfaces/IInbox.sol";
import {ISettlement} from "./interfaces/ISettlement.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Equity} from "./libraries/Equity.sol";
import {StateTree} from "./libraries/StateTree.sol";
import {ExitDelays, ExitStatus, ProvenAccount, SettledInstrument} from "./types/Exit.sol";

/// Room 13 of the walk: pays users against the last state root if the rest goes dark. Documentation is on the interface.
contract EscapeHatch is IEscapeHatch {
    uint256 internal constant DELAY_CAP = 24 hours;
    uint32 internal constant INSURANCE = 0;
    uint256 internal constant ACCOUNTS_MAX = 1 << StateTree.ACCOUNTS_DEPTH;
    uint256 internal constant INSTRUMENTS_MAX = 1 << StateTree.INSTRUMENTS_DEPTH;

    ISettlement public immutable SETTLEMENT;
    IInbox public immutable INBOX;
    IVault public immutable VAULT;
    uint64 public immutable FREEZE_GRACE;
    uint64 public immutable SILENCE_MAX;
    uint64 public immutable DEFICIT_WINDOW;

    uint64 public frozenAt;
    uint64 public available;
    uint128 public deficit;

    /// Numerator and denominator of what a unit of equity is paid.
    struct Scale {
        uint128 numerator;
        uint128 denominator; // 0 until fixed
    }

    Scale public scale;
    uint256 public accountsRoot;
    uint256 public instrumentsRoot;
    mapping(uint16 id => SettledInstrument) private _instruments;
    mapping(uint32 account => ProvenAccount) private _accounts;

    /// An entry is overdue before it is freezable, and freezable no later than a day after it was made; silence is the slower sign.
    constructor(ISettlement settlement, ExitDelays memory delays) {
        address expected = settlement.ESCAPE_HATCH();
        require(expected == address(this), NotThisHatch(expected, address(this)));
        IInbox inbox = settlement.INBOX();
        uint256 deadline = inbox.FORCED_DEADLINE();
        require(
            deadline < delays.freezeGrace && delays.freezeGrace < delays.silenceMax
                && delays.silenceMax <= DELAY_CAP && deadline + delays.freezeGrace <= DELAY_CAP
                && delays.deficitWindow != 0 && delays.deficitWindow <= DELAY_CAP,
            DelaysOutOfOrder(deadline, delays.freezeGrace, delays.silenceMax, delays.deficitWindow)
        );

        SETTLEMENT = settlement;
        INBOX = inbox;
        VAULT = settlement.VAULT();
        FREEZE_GRACE = delays.freezeGrace;
        SILENCE_MAX = delays.silenceMax;
        DEFICIT_WINDOW = delays.deficitWindow;
    }

    /// @inheritdoc IEscapeHatch
    function freeze() external {
        require(frozenAt == 0, AlreadyFrozen());
        FreezeReason reason = freezeReason();
        (uint64 silentFrom, uint64 overdueFrom) = _freezableFrom();
        require(reason != FreezeReason.None, NotYet(silentFrom, overdueFrom, uint64(block.timestamp)));

        frozenAt = uint64(block.timestamp);
        SETTLEMENT.freeze();

        emit VenueFrozen(reason, uint64(block.timestamp));
    }

    /// @inheritdoc IEscapeHatch
    function freezeReason() public view returns (FreezeReason) {
        (uint64 silentFrom, uint64 overdueFrom) = _freezableFrom();
        if (frozenAt != 0) return FreezeReason.None;
        if (block.timestamp > silentFrom) return FreezeReason.Silence;
        return block.timestamp > overdueFrom ? FreezeReason.OverdueEntry : FreezeReason.None;
    }

    /// @inheritdoc IEscapeHatch
    function splitRoot(uint256 accounts, uint256 instruments, uint256 venue) external {
        require(frozenAt != 0, NotFrozen());
        (,,, bytes32 last,,,) = SETTLEMENT.head();
        uint256 actual = StateTree.stateRoot(accounts, instruments, venue);
        require(actual == uint256(last), StateRootMismatch(uint256(last), actual));
        if (accountsRoot != 0) return;

        accountsRoot = accounts;
        instrumentsRoot = instruments;

        emit RootSplit(accounts, instruments, venue);
    }

    /// @inheritdoc IEscapeHatch
    function settleInstruments(
        uint16[] calldata ids,
        uint256[9][] calldata words,
        uint256[10][] calldata paths
    ) external {
        require(accountsRoot != 0, RootNotSplit());
        require(words.length == ids.length, LengthMismatch(ids.length, words.length));
        require(paths.length == ids.length, LengthMismatch(ids.length, paths.length));

        for (uint256 i = 0; i < ids.length; i++) {
            if (!_instruments[ids[i]].isSettled) _settle(ids[i], words[i], paths[i]);
        }
    }

    /// @inheritdoc IEscapeHatch
    function escape(uint32 account, uint256[20] calldata words, uint256[24] calldata path) external {
        require(accountsRoot != 0, RootNotSplit());
        require(account < ACCOUNTS_MAX, IndexOutOfRange(ACCOUNTS_MAX - 1, account));
        require(_accounts[account].status == ExitStatus.None, AlreadyProven(account));
        uint256 root = StateTree.accountsRoot(account, words, path);
        require(root == accountsRoot, AccountsRootMismatch(accountsRoot, root));
        int256 equity = Equity.equityOf(words, _instruments);
        require(int88(equity) == equity, EquityOutOfRange(equity));

        _accounts[account] = ProvenAccount(address(uint160(words[0])), int88(equity), ExitStatus.Proven);
        // Later it would change what others are paid. Nobody gains by waiting: who owes is paid nothing either way.
        if (equity < 0 && !_isWindowOver()) deficit += uint128(uint256(-equity));
        emit AccountProven(account, address(uint160(words[0])), uint8(words[0] >> 160), equity);

        if (_isWindowOver() && _accounts[INSURANCE].status != ExitStatus.None) _pay(account);
    }

    /// @inheritdoc IEscapeHatch
    function collect(uint32 account) external {
        ExitStatus status = _accounts[account].status;
        require(status != ExitStatus.None, NotProven(account));
        require(status != ExitStatus.Paid, AlreadyPaid(account));

        _pay(account);
    }

    /// @inheritdoc IEscapeHatch
    function fixScale() public {
        require(frozenAt != 0, NotFrozen());
        uint64 until = frozenAt + DEFICIT_WINDOW;
        require(_isWindowOver(), WindowOpen(until, uint64(block.timestamp)));
        require(_accounts[INSURANCE].status != ExitStatus.None, InsuranceNotProven());
        if (scale.denominator != 0) return;

        (uint128 held, uint128 owed) = (_held(), _owed());
        available = uint64(held);
        // Enough for all: each is paid its equity to the unit.
        scale = held >= owed ? Scale(1, 1) : Scale(held, owed);

        emit ScaleFixed(scale.numerator, scale.denominator, available);
    }

    /// @inheritdoc IEscapeHatch
    function accountOf(uint32 account) external view returns (ProvenAccount memory) {
        return _accounts[account];
    }

    /// @inheritdoc IEscapeHatch
    function instrumentOf(uint16 id) external view returns (SettledInstrument memory) {
        return _instruments[id];
    }

    function _settle(uint16 id, uint256[9] calldata words, uint256[10] calldata path) private {
        require(id < INSTRUMENTS_MAX, IndexOutOfRange(INSTRUMENTS_MAX - 1, id));
        require(uint16(words[0]) == id && id != 0, InstrumentMismatch(id, uint16(words[0])));
        uint256 root = StateTree.instrumentsRoot(id, words, path);
        require(root == instrumentsRoot, InstrumentsRootMismatch(instrumentsRoot, root));

        int64 mark = int64(uint64(words[2]));
        int96 fundingIndex = int96(uint96(words[3]));
        _instruments[id] = SettledInstrument(mark, fundingIndex, true);

        emit InstrumentSettled(id, mark, fundingIndex);
    }

    function _pay(uint32 account) private {
        fixScale();
        ProvenAccount memory proven = _accounts[account];
        uint256 amount;
        // What is left of the insurance fund stays: it is what rounding and late discoveries are paid from.
        if (account != INSURANCE && proven.equity > 0) {
            amount = uint256(int256(proven.equity)) * scale.numerator / scale.denominator;
            // Only if somebody who owed was not proven in time: withdrawals and deposits set apart are never touched.
            if (amount > available) amount = available;
        }

        _accounts[account].status = ExitStatus.Paid;
        available -= uint64(amount);
        emit Escaped(account, proven.owner, uint64(amount));

        if (amount != 0) VAULT.pay(proven.owner, uint64(amount));
    }

    /// What the vault has for accounts: less what withdrawals, deferred payments and unconsumed deposits have a claim to.
    function _held() private view returns (uint128) {
        (,,,, uint64 cursor,,) = SETTLEMENT.head();
        uint128 held = VAULT.holdings();
        uint128 apart =
            uint128(VAULT.unpaidTotal()) + SETTLEMENT.outstanding() + INBOX.unconsumedDeposits(cursor);
        return held > apart ? held - apart : 0;
    }

    /// What accounts other than the insurance fund are owed: all equity is what was deposited and not promised again, up to
    /// rounding; those who are owed are owed what the others owe on top; the fund bears first.
    function _owed() private view returns (uint128) {
        (,,,, uint64 cursor,,) = SETTLEMENT.head();
        uint128 owed = INBOX.creditedAt(cursor) - SETTLEMENT.promised() + deficit;
        int256 insurance = _accounts[INSURANCE].equity;
        if (insurance <= 0) return owed;
        return owed > uint256(insurance) ? owed - uint128(uint256(insurance)) : 0;
    }

    function _isWindowOver() private view returns (bool) {
        return block.timestamp > frozenAt + DEFICIT_WINDOW;
    }

    /// The last moments that are not yet late; the end of time where nothing runs.
    function _freezableFrom() private view returns (uint64 silentFrom, uint64 overdueFrom) {
        (uint64 acceptedAt,) = SETTLEMENT.clocks();
        (,,,, uint64 cursor,,) = SETTLEMENT.head();
        uint64 dueAt = INBOX.dueAt(cursor);
        silentFrom = acceptedAt == 0 ? type(uint64).max : acceptedAt + SILENCE_MAX;
        overdueFrom = dueAt == type(uint64).max ? dueAt : dueAt + FREEZE_GRACE;
    }
}
