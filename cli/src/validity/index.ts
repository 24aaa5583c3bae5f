/** A venue without an enclave: the engine matches, session keys sign, proofs move the chain. */

export type { Cut } from "./batches.ts";
export { ValidityEngine } from "./engine.ts";
export { type Genesis, genesisOf, initialRoot } from "./genesis.ts";
export { ValidityRefusal } from "./refusal.ts";
export { type Fill, type Outcome, ValiditySequencer } from "./sequencer.ts";
export { ValidityVenue, type ValidityVenueOptions } from "./venue.ts";
