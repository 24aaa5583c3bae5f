// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InboxEntry} from "./InboxEntry.sol";

/// What is sent to advance the chain by one proven batch.
struct ProvenStep {
    uint256[] words; // what the batch publishes (docs/proof.md), each below the field's modulus
    bytes32 digest; // Poseidon2 of the words: the circuit computes it, the contract only derives the challenge from it
    bytes32 stateRootAfter;
    InboxEntry[] entries; // those the batch consumes, in order
    bytes[] oracleSignatures; // over the prices of a new round, by ascending signer; none if the round is the last accepted
    bytes proof;
}

/// Everything about a validity path that never changes.
struct ValidityConfig {
    uint32 instruments; // of the statement
    uint32 operations;
    uint32 proveAfter; // s without a batch after which anyone may prove
    bool isOpenAtBirth; // a venue without enclaves: proofs before any epoch
    uint8 oracleThreshold;
    address[] oracleSigners;
    uint256[4] canonicalAt; // where the verifier's code holds the words of the public ceremony; not read on chain 31337
}
