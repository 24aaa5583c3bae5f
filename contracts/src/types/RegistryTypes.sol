// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// A P-256 public key.
struct P256Key {
    bytes32 x;
    bytes32 y;
}

/// Which quoting enclave may vouch for attestation keys. Attributes and MISCSELECT as in memory (little-endian).
struct QuotingEnclavePolicy {
    bytes32 mrSigner;
    uint16 isvProdId;
    uint16 isvSvnMin;
    bytes16 attributes;
    bytes16 attributesMask;
    bytes4 miscSelect;
    bytes4 miscSelectMask;
}

/// One enclave image that may sign batches. `version` is what people call it; it grows from 1.
struct Measurement {
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
    P256Key root; // Intel's, or a simulated one
    bool isSimulated;
    address governor; // may allow measurements, after the delay
    address guardian; // may only remove
    uint32 activationDelay; // s, for signers and measurements; 0 only on a development chain
    uint32 signerLifetimeMax; // s
    QuotingEnclavePolicy quotingEnclave;
}

/// What a registration carries.
struct Registration {
    bytes quote; // SGX v3, cut before its certification data
    P256Key pckKey; // of a registered PCK certificate
    address signer;
    bytes32 encryptionKey; // X25519
    uint64 blockNumber; // whose hash is in the report data
    bytes32 configHash;
}

/// What is remembered of an intermediate CA. A certificate's id is keccak256(issuer's key id, serial): what a CRL names.
struct CaRecord {
    bytes32 subjectDigest;
    bytes32 certificateId;
    uint64 notAfter; // Unix seconds, inclusive; 0 = never registered
}

/// What is remembered of a platform's PCK certificate.
struct PckRecord {
    bytes16 components; // TCB component SVNs
    bytes16 cpuSvn;
    bytes32 certificateId;
    bytes32 caCertificateId;
    uint64 notAfter; // the earlier of leaf and CA; 0 = never registered
    uint16 pceSvn;
    bytes2 pceId;
    bytes6 fmspc;
}

/// What is remembered of an enclave's signer.
struct SignerRecord {
    uint64 activeFrom; // Unix seconds
    uint64 expiresAt; // exclusive; 0 = never registered
    uint32 version; // of the measurement
    bool isRevoked;
    uint64 removalsSeen; // the registry's removals when it was registered
    bytes32 configHash;
    bytes32 pckCertificateId;
    bytes32 caCertificateId;
}

/// What is remembered of a measurement, by version.
struct MeasurementRecord {
    uint64 activeFrom; // 0 = never allowed
    bool isRemoved;
    uint16 isvProdId;
    uint16 isvSvnMin;
    bytes16 attributes;
    bytes16 attributesMask;
    bytes32 mrEnclave;
    bytes32 mrSigner;
}
