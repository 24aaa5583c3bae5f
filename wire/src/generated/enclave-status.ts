// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The message `enclave-status`. */
export interface EnclaveStatus {
  type: "enclave-status";
  /** u8; 0 loaded, 1 booted, 2 recovered, 3 running, 4 stopped, 5 faulted */
  state: number;
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
  /** bin32; at the last closed batch */
  stateRoot: Uint8Array;
  /** u64 */
  batchNumber: bigint;
  /** u64 */
  inboxCursor: bigint;
  /** u64; sequenced since start */
  commands: bigint;
  /** u64 */
  rejects: bigint;
  /** u64 */
  trades: bigint;
  /** u32 */
  accounts: number;
  /** u32; resting */
  orders: number;
  /** u64; slot in to slot out, over the last window */
  latencyNsP50: bigint;
  /** u64 */
  latencyNsP99: bigint;
  /** u64 */
  latencyNsP999: bigint;
  /** u64; last batch, batch thread */
  batchCloseUs: bigint;
}

export const ENCLAVE_STATUS_CODE = 182;
export const ENCLAVE_STATUS_ARITY = 17;

/** Reads the fields; header and code are behind the reader. */
export function parseEnclaveStatus(reader: Reader): EnclaveStatus {
  return {
    type: "enclave-status",
    state: reader.u8(),
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
    stateRoot: reader.bin(32),
    batchNumber: reader.u64(),
    inboxCursor: reader.u64(),
    commands: reader.u64(),
    rejects: reader.u64(),
    trades: reader.u64(),
    accounts: reader.u32(),
    orders: reader.u32(),
    latencyNsP50: reader.u64(),
    latencyNsP99: reader.u64(),
    latencyNsP999: reader.u64(),
    batchCloseUs: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitEnclaveStatus(writer: Writer, message: EnclaveStatus): void {
  writer.array(17);
  writer.u8(182, "code");
  writer.u8(message.state, "state");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.bin(message.chainHash, 32, "chain_hash");
  writer.bin(message.stateRoot, 32, "state_root");
  writer.u64(message.batchNumber, "batch_number");
  writer.u64(message.inboxCursor, "inbox_cursor");
  writer.u64(message.commands, "commands");
  writer.u64(message.rejects, "rejects");
  writer.u64(message.trades, "trades");
  writer.u32(message.accounts, "accounts");
  writer.u32(message.orders, "orders");
  writer.u64(message.latencyNsP50, "latency_ns_p50");
  writer.u64(message.latencyNsP99, "latency_ns_p99");
  writer.u64(message.latencyNsP999, "latency_ns_p999");
  writer.u64(message.batchCloseUs, "batch_close_us");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeEnclaveStatus(bytes: Uint8Array): EnclaveStatus {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 182, 17);
    return parseEnclaveStatus(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeEnclaveStatus(message: EnclaveStatus): Uint8Array {
  return emitAll((writer) => emitEnclaveStatus(writer, message));
}
