/** The contracts' functions a registration uses, and every refusal they can give, in the human-readable form chain libraries read. */

const KEY = "(bytes32 x, bytes32 y)";
const SIGNATURE = `(${KEY} signer, bytes32 r, bytes32 s)`;
const HEAD =
  "(uint64 issueDate, uint64 nextUpdate, uint32 evaluationNumber, uint8 levelCount, uint8 identityCount, bytes2 pceId, uint64 signerNotAfter, bytes16 signerCertificateId)";
const ISV_LEVEL = "(bytes16 advisorySet, uint16 isvSvn, uint8 status, uint40 tcbDate)";
const TCB_LEVEL = "(bytes32 components, bytes16 advisorySet, uint16 pceSvn, uint8 status, uint40 tcbDate)";

const DER_ERRORS = [
  "error UnexpectedTag(uint256 offset, uint8 expected, uint8 actual)",
  "error BadBounds(uint256 offset, uint256 limit)",
  "error BadLength(uint256 offset)",
  "error BadInteger(uint256 offset)",
  "error BadTime(uint256 offset)",
  "error UnsupportedCertificate(string what)",
  "error DuplicateExtension(uint256 offset)",
  "error UnknownCriticalExtension(uint256 offset)",
  "error MissingSgxExtension()",
  "error BadSgxExtension(uint256 offset)",
  "error UnsupportedCrl(string what)",
  "error UnknownCriticalCrlExtension(uint256 offset)",
] as const;

const CERTIFICATE_ERRORS = [
  "error UnknownRoot()",
  "error UnexpectedRoot(bytes32 expectedX, bytes32 actualX)",
  "error NotACa()",
  "error NotAPck()",
  "error NotALeaf()",
  "error PathTooLong(uint8 expectedMax, uint8 actual)",
  "error UnexpectedSubject(bytes32 expected)",
  "error CertificateSignatureInvalid()",
  "error CertificateNotValid(uint256 notBefore, uint256 notAfter, uint256 timestamp)",
  "error IssuerMismatch(bytes32 expected, bytes32 actual)",
  "error CertificateNotNewer(uint256 expectedAfter, uint256 actual)",
  "error CertificateIsRevoked(bytes16 certificateId)",
  "error UnknownCa(bytes32 caId)",
  "error UnknownPck(bytes32 pckId)",
  "error UnknownTcbSigner(bytes32 signerId)",
  "error UnknownCrl(bytes32 issuerId)",
  "error CrlIssuerMismatch(bytes32 expected, bytes32 actual)",
  "error MayNotSignLists(bytes32 issuerId)",
  "error CrlSignatureInvalid()",
  "error CrlNotCurrent(uint256 thisUpdate, uint256 nextUpdate, uint256 timestamp)",
  "error CrlNotNewer(uint256 expectedAfter, uint256 actual)",
] as const;

const ENDORSEMENT_ERRORS = [
  "error TcbInfoSignatureInvalid()",
  "error TcbInfoNotCurrent(uint256 issueDate, uint256 nextUpdate, uint256 timestamp)",
  "error TcbInfoNotNewer(uint256 knownIssueDate, uint256 knownEvaluationNumber)",
  "error QeIdentitySignatureInvalid()",
  "error QeIdentityNotCurrent(uint256 issueDate, uint256 nextUpdate, uint256 timestamp)",
  "error QeIdentityNotNewer(uint256 knownIssueDate, uint256 knownEvaluationNumber)",
  "error UnknownTcbInfo(uint8 tee, bytes6 fmspc)",
  "error UnknownQeIdentity(uint8 tee)",
  "error PceIdMismatch(bytes2 expected, bytes2 actual)",
  "error QeMiscSelectMismatch(bytes4 expected, bytes4 actual)",
  "error QeAttributesMismatch(bytes16 expected, bytes16 actual)",
  "error QeMrSignerMismatch(bytes32 expected, bytes32 actual)",
  "error QeProdIdMismatch(uint256 expected, uint256 actual)",
  "error TcbUnsupported()",
  "error TcbIsRevoked()",
  "error TdxModuleMismatch()",
  "error UnexpectedText(uint256 offset, bytes32 expected)",
  "error BadNumber(uint256 offset)",
  "error BadHex(uint256 offset)",
  "error BadDate(uint256 offset)",
  "error UnknownStatus(uint256 offset)",
  "error TooMany(uint256 offset)",
] as const;

