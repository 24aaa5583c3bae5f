/** From operations to a proof a contract accepts: compile, apply, solve, prove, verify. */
export {
  applyBatch,
  type Batch,
  challenge,
  type Ledger,
  openLedger,
  type Prices,
  putAccount,
  putInstrument,
  stateRoot,
} from "./batch.ts";
export {
  type Operation,
  type Order,
  orderMessage,
  type SignedOrder,
  withdrawMessage,
} from "./batch-shape.ts";
export { tauG2, tauOf, writeDevCrs } from "./dev-crs.ts";
export { type Account, accountWords, emptyAccount, type Instrument, instrumentWords } from "./leaf.ts";
export {
  devProver,
  HonkProver,
  type Proven,
  type Prover,
  ProverError,
  solve,
  WitnessError,
} from "./prover.ts";
export { publicKey, type Signature, sign } from "./schnorr.ts";
export { CompileError, compile, type Program, statement } from "./source.ts";
export { canonicalG2, compileVerifier, forDevelopment, VerifierShapeError } from "./verifier.ts";
