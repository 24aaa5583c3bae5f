import { Interface } from "ethers";

/**
 * What leaving needs of the contracts, written out: a user who has only a chain and a wallet should not have to build Solidity first.
 * `abi.test.ts` holds it against the compiled contracts.
 */
const HEADER =
  "(uint64 epoch, uint64 number, uint64 firstSequence, uint64 lastSequence, bytes32 chainHash, bytes32 stateRootBefore, " +
  "bytes32 stateRootAfter, uint64 inboxCursor, bytes32 inboxHash, bytes32 withdrawalsRoot, uint64 withdrawalsTotal, " +
  "bytes32 dataHash, bytes32 blobsHash, uint64 oracleRound, uint64 closedAt)";

const PROVEN =
  "(uint64 number, bytes32 stateRootBefore, bytes32 stateRootAfter, uint64 inboxCursor, bytes32 inboxHash, " +
  "bytes32 withdrawalsRoot, uint64 withdrawalsTotal, uint64 oracleRound, uint64 closedAt)";

export const settlementAbi = new Interface([
  "event EpochOpened(uint64 indexed epoch, address indexed signer, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot)",
  `event BatchAccepted(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, ${HEADER} header)`,
  `event BatchProven(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, ${PROVEN} batch)`,
  `function acceptBatch(${HEADER} header, bytes signature, bytes data)`,
  "function head() view returns (uint64 epoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot, uint64 inboxCursor, uint64 oracleRound, address signer)",
  "function REGISTRY() view returns (address)",
  "function INBOX() view returns (address)",
  "function VAULT() view returns (address)",
  "function ESCAPE_HATCH() view returns (address)",
  "function clocks() view returns (uint64 acceptedAt, uint64 closedAt)",
  "function outstanding() view returns (uint64)",
  "function promised() view returns (uint64)",
  "function epochOf(address signer) view returns (uint64)",
  "function configHash() view returns (bytes32)",
  `function claim(${HEADER} header, uint256 index, address owner, uint64 amount, bytes32[] proof)`,
  `function claimProven(${PROVEN} batch, uint256 index, address owner, uint64 amount, bytes32[] proof)`,
  "function isClaimed(uint64 batchNumber, uint256 index) view returns (bool)",
  "event WithdrawalQueued(uint64 indexed position, address indexed owner, uint64 amount)",
  "error UnknownBatch(uint64 batchNumber, bytes32 expected, bytes32 actual)",
  "error WithdrawalProofInvalid(bytes32 expectedRoot)",
  "error AlreadyClaimed(uint64 batchNumber, uint256 index)",
]);

const ENTRY = "(uint8 kind, address owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt)";

export const inboxAbi = new Interface([
  "event InboxEntryAdded(uint64 indexed index, uint8 kind, address indexed owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt, bytes32 inboxHash)",
  "function forceWithdraw(uint8 subaccount, uint64 amount) returns (uint64 index)",
  "function forceClose(uint8 subaccount, uint16 instrument) returns (uint64 index)",
  "function forceCancelAll(uint8 subaccount) returns (uint64 index)",
  `function reclaim(uint64 index, ${ENTRY} entry)`,
  "function isReclaimed(uint64 index) view returns (bool)",
  "function dueAt(uint64 index) view returns (uint64)",
  "function creditedAt(uint64 count) view returns (uint64)",
  "function unconsumedDeposits(uint64 cursor) view returns (uint64)",
  "error ZeroAmount()",
  "error IsFrozen()",
  "error NotFrozen()",
  "error Consumed(uint64 expectedMin, uint64 index)",
  "error NotADeposit(uint8 kind)",
  "error AlreadyReclaimed(uint64 index)",
]);

export const registryAbi = new Interface([
  "function isActive(address signer) view returns (bool)",
  "function configHashOf(address signer) view returns (bytes32)",
]);

const HEAD = "(uint64 epoch, uint64 sequence, bytes32 chainHash)";

