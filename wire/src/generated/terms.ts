// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { InstrumentKind, INSTRUMENT_KIND_NAMES } from "./instrument-kind.ts";

/** What an instrument is: at its listing, and after a restart of the enclave. */
export interface Terms {
  type: "terms";
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** instrument-kind */
  kind: InstrumentKind;
  /** u64; collateral per tick and lot */
  tickValue: bigint;
  /** u32 */
  lotsMax: number;
  /** u32 */
  priceTicksMax: number;
  /** i32 */
  makerFeePpm: number;
  /** i32 */
  takerFeePpm: number;
  /** u32; 0 for an option */
  initialPpm: number;
  /** u32; 0 for an option */
  maintenancePpm: number;
  /** u32 */
  liquidationFeePpm: number;
  /** u16; 0 for a perpetual, as all that follows */
  underlying: number;
  /** bool */
  isCall: boolean;
  /** i64 */
  strike: bigint;
  /** u64 */
  expiryUs: bigint;
  /** bool */
  isSettled: boolean;
}

export const TERMS_CODE = 163;
export const TERMS_ARITY = 18;

/** Reads the fields; header and code are behind the reader. */
export function parseTerms(reader: Reader): Terms {
  return {
    type: "terms",
    epoch: reader.u64(),
    sequence: reader.u64(),
    instrument: reader.u16(),
    kind: reader.enumeration(INSTRUMENT_KIND_NAMES),
    tickValue: reader.u64(),
    lotsMax: reader.u32(),
    priceTicksMax: reader.u32(),
    makerFeePpm: reader.i32(),
    takerFeePpm: reader.i32(),
    initialPpm: reader.u32(),
    maintenancePpm: reader.u32(),
    liquidationFeePpm: reader.u32(),
    underlying: reader.u16(),
    isCall: reader.bool(),
    strike: reader.i64(),
    expiryUs: reader.u64(),
    isSettled: reader.bool(),
  };
}

/** Appends header, code and fields. */
export function emitTerms(writer: Writer, message: Terms): void {
  writer.array(18);
  writer.u8(163, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.enumeration(InstrumentKind, message.kind, "kind");
  writer.u64(message.tickValue, "tick_value");
  writer.u32(message.lotsMax, "lots_max");
  writer.u32(message.priceTicksMax, "price_ticks_max");
  writer.i32(message.makerFeePpm, "maker_fee_ppm");
  writer.i32(message.takerFeePpm, "taker_fee_ppm");
  writer.u32(message.initialPpm, "initial_ppm");
  writer.u32(message.maintenancePpm, "maintenance_ppm");
  writer.u32(message.liquidationFeePpm, "liquidation_fee_ppm");
  writer.u16(message.underlying, "underlying");
  writer.bool(message.isCall, "is_call");
  writer.i64(message.strike, "strike");
  writer.u64(message.expiryUs, "expiry_us");
  writer.bool(message.isSettled, "is_settled");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTerms(bytes: Uint8Array): Terms {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 163, 18);
    return parseTerms(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTerms(message: Terms): Uint8Array {
  return emitAll((writer) => emitTerms(writer, message));
}
