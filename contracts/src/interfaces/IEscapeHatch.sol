// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProvenAccount, SettledInstrument} from "../types/Exit.sol";
import {ISettlement} from "./ISettlement.sol";

/// The way out when everything but the chain is gone: freeze, prove an account against the last root, be paid.
///
/// 1. Anyone freezes, once the venue has been silent too long or has left an inbox entry unserved. There is no way back.
/// 2. Anyone splits the last root into its trees (`splitRoot`) and settles instruments (`settleInstruments`), once each.
/// 3. For the deficit window anyone proves accounts (`escape`). Accounts that owe make the scale smaller, the insurance fund larger; so
///    all who are owed see to it that those who owe are proven. The insurance fund's account must be.
/// 4. From then on the scale stands, and each account is paid `floor(equity × scale)`, in any order, by anyone, for its owner.
///
/// Nobody is asked, nobody can stop it, and no order of exits pays anybody more (docs/exit.md has the proof).
interface IEscapeHatch {
    enum FreezeReason {
        None,
        Silence,
        OverdueEntry
    }

    event VenueFrozen(FreezeReason reason, uint64 frozenAt);
    event RootSplit(uint256 accountsRoot, uint256 instrumentsRoot, uint256 venue);
    event InstrumentSettled(uint16 indexed id, int64 mark, int96 fundingIndex);
    event AccountProven(uint32 indexed account, address indexed owner, uint8 subaccount, int256 equity);
    /// What accounts are paid is `equity × numerator / denominator`, rounded down.
    event ScaleFixed(uint256 numerator, uint256 denominator, uint64 available);
    event Escaped(uint32 indexed account, address indexed owner, uint64 amount);

    error NotThisHatch(address expected, address actual);
    error DelaysOutOfOrder(
        uint256 forcedDeadline, uint32 freezeGrace, uint32 silenceMax, uint32 deficitWindow
    );
    /// Neither silent long enough nor anything overdue long enough: when it will be, unless a batch comes.
    error NotYet(uint64 silentFrom, uint64 overdueFrom, uint64 timestamp);
    error NotFrozen();
    error AlreadyFrozen();
    error RootNotSplit();
    error StateRootMismatch(uint256 expected, uint256 actual);
    error AccountsRootMismatch(uint256 expected, uint256 actual);
    error InstrumentsRootMismatch(uint256 expected, uint256 actual);
    error LengthMismatch(uint256 expected, uint256 actual);
    error IndexOutOfRange(uint256 expectedMax, uint256 actual);
    /// The leaf is another instrument's, or nobody's.
    error InstrumentMismatch(uint256 expected, uint256 actual);
    /// No engine makes a leaf worth this.
    error EquityOutOfRange(int256 actual);
    error AlreadyProven(uint32 account);
    error NotProven(uint32 account);
    error AlreadyPaid(uint32 account);
    error WindowOpen(uint64 until, uint64 timestamp);
    /// The insurance fund (account 0) must be proven before anybody is paid.
    error InsuranceNotProven();

    /// Freezes the venue for good, if the time has come.
    function freeze() external;

    /// Whether `freeze` would work now, and why.
    function freezeReason() external view returns (FreezeReason);

    /// Names the parts of the last state root. Done once; again is no error, so that nobody can be in the way of a bundle.
    /// @param venue The oracle round and the next account id, as in docs/state.md.
    function splitRoot(uint256 accountsRoot, uint256 instrumentsRoot, uint256 venue) external;

    /// Stores mark and funding index of instruments. Those that are settled already are passed over.
    /// @param words Of each instrument's leaf.
    /// @param paths Siblings from the leaf up.
    function settleInstruments(
        uint16[] calldata ids,
        uint256[9][] calldata words,
        uint256[10][] calldata paths
    ) external;

    /// Proves an account against the last root; every instrument it holds must be settled. After the window it is paid at once, if the
    /// insurance fund has been proven. Anyone may send it; the tokens go to the account's owner.
    /// @param words Of the account's leaf.
    /// @param path Siblings from the leaf up.
    function escape(uint32 account, uint256[20] calldata words, uint256[24] calldata path) external;

    /// Pays a proven account after the window. Anyone may send it; the tokens go to the account's owner.
    function collect(uint32 account) external;

    /// Fixes the scale, which the first payment does otherwise.
    function fixScale() external;

    function accountOf(uint32 account) external view returns (ProvenAccount memory);

    function instrumentOf(uint16 id) external view returns (SettledInstrument memory);

    /// 0 before the freeze. Unix seconds.
    function frozenAt() external view returns (uint64);

    /// Σ of what proven accounts owe. 1e-6 of the token.
    function deficit() external view returns (uint128);

    /// What accounts are paid of each unit of equity; `denominator` is 0 until it is fixed.
    function scale() external view returns (uint128 numerator, uint128 denominator);

    /// What is left for exits, once the scale is fixed. 1e-6 of the token.
    function available() external view returns (uint64);

    function accountsRoot() external view returns (uint256);

    function instrumentsRoot() external view returns (uint256);

    function SETTLEMENT() external view returns (ISettlement);

    function FREEZE_GRACE() external view returns (uint64);

    function SILENCE_MAX() external view returns (uint64);

    function DEFICIT_WINDOW() external view returns (uint64);
}