export const courtAbi = new Interface([
  `function proveEquivocation(${HEAD} first, bytes firstSignature, ${HEAD} second, bytes secondSignature)`,
  `function proveContradiction(${HEAD} head, bytes signature, ${HEADER} header)`,
  `function challenge(${HEAD} head, bytes signature, ${HEADER} header) returns (uint256 id)`,
  "function uphold(uint256 id)",
  "function answer(uint256 id, uint64 from, bytes32[] digests)",
  "function withdrawReward(address to)",
  "function SETTLEMENT() view returns (address)",
  "function TOKEN() view returns (address)",
  "function OPERATOR() view returns (address)",
  "function bonded() view returns (uint256)",
  "function rewardOf(address owner) view returns (uint256)",
  "function challengeOf(uint256 id) view returns ((address challenger, uint64 answerUntil, uint64 epoch, uint64 sequence, uint64 lastSequence, uint64 answeredTo, bytes32 head, bytes32 target, bytes32 answered))",
  "function CHALLENGE_STAKE() view returns (uint128)",
  "function ANSWER_MAX() view returns (uint32)",
  "event Challenged(uint256 indexed id, uint64 indexed epoch, uint64 indexed sequence, bytes32 chainHash, uint64 batchNumber, uint64 answerUntil)",
  "event ChallengeDismissed(uint256 indexed id)",
  "event ChallengeUpheld(uint256 indexed id)",
  "error NotOperator(address expected, address actual)",
  "error NothingToWithdraw()",
  "error AnswerTooLate(uint64 answerUntil, uint64 timestamp)",
  "error AnswerElsewhere(uint64 expected, uint64 actual)",
  "error AnswerTooLong(uint64 expectedMax, uint64 actual)",
  "error WrongAnswer(bytes32 expected, bytes32 actual)",
  "error ForeignSigner(address signer, uint64 expectedEpoch, uint64 actualEpoch)",
  "error SameHead()",
  "error PositionsDiffer()",
  "error EpochAlreadySlashed(uint64 epoch)",
  "error NothingBonded()",
  "error UnknownBatch(uint64 batchNumber, bytes32 expected, bytes32 actual)",
  "error EpochMismatch(uint64 expected, uint64 actual)",
  "error SequenceOutOfBatch(uint64 first, uint64 last, uint64 actual)",
  "error ChainHashesAgree()",
  "error UnknownChallenge(uint256 id)",
  "error AnswerStillDue(uint64 answerUntil, uint64 timestamp)",
]);

export const tokenAbi = new Interface([
  "function approve(address spender, uint256 amount) returns (bool)",
  "function balanceOf(address owner) view returns (uint256)",
]);

export const vaultAbi = new Interface([
  "function holdings() view returns (uint64)",
  "function unpaidTotal() view returns (uint64)",
  "function unpaidOf(address owner) view returns (uint64)",
  "function withdrawUnpaid(address to) returns (uint64 amount)",
  "error NothingUnpaid(address owner)",
]);

export const hatchAbi = new Interface([
  "event VenueFrozen(uint8 reason, uint64 frozenAt)",
  "event Escaped(uint32 indexed account, address indexed owner, uint64 amount)",
  "function freeze()",
  "function freezeReason() view returns (uint8)",
  "function splitRoot(uint256 accountsRoot, uint256 instrumentsRoot, uint256 venue)",
  "function settleInstruments(uint16[] ids, uint256[9][] words, uint256[10][] paths)",
  "function escape(uint32 account, uint256[20] words, uint256[24] path)",
  "function collect(uint32 account)",
  "function accountOf(uint32 account) view returns ((address owner, int88 equity, uint8 status))",
  "function instrumentOf(uint16 id) view returns ((int64 mark, int96 fundingIndex, bool isSettled))",
  "function frozenAt() view returns (uint64)",
  "function scale() view returns (uint128 numerator, uint128 denominator)",
  "function accountsRoot() view returns (uint256)",
  "function SILENCE_MAX() view returns (uint64)",
  "function FREEZE_GRACE() view returns (uint64)",
  "function DEFICIT_WINDOW() view returns (uint64)",
  "error NotYet(uint64 silentFrom, uint64 overdueFrom, uint64 timestamp)",
  "error NotFrozen()",
  "error AlreadyFrozen()",
  "error RootNotSplit()",
  "error StateRootMismatch(uint256 expected, uint256 actual)",
  "error AccountsRootMismatch(uint256 expected, uint256 actual)",
  "error InstrumentsRootMismatch(uint256 expected, uint256 actual)",
  "error AlreadyProven(uint32 account)",
  "error NotProven(uint32 account)",
  "error AlreadyPaid(uint32 account)",
  "error WindowOpen(uint64 until, uint64 timestamp)",
  "error InsuranceNotProven()",
]);

/** Topic 0 of an event. */
export function topicOf(abi: Interface, event: string): string {
  const found = abi.getEvent(event);
  if (found === null) throw new Error(`no event ${event}`);
  return found.topicHash;
}
