// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type InstrumentConfig, emitInstrumentConfig, parseInstrumentConfig } from "./instrument-config.ts";
import { type OracleSignature, emitOracleSignature, parseOracleSignature } from "./oracle-signature.ts";

/** Lists a European, cash-settled option on a listed perpetual's index. */
export interface ListOption {
  type: "list-option";
  /** list of instrument-config, exactly 1: kind option; `index` is the first mark; the margin fractions are not used */
  config: InstrumentConfig[];
  /** u16; the perpetual whose index settles it */
  underlying: number;
  /** bool */
  isCall: boolean;
  /** i64; collateral per lot */
  strike: bigint;
  /** u64; 08:00 UTC of a day */
  expiryUs: bigint;
  /** u64; as for `set-market-mode` */
  number: bigint;
  /** list of oracle-signature, at most 16 */
  signatures: OracleSignature[];
}

export const LIST_OPTION_CODE = 76;
export const LIST_OPTION_ARITY = 8;

/** Reads the fields; header and code are behind the reader. */
export function parseListOption(reader: Reader): ListOption {
  return {
    type: "list-option",
    config: reader.list(1, 1, parseInstrumentConfig),
    underlying: reader.u16(),
    isCall: reader.bool(),
    strike: reader.i64(),
    expiryUs: reader.u64(),
    number: reader.u64(),
    signatures: reader.list(0, 16, parseOracleSignature),
  };
}

/** Appends header, code and fields. */
export function emitListOption(writer: Writer, message: ListOption): void {
  writer.array(8);
  writer.u8(76, "code");
  writer.list(message.config, 1, 1, "config", emitInstrumentConfig);
  writer.u16(message.underlying, "underlying");
  writer.bool(message.isCall, "is_call");
  writer.i64(message.strike, "strike");
  writer.u64(message.expiryUs, "expiry_us");
  writer.u64(message.number, "number");
  writer.list(message.signatures, 0, 16, "signatures", emitOracleSignature);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeListOption(bytes: Uint8Array): ListOption {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 76, 8);
    return parseListOption(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeListOption(message: ListOption): Uint8Array {
  return emitAll((writer) => emitListOption(writer, message));
}
