// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAttestationRegistry} from "./interfaces/IAttestationRegistry.sol";
import {EnclavePolicy} from "./libraries/EnclavePolicy.sol";
import {Certificate, PckCertificate, PckTcb} from "./libraries/PckCertificate.sol";
import {SgxQuote, SgxReport} from "./libraries/SgxQuote.sol";
import {
    CaRecord,
    Measurement,
    MeasurementRecord,
    P256Key,
    PckRecord,
    QuotingEnclavePolicy,
    Registration,
    RegistryConfig,
    SignerRecord
} from "./types/RegistryTypes.sol";

/// Verified signers of wanted enclaves: a table of contents over the chain in `libraries/`. Documentation is on the interface.
contract AttestationRegistry is IAttestationRegistry {
    using PckCertificate for Certificate;

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
    bytes32 public immutable ROOT_X;
    bytes32 public immutable ROOT_Y;
    bytes32 public immutable ROOT_ID;
    address public immutable GOVERNOR;
    address public immutable GUARDIAN;
    uint32 public immutable ACTIVATION_DELAY;
    uint32 public immutable SIGNER_LIFETIME_MAX;

    QuotingEnclavePolicy private _quotingEnclave;
    uint32 public versionLast;
    /// Every removal counts one up: a signer registered at the present count has lost nothing since.
    uint64 public removals;
    mapping(bytes32 mrEnclave => uint32) public versionOf;
    mapping(uint32 version => MeasurementRecord) private _measurements;
    mapping(bytes32 caId => CaRecord) private _cas;
    mapping(bytes32 pckId => PckRecord) private _pcks;
    mapping(address signer => SignerRecord) private _signers;
    mapping(bytes32 certificateId => bool) public isCertificateRevoked;

    modifier onlyGuardian() {
        require(msg.sender == GUARDIAN, NotGuardian(GUARDIAN, msg.sender));
        _;
    }

    constructor(RegistryConfig memory config, Measurement[] memory measurements) {
        bool isDevelopment = block.chainid == DEVELOPMENT_CHAIN_ID;
        bool isIntel = config.root.x == INTEL_ROOT_X && config.root.y == INTEL_ROOT_Y;
        require(
            !config.isSimulated || isDevelopment, SimulationForbidden(DEVELOPMENT_CHAIN_ID, block.chainid)
        );
        require(isIntel != config.isSimulated, UnexpectedRoot(INTEL_ROOT_X, config.root.x));
        require(
            isDevelopment || config.activationDelay >= ACTIVATION_DELAY_MIN,
            ActivationDelayTooShort(ACTIVATION_DELAY_MIN, config.activationDelay)
        );
        require(
            config.signerLifetimeMax != 0 && config.signerLifetimeMax <= SIGNER_LIFETIME_CAP,
            SignerLifetimeOutOfRange(SIGNER_LIFETIME_CAP, config.signerLifetimeMax)
        );
        require(config.governor != address(0) && config.guardian != address(0), ZeroAddress());

        isSimulated = config.isSimulated;
        ROOT_X = config.root.x;
        ROOT_Y = config.root.y;
        ROOT_ID = _keyId(config.root.x, config.root.y);
        GOVERNOR = config.governor;
        GUARDIAN = config.guardian;
        ACTIVATION_DELAY = config.activationDelay;
        SIGNER_LIFETIME_MAX = config.signerLifetimeMax;
        _quotingEnclave = config.quotingEnclave;

        // Deploying a registry is the decision to trust its first measurements, so these do not wait.
        for (uint256 i = 0; i < measurements.length; i++) {
            _allow(measurements[i], uint64(block.timestamp));
        }
    }

    /// @inheritdoc IAttestationRegistry
    function registerCa(bytes calldata der) external returns (bytes32 caId) {
        Certificate memory certificate = PckCertificate.parse(der);
        require(certificate.isCa && certificate.sgxEnd == 0, NotACa());
        require(certificate.isSignedBy(ROOT_X, ROOT_Y), CertificateSignatureInvalid());
        caId = _keyId(certificate.x, certificate.y);
        bytes32 certificateId = _checkCertificate(certificate, ROOT_ID);
        CaRecord storage known = _cas[caId];
        require(
            certificate.notAfter > known.notAfter || isCertificateRevoked[known.certificateId],
            CertificateNotNewer(known.notAfter, certificate.notAfter)
        );

        _cas[caId] = CaRecord(certificate.subjectDigest, certificateId, certificate.notAfter);

        emit CaRegistered(caId, certificate.serial, certificate.notAfter);
    }

    /// @inheritdoc IAttestationRegistry
    function registerPck(bytes calldata der, bytes32 caX, bytes32 caY) external returns (bytes32 pckId) {
        bytes32 caId = _keyId(caX, caY);
        CaRecord memory ca = _cas[caId];
        require(ca.notAfter != 0, UnknownCa(caId));
        require(block.timestamp <= ca.notAfter, CertificateNotValid(0, ca.notAfter, block.timestamp));
        require(!isCertificateRevoked[ca.certificateId], CertificateIsRevoked(ca.certificateId));

        Certificate memory certificate = PckCertificate.parse(der);
        require(!certificate.isCa, NotAPck());
        require(
            certificate.issuerDigest == ca.subjectDigest,
            IssuerMismatch(ca.subjectDigest, certificate.issuerDigest)
        );
        require(certificate.isSignedBy(caX, caY), CertificateSignatureInvalid());
        pckId = _keyId(certificate.x, certificate.y);
        bytes32 certificateId = _checkCertificate(certificate, caId);
        uint64 notAfter = certificate.notAfter < ca.notAfter ? certificate.notAfter : ca.notAfter;
        _checkNewer(_pcks[pckId], notAfter);
        PckTcb memory tcb = PckCertificate.parseTcb(der, certificate);

        _pcks[pckId] = PckRecord({
            components: tcb.components,
            cpuSvn: tcb.cpuSvn,
            certificateId: certificateId,
            caCertificateId: ca.certificateId,
            notAfter: notAfter,
            pceSvn: tcb.pceSvn,
            pceId: tcb.pceId,
            fmspc: tcb.fmspc
        });

        emit PckRegistered(pckId, caId, certificate.serial, tcb.fmspc, notAfter);
    }

    /// @inheritdoc IAttestationRegistry
    function register(Registration calldata registration) external {
        address signer = registration.signer;
        require(signer != address(0), ZeroAddress());
        require(_signers[signer].expiresAt == 0, SignerAlreadyRegistered(signer));
        bytes32 pckId = _keyId(registration.pckKey.x, registration.pckKey.y);
        PckRecord memory pck = _pcks[pckId];
        _checkPlatform(pckId, pck);

        (SgxReport memory enclave, SgxReport memory qe) =
            SgxQuote.verify(registration.quote, registration.pckKey.x, registration.pckKey.y);
        EnclavePolicy.appraiseQuotingEnclave(qe, _quotingEnclave);
        uint32 version = _appraise(enclave);
        _checkReportData(registration, enclave);

        SignerRecord memory record = SignerRecord({
            activeFrom: uint64(block.timestamp) + ACTIVATION_DELAY,
            expiresAt: _expiry(pck.notAfter),
            version: version,
            isRevoked: false,
            removalsSeen: removals,
            configHash: registration.configHash,
            pckCertificateId: pck.certificateId,
            caCertificateId: pck.caCertificateId
        });
        _signers[signer] = record;

        emit SignerRegistered(
            signer,
            enclave.mrEnclave,
            record.configHash,
            registration.encryptionKey,
            pckId,
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
    function revokeCertificate(bytes32 issuerId, uint160 serial) external onlyGuardian {
        isCertificateRevoked[_certificateId(issuerId, serial)] = true;
        removals += 1;

        emit CertificateRevoked(issuerId, serial);
    }

    /// @inheritdoc IAttestationRegistry
    function isActive(address signer) external view returns (bool) {
        SignerRecord storage record = _signers[signer];
        if (block.timestamp < record.activeFrom || block.timestamp >= record.expiresAt) return false;
        // Registration checked everything below; while nothing was removed it still holds. Two reads instead of six per batch.
        if (record.removalsSeen == removals) return true;
        return !record.isRevoked && !_measurements[record.version].isRemoved
            && !isCertificateRevoked[record.pckCertificateId] && !isCertificateRevoked[record.caCertificateId];
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
    function pckOf(bytes32 pckId) external view returns (PckRecord memory) {
        return _pcks[pckId];
    }

    /// @inheritdoc IAttestationRegistry
    function caOf(bytes32 caId) external view returns (CaRecord memory) {
        return _cas[caId];
    }

    /// @inheritdoc IAttestationRegistry
    function measurementOf(uint32 version) external view returns (MeasurementRecord memory) {
        return _measurements[version];
    }

    /// @inheritdoc IAttestationRegistry
    function quotingEnclave() external view returns (QuotingEnclavePolicy memory) {
        return _quotingEnclave;
    }

    function _allow(Measurement memory measurement, uint64 activeFrom) private {
        bytes32 mrEnclave = measurement.mrEnclave;
        require(mrEnclave != 0 && measurement.mrSigner != 0, ZeroMeasurement());
        require(versionOf[mrEnclave] == 0, MeasurementExists(mrEnclave));
        require(measurement.version > versionLast, VersionNotNewer(versionLast, measurement.version));

        versionLast = measurement.version;
        versionOf[mrEnclave] = measurement.version;
        _measurements[measurement.version] = MeasurementRecord({
            activeFrom: activeFrom,
            isRemoved: false,
            isvProdId: measurement.isvProdId,
            isvSvnMin: measurement.isvSvnMin,
            attributes: measurement.attributes,
            attributesMask: measurement.attributesMask,
            mrEnclave: mrEnclave,
            mrSigner: measurement.mrSigner
        });

        emit MeasurementAllowed(mrEnclave, measurement.version, activeFrom);
    }

    /// Window and revocation; the signature has been checked.
    function _checkCertificate(Certificate memory certificate, bytes32 issuerId)
        private
        view
        returns (bytes32 certificateId)
    {
        require(
            block.timestamp >= certificate.notBefore && block.timestamp <= certificate.notAfter,
            CertificateNotValid(certificate.notBefore, certificate.notAfter, block.timestamp)
        );
        certificateId = _certificateId(issuerId, certificate.serial);
        require(!isCertificateRevoked[certificateId], CertificateIsRevoked(certificateId));
    }

    /// A certificate in use is replaced only by one that lasts longer, so that nobody can shorten another's platform.
    function _checkNewer(PckRecord storage known, uint64 notAfter) private view {
        bool isReplaceable =
            isCertificateRevoked[known.certificateId] || isCertificateRevoked[known.caCertificateId];
        require(isReplaceable || notAfter > known.notAfter, CertificateNotNewer(known.notAfter, notAfter));
    }

    function _checkPlatform(bytes32 pckId, PckRecord memory pck) private view {
        require(pck.notAfter != 0, UnknownPck(pckId));
        require(block.timestamp <= pck.notAfter, CertificateNotValid(0, pck.notAfter, block.timestamp));
        require(!isCertificateRevoked[pck.certificateId], CertificateIsRevoked(pck.certificateId));
        require(!isCertificateRevoked[pck.caCertificateId], CertificateIsRevoked(pck.caCertificateId));
    }

    function _appraise(SgxReport memory enclave) private view returns (uint32 version) {
        version = versionOf[enclave.mrEnclave];
        require(version != 0, UnknownMeasurement(enclave.mrEnclave));
        MeasurementRecord memory wanted = _measurements[version];
        require(!wanted.isRemoved, RemovedMeasurement(enclave.mrEnclave));
        require(
            block.timestamp >= wanted.activeFrom, MeasurementNotActive(wanted.activeFrom, block.timestamp)
        );
        EnclavePolicy.appraiseEnclave(enclave, wanted);
    }

    /// The report binds the keys to this chain, this registry, a configuration, and a block of the last 256.
    function _checkReportData(Registration calldata registration, SgxReport memory enclave) private view {
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

    /// The earliest of the certificates' ends and our own limit; exclusive, where certificates are inclusive.
    function _expiry(uint64 notAfter) private view returns (uint64) {
        uint64 latest = uint64(block.timestamp) + SIGNER_LIFETIME_MAX;
        return notAfter < latest ? notAfter + 1 : latest;
    }

    function _keyId(bytes32 x, bytes32 y) private pure returns (bytes32) {
        return keccak256(abi.encode(x, y));
    }

    function _certificateId(bytes32 issuerId, uint160 serial) private pure returns (bytes32) {
        return keccak256(abi.encode(issuerId, serial));
    }
}
