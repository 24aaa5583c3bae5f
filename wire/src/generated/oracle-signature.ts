// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** A oracle-signature inside a list. */
export interface OracleSignature {
  /** u8; index into the configured signers; strictly ascending */
  signer: number;
  /** bin65; r‖s‖v over the round's digest */
  signature: Uint8Array;
}

export function parseOracleSignature(reader: Reader): OracleSignature {
  reader.arrayOf(2);
  return {
    signer: reader.u8(),
    signature: reader.bin(65),
  };
}

export function emitOracleSignature(writer: Writer, record: OracleSignature): void {
  writer.array(2);
  writer.u8(record.signer, "signer");
  writer.bin(record.signature, 65, "signature");
}
