import { Interface } from "ethers";

/** What proving needs of the contracts, written out like `chain/abi.ts`: whoever keeps the venue moving need not build Solidity. */
const ENTRY = "(uint8 kind, address owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt)";
const STEP = `(uint256[] words, bytes32 digest, bytes32 stateRootAfter, ${ENTRY}[] entries, bytes[] oracleSignatures, bytes proof)`;

export const pathAbi = new Interface([
  "event Advanced(uint64 indexed number, bytes32 stateRoot, uint256[] words)",
  `function advance(${STEP} step)`,
  "function isOpen() view returns (bool)",
  "function domain() view returns (uint256)",
  "function held() view returns (uint64)",
  "function fillsRoot() view returns (bytes32)",
  "function INSTRUMENTS() view returns (uint32)",
  "function OPERATIONS() view returns (uint32)",
  "function SETTLEMENT() view returns (address)",
  "function INBOX() view returns (address)",
  "error IsFrozen()",
  "error PathClosed(uint256 opensAt)",
  "error WordCount(uint256 expected, uint256 actual)",
  "error WordBeyondField(uint256 index)",
  "error DomainMismatch(uint256 expected, uint256 actual)",
  "error HeldMismatch(uint64 expected, uint256 actual)",
  "error FillsRootMismatch(bytes32 expected, bytes32 actual)",
  "error TimeOutOfRange(uint256 expectedMin, uint256 expectedMax, uint256 actual)",
  "error OracleRoundOutOfRange(uint256 expectedMin, uint256 actual)",
  "error NotOracleSigner(address signer)",
  "error OracleSignersUnordered(address previous, address signer)",
  "error OracleSignaturesMissing(uint256 expectedMin, uint256 actual)",
  "error EntryMissing(uint256 taken)",
  "error EntriesLeft(uint256 consumed, uint256 given)",
  "error EntryContradicted(uint64 inboxIndex)",
  "error ProofInvalid()",
]);

export const settlementHeadAbi = new Interface([
  "function head() view returns (uint64 epoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot, uint64 inboxCursor, uint64 oracleRound, address signer)",
  "function clocks() view returns (uint64 acceptedAt, uint64 closedAt)",
]);

export const inboxEntriesAbi = new Interface([
  "event InboxEntryAdded(uint64 indexed index, uint8 kind, address indexed owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt, bytes32 inboxHash)",
  "function firstDepositOf(address owner, uint8 subaccount) view returns (uint64)",
]);
