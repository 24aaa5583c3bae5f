// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICertificates} from "./interfaces/ICertificates.sol";
import {Certificate, PckCertificate, PckTcb} from "./libraries/PckCertificate.sol";
import {CrlHeader, RevocationList} from "./libraries/RevocationList.sol";
import {
    CaRecord,
    CrlRecord,
    PckRecord,
    Platform,
    RootRecord,
    TcbSignerRecord
} from "./types/EndorsementTypes.sol";
import {P256Key} from "./types/RegistryTypes.sol";

/// Intel's certificates and revocation lists under one pinned root. Documentation is on the interface.
contract Certificates is ICertificates {
    using PckCertificate for Certificate;
    using RevocationList for CrlHeader;

    /// Phrases Intel's library looks for in subject names (QVL, X509Constants.h).
    bytes32 internal constant ROOT_PHRASE = "SGX Root CA";
    bytes32 internal constant PCK_PHRASE = "SGX PCK Certificate";
    bytes32 internal constant TCB_SIGNING_PHRASE = "SGX TCB Signing";
    /// Mark of the guardian's revocations: no list can take them back.
    uint32 internal constant FOR_GOOD = type(uint32).max;

    bytes32 public immutable ROOT_X;
    bytes32 public immutable ROOT_Y;
    bytes32 public immutable ROOT_ID;
    address public immutable GUARDIAN;

    uint64 public revocations;
    RootRecord private _root;
    mapping(bytes32 caId => CaRecord) private _cas;
    mapping(bytes32 pckId => PckRecord) private _pcks;
    mapping(bytes32 signerId => TcbSignerRecord) private _signers;
    mapping(bytes32 issuerId => CrlRecord) private _crls;
    /// The generation of its issuer's list that last named the certificate: revoked if that is the latest one.
    mapping(bytes16 certificateId => uint32 generation) private _listed;

    constructor(P256Key memory root, address guardian) {
        require(guardian != address(0), ZeroAddress());
        ROOT_X = root.x;
        ROOT_Y = root.y;
        ROOT_ID = _keyId(root.x, root.y);
        GUARDIAN = guardian;
    }

    /// @inheritdoc ICertificates
    function registerRoot(bytes calldata der) external {
        Certificate memory certificate = PckCertificate.parse(der);
        require(PckCertificate.isNamed(der, certificate, ROOT_PHRASE), UnexpectedSubject(ROOT_PHRASE));
        require(certificate.x == ROOT_X && certificate.y == ROOT_Y, UnexpectedRoot(ROOT_X, certificate.x));
        require(
            certificate.issuerDigest == certificate.subjectDigest,
            IssuerMismatch(certificate.subjectDigest, certificate.issuerDigest)
        );
        // Names and dates could be anyone's: the key is known, the certificate around it is not.
        require(certificate.isSignedBy(ROOT_X, ROOT_Y), CertificateSignatureInvalid());
        _checkCa(certificate);
        _checkWindow(certificate);
        require(
            certificate.notAfter > _root.notAfter, CertificateNotNewer(_root.notAfter, certificate.notAfter)
        );

        _root = RootRecord({
            subjectDigest: certificate.subjectDigest,
            notAfter: certificate.notAfter,
            maySignLists: certificate.keyUsage & PckCertificate.CRL_SIGN != 0,
            pathLength: certificate.pathLength
        });

        emit RootRegistered(certificate.notAfter);
    }

    /// @inheritdoc ICertificates
    function registerCa(bytes calldata der) external returns (bytes32 caId) {
        (Certificate memory certificate, bytes16 certificateId, uint64 notAfter) = _issuedByRoot(der, 1);
        _checkCa(certificate);
        require(certificate.sgxEnd == 0, NotACa());
        caId = _keyId(certificate.x, certificate.y);
        CaRecord storage known = _cas[caId];
        require(
            notAfter > known.notAfter || isRevoked(ROOT_ID, known.certificateId),
            CertificateNotNewer(known.notAfter, notAfter)
        );

        _cas[caId] = CaRecord({
            subjectDigest: certificate.subjectDigest,
            certificateId: certificateId,
            notAfter: notAfter,
            maySignLists: certificate.keyUsage & PckCertificate.CRL_SIGN != 0
        });

        emit CaRegistered(caId, certificate.serial, notAfter);
    }

    /// @inheritdoc ICertificates
    function registerPck(bytes calldata der, bytes32 caX, bytes32 caY) external returns (bytes32 pckId) {
        bytes32 caId = _keyId(caX, caY);
        CaRecord memory ca = _cas[caId];
        require(ca.notAfter != 0, UnknownCa(caId));

        Certificate memory certificate = PckCertificate.parse(der);
        require(!certificate.isCa, NotAPck());
        require(PckCertificate.isNamed(der, certificate, PCK_PHRASE), UnexpectedSubject(PCK_PHRASE));
        PckTcb memory tcb = PckCertificate.parseTcb(der, certificate);
        require(
            certificate.issuerDigest == ca.subjectDigest,
            IssuerMismatch(ca.subjectDigest, certificate.issuerDigest)
        );
        require(certificate.isSignedBy(caX, caY), CertificateSignatureInvalid());
        _checkLeaf(certificate);
        _checkWindow(certificate);
        require(block.timestamp <= ca.notAfter, CertificateNotValid(0, ca.notAfter, block.timestamp));
        require(!isRevoked(ROOT_ID, ca.certificateId), CertificateIsRevoked(ca.certificateId));
        bytes16 certificateId = _certificateId(caId, certificate.serial);
        require(!isRevoked(caId, certificateId), CertificateIsRevoked(certificateId));
        pckId = _keyId(certificate.x, certificate.y);
        uint64 notAfter = certificate.notAfter < ca.notAfter ? certificate.notAfter : ca.notAfter;
        _checkNewer(_pcks[pckId], notAfter);

        _pcks[pckId] = PckRecord({
            components: tcb.components,
            fmspc: tcb.fmspc,
            pceSvn: tcb.pceSvn,
            pceId: tcb.pceId,
            notAfter: uint48(notAfter),
            certificateId: certificateId,
            caCertificateId: ca.certificateId,
            caId: caId
        });

        emit PckRegistered(pckId, caId, certificate.serial, tcb.fmspc, notAfter);
    }

    /// @inheritdoc ICertificates
    function registerTcbSigner(bytes calldata der) external returns (bytes32 signerId) {
        (Certificate memory certificate, bytes16 certificateId, uint64 notAfter) = _issuedByRoot(der, 0);
        require(
            PckCertificate.isNamed(der, certificate, TCB_SIGNING_PHRASE),
            UnexpectedSubject(TCB_SIGNING_PHRASE)
        );
        _checkLeaf(certificate);
        signerId = _keyId(certificate.x, certificate.y);
        TcbSignerRecord storage known = _signers[signerId];
        require(
            notAfter > known.notAfter || isRevoked(ROOT_ID, known.certificateId),
            CertificateNotNewer(known.notAfter, notAfter)
        );

        _signers[signerId] = TcbSignerRecord(certificateId, notAfter);

        emit TcbSignerRegistered(signerId, certificate.serial, notAfter);
    }

    /// @inheritdoc ICertificates
    function upsertCrl(bytes calldata der, bytes32 x, bytes32 y) external {
        bytes32 issuerId = _keyId(x, y);
        (bytes32 subjectDigest, bool maySignLists) = _listIssuer(issuerId);
        CrlHeader memory list = RevocationList.parse(der);
        require(list.issuerDigest == subjectDigest, CrlIssuerMismatch(subjectDigest, list.issuerDigest));
        require(maySignLists, MayNotSignLists(issuerId));
        require(list.isSignedBy(x, y), CrlSignatureInvalid());
        require(
            block.timestamp >= list.thisUpdate && block.timestamp <= list.nextUpdate,
            CrlNotCurrent(list.thisUpdate, list.nextUpdate, block.timestamp)
        );
        CrlRecord storage known = _crls[issuerId];
        require(list.thisUpdate > known.thisUpdate, CrlNotNewer(known.thisUpdate, list.thisUpdate));
        uint32 generation = known.generation + 1;

        _crls[issuerId] = CrlRecord(list.thisUpdate, list.nextUpdate, generation);
        uint256 count = _list(der, list, issuerId, generation);

        emit CrlAccepted(issuerId, list.thisUpdate, list.nextUpdate, count);
    }

    /// @inheritdoc ICertificates
    function revokeCertificate(bytes32 issuerId, uint160 serial) external {
        require(msg.sender == GUARDIAN, NotGuardian(GUARDIAN, msg.sender));

        _listed[_certificateId(issuerId, serial)] = FOR_GOOD;
        revocations += 1;

        emit CertificateRevoked(issuerId, serial);
    }

    /// @inheritdoc ICertificates
    function platformOf(bytes32 pckId) external view returns (Platform memory platform) {
        PckRecord memory pck = _pcks[pckId];
        require(pck.notAfter != 0, UnknownPck(pckId));
        require(block.timestamp <= pck.notAfter, CertificateNotValid(0, pck.notAfter, block.timestamp));
        uint64 rootUntil = checkIssuedByRoot(pck.caCertificateId);
        uint64 until = _checkListed(pck.caId, pck.certificateId);
        until = until < rootUntil ? until : rootUntil;
        return Platform({
            components: pck.components,
            fmspc: pck.fmspc,
            pceSvn: pck.pceSvn,
            pceId: pck.pceId,
            until: until < pck.notAfter ? until : pck.notAfter,
            certificateId: pck.certificateId,
            caCertificateId: pck.caCertificateId,
            caId: pck.caId
        });
    }

    /// @inheritdoc ICertificates
    function tcbSigner(bytes32 signerId) external view returns (bytes16 certificateId, uint64 notAfter) {
        TcbSignerRecord memory signer = _signers[signerId];
        require(signer.notAfter != 0, UnknownTcbSigner(signerId));
        require(block.timestamp <= signer.notAfter, CertificateNotValid(0, signer.notAfter, block.timestamp));
        require(!isRevoked(ROOT_ID, signer.certificateId), CertificateIsRevoked(signer.certificateId));
        return (signer.certificateId, signer.notAfter);
    }

    /// @inheritdoc ICertificates
    function isRevoked(bytes32 issuerId, bytes16 certificateId) public view returns (bool) {
        uint32 listed = _listed[certificateId];
        return listed != 0 && (listed == FOR_GOOD || listed == _crls[issuerId].generation);
    }

    /// @inheritdoc ICertificates
    function checkIssuedByRoot(bytes16 certificateId) public view returns (uint64 until) {
        return _checkListed(ROOT_ID, certificateId);
    }

    /// @inheritdoc ICertificates
    function rootRecord() external view returns (RootRecord memory) {
        return _root;
    }

    /// @inheritdoc ICertificates
    function caOf(bytes32 caId) external view returns (CaRecord memory) {
        return _cas[caId];
    }

    /// @inheritdoc ICertificates
    function pckOf(bytes32 pckId) external view returns (PckRecord memory) {
        return _pcks[pckId];
    }

    /// @inheritdoc ICertificates
    function tcbSignerOf(bytes32 signerId) external view returns (TcbSignerRecord memory) {
        return _signers[signerId];
    }

    /// @inheritdoc ICertificates
    function crlOf(bytes32 issuerId) external view returns (CrlRecord memory) {
        return _crls[issuerId];
    }

    /// A certificate the root issued, in date and not revoked. `below`: how many CAs it may have to allow for.
    function _issuedByRoot(bytes calldata der, uint8 below)
        private
        view
        returns (Certificate memory certificate, bytes16 certificateId, uint64 notAfter)
    {
        RootRecord memory root = _root;
        require(root.notAfter != 0, UnknownRoot());
        certificate = PckCertificate.parse(der);
        require(
            certificate.issuerDigest == root.subjectDigest,
            IssuerMismatch(root.subjectDigest, certificate.issuerDigest)
        );
        require(below <= root.pathLength, PathTooLong(root.pathLength, below));
        require(certificate.isSignedBy(ROOT_X, ROOT_Y), CertificateSignatureInvalid());
        _checkWindow(certificate);
        require(block.timestamp <= root.notAfter, CertificateNotValid(0, root.notAfter, block.timestamp));
        certificateId = _certificateId(ROOT_ID, certificate.serial);
        require(!isRevoked(ROOT_ID, certificateId), CertificateIsRevoked(certificateId));
        notAfter = certificate.notAfter < root.notAfter ? certificate.notAfter : root.notAfter;
    }

    function _list(bytes calldata der, CrlHeader memory list, bytes32 issuerId, uint32 generation)
        private
        returns (uint256 count)
    {
        uint64 fresh;
        for (uint256 offset = list.entriesStart; offset < list.entriesEnd; count++) {
            uint256 serial;
            (serial, offset) = RevocationList.readEntry(der, offset, list.entriesEnd);
            bytes16 certificateId = _certificateId(issuerId, serial);
            uint32 listed = _listed[certificateId];
            if (listed == FOR_GOOD || listed == generation) continue;
            if (listed == 0 || listed != generation - 1) fresh += 1;
            _listed[certificateId] = generation;
        }
        // Whoever was checked before must be checked again, but only if there is something new to find.
        if (fresh != 0) revocations += fresh;
    }

    function _listIssuer(bytes32 issuerId) private view returns (bytes32 subjectDigest, bool maySignLists) {
        if (issuerId == ROOT_ID) {
            require(_root.notAfter != 0, UnknownRoot());
            return (_root.subjectDigest, _root.maySignLists);
        }
        CaRecord storage ca = _cas[issuerId];
        require(ca.notAfter != 0, UnknownCa(issuerId));
        return (ca.subjectDigest, ca.maySignLists);
    }

    /// The issuer's list is there, in date, and silent about the certificate.
    function _checkListed(bytes32 issuerId, bytes16 certificateId) private view returns (uint64 until) {
        CrlRecord memory list = _crls[issuerId];
        require(list.thisUpdate != 0, UnknownCrl(issuerId));
        require(
            block.timestamp <= list.nextUpdate,
            CrlNotCurrent(list.thisUpdate, list.nextUpdate, block.timestamp)
        );
        uint32 listed = _listed[certificateId];
        require(
            listed == 0 || (listed != FOR_GOOD && listed != list.generation),
            CertificateIsRevoked(certificateId)
        );
        return list.nextUpdate;
    }

    /// A certificate in use is replaced only by one that lasts longer, so that nobody can shorten another's platform.
    function _checkNewer(PckRecord storage known, uint64 notAfter) private view {
        bool isReplaceable = known.notAfter == 0 || isRevoked(known.caId, known.certificateId)
            || isRevoked(ROOT_ID, known.caCertificateId);
        require(isReplaceable || notAfter > known.notAfter, CertificateNotNewer(known.notAfter, notAfter));
    }

    function _checkWindow(Certificate memory certificate) private view {
        require(
            block.timestamp >= certificate.notBefore && block.timestamp <= certificate.notAfter,
            CertificateNotValid(certificate.notBefore, certificate.notAfter, block.timestamp)
        );
    }

    function _checkCa(Certificate memory certificate) private pure {
        require(certificate.isCa && certificate.keyUsage & PckCertificate.KEY_CERT_SIGN != 0, NotACa());
    }

    function _checkLeaf(Certificate memory certificate) private pure {
        require(!certificate.isCa && certificate.keyUsage & PckCertificate.DIGITAL_SIGNATURE != 0, NotALeaf());
    }

    function _keyId(bytes32 x, bytes32 y) private pure returns (bytes32) {
        return keccak256(abi.encode(x, y));
    }

    /// Half a hash: serials are the CA's to choose and nobody else's, so what counts is a second preimage, 2^128 away.
    function _certificateId(bytes32 issuerId, uint256 serial) private pure returns (bytes16) {
        return bytes16(keccak256(abi.encode(issuerId, serial)));
    }
}
