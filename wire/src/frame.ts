/** Client frames (docs/boundaries.md section 1): the clear head, and the commands or events inside the seal. */
import { EmitError, ParseError } from "./error.ts";
import { type Command, emitCommand, parseCommand } from "./generated/commands.ts";
import { emitSessionEvent, parseSessionEvent, type SessionEvent } from "./generated/session-events.ts";
import { parseAll, type Reader } from "./reader.ts";
import { emitAll } from "./writer.ts";

/** Largest frame body, in bytes. */
export const BODY_LENGTH_MAX = 4096;
/** Most commands in one frame. */
export const COMMANDS_MAX = 64;
/** AES-GCM tag at the end of every sealed body. */
export const TAG_LENGTH = 16;
/** `u64 session | u64 counter`. */
export const HEAD_LENGTH = 16;
/** `u64 0 | version | sessionKey | enc` of an opening body. */
export const OPENING_HEAD_LENGTH = 8 + 1 + 32 + 32;
export const OPENING_VERSION = 1;
/** `serverRandom` in the session reply, between head and ciphertext. */
export const SERVER_RANDOM_LENGTH = 32;
/** HPKE `info` of a session. */
export const HPKE_INFO = ascii("sealbook session v1");
/** HPKE exporter contexts of the two directional keys, before `serverRandom`. */
export const EXPORT_CLIENT_TO_SERVER = ascii("sealbook c2s");
export const EXPORT_SERVER_TO_CLIENT = ascii("sealbook s2c");

/** A client → enclave body, split but not opened. Byte fields are views into it. */
export type FrameBody =
  | { kind: "opening"; sessionKey: Uint8Array; enc: Uint8Array; ciphertext: Uint8Array }
  | { kind: "sealed"; session: bigint; counter: bigint; aad: Uint8Array; ciphertext: Uint8Array };

/** Splits a client → enclave body, or throws a `ParseError`. */
export function parseBody(body: Uint8Array): FrameBody {
  if (body.length > BODY_LENGTH_MAX) throw new ParseError("FRAME_TOO_LARGE", BODY_LENGTH_MAX);
  const short = new ParseError("BAD_FRAME", body.length);
  if (body.length < HEAD_LENGTH) throw short;
  const { session, counter } = parseFrameHead(body);
  if (session !== 0n) {
    if (body.length < HEAD_LENGTH + TAG_LENGTH) throw short;
    const aad = body.subarray(0, HEAD_LENGTH);
    return { kind: "sealed", session, counter, aad, ciphertext: body.subarray(HEAD_LENGTH) };
  }
  if (body[8] !== OPENING_VERSION) throw new ParseError("BAD_FRAME", 8);
  if (body.length < OPENING_HEAD_LENGTH + TAG_LENGTH) throw short;
  return {
    kind: "opening",
    sessionKey: body.subarray(9, 41),
    enc: body.subarray(41, 73),
    ciphertext: body.subarray(73),
  };
}

/** An opening body: `u64 0 | version | sessionKey | enc | ciphertext`. */
export function emitOpening(sessionKey: Uint8Array, enc: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (sessionKey.length !== 32) throw new EmitError("BAD_TYPE", "session_key", "must be 32 bytes");
  if (enc.length !== 32) throw new EmitError("BAD_TYPE", "enc", "must be 32 bytes");
  const body = new Uint8Array(OPENING_HEAD_LENGTH + ciphertext.length);
  body[8] = OPENING_VERSION;
  body.set(sessionKey, 9);
  body.set(enc, 41);
  body.set(ciphertext, OPENING_HEAD_LENGTH);
  return body;
}

/** `u64 session | u64 counter`: the head of a sealed body, and its associated data. */
export function emitFrameHead(session: bigint, counter: bigint): Uint8Array {
  const head = new Uint8Array(HEAD_LENGTH);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, session, true);
  view.setBigUint64(8, counter, true);
  return head;
}

/** The head of any body but an opening; `BAD_FRAME` if it is shorter than that. */
export function parseFrameHead(body: Uint8Array): { session: bigint; counter: bigint } {
  if (body.length < HEAD_LENGTH) throw new ParseError("BAD_FRAME", body.length);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { session: view.getBigUint64(0, true), counter: view.getBigUint64(8, true) };
}

/** The AES-GCM nonce of a counter: `00000000 ‖ counter u64 BE`. */
export function frameNonce(counter: bigint): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, counter);
  return nonce;
}

/** `u32 length | body`, for TCP and Unix sockets. */
export function withLength(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length, true);
  frame.set(body, 4);
  return frame;
}

/** Commands → the plaintext of a frame. */
export function encodeFrame(commands: readonly Command[]): Uint8Array {
  return emitAll((writer) => writer.list(commands, 1, COMMANDS_MAX, "commands", emitCommand));
}

/** The plaintext of a frame → all its commands, or a `ParseError`: one bad command refuses the frame. */
export function decodeFrame(bytes: Uint8Array): Command[] {
  return parseAll(bytes, (reader) => reader.list(1, COMMANDS_MAX, parseCommand));
}

/** Events → the plaintext of an enclave → client frame. */
export function encodeEvents(events: readonly SessionEvent[]): Uint8Array {
  return emitAll((writer) => writer.list(events, 1, 0xffff_ffff, "events", emitSessionEvent));
}

/** The plaintext of an enclave → client frame → its events, or a `ParseError`. */
export function decodeEvents(bytes: Uint8Array): SessionEvent[] {
  return parseAll(bytes, (reader: Reader) => reader.list(1, 0xffff_ffff, parseSessionEvent));
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
