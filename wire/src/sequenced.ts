/**
 * A sequenced command (docs/boundaries.md section 3): what the journal seals and the chain hash covers. A fixed little-endian
 * header, 16 bytes nobody outside can guess, then the command as it was received.
 */
import { ParseError } from "./error.ts";
import { type Command, decodeCommand } from "./generated/commands.ts";
import { decodeSystemCommand, type SystemCommand } from "./generated/system-commands.ts";

export const SEQUENCED_VERSION = 1;
/** Bytes of the header. */
export const SEQUENCED_HEADER_LENGTH = 81;
/** Bytes of the blind behind it: chain hashes are public, and without it a guess of an order could be confirmed. */
export const BLIND_LENGTH = 16;
/** Offset of the command. */
export const SEQUENCED_COMMAND_AT = SEQUENCED_HEADER_LENGTH + BLIND_LENGTH;

export interface SequencedHeader {
  origin: "session" | "system";
  epoch: bigint;
  /** Gap-free position from 1. */
  sequence: bigint;
  /** Engine time, µs since the Unix epoch. */
  timeUs: bigint;
  /** 0 for system commands. */
  account: number;
  delegationNonce: bigint;
  /** Unix seconds. */
  delegationExpiry: bigint;
  scopes: number;
  /** 0, or the reject code it ended with. */
  result: number;
  /** SHA-256 over the events it emitted. */
  resultDigest: Uint8Array;
  /** Unpredictable to the host, 16 bytes. */
  blind: Uint8Array;
}

export interface SequencedCommand extends SequencedHeader {
  /** The command's own array, as received. */
  raw: Uint8Array;
  command: Command | SystemCommand;
}

/** Parses a journal record's plaintext, or throws a `ParseError` whose offset counts from the start of `bytes`. */
export function decodeSequenced(bytes: Uint8Array): SequencedCommand {
  if (bytes.length < SEQUENCED_COMMAND_AT) throw new ParseError("BAD_FRAME", bytes.length);
  if (bytes[0] !== SEQUENCED_VERSION) throw new ParseError("BAD_FRAME", 0);
  if (bytes[1] !== 1 && bytes[1] !== 2) throw new ParseError("OUT_OF_RANGE", 1);
  const origin = bytes[1] === 1 ? "session" : "system";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const raw = Uint8Array.prototype.slice.call(bytes, SEQUENCED_COMMAND_AT);
  return {
    origin,
    epoch: view.getBigUint64(2, true),
    sequence: view.getBigUint64(10, true),
    timeUs: view.getBigUint64(18, true),
    account: view.getUint32(26, true),
    delegationNonce: view.getBigUint64(30, true),
    delegationExpiry: view.getBigUint64(38, true),
    scopes: view.getUint8(46),
    result: view.getUint16(47, true),
    resultDigest: Uint8Array.prototype.slice.call(bytes, 49, SEQUENCED_HEADER_LENGTH),
    blind: Uint8Array.prototype.slice.call(bytes, SEQUENCED_HEADER_LENGTH, SEQUENCED_COMMAND_AT),
    raw,
    command: behindHeader(() => (origin === "session" ? decodeCommand(raw) : decodeSystemCommand(raw))),
  };
}

/** Header and the command's own bytes. */
export function encodeSequenced(header: SequencedHeader, raw: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(SEQUENCED_COMMAND_AT + raw.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = SEQUENCED_VERSION;
  bytes[1] = header.origin === "session" ? 1 : 2;
  view.setBigUint64(2, header.epoch, true);
  view.setBigUint64(10, header.sequence, true);
  view.setBigUint64(18, header.timeUs, true);
  view.setUint32(26, header.account, true);
  view.setBigUint64(30, header.delegationNonce, true);
  view.setBigUint64(38, header.delegationExpiry, true);
  view.setUint8(46, header.scopes);
  view.setUint16(47, header.result, true);
  bytes.set(header.resultDigest.subarray(0, 32), 49);
  bytes.set(header.blind.subarray(0, BLIND_LENGTH), SEQUENCED_HEADER_LENGTH);
  bytes.set(raw, SEQUENCED_COMMAND_AT);
  return bytes;
}

function behindHeader<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ParseError) || error.reject === "UNKNOWN_OP") throw error;
    throw new ParseError(error.reject, SEQUENCED_COMMAND_AT + error.offset);
  }
}
