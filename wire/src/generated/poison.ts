// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** A command the enclave must refuse. */
export interface Poison {
  /** u64 */
  sequence: bigint;
  /** bin32 */
  digest: Uint8Array;
  /** u8 */
  tries: number;
}

export function parsePoison(reader: Reader): Poison {
  reader.arrayOf(3);
  return {
    sequence: reader.u64(),
    digest: reader.bin(32),
    tries: reader.u8(),
  };
}

export function emitPoison(writer: Writer, record: Poison): void {
  writer.array(3);
  writer.u64(record.sequence, "sequence");
  writer.bin(record.digest, 32, "digest");
  writer.u8(record.tries, "tries");
}
