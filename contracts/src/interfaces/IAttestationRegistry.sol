// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaRecord,
    Measurement,
    MeasurementRecord,
    PckRecord,
    QuotingEnclavePolicy,
    Registration,
    SignerRecord
} from "../types/RegistryTypes.sol";

/// Knows which signing keys live inside an enclave we want, because it has verified the evidence itself.
///
/// Evidence is split by lifetime, so that each piece is paid for once: CA certificates (years), PCK certificates (per platform
/// and TCB level), signers (per boot). Anyone may offer any of them; nothing is believed that a signature does not cover.
///
/// Note: TCB levels and CRLs are not judged here yet; revocation is the guardian's.
interface IAttestationRegistry {
    event CaRegistered(bytes32 indexed caId, uint160 serial, uint64 notAfter);
    event PckRegistered(
        bytes32 indexed pckId, bytes32 indexed caId, uint160 serial, bytes6 fmspc, uint64 notAfter
    );
    event SignerRegistered(
        address indexed signer,
        bytes32 indexed mrEnclave,
        bytes32 indexed configHash,
        bytes32 encryptionKey,
        bytes32 pckId,
        uint64 activeFrom,
        uint64 expiresAt
    );
    event MeasurementAllowed(bytes32 indexed mrEnclave, uint32 indexed version, uint64 activeFrom);
    event MeasurementRemoved(bytes32 indexed mrEnclave);
    event SignerRevoked(address indexed signer);
    event CertificateRevoked(bytes32 indexed issuerId, uint160 indexed serial);

    /// Deployment: a simulated root outside the development chain, or one that is Intel's.
    error SimulationForbidden(uint256 expectedChainId, uint256 actualChainId);
    error UnexpectedRoot(bytes32 expectedX, bytes32 actualX);
    error ActivationDelayTooShort(uint256 expectedMin, uint256 actual);
    error SignerLifetimeOutOfRange(uint256 expectedMax, uint256 actual);
    error ZeroAddress();
    error ZeroMeasurement();

    error NotGovernor(address expected, address actual);
    error NotGuardian(address expected, address actual);

    error NotACa();
    error NotAPck();
    error CertificateSignatureInvalid();
    error CertificateNotValid(uint256 notBefore, uint256 notAfter, uint256 timestamp);
    error IssuerMismatch(bytes32 expected, bytes32 actual);
    error CertificateNotNewer(uint256 expectedAfter, uint256 actual);
    error CertificateIsRevoked(bytes32 certificateId);
    error UnknownCa(bytes32 caId);
    error UnknownPck(bytes32 pckId);

    error QeMrSignerMismatch(bytes32 expected, bytes32 actual);
    error QeProdIdMismatch(uint256 expected, uint256 actual);
    error QeSvnTooLow(uint256 expectedMin, uint256 actual);
    error QeAttributesMismatch(bytes16 expected, bytes16 actual);
    error QeMiscSelectMismatch(bytes4 expected, bytes4 actual);

    error DebugEnclave();
    error ForbiddenAttributes(bytes1 forbidden, bytes1 actual);
    error AttributesMismatch(bytes16 expected, bytes16 actual);
    error UnknownMeasurement(bytes32 mrEnclave);
    error RemovedMeasurement(bytes32 mrEnclave);
    error MeasurementNotActive(uint256 activeFrom, uint256 timestamp);
    error MeasurementExists(bytes32 mrEnclave);
    error VersionNotNewer(uint32 expectedAfter, uint32 actual);
    error MrSignerMismatch(bytes32 expected, bytes32 actual);
    error ProdIdMismatch(uint256 expected, uint256 actual);
    error IsvSvnTooLow(uint256 expectedMin, uint256 actual);
    /// The chain does not know the hash of this block any more, or not yet.
    error StaleBlock(uint256 blockNumber, uint256 present);
    error ReportDataMismatch(bytes32 expected, bytes32 actual);
    error SignerAlreadyRegistered(address signer);
    error UnknownSigner(address signer);

    /// Registers an intermediate CA certificate issued by the pinned root.
    /// @param der The certificate.
    /// @return caId keccak256(x ‖ y) of its key.
    function registerCa(bytes calldata der) external returns (bytes32 caId);

    /// Registers a PCK leaf certificate of a known CA, or a newer certificate for the same key.
    ///
    /// The certificate is walked from outside in, so no caller-supplied offset is needed or believed.
    /// @param der The certificate.
    /// @param caX,caY The issuing CA's key.
    /// @return pckId keccak256(x ‖ y) of its key.
    function registerPck(bytes calldata der, bytes32 caX, bytes32 caY) external returns (bytes32 pckId);

    /// Registers an enclave's signer from a quote: genuine, under policy, fresh, and for this chain and contract.
    ///
    /// Each signer registers once, ever. Quotes are malleable, so nothing is keyed by a quote.
    function register(Registration calldata registration) external;

    /// Allows one more measurement from `activationDelay` seconds on. Governor only. A removed one never comes back.
    function allowMeasurement(Measurement calldata measurement) external;

    /// Removals, at once and for good. Guardian only.
    function removeMeasurement(bytes32 mrEnclave) external;

    function revokeSigner(address signer) external;

    /// Revokes a certificate by issuer and serial, as a CRL does, registered or not; every signer behind it stops.
    /// @param issuerId keccak256(x ‖ y) of the issuing key: the root's for a CA, the CA's for a PCK certificate.
    function revokeCertificate(bytes32 issuerId, uint160 serial) external;

    /// May `signer` sign now? Re-checks window, measurement and every revocation.
    function isActive(address signer) external view returns (bool);

    /// SHA-256 of the configuration the signer's enclave runs with; 0 for an unknown signer.
    function configHashOf(address signer) external view returns (bytes32);

    function signerOf(address signer) external view returns (SignerRecord memory);

    function pckOf(bytes32 pckId) external view returns (PckRecord memory);

    function caOf(bytes32 caId) external view returns (CaRecord memory);

    /// The version under which `mrEnclave` was ever allowed; 0 = never.
    function versionOf(bytes32 mrEnclave) external view returns (uint32);

    function measurementOf(uint32 version) external view returns (MeasurementRecord memory);

    /// The quoting enclave whose word is taken.
    function quotingEnclave() external view returns (QuotingEnclavePolicy memory);

    /// True: the evidence is a simulation's and proves nothing about hardware.
    function isSimulated() external view returns (bool);
}
