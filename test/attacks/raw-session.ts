import { nodeCrypto } from "@sealbook/attestation/node";
import { trustOf, type Venue } from "@sealbook/cli/devnet";
import { attest, fetchEvidence, type Terms, type VenueIdentity } from "@sealbook/sdk";
import {
  type Command,
  decodeEvents,
  type ErrorEvent,
  encodeFrame,
  HEAD_LENGTH,
  parseFrameHead,
  REJECT_BY_CODE,
  type ResultEvent,
  SCOPE_CANCEL,
  SCOPE_TRADE,
  SCOPE_WITHDRAW,
  type SessionEvent,
  type SessionOpened,
} from "@sealbook/wire";
import { type Delegated, delegate, openSessionMessage } from "../../sdk/src/delegation.ts";
import { sealOpening } from "../../sdk/src/handshake.ts";
import type { Seal } from "../../sdk/src/seal.ts";
import { dialerOf, type Transport } from "../../sdk/src/transport/transport.ts";

/**
 * A client that does what `Client` never would: sends any bytes under a genuine seal, keeps what it sent, sends it again, and sees every
 * body that comes back. Attacks are written with it.
 */

const WAIT_MS = 10_000;

/** Frame bodies both ways over any transport, kept until somebody asks. */
export class RawConnection {
  /** Why it ended; undefined while it is open. */
  ending: Error | undefined;
  readonly #transport: Transport;
  readonly #bodies: Uint8Array[];
  readonly #wakers: Set<() => void>;

  private constructor(transport: Transport, bodies: Uint8Array[], wakers: Set<() => void>) {
    this.#transport = transport;
    this.#bodies = bodies;
    this.#wakers = wakers;
  }

  static async dial(address: string): Promise<RawConnection> {
    const bodies: Uint8Array[] = [];
    const wakers = new Set<() => void>();
    const wake = () => {
      for (const each of wakers) each();
    };
    let ending: Error | undefined;
    const events = {
      body: (body: Uint8Array) => {
        bodies.push(Uint8Array.from(body));
        wake();
      },
      closed: (cause: Error) => {
        ending = cause;
        if (connection) connection.ending = cause;
        wake();
      },
    };
    let connection: RawConnection | undefined;
    const transport = await dialerOf(address)(events);
    connection = new RawConnection(transport, bodies, wakers);
    connection.ending = ending;
    return connection;
  }

  send(body: Uint8Array): void {
    this.#transport.send(body);
  }

  /** The next body. Fails when the connection ends or ten seconds pass without one. */
  async next(): Promise<Uint8Array> {
    await this.#until(() => this.#bodies.length > 0 || this.ending !== undefined, "a body");
    const body = this.#bodies.shift();
    if (body === undefined) throw this.ending ?? new Error("no body");
    return body;
  }

  /** Resolves when the other side has hung up. */
  async closed(): Promise<void> {
    await this.#until(() => this.ending !== undefined, "the end of the connection");
  }

