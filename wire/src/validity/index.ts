/** Validity mode: what session keys sign so that a proof, and not an enclave, carries their orders; and how clients send it. */
export { GENERATOR, GRUMPKIN_ORDER, isOnCurve, multiply, type Point, sum } from "./grumpkin.ts";
export * from "./messages.ts";
export * from "./orders.ts";
export { isSigned, type SessionKey, type Signature, sessionKeyOf, signMessage } from "./schnorr.ts";
