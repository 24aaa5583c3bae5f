// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** The highest event a client has seen. */
export interface Head {
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
}

export function parseHead(reader: Reader): Head {
  reader.arrayOf(3);
  return {
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
  };
}

export function emitHead(writer: Writer, record: Head): void {
  writer.array(3);
  writer.u64(record.epoch, "epoch");
  writer.u64(record.sequence, "sequence");
  writer.bin(record.chainHash, 32, "chain_hash");
}
