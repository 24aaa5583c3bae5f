// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Tee} from "./EndorsementTypes.sol";

/// A P-256 public key.
struct P256Key {
    bytes32 x;
    bytes32 y;
}

/// One enclave image, or TD, that may sign batches. `version` is what people call it; it grows from 1.
///
/// For a TD `mrEnclave` is keccak256(MRTD ‖ MRCONFIGID ‖ MROWNER ‖ MROWNERCONFIG ‖ RTMR0 … RTMR3), attributes are
/// TDATTRIBUTES ‖ XFAM, and signer, product and SVN are zero: TDs have none.
struct Measurement {
    Tee tee;
    bytes32 mrEnclave;
    bytes32 mrSigner;
    bytes16 attributes; // wanted where the mask has a 1
    bytes16 attributesMask;
    uint16 isvProdId;
    uint16 isvSvnMin;
    uint32 version;
}

/// Everything about a registry that never changes.
struct RegistryConfig {
    address verifier; // IQuoteVerifier, whose root decides whether this is a simulation
    bool isSimulated;
    address governor; // may allow measurements, after the delay
    address guardian; // may only remove
    uint32 activationDelay; // s, for signers and measurements; 0 only on a development chain
    uint32 signerLifetimeMax; // s
    uint16 acceptedStatuses; // bit i: `TcbStatus` i may register; Revoked never
}

/// What a registration carries.
struct Registration {
    bytes quote; // SGX v3, SGX or TDX v4 or v5, cut before its PCK chain
    P256Key pckKey; // of a registered PCK certificate
    address signer;
    bytes32 encryptionKey; // X25519
    uint64 blockNumber; // whose hash is in the report data
    bytes32 configHash;
}

/// What is remembered of an enclave's signer.
struct SignerRecord {
    uint64 activeFrom; // Unix seconds
    uint64 expiresAt; // exclusive; 0 = never registered
    uint32 version; // of the measurement
    bool isRevoked;
    uint32 removalsSeen; // the registry's removals when it was registered
    uint32 revocationsSeen; // the certificates' revocations then
    bytes32 configHash;
    bytes16 pckCertificateId;
    bytes16 caCertificateId;
    bytes16 tcbSignerId; // of the TCB info
    bytes16 qeSignerId; // of the QE identity; 0 = the same
    bytes32 caId;
}

/// What is remembered of a measurement, by version.
struct MeasurementRecord {
    uint64 activeFrom; // 0 = never allowed
    bool isRemoved;
    Tee tee;
    uint16 isvProdId;
    uint16 isvSvnMin;
    bytes16 attributes;
    bytes16 attributesMask;
    bytes32 mrEnclave;
    bytes32 mrSigner;
}
