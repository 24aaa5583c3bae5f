import { Interface } from "ethers";

/**
 * What leaving needs of the contracts, written out: a user who has only a chain and a wallet should not have to build Solidity first.
 * `abi.test.ts` holds it against the compiled contracts.
 */
const HEADER =
  "(uint64 epoch, uint64 number, uint64 firstSequence, uint64 lastSequence, bytes32 chainHash, bytes32 stateRootBefore, " +
  "bytes32 stateRootAfter, uint64 inboxCursor, bytes32 inboxHash, bytes32 withdrawalsRoot, uint64 withdrawalsTotal, " +
  "bytes32 dataHash, bytes32 blobsHash, uint64 oracleRound, uint64 closedAt)";

export const settlementAbi = new Interface([
  "event EpochOpened(uint64 indexed epoch, address indexed signer, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot)",
  `event BatchAccepted(uint64 indexed number, bytes32 stateRoot, uint64 inboxCursor, ${HEADER} header)`,
  `function acceptBatch(${HEADER} header, bytes signature, bytes data)`,
  "function head() view returns (uint64 epoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot, uint64 inboxCursor, uint64 oracleRound, address signer)",
  "function REGISTRY() view returns (address)",
  "function INBOX() view returns (address)",
  "function VAULT() view returns (address)",
]);

export const inboxAbi = new Interface([
  "event InboxEntryAdded(uint64 indexed index, uint8 kind, address indexed owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 enteredAt, bytes32 inboxHash)",
]);

/** Topic 0 of an event. */
export function topicOf(abi: Interface, event: string): string {
  const found = abi.getEvent(event);
  if (found === null) throw new Error(`no event ${event}`);
  return found.topicHash;
}
