/** From an address to an open session: evidence first, then the connection, then the seal. */
import type { CryptoBackend } from "@sealbook/attestation";
import type { Level, SessionOpened } from "@sealbook/wire";
import type { Signer } from "ethers";
import { type AttestedEnclave, attest, type Trust } from "./attest.ts";
import { type Delegated, delegate, openSessionMessage, type Terms } from "./delegation.ts";
import { fetchEvidence } from "./evidence.ts";
import { sealOpening } from "./handshake.ts";
import type { HeadMemory } from "./head-memory.ts";
import { type ReplyPatience, withinDeadline } from "./reply-deadline.ts";
import { Session, type SessionEvents } from "./session.ts";
import type { Dial, TransportEvents } from "./transport/transport.ts";

export interface OpeningOptions extends ReplyPatience {
  /** The venue's HTTP address, which serves the evidence. */
  url: string;
  dial: Dial;
  wallet: Signer;
  trust: Trust;
  /** Terms of a delegation signed now. */
  terms: () => Terms;
  level: Level;
  heads: HeadMemory;
  now: () => Date;
  crypto: CryptoBackend;
}

export interface Opened {
  session: Session;
  enclave: AttestedEnclave;
  delegated: Delegated;
  opened: SessionOpened;
}

/**
 * Opens a session. `kept` is the delegation of an earlier one: while it lasts, the wallet is not asked again.
 * @throws {SdkError} as `fetchEvidence`, `attest`, the transports and the handshake; {RejectError} if the enclave refuses
 */
export async function openSession(
  options: OpeningOptions,
  kept: Delegated | undefined,
  events: SessionEvents,
  signal: AbortSignal,
): Promise<Opened> {
  // 1. An enclave we trust. Asked anew every time: after a restart it has other keys.
  const document = await withinDeadline(options, "the request for evidence", signal, (limited) =>
    fetchEvidence(options.url, limited),
  );
  const enclave = await attest(document, options.trust, options.now(), options.crypto);

  // 2. A session key the wallet vouches for.
  const isLasting =
    kept !== undefined && kept.terms.expiry > BigInt(Math.floor(options.now().getTime() / 1000));
  const delegated = isLasting ? kept : await delegate(options.wallet, options.trust.venue, options.terms());

  // 3. One message out, one back. The deadline starts here: a wallet may take its time.
  const message = openSessionMessage(delegated, options.trust.venue, options.level, options.heads.claims);
  const opening = await sealOpening(enclave, delegated, message);
  const inlet = new Inlet();
  return withinDeadline(options, "the opening", signal, async (limited) => {
    const transport = await options.dial(inlet, limited);
    try {
      transport.send(opening.body);
      const { seal, opened } = await opening.accept(await inlet.first(limited));
      options.heads.observeOpening(opened);
      const session = new Session(transport, seal, options, events);
      inlet.handTo(session);
      return { session, enclave, delegated, opened };
    } catch (error) {
      transport.close();
      throw error;
    }
  });
}

/** Holds what arrives until there is a session to take it. */
class Inlet implements TransportEvents {
  #bodies: Uint8Array[] = [];
  #ending: Error | undefined;
  #wake: (() => void) | undefined;
  #session: Session | undefined;

  body(body: Uint8Array): void {
    if (this.#session) {
      this.#session.body(body);
      return;
    }
    this.#bodies.push(Uint8Array.prototype.slice.call(body));
    this.#wake?.();
  }

  closed(cause: Error): void {
    this.#ending = cause;
    this.#session?.end(cause);
    this.#wake?.();
  }

  async first(signal: AbortSignal): Promise<Uint8Array> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (this.#bodies.length > 0 || this.#ending || signal.aborted) resolve();
    });
    const body = this.#bodies.shift();
    if (body) return body;
    signal.throwIfAborted();
    throw this.#ending;
  }

  handTo(session: Session): void {
    this.#session = session;
    for (const body of this.#bodies) session.body(body);
    this.#bodies = [];
    if (this.#ending) session.end(this.#ending);
  }
}
