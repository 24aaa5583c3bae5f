// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type Poison, emitPoison, parsePoison } from "./poison.ts";

/** The message `poison-list`. */
export interface PoisonList {
  type: "poison-list";
  /** list of poison, at most 64 */
  poisons: Poison[];
}

export const POISON_LIST_CODE = 181;
export const POISON_LIST_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parsePoisonList(reader: Reader): PoisonList {
  return {
    type: "poison-list",
    poisons: reader.list(0, 64, parsePoison),
  };
}

/** Appends header, code and fields. */
export function emitPoisonList(writer: Writer, message: PoisonList): void {
  writer.array(2);
  writer.u8(181, "code");
  writer.list(message.poisons, 0, 64, "poisons", emitPoison);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodePoisonList(bytes: Uint8Array): PoisonList {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 181, 2);
    return parsePoisonList(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodePoisonList(message: PoisonList): Uint8Array {
  return emitAll((writer) => emitPoisonList(writer, message));
}
