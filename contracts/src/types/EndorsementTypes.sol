// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Which kind of enclave a quote speaks of.
enum Tee {
    Sgx,
    Tdx
}

/// Intel's TCB statuses; the two "relaunch" ones arise only from the merge (TDX 1.5).
enum TcbStatus {
    UpToDate,
    SWHardeningNeeded,
    ConfigurationNeeded,
    ConfigurationAndSWHardeningNeeded,
    OutOfDate,
    OutOfDateConfigurationNeeded,
    TDRelaunchAdvised,
    TDRelaunchAdvisedConfigurationNeeded,
    Revoked
}

/// What is remembered of the pinned root's own certificate.
struct RootRecord {
    bytes32 subjectDigest;
    uint64 notAfter; // Unix seconds, inclusive; 0 = never registered
    bool maySignLists;
    uint8 pathLength; // 255 = no limit
}

/// What is remembered of an intermediate CA. A certificate's id is keccak256(issuer's key id, serial), first half: what a CRL names.
struct CaRecord {
    bytes32 subjectDigest;
    bytes16 certificateId;
    uint64 notAfter; // the earlier of CA and root; 0 = never registered
    bool maySignLists;
}

/// What is remembered of a platform's PCK certificate: three slots.
struct PckRecord {
    bytes16 components; // TCB component SVNs
    bytes6 fmspc;
    uint16 pceSvn;
    bytes2 pceId;
    uint48 notAfter; // the earliest of leaf, CA and root; 0 = never registered
    bytes16 certificateId;
    bytes16 caCertificateId;
    bytes32 caId;
}

/// A certificate that may sign TCB info and identities.
struct TcbSignerRecord {
    bytes16 certificateId;
    uint64 notAfter; // the earlier of certificate and root; 0 = never registered
}

/// The latest revocation list of one CA, without its entries.
struct CrlRecord {
    uint64 thisUpdate; // 0 = never registered
    uint64 nextUpdate; // inclusive
    uint32 generation; // counts the lists accepted
}

/// A platform whose certificates stand, with what its quote is judged by.
struct Platform {
    bytes16 components;
    bytes6 fmspc;
    uint16 pceSvn;
    bytes2 pceId;
    uint64 until; // inclusive: the earliest end of certificates and revocation lists
    bytes16 certificateId;
    bytes16 caCertificateId;
    bytes32 caId;
}

/// Head of one TCB info or enclave identity: two slots.
struct EndorsementHead {
    uint64 issueDate; // 0 = never registered
    uint64 nextUpdate; // inclusive
    uint32 evaluationNumber;
    uint8 levelCount;
    uint8 identityCount; // TDX module identities
    bytes2 pceId;
    uint64 signerNotAfter;
    bytes16 signerCertificateId;
}

/// One level of a platform: two slots.
struct TcbLevel {
    bytes32 components; // SGX 16 ‖ TDX 16
    bytes16 advisorySet; // keccak256 of the advisory list's text, cut; 0 = none
    uint16 pceSvn;
    TcbStatus status;
    uint40 tcbDate;
}

/// One level of a quoting enclave or TDX module: one slot.
struct IsvLevel {
    bytes16 advisorySet;
    uint16 isvSvn;
    TcbStatus status;
    uint40 tcbDate;
}

/// A TDX module major version; its levels are kept beside it.
struct ModuleIdentity {
    bytes32 digest; // keccak256(MRSIGNERSEAM ‖ SEAMATTRIBUTES)
    uint8 major;
    uint8 levelCount;
}

/// What a quoting enclave must be. Byte strings as in memory.
struct QeIdentity {
    bytes16 attributes;
    bytes16 attributesMask;
    bytes32 mrSigner;
    bytes4 miscSelect;
    bytes4 miscSelectMask;
    uint16 isvProdId;
}

/// What the TCB of a quote is made of.
struct TcbQuery {
    Tee tee;
    bytes16 components;
    uint16 pceSvn;
    bytes6 fmspc;
    bytes2 pceId;
    bytes4 qeMiscSelect;
    bytes16 qeAttributes;
    bytes32 qeMrSigner;
    uint16 qeIsvProdId;
    uint16 qeIsvSvn;
    bytes16 teeTcbSvn; // TDX
    bytes16 teeTcbSvn2; // TD 1.5
    bool isTd15;
    bytes32 moduleDigest; // keccak256(MRSIGNERSEAM ‖ SEAMATTRIBUTES)
    bytes8 seamAttributes;
}

/// The TCB's rating, and how long it stands.
struct TcbRating {
    TcbStatus status;
    bytes16 platformAdvisories;
    bytes16 moduleAdvisories;
    bytes16 qeAdvisories;
    uint64 until; // inclusive
    bytes16 tcbSignerId;
    bytes16 qeSignerId;
}
