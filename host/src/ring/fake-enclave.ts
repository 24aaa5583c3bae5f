import { type EnclaveStatus, journal } from "@sealbook/wire";
import { RingConsumer } from "./consumer.ts";
import { formatRing, InKind, OutKind, type RingMemory, ringBytes } from "./layout.ts";
import { RingProducer, readU64, writeU64 } from "./producer.ts";

/**
 * Stands in for the enclave in tests of the host: speaks the rings, understands nothing. Each frame becomes one journal record that holds the
 * frame, and one reply that repeats it, at the level in byte 16 of the body (1 when there is none). It runs on the same event loop, when
 * rung or when `turn` is called.
 */
export class FakeEnclave {
  sequence: number;
  epoch = 1;
  ticks = 0;
  durable = 0;
  readonly closed: number[] = [];
  readonly inbox: number[] = [];
  readonly anchored: number[] = [];
  /** Stops reading ring 0, as a stalled enclave does. */
  isStalled = false;
  /** Every n-th frame is also published; 0 for none. */
  publishEvery = 0;
  readonly #rings: RingMemory[] = [];
  #in: RingConsumer | undefined;
  #out: RingProducer | undefined;
  #ring: (() => void) | undefined;
  #timer: NodeJS.Immediate | undefined;

  constructor(lastSequence = 0) {
    this.sequence = lastSequence;
  }

  attachRing(ring: number, capacity: number): RingMemory {
    const memory = formatRing(new ArrayBuffer(ringBytes(capacity)), capacity);
    this.#rings[ring] = memory;
    if (ring === 0) this.#in = new RingConsumer(memory);
    if (ring === 1) this.#out = new RingProducer(memory);
    return memory;
  }

  start(onRing: () => void): void {
    this.#ring = onRing;
    this.#sleep();
  }

  ringDoorbell(): void {
    this.#in?.wakeUp();
    this.#timer ??= setImmediate(() => {
      this.#timer = undefined;
      this.turn();
      this.#sleep();
    });
  }

  async stop(): Promise<void> {
    this.turn();
  }

  destroy(): void {
    clearImmediate(this.#timer);
  }

  status(): EnclaveStatus {
    return {
      type: "enclave-status",
      state: 3,
      epoch: BigInt(this.epoch),
      sequence: BigInt(this.sequence),
      chainHash: new Uint8Array(32),
      stateRoot: new Uint8Array(32),
      batchNumber: 0n,
      inboxCursor: BigInt(this.inbox.length),
      commands: 0n,
      rejects: 0n,
      trades: 0n,
      accounts: 0,
      orders: 0,
      latencyNsP50: 0n,
      latencyNsP99: 0n,
      latencyNsP999: 0n,
      batchCloseUs: 0n,
    };
  }

  /** Takes what is in ring 0 and answers; returns the records taken. */
  turn(): number {
    if (this.isStalled || this.#in === undefined) return 0;
    const taken = this.#in.poll(this.#take, 256 * 1024);
    if (this.#out?.isConsumerAsleep()) this.#ring?.();
    return taken;
  }

  readonly #take = (kind: number, data: Buffer, offset: number, length: number): void => {
    switch (kind) {
      case InKind.frame:
        this.#answer(readU64(data, offset), Buffer.from(data.subarray(offset + 8, offset + length)));
        break;
      case InKind.closed:
        this.closed.push(readU64(data, offset));
        break;
      case InKind.tick:
        this.ticks += 1;
        break;
      case InKind.inbox:
        this.inbox.push(readU64(data, offset));
        break;
      case InKind.anchored:
        this.anchored.push(readU64(data, offset + 8));
        break;
      case InKind.durable:
        this.durable = readU64(data, offset);
        break;
    }
  };

  #answer(connection: number, body: Buffer): void {
    this.sequence += 1;
    const sealed = body.length >= 16 ? body : Buffer.concat([body, Buffer.alloc(16 - body.length)]);
    const chainHash = Buffer.alloc(32, this.sequence & 0xff);
    this.push(
      OutKind.journal,
      journal.emitRecord({
        epoch: BigInt(this.epoch),
        sequence: BigInt(this.sequence),
        chainHash,
        digest: chainHash,
        sealed,
      }),
    );
    const reply = Buffer.alloc(24 + body.length);
    writeU64(reply, 0, connection);
    writeU64(reply, 8, this.sequence);
    reply[16] = body[16] ?? 1;
    body.copy(reply, 24);
    this.push(OutKind.reply, reply);
  }

  /** Pushes any record to ring 1. */
  push(kind: number, payload: Uint8Array): void {
    if (!this.#out!.tryPush(kind, payload)) throw new Error("The test's ring 1 is full.");
  }

  /** Rings the host if it sleeps, as after a push of one's own. */
  ringHost(): void {
    if (this.#out?.isConsumerAsleep()) this.#ring?.();
  }

  #sleep(): void {
    if (this.#in?.fallAsleep() === false && !this.isStalled) this.ringDoorbell();
  }
}