  close(): void {
    this.#transport.close();
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + WAIT_MS;
    while (!isTrue()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Waited ten seconds for ${what}.`);
      await new Promise<void>((done) => {
        const wake = () => {
          clearTimeout(timer);
          this.#wakers.delete(wake);
          done();
        };
        const timer = setTimeout(wake, left);
        this.#wakers.add(wake);
      });
    }
  }
}

export function tcpAddress(venue: Venue): string {
  const { host, port } = venue.ready.endpoints.tcp;
  return `tcp://${host}:${port}`;
}

export interface RawOptions {
  address?: string;
  terms?: Partial<Terms>;
  /** The domain the wallet signs for; unless told, the venue's own. */
  signedFor?: VenueIdentity;
  /** The chain and settlement the opening names; unless told, the venue's own. */
  named?: VenueIdentity;
  /** A delegation of before, instead of a new one. */
  delegated?: Delegated;
}

/** An opening ready to be sent, with its bytes. */
export async function rawOpening(venue: Venue, trader: number, options: RawOptions = {}) {
  const trust = trustOf(venue);
  const enclave = await attest(
    await fetchEvidence(venue.ready.endpoints.http),
    trust,
    new Date(),
    nodeCrypto,
  );
  const seconds = BigInt(Math.floor(Date.now() / 1000));
  const terms: Terms = {
    subaccount: 0,
    scopes: SCOPE_TRADE | SCOPE_CANCEL | SCOPE_WITHDRAW,
    expiry: seconds + 3600n,
    nonce: seconds,
    ...options.terms,
  };
  const delegated =
    options.delegated ?? (await delegate(venue.trader(trader), options.signedFor ?? trust.venue, terms));
  const message = openSessionMessage(delegated, options.named ?? trust.venue, "written", []);
  return { opening: await sealOpening(enclave, delegated, message), delegated };
}

export class RawSession {
  readonly connection: RawConnection;
  readonly opened: SessionOpened;
  readonly delegated: Delegated;
  /** The opening body as it was sent. */
  readonly openingBody: Uint8Array;
  readonly #seal: Seal;
  readonly #events: SessionEvent[] = [];

  private constructor(
    connection: RawConnection,
    delegated: Delegated,
    openingBody: Uint8Array,
    { seal, opened }: { seal: Seal; opened: SessionOpened },
  ) {
    this.connection = connection;
    this.delegated = delegated;
    this.openingBody = openingBody;
    this.#seal = seal;
    this.opened = opened;
  }

  /** Verifies the enclave as any client would, and opens. @throws {RejectError} as the enclave refuses */
  static async open(venue: Venue, trader: number, options: RawOptions = {}): Promise<RawSession> {
    const { opening, delegated } = await rawOpening(venue, trader, options);
    const connection = await RawConnection.dial(options.address ?? tcpAddress(venue));
    connection.send(opening.body);
    try {
      return new RawSession(
        connection,
        delegated,
        opening.body,
        await opening.accept(await connection.next()),
      );
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get id(): bigint {
    return this.#seal.session;
  }

  /** The next counter's body around any plaintext; not sent. */
  seal(plaintext: Uint8Array): Uint8Array {
    return this.#seal.seal(plaintext).body;
  }

  sealCommands(commands: Command[]): Uint8Array {
    return this.seal(encodeFrame(commands));
  }

  send(body: Uint8Array): void {
    this.connection.send(body);
  }

  /** The next event of the session: opened if it was sealed, read as it is if it came in the clear. */
  async next(): Promise<SessionEvent> {
    while (this.#events.length === 0) {
      const body = await this.connection.next();
      const isClear = parseFrameHead(body).session === 0n;
      this.#events.push(...decodeEvents(isClear ? body.subarray(HEAD_LENGTH) : this.#seal.open(body)));
    }
    return this.#events.shift() as SessionEvent;
  }

  /** The next error; anything else is a failure of the test. */
  async nextError(): Promise<ErrorEvent> {
    const event = await this.next();
    if (event.type !== "error") throw new Error(`wanted an error, got ${JSON.stringify(event, text)}`);
    return event;
  }

  /** The next result, fills and the like passed over. */
  async nextResult(): Promise<ResultEvent> {
    for (;;) {
      const event = await this.next();
      if (event.type === "result") return event;
      if (event.type === "error") throw new Error(`wanted a result, got error ${event.code}`);
    }
  }

  /** Sends one frame of commands and returns their results. */
  async ask(...commands: Command[]): Promise<ResultEvent[]> {
    this.send(this.sealCommands(commands));
    const results: ResultEvent[] = [];
    while (results.length < commands.length) results.push(await this.nextResult());
    return results;
  }

  close(): void {
    this.connection.close();
  }
}

/** The wire name of the refusal a clear body carries. */
export function clearCode(body: Uint8Array): string | undefined {
  if (parseFrameHead(body).session !== 0n) throw new Error("the body is not in the clear");
  const [event] = decodeEvents(body.subarray(HEAD_LENGTH));
  return event?.type === "error" ? wireName(event.code) : undefined;
}

export function wireName(code: number): string | undefined {
  return REJECT_BY_CODE.get(code)?.wire;
}

const text = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
