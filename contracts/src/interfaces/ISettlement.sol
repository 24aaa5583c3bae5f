// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchHeader} from "../types/BatchHeader.sol";
import {OpenEpoch} from "../types/OpenEpoch.sol";
import {ProvenBatch} from "../types/ProvenBatch.sol";
import {IAttestationRegistry} from "./IAttestationRegistry.sol";
import {IInbox} from "./IInbox.sol";
import {IVault} from "./IVault.sol";
import {IWithdrawalQueue} from "./IWithdrawalQueue.sol";

/// The committed state: a chain of batches, each signed by the one attested key its epoch is bound to, or proven.
interface ISettlement is IWithdrawalQueue {
    event EpochOpened(
        uint64 indexed epoch,
        address indexed signer,
        uint64 batchNumber,
        uint64 lastSequence,
        bytes32 stateRoot
    );
    event BatchAccepted(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, BatchHeader header);
    event BatchProven(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, ProvenBatch batch);
    /// Irreversible: this root is the last.
    event Frozen(uint64 batchNumber, bytes32 stateRoot, uint64 inboxCursor);
    event ValidityPathReplaced(address validityPath);

    error ZeroAddress();
    error IsFrozen();
    error NotOperator(address expected, address actual);
    error NotEscapeHatch(address expected, address actual);
    error NotValidityPath(address expected, address actual);
    error NotTimelock(address expected, address actual);
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
    /// The batch was closed after the first entry it leaves behind was due.
    error ForcedCommandOverdue(uint64 index, uint64 dueAt, uint64 closedAt);
    error OracleRoundBackwards(uint64 expectedMin, uint64 actual);
    error ClosedAtBackwards(uint64 expectedMin, uint64 actual);
    error ClosedAtInFuture(uint256 expectedMax, uint64 actual);
    /// The calldata is not what the header commits to.
    error DataMismatch(bytes32 expected, bytes32 actual);
    /// The transaction's blobs are not what the header commits to.
    error BlobsMismatch(bytes32 expected, bytes32 actual);
    /// A batch cannot promise more than was ever deposited.
    error PromiseBeyondDeposits(uint64 expectedMax, uint64 actual);
    /// Neither calldata nor blobs: without the data nobody could leave.
    error DataMissing();

    /// Binds a new epoch to the key that signed `opening`: a compare-and-swap on everything the chain knows, so that an enclave
    /// that was rolled back or cloned can never anchor. The first epoch is opened by the operator and fixes the configuration,
    /// and the genesis state root where the contract was deployed without one.
    /// @param signature 65 bytes r ‖ s ‖ v, EIP-712, by the epoch's signer.
    function openEpoch(OpenEpoch calldata opening, bytes calldata signature) external;

    /// Accepts the next batch with its data. Anyone may send it.
    /// @param signature 65 bytes r ‖ s ‖ v, EIP-712, by the epoch's signer.
    /// @param data The packed data of docs/state.md; empty if the transaction carries it in blobs.
    function acceptBatch(BatchHeader calldata header, bytes calldata signature, bytes calldata data) external;

    /// Accepts the next batch on the strength of a validity proof and ends the epoch: the next signed batch needs a newly opened
    /// one. Validity path only, which has checked proof, data, oracle signatures and inbox entries.
    function acceptProven(ProvenBatch calldata batch) external;

    /// Stops batches and epochs for good. Escape hatch only, which has checked that the time has come.
    function freeze() external;

    /// Who may prove from now on; 0 = nobody. Timelock only.
    function replaceValidityPath(address next) external;

    /// Where the chain stands: what a new epoch must name. After a proven batch `signer` is 0.
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

    /// Block time at which the last batch was accepted (before the first: at which the first epoch was opened), and the time it was
    /// closed at. Unix seconds.
    function clocks() external view returns (uint64 acceptedAt, uint64 closedAt);

    function isFrozen() external view returns (bool);

    /// The epoch a signer is bound to; 0 = none.
    function epochOf(address signer) external view returns (uint64);

    /// What EIP-712 signatures for this venue are bound to: openings, headers and signed heads.
    function domainSeparator() external view returns (bytes32);

    function REGISTRY() external view returns (IAttestationRegistry);

    function INBOX() external view returns (IInbox);

    function VAULT() external view returns (IVault);

    function OPERATOR() external view returns (address);

    function ESCAPE_HATCH() external view returns (address);

    function TIMELOCK() external view returns (address);

    function validityPath() external view returns (address);
}
