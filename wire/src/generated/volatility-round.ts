// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type OracleSignature, emitOracleSignature, parseOracleSignature } from "./oracle-signature.ts";
import { type Smile, emitSmile, parseSmile } from "./smile.ts";

/** SVI smiles signed by k of n oracles. Digest: keccak256 of `"sealbook.volatility" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (underlying u16 BE ‖ expiry u64 BE ‖ forward ‖ a ‖ b ‖ rho ‖ m ‖ s, i64 BE each)*`. */
export interface VolatilityRound {
  type: "volatility-round";
  /** u64; strictly increasing */
  round: bigint;
  /** u64 */
  timeUs: bigint;
  /** list of smile, at most 64: ascending by underlying, then expiry */
  smiles: Smile[];
  /** list of oracle-signature, at most 16 */
  signatures: OracleSignature[];
}

export const VOLATILITY_ROUND_CODE = 77;
export const VOLATILITY_ROUND_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseVolatilityRound(reader: Reader): VolatilityRound {
  return {
    type: "volatility-round",
    round: reader.u64(),
    timeUs: reader.u64(),
    smiles: reader.list(0, 64, parseSmile),
    signatures: reader.list(0, 16, parseOracleSignature),
  };
}

/** Appends header, code and fields. */
export function emitVolatilityRound(writer: Writer, message: VolatilityRound): void {
  writer.array(5);
  writer.u8(77, "code");
  writer.u64(message.round, "round");
  writer.u64(message.timeUs, "time_us");
  writer.list(message.smiles, 0, 64, "smiles", emitSmile);
  writer.list(message.signatures, 0, 16, "signatures", emitOracleSignature);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeVolatilityRound(bytes: Uint8Array): VolatilityRound {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 77, 5);
    return parseVolatilityRound(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeVolatilityRound(message: VolatilityRound): Uint8Array {
  return emitAll((writer) => emitVolatilityRound(writer, message));
}
