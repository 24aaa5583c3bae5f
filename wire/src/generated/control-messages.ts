// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type EnclaveConfig, ENCLAVE_CONFIG_ARITY, ENCLAVE_CONFIG_CODE, emitEnclaveConfig, parseEnclaveConfig } from "./enclave-config.ts";
import { type BootRequest, BOOT_REQUEST_ARITY, BOOT_REQUEST_CODE, emitBootRequest, parseBootRequest } from "./boot-request.ts";
import { type BootReply, BOOT_REPLY_ARITY, BOOT_REPLY_CODE, emitBootReply, parseBootReply } from "./boot-reply.ts";
import { type RecoveryEnd, RECOVERY_END_ARITY, RECOVERY_END_CODE, emitRecoveryEnd, parseRecoveryEnd } from "./recovery-end.ts";
import { type OpenEpoch, OPEN_EPOCH_ARITY, OPEN_EPOCH_CODE, emitOpenEpoch, parseOpenEpoch } from "./open-epoch.ts";
import { type PoisonList, POISON_LIST_ARITY, POISON_LIST_CODE, emitPoisonList, parsePoisonList } from "./poison-list.ts";
import { type EnclaveStatus, ENCLAVE_STATUS_ARITY, ENCLAVE_STATUS_CODE, emitEnclaveStatus, parseEnclaveStatus } from "./enclave-status.ts";

/** What host and enclave tell each other, codes 176–199. */
export type ControlMessage = EnclaveConfig | BootRequest | BootReply | RecoveryEnd | OpenEpoch | PoisonList | EnclaveStatus;

/** Reads one message; more may follow. */
export function parseControlMessage(reader: Reader): ControlMessage {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case ENCLAVE_CONFIG_CODE:
      expect(ENCLAVE_CONFIG_ARITY);
      return parseEnclaveConfig(reader);
    case BOOT_REQUEST_CODE:
      expect(BOOT_REQUEST_ARITY);
      return parseBootRequest(reader);
    case BOOT_REPLY_CODE:
      expect(BOOT_REPLY_ARITY);
      return parseBootReply(reader);
    case RECOVERY_END_CODE:
      expect(RECOVERY_END_ARITY);
      return parseRecoveryEnd(reader);
    case OPEN_EPOCH_CODE:
      expect(OPEN_EPOCH_ARITY);
      return parseOpenEpoch(reader);
    case POISON_LIST_CODE:
      expect(POISON_LIST_ARITY);
      return parsePoisonList(reader);
    case ENCLAVE_STATUS_CODE:
      expect(ENCLAVE_STATUS_ARITY);
      return parseEnclaveStatus(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitControlMessage(writer: Writer, message: ControlMessage): void {
  switch (message.type) {
    case "enclave-config":
      return emitEnclaveConfig(writer, message);
    case "boot-request":
      return emitBootRequest(writer, message);
    case "boot-reply":
      return emitBootReply(writer, message);
    case "recovery-end":
      return emitRecoveryEnd(writer, message);
    case "open-epoch":
      return emitOpenEpoch(writer, message);
    case "poison-list":
      return emitPoisonList(writer, message);
    case "enclave-status":
      return emitEnclaveStatus(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no control-message: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodeControlMessage(bytes: Uint8Array): ControlMessage {
  return parseAll(bytes, parseControlMessage);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeControlMessage(message: ControlMessage): Uint8Array {
  return emitAll((writer) => emitControlMessage(writer, message));
}