const QUOTE_ERRORS = [
  "error QuoteLengthMismatch(uint256 expected, uint256 actual)",
  "error UnsupportedVersion(uint256 actual)",
  "error UnsupportedKeyType(uint256 actual)",
  "error UnsupportedTee(bytes4 actual)",
  "error BodyMismatch(bytes6 actual)",
  "error UnknownQeVendor(bytes16 expected, bytes16 actual)",
  "error UnsupportedCertification(bytes2 expected, bytes2 actual)",
  "error QuoteSignatureInvalid()",
  "error QeReportSignatureInvalid()",
  "error AttestationKeyUnbound(bytes32 expected, bytes32 actual)",
] as const;

export const CERTIFICATES_ABI = [
  "function registerRoot(bytes der)",
  "function registerCa(bytes der) returns (bytes32 caId)",
  "function registerPck(bytes der, bytes32 caX, bytes32 caY) returns (bytes32 pckId)",
  "function registerTcbSigner(bytes der) returns (bytes32 signerId)",
  "function upsertCrl(bytes der, bytes32 x, bytes32 y)",
  "function rootRecord() view returns ((bytes32 subjectDigest, uint64 notAfter, bool maySignLists, uint8 pathLength))",
  "function caOf(bytes32 caId) view returns ((bytes32 subjectDigest, bytes16 certificateId, uint64 notAfter, bool maySignLists))",
  "function pckOf(bytes32 pckId) view returns ((bytes16 components, bytes6 fmspc, uint16 pceSvn, bytes2 pceId, uint48 notAfter, bytes16 certificateId, bytes16 caCertificateId, bytes32 caId))",
  "function tcbSignerOf(bytes32 signerId) view returns ((bytes16 certificateId, uint64 notAfter))",
  "function isRevoked(bytes32 issuerId, bytes16 certificateId) view returns (bool isRevoked)",
  "function crlOf(bytes32 issuerId) view returns ((uint64 thisUpdate, uint64 nextUpdate, uint32 generation))",
  ...CERTIFICATE_ERRORS,
  ...DER_ERRORS,
] as const;

export const ENDORSEMENTS_ABI = [
  `function upsertTcbInfo(bytes text, ${SIGNATURE} signature)`,
  `function upsertQeIdentity(bytes text, ${SIGNATURE} signature)`,
  `function tcbInfoOf(uint8 tee, bytes6 fmspc) view returns (${HEAD} head, ${TCB_LEVEL}[] levels)`,
  `function qeIdentityOf(uint8 tee) view returns (${HEAD} head, (bytes16 attributes, bytes16 attributesMask, bytes32 mrSigner, bytes4 miscSelect, bytes4 miscSelectMask, uint16 isvProdId) identity, ${ISV_LEVEL}[] levels)`,
  "event AdvisorySet(bytes16 indexed advisorySet, string ids)",
  ...ENDORSEMENT_ERRORS,
  ...CERTIFICATE_ERRORS,
] as const;

/** Where the registry keeps its verifier, and that its own refusals. */
export const REGISTRY_VERDICT_ABI = [
  "function VERIFIER() view returns (address)",
  "function CERTIFICATES() view returns (address)",
  "error StatusNotAccepted(uint16 accepted, uint8 actual)",
  "error TeeMismatch(uint8 expected, uint8 actual)",
  "error ServiceTd()",
  "error MissingAttributes(bytes8 expected, bytes8 actual)",
  ...CERTIFICATE_ERRORS,
  ...ENDORSEMENT_ERRORS,
  ...QUOTE_ERRORS,
] as const;

const REPORT =
  "(uint8 tee, bytes16 attributes, bytes32 mrEnclave, bytes32 mrSigner, uint16 isvProdId, uint16 isvSvn, bool isServiced, bytes32 reportData, bytes32 reportDataHigh)";
const RATING =
  "(uint8 status, bytes16 platformAdvisories, bytes16 moduleAdvisories, bytes16 qeAdvisories, uint64 until, bytes16 tcbSignerId, bytes16 qeSignerId)";

export const QUOTE_VERIFIER_ABI = [
  `function verify(bytes quote, ${KEY} pckKey) view returns ((${REPORT} report, ${RATING} rating, uint64 until, bytes16 pckCertificateId, bytes16 caCertificateId, bytes32 caId) verdict)`,
  "function ENDORSEMENTS() view returns (address)",
  "function CERTIFICATES() view returns (address)",
  ...CERTIFICATE_ERRORS,
  ...ENDORSEMENT_ERRORS,
  ...QUOTE_ERRORS,
] as const;
