// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type OracleSignature, emitOracleSignature, parseOracleSignature } from "./oracle-signature.ts";

/** Sets an instrument's margin ramps and oracle guards. All zero, the state at listing, switches them off. */
export interface InstrumentRisk {
  type: "instrument-risk";
  /** u16 */
  instrument: number;
  /** u32; added to both margin fractions for each 2^ramp_shift lots of a position */
  rampPpm: number;
  /** u8; at most 40 */
  rampShift: number;
  /** u64; open interest from which the initial fraction rises */
  interestLowLots: bigint;
  /** u64; open interest at which it reaches one; 0: never */
  interestHighLots: bigint;
  /** u64; age of the index from which the market is post-only; close-only at 4 times, cancel-only at 16 times; 0: never */
  staleUs: bigint;
  /** u32; distance of the index from its 5 minute average from which it is post-only; close-only at twice; 0: never */
  volatilePpm: number;
  /** u64; as for `set-market-mode` */
  number: bigint;
  /** list of oracle-signature, at most 16 */
  signatures: OracleSignature[];
}

export const INSTRUMENT_RISK_CODE = 75;
export const INSTRUMENT_RISK_ARITY = 10;

/** Reads the fields; header and code are behind the reader. */
export function parseInstrumentRisk(reader: Reader): InstrumentRisk {
  return {
    type: "instrument-risk",
    instrument: reader.u16(),
    rampPpm: reader.u32(),
    rampShift: reader.u8(),
    interestLowLots: reader.u64(),
    interestHighLots: reader.u64(),
    staleUs: reader.u64(),
    volatilePpm: reader.u32(),
    number: reader.u64(),
    signatures: reader.list(0, 16, parseOracleSignature),
  };
}

/** Appends header, code and fields. */
export function emitInstrumentRisk(writer: Writer, message: InstrumentRisk): void {
  writer.array(10);
  writer.u8(75, "code");
  writer.u16(message.instrument, "instrument");
  writer.u32(message.rampPpm, "ramp_ppm");
  writer.u8(message.rampShift, "ramp_shift");
  writer.u64(message.interestLowLots, "interest_low_lots");
  writer.u64(message.interestHighLots, "interest_high_lots");
  writer.u64(message.staleUs, "stale_us");
  writer.u32(message.volatilePpm, "volatile_ppm");
  writer.u64(message.number, "number");
  writer.list(message.signatures, 0, 16, "signatures", emitOracleSignature);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeInstrumentRisk(bytes: Uint8Array): InstrumentRisk {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 75, 10);
    return parseInstrumentRisk(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeInstrumentRisk(message: InstrumentRisk): Uint8Array {
  return emitAll((writer) => emitInstrumentRisk(writer, message));
}
