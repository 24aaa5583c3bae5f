// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../types/BatchHeader.sol";
import {OpenEpoch} from "../types/OpenEpoch.sol";

/// The committed state: a chain of batches, each signed by the one attested key its epoch is bound to.
interface ISettlement {
    event EpochOpened(
        uint64 indexed epoch,
        address indexed signer,
        uint64 batchNumber,
        uint64 lastSequence,
        bytes32 stateRoot
    );
    event BatchAccepted(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, BatchHeader header);
    event WithdrawalClaimed(
        uint64 indexed batchNumber, uint256 indexed index, address indexed owner, uint64 amount
    );

    error ZeroAddress();
    error NotOperator(address expected, address actual);
    error UnexpectedEpoch(uint64 expected, uint64 actual);
    error EpochNotNewer(uint64 expectedAfter, uint64 actual);
    error UnexpectedBatchNumber(uint64 expected, uint64 actual);
    error UnexpectedSequence(uint64 expected, uint64 actual);
    error EmptyBatch(uint64 firstSequence, uint64 lastSequence);
    error StateRootMismatch(bytes32 expected, bytes32 actual);
    error ConfigMismatch(bytes32 expected, bytes32 actual);
    error SignerBound(address signer, uint64 epoch);
    error UnexpectedSigner(address expected, address actual);
    /// Not registered, not yet active, expired, or revoked.
    error InactiveSigner(address signer);
    error InboxCursorBackwards(uint64 expectedMin, uint64 actual);
    error InboxCursorAhead(uint64 expectedMax, uint64 actual);
    error InboxHashMismatch(bytes32 expected, bytes32 actual);
    error ForcedCommandOverdue(uint64 expectedMin, uint64 actual);
    error OracleRoundBackwards(uint64 expectedMin, uint64 actual);
    error ClosedAtBackwards(uint64 expectedMin, uint64 actual);
    error ClosedAtInFuture(uint256 expectedMax, uint64 actual);
    error NoWithdrawals(uint64 batchNumber);
    error ZeroRecipient();
    error WithdrawalProofInvalid(bytes32 expectedRoot);
    error AlreadyClaimed(uint64 batchNumber, uint256 index);

    /// Binds a new epoch to the key that signed `opening`: a compare-and-swap on everything the chain knows, so that an enclave
    /// that was rolled back or cloned can never anchor. The first epoch is opened by the operator and fixes the configuration,
    /// and the genesis state root where the contract was deployed without one.
    /// @param signature 65 bytes r ‖ s ‖ v, EIP-712, by the epoch's signer.
    function openEpoch(OpenEpoch calldata opening, bytes calldata signature) external;

    /// Accepts the next batch. Anyone may send it.
    /// @param signature 65 bytes r ‖ s ‖ v, EIP-712, by the epoch's signer.
    function acceptBatch(BatchHeader calldata header, bytes calldata signature) external;

    /// Pays one withdrawal of an accepted batch to its owner. Anyone may send it.
    /// @param amount 1e-6 of the token.
    /// @param proof Siblings from leaf `keccak256(keccak256(abi.encode(index, owner, amount)))` up, sorted pairs.
    function claim(uint64 batchNumber, uint256 index, address owner, uint64 amount, bytes32[] calldata proof)
        external;

    function isClaimed(uint64 batchNumber, uint256 index) external view returns (bool);

    /// Where the chain stands: what a new epoch must name.
    function head()
        external
        view
        returns (
            uint64 epoch,
            uint64 batchNumber,
            uint64 lastSequence,
            bytes32 stateRoot,
            uint64 inboxCursor,
            uint64 oracleRound,
            address signer
        );

    /// 0 if the batch had no withdrawals, or does not exist.
    function withdrawalsRootOf(uint64 batchNumber) external view returns (bytes32);

    /// The epoch a signer is bound to; 0 = none.
    function epochOf(address signer) external view returns (uint64);
}
