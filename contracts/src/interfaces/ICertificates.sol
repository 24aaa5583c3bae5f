// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaRecord,
    CrlRecord,
    PckRecord,
    Platform,
    RootRecord,
    TcbSignerRecord
} from "../types/EndorsementTypes.sol";

/// The X.509 half of Intel's endorsements under one pinned root: CAs, PCK and TCB signing certificates, revocation lists.
///
/// Anyone may offer any of them; nothing is believed that a signature does not cover. Certificates are walked from outside in, so
/// no caller-supplied offset is needed or believed. A key's id is keccak256(x ‖ y).
interface ICertificates {
    event RootRegistered(uint64 notAfter);
    event CaRegistered(bytes32 indexed caId, uint160 serial, uint64 notAfter);
    event PckRegistered(
        bytes32 indexed pckId, bytes32 indexed caId, uint160 serial, bytes6 fmspc, uint64 notAfter
    );
    event TcbSignerRegistered(bytes32 indexed signerId, uint160 serial, uint64 notAfter);
    event CrlAccepted(bytes32 indexed issuerId, uint64 thisUpdate, uint64 nextUpdate, uint256 revoked);
    event CertificateRevoked(bytes32 indexed issuerId, uint160 indexed serial);

    error ZeroAddress();
    error NotGuardian(address expected, address actual);
    error UnknownRoot();
    error UnexpectedRoot(bytes32 expectedX, bytes32 actualX);
    error NotACa();
    error NotAPck();
    error NotALeaf();
    error PathTooLong(uint8 expectedMax, uint8 actual);
    error UnexpectedSubject(bytes32 expected);
    error CertificateSignatureInvalid();
    error CertificateNotValid(uint256 notBefore, uint256 notAfter, uint256 timestamp);
    error IssuerMismatch(bytes32 expected, bytes32 actual);
    error CertificateNotNewer(uint256 expectedAfter, uint256 actual);
    error CertificateIsRevoked(bytes16 certificateId);
    error UnknownCa(bytes32 caId);
    error UnknownPck(bytes32 pckId);
    error UnknownTcbSigner(bytes32 signerId);

    error UnknownCrl(bytes32 issuerId);
    error CrlIssuerMismatch(bytes32 expected, bytes32 actual);
    /// The CA's certificate does not allow it to sign lists.
    error MayNotSignLists(bytes32 issuerId);
    error CrlSignatureInvalid();
    error CrlNotCurrent(uint256 thisUpdate, uint256 nextUpdate, uint256 timestamp);
    error CrlNotNewer(uint256 expectedAfter, uint256 actual);

    /// Registers the root's own certificate: its name, window and rights. Its key is pinned already.
    function registerRoot(bytes calldata der) external;

    /// Registers an intermediate CA certificate issued by the pinned root.
    /// @return caId keccak256(x ‖ y) of its key.
    function registerCa(bytes calldata der) external returns (bytes32 caId);

    /// Registers a PCK leaf certificate of a known CA, or a newer certificate for the same key.
    /// @param caX,caY The issuing CA's key.
    /// @return pckId keccak256(x ‖ y) of its key.
    function registerPck(bytes calldata der, bytes32 caX, bytes32 caY) external returns (bytes32 pckId);

    /// Registers a TCB signing certificate issued by the pinned root.
    function registerTcbSigner(bytes calldata der) external returns (bytes32 signerId);

    /// Takes a newer revocation list of the root or of a known CA. Its cost grows with its entries; a look-up's does not.
    /// @param x,y The issuing key.
    function upsertCrl(bytes calldata der, bytes32 x, bytes32 y) external;

    /// Revokes a certificate by issuer and serial for good, registered or not. Guardian only.
    function revokeCertificate(bytes32 issuerId, uint160 serial) external;

    /// The platform of a PCK key, if every certificate and list it rests on stands now; reverts with what does not.
    function platformOf(bytes32 pckId) external view returns (Platform memory);

    /// A TCB signing certificate that stands now: its id and its last second. Reverts if it does not.
    function tcbSigner(bytes32 signerId) external view returns (bytes16 certificateId, uint64 notAfter);

    /// Is the certificate on its issuer's latest list, or revoked by the guardian? One look-up.
    function isRevoked(bytes32 issuerId, bytes16 certificateId) external view returns (bool);

    /// The issuer of CAs and TCB signing certificates is the root: reverts if its list is missing or out of date, or names one.
    function checkIssuedByRoot(bytes16 certificateId) external view returns (uint64 until);

    /// Counts certificates newly revoked: whoever checked at the present count has lost nothing since.
    function revocations() external view returns (uint64);

    function rootRecord() external view returns (RootRecord memory);
    function caOf(bytes32 caId) external view returns (CaRecord memory);
    function pckOf(bytes32 pckId) external view returns (PckRecord memory);
    function tcbSignerOf(bytes32 signerId) external view returns (TcbSignerRecord memory);
    function crlOf(bytes32 issuerId) external view returns (CrlRecord memory);

    function ROOT_X() external view returns (bytes32);
    function ROOT_Y() external view returns (bytes32);
    function ROOT_ID() external view returns (bytes32);
}
