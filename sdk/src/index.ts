/** sealbook for traders: verify the enclave, open a session, trade, listen. Start at `client.ts`. */
export { type AttestedEnclave, attest, type Trust, type VenueIdentity } from "./attest.ts";
export {
  type AdvancedOrderInput,
  type CallOptions,
  Client,
  type ClientEvents,
  connect,
  type OrderId,
  type OrderInput,
  type QuoteInput,
  type Receipt,
} from "./client.ts";
export type { Terms } from "./delegation.ts";
export { ERRORS, RejectError, SdkError, type SdkErrorCode } from "./errors.ts";
export { type EvidenceDocument, fetchEvidence, parseDocument } from "./evidence.ts";
export { FeedBook, type Gap, type Mismatch } from "./feed/book.ts";
export { Feed, type FeedEvents, type FeedOptions } from "./feed/feed.ts";
export { HeadMemory, type SeenHead } from "./head-memory.ts";
export type { ConnectOptions } from "./options.ts";
export { climb, isPath, linkOf, recordDigest } from "./receipts/chain-path.ts";
export {
  type AcceptedEnd,
  type Challenge,
  type Contradiction,
  contradictionOf,
  type Equivocation,
  type Evidence,
  EvidenceFileError,
  emitEvidence,
  equivocationOf,
  parseEvidence as parseReceiptEvidence,
  type Rollback,
} from "./receipts/evidence.ts";
export { fetchHead, proveReceipt } from "./receipts/prove.ts";
export {
  isProven,
  type ProvenReceipt,
  type ReceiptCheck,
  type StoredReceipt,
  verifyReceipt,
} from "./receipts/receipt.ts";
export {
  type Broken,
  ReceiptBook,
  type ReceiptBookOptions,
  UnsignedHeadError,
} from "./receipts/receipt-book.ts";
export { emitReceipt, parseReceipt } from "./receipts/receipt-file.ts";
export {
  type HeadDomain,
  headDigest,
  headRecord,
  type SignedHeadRecord,
  signerOfHead,
} from "./receipts/signed-head.ts";
export { memoryStorage, type ReceiptStorage } from "./receipts/storage.ts";
export type { ReplyClock } from "./reply-deadline.ts";
export { type SimulatedVenue, simulatedTrust } from "./simulation.ts";
export {
  connectValidity,
  ValidityClient,
  type ValidityConnectOptions,
  type ValidityNotices,
  type ValidityOrder,
  ValidityRefusedError,
  validityDomainOf,
} from "./validity/client.ts";
export {
  type ValidityAccount,
  type ValidityOrderInput,
  ValiditySigner,
} from "./validity/signer.ts";
