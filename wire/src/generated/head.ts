// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** A point of the venue's history that a client has seen. */
export interface Head {
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
  /** bin65 or nil; of the enclave that signed it as a head (EIP-712 `Head`); nil for one taken from a result */
  signature: Uint8Array | null;
}

export function parseHead(reader: Reader): Head {
  reader.arrayOf(4);
  return {
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
    signature: reader.nil() ? null : reader.bin(65),
  };
}

export function emitHead(writer: Writer, record: Head): void {
  writer.array(4);
  writer.u64(record.epoch, "epoch");
  writer.u64(record.sequence, "sequence");
  writer.bin(record.chainHash, 32, "chain_hash");
  record.signature === null ? writer.nil() : writer.bin(record.signature, 65, "signature");
}
