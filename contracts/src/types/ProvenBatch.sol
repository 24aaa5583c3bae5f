// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What a validity proof moves the chain by. The validity path has checked every word against the proof.
struct ProvenBatch {
    uint64 number;
    bytes32 stateRootBefore;
    bytes32 stateRootAfter;
    uint64 inboxCursor;
    bytes32 inboxHash; // rolling hash there
    uint64 oracleRound;
    uint64 closedAt; // Unix seconds
}

/// Credited at once and without a cap: nobody had to be trusted for it.
struct ProvenWithdrawal {
    address owner;
    uint64 amount; // 1e-6 of the token
}
