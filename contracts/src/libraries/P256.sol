// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// ECDSA over P-256 by the precompile of EIP-7951 (Osaka).
///
/// Warning: the precompile has no low-s rule, so whoever holds one valid signature can write a second one. Nothing here or
/// above may use a signature, or bytes that contain one, as an identity.
library P256 {
    address internal constant VERIFIER = address(0x100);

    /// True if `(r, s)` signs `digest` under the public key `(x, y)`.
    ///
    /// Failure is an empty answer, and so is a chain without the precompile: both are "no" (EIP-7951, section "Specification").
    /// Range and curve checks of the inputs are the precompile's.
    function verify(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) internal view returns (bool) {
        (bool isSuccess, bytes memory answer) = VERIFIER.staticcall(abi.encodePacked(digest, r, s, x, y));
        return isSuccess && answer.length == 32 && uint256(bytes32(answer)) == 1;
    }
}
