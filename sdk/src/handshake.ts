/** Opening a session (docs/boundaries.md section 1): HPKE to the attested key, in auth mode, so that one message says it all. */
import {
  decodeEvents,
  EXPORT_CLIENT_TO_SERVER,
  EXPORT_SERVER_TO_CLIENT,
  emitOpening,
  encodeOpenSession,
  HEAD_LENGTH,
  HPKE_INFO,
  type OpenSession,
  ParseError,
  parseFrameHead,
  SERVER_RANDOM_LENGTH,
  type SessionOpened,
} from "@sealbook/wire";
import type { AttestedEnclave } from "./attest.ts";
import { type Delegated, suite } from "./delegation.ts";
import { RejectError, SdkError } from "./errors.ts";
import { openBody, Seal } from "./seal.ts";

/** A sealed opening that waits for the enclave's reply. */
export interface Opening {
  /** The first body to send. */
  body: Uint8Array;
  /** Turns the reply into a session. @throws {RejectError} if refused, {SdkError} E_HANDSHAKE or E_SEAL */
  accept(reply: Uint8Array): Promise<{ seal: Seal; opened: SessionOpened }>;
}

export async function sealOpening(
  enclave: AttestedEnclave,
  { keys, sessionKey }: Delegated,
  message: OpenSession,
): Promise<Opening> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(enclave.encryptionKey);
  const context = await suite.createSenderContext({ recipientPublicKey, senderKey: keys, info: HPKE_INFO });
  const ciphertext = new Uint8Array(await context.seal(encodeOpenSession(message), sessionKey));
  const body = emitOpening(sessionKey, new Uint8Array(context.enc), ciphertext);

  const keyFor = async (label: Uint8Array, random: Uint8Array) =>
    new Uint8Array(await context.export(Buffer.concat([label, random]), 32));

  async function accept(reply: Uint8Array): Promise<{ seal: Seal; opened: SessionOpened }> {
    const { session, counter } = parseFrameHead(reply);
    if (session === 0n) throw clearRefusal(reply);
    if (counter !== 0n || reply.length < HEAD_LENGTH + SERVER_RANDOM_LENGTH) {
      throw new SdkError("E_HANDSHAKE", `a session reply with counter ${counter} and ${reply.length} bytes`);
    }
    // The server's randomness is in both keys: an opening that someone replays yields others.
    const random = reply.subarray(HEAD_LENGTH, HEAD_LENGTH + SERVER_RANDOM_LENGTH);
    const receive = await keyFor(EXPORT_SERVER_TO_CLIENT, random);
    const [opened, ...rest] = decodeEvents(openBody(receive, reply, SERVER_RANDOM_LENGTH));
    if (opened?.type !== "session-opened" || rest.length > 0) {
      throw new SdkError("E_HANDSHAKE", `the reply opens with ${opened?.type}`);
    }
    return { seal: new Seal(session, await keyFor(EXPORT_CLIENT_TO_SERVER, random), receive), opened };
  }
  return { body, accept };
}

/** What a body in the clear says: a hint, since anyone on the way can write it. */
export function clearRefusal(body: Uint8Array): RejectError | SdkError {
  try {
    const [event] = decodeEvents(body.subarray(HEAD_LENGTH));
    if (event?.type === "error") return new RejectError(event.code, event.detail);
    return new SdkError("E_HANDSHAKE", `a clear message that is no error but ${event?.type}`);
  } catch (cause) {
    if (!(cause instanceof ParseError)) throw cause;
    return new SdkError("E_HANDSHAKE", `a clear message that is no message: ${cause.message}`, { cause });
  }
}
