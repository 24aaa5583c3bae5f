// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProvenStep} from "../types/ProvenStep.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {ISettlement} from "./ISettlement.sol";

/// Moves the chain by proof when no enclave does: the settlement takes `acceptProven` from the registered one alone. The contract
/// checks the words against the proof, the oracle's signatures and the inbox; the settlement checks continuity, the inbox's
/// deadline, clocks and the books once more, whoever wrote the path.
interface IValidityPath {
    /// All of a proven batch: from these words and the leaves before, anyone has the leaves after.
    event Advanced(uint64 indexed number, bytes32 stateRoot, uint256[] words);

    error IsFrozen();
    /// An enclave may sign, and its last batch is recent.
    error PathClosed(uint256 opensAt);
    error WordCount(uint256 expected, uint256 actual);
    error WordBeyondField(uint256 index);
    error DomainMismatch(uint256 expected, uint256 actual);
    error HeldMismatch(uint64 expected, uint256 actual);
    error FillsRootMismatch(bytes32 expected, bytes32 actual);
    /// The batch's time is too far from the block's.
    error TimeOutOfRange(uint256 expectedMin, uint256 expectedMax, uint256 actual);
    error OracleRoundOutOfRange(uint256 expectedMin, uint256 actual);
    error NotOracleSigner(address signer);
    error OracleSignersUnordered(address previous, address signer);
    error OracleSignaturesMissing(uint256 expectedMin, uint256 actual);
    /// The batch consumes more entries than were given: this one is not.
    error EntryMissing(uint256 taken);
    error EntriesLeft(uint256 consumed, uint256 given);
    /// The operation is not what the inbox entry asks for.
    error EntryContradicted(uint64 inboxIndex);
    error ProofInvalid();
    error ConfigOutOfRange();
    /// Anyone may freeze the venue before anyone may prove: `proveAfter` must be below the hatch's `SILENCE_MAX`.
    error ProveAfterSilence(uint64 silenceMax, uint32 proveAfter);
    /// The verifier accepts proofs that anyone can forge.
    error DevelopmentVerifier();

    /// Advances the chain by one proven batch. Anyone may send it while the path is open.
    function advance(ProvenStep calldata step) external;

    /// Whether the path is open now: no batch for `PROVE_AFTER`, or no signer that may sign; never when frozen.
    function isOpen() external view returns (bool);

    /// What every signature of this epoch is bound to; 248 bits.
    function domain() external view returns (uint256);

    /// What the fund's debt is shared over: consumed deposits less promised withdrawals. 1e-6 of the token.
    function held() external view returns (uint64);

    /// Fills of signed orders in this epoch so far.
    function fillsRoot() external view returns (bytes32);

    /// EIP-712 digest that oracles sign: the round, its time (µs) and the words of all instruments, as the batch publishes them.
    function pricesDigest(uint64 round, uint64 time, uint256[] calldata instrumentWords)
        external
        view
        returns (bytes32);

    function SETTLEMENT() external view returns (ISettlement);

    function VERIFIER() external view returns (IProofVerifier);
}
