// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type OpenSession, OPEN_SESSION_ARITY, OPEN_SESSION_CODE, emitOpenSession, parseOpenSession } from "./open-session.ts";

/** What opens a session, codes 96–111. */
export type SessionMessage = OpenSession;

/** Reads one message; more may follow. */
export function parseSessionMessage(reader: Reader): SessionMessage {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case OPEN_SESSION_CODE:
      expect(OPEN_SESSION_ARITY);
      return parseOpenSession(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitSessionMessage(writer: Writer, message: SessionMessage): void {
  switch (message.type) {
    case "open-session":
      return emitOpenSession(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no session-message: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodeSessionMessage(bytes: Uint8Array): SessionMessage {
  return parseAll(bytes, parseSessionMessage);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSessionMessage(message: SessionMessage): Uint8Array {
  return emitAll((writer) => emitSessionMessage(writer, message));
}
