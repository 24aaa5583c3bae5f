/** Signing for the circuit. See gadgets/schnorr.nr. */
export { type Signature, sessionKeyOf as publicKey, signMessage as sign } from "@sealbook/wire/validity";
