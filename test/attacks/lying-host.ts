import { enclaveLibrary } from "@sealbook/cli/devnet";
import {
  type Command,
  decodeEvents,
  type EnclaveConfig,
  encodeEnclaveConfig,
  encodeFrame,
  type ResultEvent,
  type SessionEvent,
  toHex,
} from "@sealbook/wire";
import { Wallet } from "ethers";
import { Enclave } from "../../host/src/enclave/enclave.ts";
import { RingConsumer } from "../../host/src/ring/consumer.ts";
import { InKind, OutKind, type RingMemory } from "../../host/src/ring/layout.ts";
import { RingProducer } from "../../host/src/ring/producer.ts";
import { delegate, openSessionMessage } from "../../sdk/src/delegation.ts";
import { sealOpening } from "../../sdk/src/handshake.ts";
import type { Seal } from "../../sdk/src/seal.ts";

/**
 * A host that may lie: the real enclave over its real C ABI and rings, with nothing between this test and ring 0. What it is not is
 * honest by construction, so whatever the enclave is told comes from the test.
 */

const CAPACITY = 1 << 20;
export const wallet = new Wallet(`0x${"77".repeat(32)}`);
export const GENESIS_US = 1_760_000_000_000_000n;

export interface LyingSession {
  connection: bigint;
  seal: Seal;
}

export class LyingHost {
  readonly enclave: Enclave;
  readonly inward: RingMemory;
  /** Journal records as the enclave gave them out, in order. */
  readonly journal: Buffer[] = [];
  readonly faults: Buffer[] = [];
  readonly #config: EnclaveConfig;
  readonly #producer: RingProducer;
  readonly #consumers: RingConsumer[];
  readonly #encryptionKey: Uint8Array;
  readonly #replies = new Map<bigint, Uint8Array[]>();
  #connections = 0n;
  #inboxIndex = 0n;

  private constructor(
    config: EnclaveConfig,
    enclave: Enclave,
    encryptionKey: Uint8Array,
    rings: RingMemory[],
  ) {
    this.#config = config;
    this.enclave = enclave;
    this.#encryptionKey = encryptionKey;
    this.inward = rings[0] as RingMemory;
    this.#producer = new RingProducer(this.inward);
    this.#consumers = rings.slice(1).map((ring) => new RingConsumer(ring));
  }

  /** Boots at genesis, or behind `journal`, and starts the threads. @throws EnclaveError as recovery does */
  static start(config: EnclaveConfig, journal: Buffer[] = []): LyingHost {
    const enclave = Enclave.load(enclaveLibrary, enclaveLibrary, encodeEnclaveConfig(config));
    const { stateRoot, encryptionKey } = enclave.boot(new Uint8Array(32), GENESIS_US);
    if (journal.length > 0) enclave.recoverJournal(Buffer.concat(journal));
    enclave.recoverEnd({
      type: "recovery-end",
      epoch: 0n,
      batchNumber: 0n,
      lastSequence: 0n,
      stateRoot,
      inboxCursor: 0n,
    });
    enclave.openEpoch();
    const rings = [CAPACITY, 16 * CAPACITY, 16 * CAPACITY].map((capacity, ring) =>
      enclave.attachRing(ring, capacity),
    );
    const host = new LyingHost(config, enclave, encryptionKey, rings);
    enclave.start(() => {});
    return host;
  }

  /** Puts anything into ring 0, waiting for room. */
  async push(kind: number, payload: Uint8Array): Promise<void> {
    while (!this.#producer.tryPush(kind, payload)) await this.breathe();
    if (this.#producer.isConsumerAsleep()) this.enclave.ringDoorbell();
  }

  tick(timeUs: bigint): Promise<void> {
    return this.push(InKind.tick, words(timeUs));
  }

  /** An inbox entry no contract ever saw: good enough until a batch would have to be accepted. */
  async deposit(amount: bigint): Promise<void> {
    const entry = Buffer.alloc(8 + 96);
    entry.writeBigUInt64LE(this.#inboxIndex++);
    entry[8] = 1;
    entry.set(Buffer.from(wallet.address.slice(2), "hex"), 9);
    entry.writeBigUInt64LE(amount, 30);
    entry.writeBigUInt64LE(GENESIS_US / 1_000_000n, 70);
    await this.push(InKind.inbox, entry);
  }

  async open(): Promise<LyingSession> {
    const { chainId, registry, settlement } = this.#config;
    const venue = { chainId, registry: toHex(registry), settlement: toHex(settlement) };
    const terms = { subaccount: 0, scopes: 7, expiry: 2n ** 62n / 1_000_000n, nonce: 1n };
    const delegated = await delegate(wallet, venue, terms);
    const opening = await sealOpening(
      { encryptionKey: this.#encryptionKey } as Parameters<typeof sealOpening>[0],
      delegated,
      openSessionMessage(delegated, venue, "executed", []),
    );
    const connection = ++this.#connections;
    await this.pushFrame(connection, opening.body);
    const { seal } = await opening.accept(await this.reply(connection));
    return { connection, seal };
  }

  pushFrame(connection: bigint, body: Uint8Array): Promise<void> {
    return this.push(InKind.frame, Buffer.concat([words(connection), body]));
  }

  async ask({ connection, seal }: LyingSession, command: Command): Promise<SessionEvent[]> {
    await this.pushFrame(connection, seal.seal(encodeFrame([command])).body);
    return decodeEvents(seal.open(await this.reply(connection)));
  }

  async ping(session: LyingSession): Promise<ResultEvent> {
    const [event] = await this.ask(session, { type: "ping", token: 0n });
    if (event?.type !== "result") throw new Error(`a ping was answered with ${event?.type}`);
    return event;
  }

  async reply(connection: bigint): Promise<Uint8Array> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      this.drain();
      const body = this.#replies.get(connection)?.shift();
      if (body !== undefined) return body;
      if (Date.now() > deadline) throw new Error(`No reply to connection ${connection} within ten seconds.`);
      await this.breathe();
    }
  }

  drain(): void {
    for (const [ring, consumer] of this.#consumers.entries()) {
      consumer.poll((kind, data, offset, length) => {
        if (ring !== 0) return;
        const payload = Buffer.from(data.subarray(offset, offset + length));
        if (kind === OutKind.journal) this.journal.push(payload);
        else if (kind === OutKind.fault) this.faults.push(payload);
        else if (kind === OutKind.reply) this.#keep(payload);
      });
    }
  }

  /** Waits until the enclave has taken all of ring 0 and said all it has to say about it. */
  async settle(): Promise<void> {
    while (this.#producer.used > 0) await this.breathe();
    for (let i = 0; i < 20; i++) await this.breathe();
  }

  /** Ends the enclave; what it said last is in `journal`. */
  async stop(): Promise<void> {
    let isStopped = false;
    const stopping = this.enclave.stop().finally(() => {
      isStopped = true;
    });
    while (!isStopped) await this.breathe();
    await stopping;
    this.drain();
    this.enclave.destroy();
  }

  async breathe(): Promise<void> {
    this.drain();
    await new Promise((next) => setTimeout(next, 1));
  }

  #keep(payload: Buffer): void {
    const connection = payload.readBigUInt64LE(0);
    const bodies = this.#replies.get(connection) ?? [];
    bodies.push(payload.subarray(24));
    this.#replies.set(connection, bodies);
  }
}

function words(...values: bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    bytes.writeBigUInt64LE(value, 8 * i);
  });
  return bytes;
}
