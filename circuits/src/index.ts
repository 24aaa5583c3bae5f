/** From operations to a proof a contract accepts: state, batch, witness, proof, verifier; and from published words back to leaves. */
export {
  applyBatch,
  type Batch,
  BatchSizeError,
  challenge,
  effectOf,
  type Prices,
  payable,
  type Shape,
  withdrawable,
} from "./batch.ts";
export { tauG2, tauOf, writeDevCrs } from "./dev-crs.ts";
export { MODULUS } from "./field.ts";
export {
  type Account,
  accountOf,
  accountWords,
  emptyAccount,
  type Instrument,
  instrumentOf,
  instrumentWords,
} from "./leaf.ts";
export { type Operation, type Order, orderMessage, type SignedOrder, withdrawMessage } from "./orders.ts";
export {
  devCrs,
  devProver,
  HonkProver,
  type Proven,
  type Prover,
  ProverError,
  solve,
  WitnessError,
} from "./prover.ts";
export { absolute, floorDivide, type Health, health, lesser, lotRequirement } from "./requirement.ts";
export { samplePerpetual } from "./sample.ts";
export { publicKey, type Signature, sign } from "./schnorr.ts";
export { type StatementName, shapes } from "./shapes.ts";
export { CompileError, compile, type Program, statement, statementHash } from "./source.ts";
export {
  accountAt,
  applyEffect,
  applyQuotes,
  clearFills,
  filledOf,
  type LeafDiffs,
  leafDiffs,
  openState,
  putAccount,
  putInstrument,
  replayBatch,
  replayFills,
  type State,
  stateOf,
  stateRoot,
  type Touched,
  touchedBy,
} from "./state.ts";
export { canonicalG2, compileVerifier, forDevelopment, VerifierShapeError } from "./verifier.ts";
export {
  type BatchWords,
  type Effect,
  emitQuote,
  emitWords,
  parseWords,
  type Quote,
  WordError,
} from "./words.ts";
