// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { MarketMode, MARKET_MODE_NAMES } from "./market-mode.ts";
import { type OracleSignature, emitOracleSignature, parseOracleSignature } from "./oracle-signature.ts";

/** What a market takes from now on. From outside only signed (docs/boundaries.md section 12). */
export interface SetMarketMode {
  type: "set-market-mode";
  /** u16 */
  instrument: number;
  /** market-mode */
  mode: MarketMode;
  /** u64; of the order, strictly increasing over all three kinds; 0 from the enclave itself */
  number: bigint;
  /** list of oracle-signature, at most 16 */
  signatures: OracleSignature[];
}

export const SET_MARKET_MODE_CODE = 69;
export const SET_MARKET_MODE_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseSetMarketMode(reader: Reader): SetMarketMode {
  return {
    type: "set-market-mode",
    instrument: reader.u16(),
    mode: reader.enumeration(MARKET_MODE_NAMES),
    number: reader.u64(),
    signatures: reader.list(0, 16, parseOracleSignature),
  };
}

/** Appends header, code and fields. */
export function emitSetMarketMode(writer: Writer, message: SetMarketMode): void {
  writer.array(5);
  writer.u8(69, "code");
  writer.u16(message.instrument, "instrument");
  writer.enumeration(MarketMode, message.mode, "mode");
  writer.u64(message.number, "number");
  writer.list(message.signatures, 0, 16, "signatures", emitOracleSignature);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSetMarketMode(bytes: Uint8Array): SetMarketMode {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 69, 5);
    return parseSetMarketMode(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSetMarketMode(message: SetMarketMode): Uint8Array {
  return emitAll((writer) => emitSetMarketMode(writer, message));
}
