// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type InstrumentConfig, emitInstrumentConfig, parseInstrumentConfig } from "./instrument-config.ts";
import { type OptionConfig, emitOptionConfig, parseOptionConfig } from "./option-config.ts";

/** Fixed for the life of a venue; its SHA-256 is attested. */
export interface EnclaveConfig {
  type: "enclave-config";
  /** u64 */
  chainId: bigint;
  /** bin20 */
  registry: Uint8Array;
  /** bin20 */
  settlement: Uint8Array;
  /** list of instrument-config, at most 512: listed at genesis */
  instruments: InstrumentConfig[];
  /** list of bin20, at most 16 */
  oracleSigners: Uint8Array[];
  /** u8 */
  oracleThreshold: number;
  /** u64 */
  oracleAgeUsMax: bigint;
  /** u64; largest step of engine time per tick */
  tickUsMax: bigint;
  /** u32 */
  accountsMax: number;
  /** u32 */
  ordersMax: number;
  /** u32; a batch closes at this many commands */
  batchCommandsMax: number;
  /** u64; or at this age */
  batchUsMax: bigint;
  /** bin32; simulated platform only: stands for the CPU's fuses */
  platformSeed: Uint8Array;
  /** bool */
  isSimulated: boolean;
  /** u16; highest instrument id the venue will ever list, at most 512; 0: the highest at genesis */
  instrumentsMax: number;
  /** list of option-config, at most 512: listed at genesis, behind the instruments */
  options: OptionConfig[];
}

export const ENCLAVE_CONFIG_CODE = 176;
export const ENCLAVE_CONFIG_ARITY = 17;

/** Reads the fields; header and code are behind the reader. */
export function parseEnclaveConfig(reader: Reader): EnclaveConfig {
  return {
    type: "enclave-config",
    chainId: reader.u64(),
    registry: reader.bin(20),
    settlement: reader.bin(20),
    instruments: reader.list(0, 512, parseInstrumentConfig),
    oracleSigners: reader.list(0, 16, (reader) => reader.bin(20)),
    oracleThreshold: reader.u8(),
    oracleAgeUsMax: reader.u64(),
    tickUsMax: reader.u64(),
    accountsMax: reader.u32(),
    ordersMax: reader.u32(),
    batchCommandsMax: reader.u32(),
    batchUsMax: reader.u64(),
    platformSeed: reader.bin(32),
    isSimulated: reader.bool(),
    instrumentsMax: reader.u16(),
    options: reader.list(0, 512, parseOptionConfig),
  };
}

/** Appends header, code and fields. */
export function emitEnclaveConfig(writer: Writer, message: EnclaveConfig): void {
  writer.array(17);
  writer.u8(176, "code");
  writer.u64(message.chainId, "chain_id");
  writer.bin(message.registry, 20, "registry");
  writer.bin(message.settlement, 20, "settlement");
  writer.list(message.instruments, 0, 512, "instruments", emitInstrumentConfig);
  writer.list(message.oracleSigners, 0, 16, "oracle_signers", (writer, item) => writer.bin(item, 20, "oracle_signers"));
  writer.u8(message.oracleThreshold, "oracle_threshold");
  writer.u64(message.oracleAgeUsMax, "oracle_age_us_max");
  writer.u64(message.tickUsMax, "tick_us_max");
  writer.u32(message.accountsMax, "accounts_max");
  writer.u32(message.ordersMax, "orders_max");
  writer.u32(message.batchCommandsMax, "batch_commands_max");
  writer.u64(message.batchUsMax, "batch_us_max");
  writer.bin(message.platformSeed, 32, "platform_seed");
  writer.bool(message.isSimulated, "is_simulated");
  writer.u16(message.instrumentsMax, "instruments_max");
  writer.list(message.options, 0, 512, "options", emitOptionConfig);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeEnclaveConfig(bytes: Uint8Array): EnclaveConfig {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 176, 17);
    return parseEnclaveConfig(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeEnclaveConfig(message: EnclaveConfig): Uint8Array {
  return emitAll((writer) => emitEnclaveConfig(writer, message));
}
