// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../types/BatchHeader.sol";
import {ProvenBatch} from "../types/ProvenBatch.sol";

/// Withdrawals that batches have promised. A proven batch's are set apart when it is accepted and paid without a cap to whoever proves
/// them: nobody had to be trusted for them. A signed batch's are claimed by Merkle proof, paid at once while the outflow cap has room, and else
/// queued first in, first out. The cap bounds what a stolen key can take before somebody notices (docs/exit.md).
interface IWithdrawalQueue {
    /// Proven, and from now on either paid or in the queue.
    event WithdrawalClaimed(
        uint64 indexed batchNumber, uint256 indexed index, address indexed owner, uint64 amount
    );
    event WithdrawalQueued(uint64 indexed position, address indexed owner, uint64 amount);
    /// All (`remaining` = 0) or, where the cap ran out in the middle, a part of a queued withdrawal.
    event WithdrawalReleased(uint64 indexed position, address indexed owner, uint64 amount, uint64 remaining);

    /// The header is not the one that was accepted under its number.
    error UnknownBatch(uint64 batchNumber, bytes32 expected, bytes32 actual);
    error NoWithdrawals(uint64 batchNumber);
    error ZeroRecipient();
    error WithdrawalProofInvalid(bytes32 expectedRoot);
    error AlreadyClaimed(uint64 batchNumber, uint256 index);
    /// More than the batches' totals: an enclave whose totals do not add up.
    error BeyondPromised(uint64 expectedMax, uint64 actual);
    error NothingQueued();
    error OutflowCapExhausted(uint64 expectedMin, uint64 actual);
    error OutflowCapOutOfRange();

    /// Claims one withdrawal of an accepted batch for its owner. Anyone may send it, frozen or not.
    /// @param header As `BatchAccepted` published it.
    /// @param amount 1e-6 of the token.
    /// @param proof Siblings from leaf `keccak256(keccak256(abi.encode(index, owner, amount)))` up, sorted pairs.
    function claim(
        BatchHeader calldata header,
        uint256 index,
        address owner,
        uint64 amount,
        bytes32[] calldata proof
    ) external;

    /// Claims one withdrawal of a proven batch for its owner, from what was set apart for it: no cap, no queue. Anyone may send it, frozen
    /// or not.
    /// @param batch As `BatchProven` published it.
    /// @param proof As of `claim`.
    function claimProven(
        ProvenBatch calldata batch,
        uint256 index,
        address owner,
        uint64 amount,
        bytes32[] calldata proof
    ) external;

    /// Pays queued withdrawals from the front, as far as the cap has refilled, at most `countMax` of them. Anyone may send it. Once
    /// the venue is frozen there is no cap: what is promised is set apart, and waiting would protect nobody.
    function release(uint256 countMax) external;

    function isClaimed(uint64 batchNumber, uint256 index) external view returns (bool);

    /// EIP-712 struct hash of the header accepted under this number, or of the proven batch if it has withdrawals; else 0.
    function batchHashOf(uint64 batchNumber) external view returns (bytes32);

    /// Promised and not yet paid, in the queue or not, proven withdrawals included: no account's exit may touch it. 1e-6 of the token.
    function outstanding() external view returns (uint64);

    /// All that batches ever promised, signed and proven. 1e-6 of the token.
    function promised() external view returns (uint64);

    /// What could be paid now. 1e-6 of the token.
    function outflowRoom() external view returns (uint64);

    /// The cap now: the larger of the fixed amount and the share of what the vault holds. 1e-6 of the token.
    function outflowCap() external view returns (uint64);

    /// Positions of the queue's first entry and of the next to be added.
    function queue() external view returns (uint64 first, uint64 next);

    function queuedAt(uint64 position) external view returns (address owner, uint64 amount);
}
