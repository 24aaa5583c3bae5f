// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type OraclePrice, emitOraclePrice, parseOraclePrice } from "./oracle-price.ts";
import { type OracleSignature, emitOracleSignature, parseOracleSignature } from "./oracle-signature.ts";

/** Index prices signed by k of n oracles. Digest: keccak256 of `"sealbook.oracle" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (instrument u16 BE ‖ index i64 BE)*`. */
export interface OracleRound {
  type: "oracle-round";
  /** u64; strictly increasing */
  round: bigint;
  /** u64 */
  timeUs: bigint;
  /** list of oracle-price, at most 64: ascending by instrument */
  prices: OraclePrice[];
  /** list of oracle-signature, at most 16 */
  signatures: OracleSignature[];
}

export const ORACLE_ROUND_CODE = 66;
export const ORACLE_ROUND_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseOracleRound(reader: Reader): OracleRound {
  return {
    type: "oracle-round",
    round: reader.u64(),
    timeUs: reader.u64(),
    prices: reader.list(0, 64, parseOraclePrice),
    signatures: reader.list(0, 16, parseOracleSignature),
  };
}

/** Appends header, code and fields. */
export function emitOracleRound(writer: Writer, message: OracleRound): void {
  writer.array(5);
  writer.u8(66, "code");
  writer.u64(message.round, "round");
  writer.u64(message.timeUs, "time_us");
  writer.list(message.prices, 0, 64, "prices", emitOraclePrice);
  writer.list(message.signatures, 0, 16, "signatures", emitOracleSignature);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOracleRound(bytes: Uint8Array): OracleRound {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 66, 5);
    return parseOracleRound(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOracleRound(message: OracleRound): Uint8Array {
  return emitAll((writer) => emitOracleRound(writer, message));
}
