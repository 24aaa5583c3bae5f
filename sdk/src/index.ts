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
export { HeadMemory } from "./head-memory.ts";
export type { ConnectOptions } from "./options.ts";
export type { ReplyClock } from "./reply-deadline.ts";
export { type SimulatedVenue, simulatedTrust } from "./simulation.ts";
