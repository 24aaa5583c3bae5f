// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A verifier as Barretenberg generates it. Another proving system stands in behind the same two arguments.
interface IProofVerifier {
    /// Reverts or returns false for anything but a proof of these public inputs.
    function verify(bytes calldata proof, bytes32[] calldata publicInputs) external view returns (bool);
}
