// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The message `boot-reply`. */
export interface BootReply {
  type: "boot-reply";
  /** bin20 */
  signer: Uint8Array;
  /** bin32; X25519 */
  encryptionKey: Uint8Array;
  /** bin32 */
  configHash: Uint8Array;
  /** bin32 */
  genesisHash: Uint8Array;
  /** bin32; of the genesis state, before any command */
  stateRoot: Uint8Array;
}

export const BOOT_REPLY_CODE = 178;
export const BOOT_REPLY_ARITY = 6;

/** Reads the fields; header and code are behind the reader. */
export function parseBootReply(reader: Reader): BootReply {
  return {
    type: "boot-reply",
    signer: reader.bin(20),
    encryptionKey: reader.bin(32),
    configHash: reader.bin(32),
    genesisHash: reader.bin(32),
    stateRoot: reader.bin(32),
  };
}

/** Appends header, code and fields. */
export function emitBootReply(writer: Writer, message: BootReply): void {
  writer.array(6);
  writer.u8(178, "code");
  writer.bin(message.signer, 20, "signer");
  writer.bin(message.encryptionKey, 32, "encryption_key");
  writer.bin(message.configHash, 32, "config_hash");
  writer.bin(message.genesisHash, 32, "genesis_hash");
  writer.bin(message.stateRoot, 32, "state_root");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeBootReply(bytes: Uint8Array): BootReply {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 178, 6);
    return parseBootReply(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeBootReply(message: BootReply): Uint8Array {
  return emitAll((writer) => emitBootReply(writer, message));
}
