/** A venue without an enclave: the engine matches, sessions keys sign, proofs move the chain. */
export { ValidityEngine } from "./engine.ts";
export { type RefusalCode, ValidityRefusal, ValiditySequencer } from "./sequencer.ts";
