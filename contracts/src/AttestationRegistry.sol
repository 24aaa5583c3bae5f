// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry} from "./interfaces/IAttestationRegistry.sol";
import {ICertificates} from "./interfaces/ICertificates.sol";
import {IQuoteVerifier} from "./interfaces/IQuoteVerifier.sol";
import {EnclavePolicy} from "./libraries/EnclavePolicy.sol";
import {TcbStatus, Tee} from "./types/EndorsementTypes.sol";
import {EnclaveReport, QuoteVerdict} from "./types/QuoteTypes.sol";
import {
    Measurement,
    MeasurementRecord,
    Registration,
    RegistryConfig,
    SignerRecord
} from "./types/RegistryTypes.sol";

/// Verified signers of wanted enclaves: what a genuine quote must say to be ours. Documentation is on the interface.
contract AttestationRegistry is IAttestationRegistry {
    /// Intel SGX Root CA. A production registry trusts this key and no other, a simulated one any but this.
    bytes32 internal constant INTEL_ROOT_X =
        0x0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5;
    bytes32 internal constant INTEL_ROOT_Y =
        0x67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394;

    /// The one chain on which attestation may be simulated and delays may be nothing: Anvil's default.
    uint256 internal constant DEVELOPMENT_CHAIN_ID = 31_337;
    uint256 internal constant ACTIVATION_DELAY_MIN = 1 hours;
    uint256 internal constant SIGNER_LIFETIME_CAP = 90 days;

    /// Report data: what the enclave's keys are for.
    bytes32 internal constant REPORT_TAG = "sealbook.enclave.v1";

    bool public immutable isSimulated;
    IQuoteVerifier public immutable VERIFIER;
    ICertificates public immutable CERTIFICATES;
    bytes32 private immutable ROOT_ID;
    address public immutable GOVERNOR;
    address public immutable GUARDIAN;
    uint32 public immutable ACTIVATION_DELAY;
    uint32 public immutable SIGNER_LIFETIME_MAX;
    uint16 public immutable ACCEPTED_STATUSES;

    uint32 public versionLast;
    /// Every removal counts one up: a signer registered at the present count has lost nothing since.
    uint32 public removals;
    mapping(bytes32 mrEnclave => uint32) public versionOf;
    mapping(uint32 version => MeasurementRecord) private _measurements;
    mapping(address signer => SignerRecord) private _signers;

    modifier onlyGuardian() {
        require(msg.sender == GUARDIAN, NotGuardian(GUARDIAN, msg.sender));
        _;
    }

    constructor(RegistryConfig memory config, Measurement[] memory measurements) {
        bool isDevelopment = block.chainid == DEVELOPMENT_CHAIN_ID;
        IQuoteVerifier verifier = IQuoteVerifier(config.verifier);
        ICertificates certificates = verifier.CERTIFICATES();
        bytes32 rootX = certificates.ROOT_X();
        bool isIntel = rootX == INTEL_ROOT_X && certificates.ROOT_Y() == INTEL_ROOT_Y;
        require(
            !config.isSimulated || isDevelopment, SimulationForbidden(DEVELOPMENT_CHAIN_ID, block.chainid)
        );
        require(isIntel != config.isSimulated, UnexpectedRoot(INTEL_ROOT_X, rootX));
        require(
            isDevelopment || config.activationDelay >= ACTIVATION_DELAY_MIN,
            ActivationDelayTooShort(ACTIVATION_DELAY_MIN, config.activationDelay)
        );
        require(
            config.signerLifetimeMax != 0 && config.signerLifetimeMax <= SIGNER_LIFETIME_CAP,
            SignerLifetimeOutOfRange(SIGNER_LIFETIME_CAP, config.signerLifetimeMax)
        );
        require(config.governor != address(0) && config.guardian != address(0), ZeroAddress());

        require(
            config.acceptedStatuses != 0 && config.acceptedStatuses >> uint8(TcbStatus.Revoked) == 0,
            BadStatusMask(config.acceptedStatuses)
        );

        isSimulated = config.isSimulated;
        VERIFIER = verifier;
        CERTIFICATES = certificates;
        ROOT_ID = certificates.ROOT_ID();
        GOVERNOR = config.governor;
        GUARDIAN = config.guardian;
        ACTIVATION_DELAY = config.activationDelay;
        SIGNER_LIFETIME_MAX = config.signerLifetimeMax;
        ACCEPTED_STATUSES = config.acceptedStatuses;

        // Deploying a registry is the decision to trust its first measurements, so these do not wait.
        for (uint256 i = 0; i < measurements.length; i++) {
            _allow(measurements[i], uint64(block.timestamp));
        }
    }

    /// @inheritdoc IAttestationRegistry
    function register(Registration calldata registration) external {
        address signer = registration.signer;
        require(signer != address(0), ZeroAddress());
        require(_signers[signer].expiresAt == 0, SignerAlreadyRegistered(signer));

        // Genuine now: signatures, certificates, lists, TCB info and identity. Reverts with the rule that fails.
        QuoteVerdict memory verdict = VERIFIER.verify(registration.quote, registration.pckKey);
        require(
            ACCEPTED_STATUSES & (uint256(1) << uint8(verdict.rating.status)) != 0,
            StatusNotAccepted(ACCEPTED_STATUSES, verdict.rating.status)
        );
        uint32 version = _appraise(verdict.report);
        _checkReportData(registration, verdict.report);

        SignerRecord memory record = SignerRecord({
            activeFrom: uint64(block.timestamp) + ACTIVATION_DELAY,
            expiresAt: _expiry(verdict.until),
            version: version,
            isRevoked: false,
            removalsSeen: removals,
            revocationsSeen: uint32(CERTIFICATES.revocations()),
            configHash: registration.configHash,
            pckCertificateId: verdict.pckCertificateId,
            caCertificateId: verdict.caCertificateId,
            tcbSignerId: verdict.rating.tcbSignerId,
            qeSignerId: verdict.rating.qeSignerId,
            caId: verdict.caId
        });
        _signers[signer] = record;

        emit SignerRegistered(
            signer,
            verdict.report.mrEnclave,
            record.configHash,
            registration.encryptionKey,
            keccak256(abi.encode(registration.pckKey.x, registration.pckKey.y)),
            record.activeFrom,
            record.expiresAt
        );
    }

    /// @inheritdoc IAttestationRegistry
    function allowMeasurement(Measurement calldata measurement) external {
        require(msg.sender == GOVERNOR, NotGovernor(GOVERNOR, msg.sender));

        // The delay is what lets users leave, and the guardian object, before new code may sign.
        _allow(measurement, uint64(block.timestamp) + ACTIVATION_DELAY);
    }

    /// @inheritdoc IAttestationRegistry
    function removeMeasurement(bytes32 mrEnclave) external onlyGuardian {
        uint32 version = versionOf[mrEnclave];
        require(version != 0, UnknownMeasurement(mrEnclave));

        _measurements[version].isRemoved = true;
        removals += 1;

        emit MeasurementRemoved(mrEnclave);
    }

    /// @inheritdoc IAttestationRegistry
    function revokeSigner(address signer) external onlyGuardian {
        require(_signers[signer].expiresAt != 0, UnknownSigner(signer));

        _signers[signer].isRevoked = true;
        removals += 1;

        emit SignerRevoked(signer);
    }

    /// @inheritdoc IAttestationRegistry
    function isActive(address signer) external view returns (bool) {
        SignerRecord storage record = _signers[signer];
        if (block.timestamp < record.activeFrom || block.timestamp >= record.expiresAt) return false;
        // Registration checked everything below; while nothing was removed or revoked since, it still holds.
        if (record.removalsSeen != removals && (record.isRevoked || _measurements[record.version].isRemoved)) return false;
        return record.revocationsSeen == CERTIFICATES.revocations() || !_isAnyRevoked(record);
    }

    /// @inheritdoc IAttestationRegistry
    function configHashOf(address signer) external view returns (bytes32) {
        return _signers[signer].configHash;
    }

    /// @inheritdoc IAttestationRegistry
    function signerOf(address signer) external view returns (SignerRecord memory) {
        return _signers[signer];
    }

    /// @inheritdoc IAttestationRegistry
    function measurementOf(uint32 version) external view returns (MeasurementRecord memory) {
        return _measurements[version];
    }

    function _allow(Measurement memory measurement, uint64 activeFrom) private {
        bytes32 mrEnclave = measurement.mrEnclave;
        bool isTd = measurement.tee == Tee.Tdx;
        require(mrEnclave != 0 && (measurement.mrSigner == 0) == isTd, ZeroMeasurement());
        require(versionOf[mrEnclave] == 0, MeasurementExists(mrEnclave));
        require(measurement.version > versionLast, VersionNotNewer(versionLast, measurement.version));

        versionLast = measurement.version;
        versionOf[mrEnclave] = measurement.version;
        _measurements[measurement.version] = MeasurementRecord({
            activeFrom: activeFrom,
            isRemoved: false,
            tee: measurement.tee,
            isvProdId: measurement.isvProdId,
            isvSvnMin: measurement.isvSvnMin,
            attributes: measurement.attributes,
            attributesMask: measurement.attributesMask,
            mrEnclave: mrEnclave,
            mrSigner: measurement.mrSigner
        });

        emit MeasurementAllowed(mrEnclave, measurement.version, activeFrom);
    }

    /// Every certificate the signer rests on, against the latest lists and the guardian's word.
    function _isAnyRevoked(SignerRecord storage record) private view returns (bool) {
        return CERTIFICATES.isRevoked(record.caId, record.pckCertificateId)
            || CERTIFICATES.isRevoked(ROOT_ID, record.caCertificateId)
            || CERTIFICATES.isRevoked(ROOT_ID, record.tcbSignerId)
            || CERTIFICATES.isRevoked(ROOT_ID, record.qeSignerId);
    }

    function _appraise(EnclaveReport memory enclave) private view returns (uint32 version) {
        version = versionOf[enclave.mrEnclave];
        require(version != 0, UnknownMeasurement(enclave.mrEnclave));
        MeasurementRecord memory wanted = _measurements[version];
        require(!wanted.isRemoved, RemovedMeasurement(enclave.mrEnclave));
        require(
            block.timestamp >= wanted.activeFrom, MeasurementNotActive(wanted.activeFrom, block.timestamp)
        );
        EnclavePolicy.appraise(enclave, wanted);
    }

    /// The report binds the keys to this chain, this registry, a configuration, and a block of the last 256.
    function _checkReportData(Registration calldata registration, EnclaveReport memory enclave) private view {
        bytes32 blockHash = blockhash(registration.blockNumber);
        require(blockHash != 0, StaleBlock(registration.blockNumber, block.number));
        bytes32 expected = sha256(
            abi.encodePacked(
                REPORT_TAG,
                uint64(block.chainid),
                address(this),
                registration.signer,
                registration.encryptionKey,
                blockHash,
                registration.configHash
            )
        );
        require(enclave.reportData == expected, ReportDataMismatch(expected, enclave.reportData));
        require(enclave.reportDataHigh == 0, ReportDataMismatch(0, enclave.reportDataHigh));
    }

    /// The earliest end of all it rests on and our own limit; exclusive, where Intel's dates are inclusive.
    function _expiry(uint64 until) private view returns (uint64) {
        uint64 latest = uint64(block.timestamp) + SIGNER_LIFETIME_MAX;
        return until < latest ? until + 1 : latest;
    }
}
