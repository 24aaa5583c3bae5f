// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Moves the chain by proof when no enclave does: the settlement takes `acceptProven` from the registered one alone. The contract
/// checks the words against the proof, the oracle's signatures and the inbox; the settlement checks continuity, the inbox's
/// deadline, clocks and the books once more, whoever wrote the path.
interface IValidityPath {
    /// Advances the chain by one proven batch.
    /// @param words The batch as the circuit read it, each below the field's modulus.
    function advance(uint256[] calldata words, bytes calldata proof) external;

    /// Whether the path is open now: no batch for a while, or no signer that may sign; never when frozen.
    function isOpen() external view returns (bool);
}
