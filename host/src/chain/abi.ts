import { Interface } from "ethers";

/** The few functions and events of the contracts that a host uses; the contracts' own sources are the truth. */

const HEADER =
  "(uint64 epoch, uint64 number, uint64 firstSequence, uint64 lastSequence, bytes32 chainHash, bytes32 stateRootBefore, " +
  "bytes32 stateRootAfter, uint64 inboxCursor, bytes32 inboxHash, bytes32 withdrawalsRoot, uint64 withdrawalsTotal, " +
  "bytes32 dataHash, bytes32 blobsHash, uint64 oracleRound, uint64 closedAt)";
const OPENING =
  "(uint64 epoch, uint64 previousEpoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot)";
const KEY = "(bytes32 x, bytes32 y)";

export const SETTLEMENT_ABI = new Interface([
  "function head() view returns (uint64 epoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot, uint64 inboxCursor, uint64 oracleRound, address signer)",
  `function openEpoch(${OPENING} opening, bytes signature)`,
  `function acceptBatch(${HEADER} header, bytes signature, bytes data)`,
  "function isFrozen() view returns (bool)",
  `event BatchAccepted(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, ${HEADER} header)`,
  "error NotOperator(address expected, address actual)",
  "error UnexpectedEpoch(uint64 expected, uint64 actual)",
  "error EpochNotNewer(uint64 expectedAfter, uint64 actual)",
  "error UnexpectedBatchNumber(uint64 expected, uint64 actual)",
  "error UnexpectedSequence(uint64 expected, uint64 actual)",
  "error EmptyBatch(uint64 firstSequence, uint64 lastSequence)",
  "error StateRootMismatch(bytes32 expected, bytes32 actual)",
  "error ConfigMismatch(bytes32 expected, bytes32 actual)",
  "error SignerBound(address signer, uint64 epoch)",
  "error UnexpectedSigner(address expected, address actual)",
  "error InactiveSigner(address signer)",
  "error InboxCursorBackwards(uint64 expectedMin, uint64 actual)",
  "error InboxCursorAhead(uint64 expectedMax, uint64 actual)",
  "error InboxHashMismatch(bytes32 expected, bytes32 actual)",
  "error ForcedCommandOverdue(uint64 index, uint64 dueAt, uint64 closedAt)",
  "error IsFrozen()",
  "error DataMismatch(bytes32 expected, bytes32 actual)",
  "error BlobsMismatch(bytes32 expected, bytes32 actual)",
  "error DataMissing()",
  "error PromiseBeyondDeposits(uint64 expectedMax, uint64 actual)",
  "error OracleRoundBackwards(uint64 expectedMin, uint64 actual)",
  "error ClosedAtBackwards(uint64 expectedMin, uint64 actual)",
  "error ClosedAtInFuture(uint256 expectedMax, uint64 actual)",
]);

export const INBOX_ABI = new Interface([
  "event InboxEntryAdded(uint64 indexed index, uint8 kind, address indexed owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt, bytes32 inboxHash)",
  "function length() view returns (uint64)",
  "function hashAt(uint64 count) view returns (bytes32)",
]);

export const REGISTRY_ABI = new Interface([
  `function register((bytes quote, ${KEY} pckKey, address signer, bytes32 encryptionKey, uint64 blockNumber, bytes32 configHash) registration)`,
  "function isActive(address signer) view returns (bool)",
  "error ActivationDelayTooShort(uint256 expectedMin, uint256 actual)",
  "error DebugEnclave()",
  "error ForbiddenAttributes(bytes8 forbidden, bytes8 actual)",
  "error AttributesMismatch(bytes16 expected, bytes16 actual)",
  "error UnknownMeasurement(bytes32 mrEnclave)",
  "error RemovedMeasurement(bytes32 mrEnclave)",
  "error MeasurementNotActive(uint256 activeFrom, uint256 timestamp)",
  "error MrSignerMismatch(bytes32 expected, bytes32 actual)",
  "error ProdIdMismatch(uint256 expected, uint256 actual)",
  "error IsvSvnTooLow(uint256 expectedMin, uint256 actual)",
  "error StaleBlock(uint256 blockNumber, uint256 present)",
  "error ReportDataMismatch(bytes32 expected, bytes32 actual)",
  "error SignerAlreadyRegistered(address signer)",
  "error UnknownSigner(address signer)",
]);
