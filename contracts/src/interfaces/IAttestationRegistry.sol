// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TcbStatus, Tee} from "../types/EndorsementTypes.sol";
import {Measurement, MeasurementRecord, Registration, SignerRecord} from "../types/RegistryTypes.sol";
import {ICertificates} from "./ICertificates.sol";
import {IQuoteVerifier} from "./IQuoteVerifier.sol";

/// Knows which signing keys live inside an enclave we want, because it has verified the evidence itself.
///
/// Evidence is split by lifetime, so that each piece is paid for once: certificates (`ICertificates`, years), lists and TCB info
/// (there and in `IEndorsements`, a month), signers (here, per boot). Anyone may offer any of them.
interface IAttestationRegistry {
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

    /// Deployment: a simulated root outside the development chain, or one that is Intel's.
    error SimulationForbidden(uint256 expectedChainId, uint256 actualChainId);
    error UnexpectedRoot(bytes32 expectedX, bytes32 actualX);
    error ActivationDelayTooShort(uint256 expectedMin, uint256 actual);
    error SignerLifetimeOutOfRange(uint256 expectedMax, uint256 actual);
    error ZeroAddress();
    error ZeroMeasurement();
    /// A status mask that accepts nothing, or Revoked.
    error BadStatusMask(uint16 actual);

    error NotGovernor(address expected, address actual);
    error NotGuardian(address expected, address actual);

    /// Genuine, but the TCB's status is not one this registry accepts.
    error StatusNotAccepted(uint16 accepted, TcbStatus actual);
    error TeeMismatch(Tee expected, Tee actual);
    error DebugEnclave();
    error ForbiddenAttributes(bytes8 forbidden, bytes8 actual);
    /// A TD without SEPT_VE_DISABLE: the host could inject exceptions into it.
    error MissingAttributes(bytes8 expected, bytes8 actual);
    /// A TD bound to a service TD, which may migrate it.
    error ServiceTd();
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

    /// Registers an enclave's signer from a quote: genuine, under policy, fresh, and for this chain and contract.
    ///
    /// Each signer registers once, ever. Quotes are malleable, so nothing is keyed by a quote.
    function register(Registration calldata registration) external;

    /// Allows one more measurement from `activationDelay` seconds on. Governor only. A removed one never comes back.
    function allowMeasurement(Measurement calldata measurement) external;

    /// Removals, at once and for good. Guardian only.
    function removeMeasurement(bytes32 mrEnclave) external;

    function revokeSigner(address signer) external;

    /// May `signer` sign now? Re-checks window (the earliest end of all it rests on), measurement and every revocation.
    function isActive(address signer) external view returns (bool);

    /// SHA-256 of the configuration the signer's enclave runs with; 0 for an unknown signer.
    function configHashOf(address signer) external view returns (bytes32);

    function signerOf(address signer) external view returns (SignerRecord memory);

    /// The version under which `mrEnclave` was ever allowed; 0 = never.
    function versionOf(bytes32 mrEnclave) external view returns (uint32);

    function measurementOf(uint32 version) external view returns (MeasurementRecord memory);

    function VERIFIER() external view returns (IQuoteVerifier);

    function CERTIFICATES() external view returns (ICertificates);

    /// True: the evidence is a simulation's and proves nothing about hardware.
    function isSimulated() external view returns (bool);
}
