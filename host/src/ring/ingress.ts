import { InKind } from "./layout.ts";
import { type RingProducer, writeU64 } from "./producer.ts";

/**
 * Everything that goes into ring 0, in one place. Client frames are refused when there is no room (the gateway stops reading); the
 * host's own records are never lost: they wait here and go before further frames.
 */
export class Ingress {
  frames = 0;
  refusals = 0;
  readonly #ring: RingProducer;
  readonly #pushed: () => void;
  readonly #nudge: () => void;
  readonly #waiting: { kind: number; payload: Buffer }[] = [];
  readonly #ticks = Buffer.alloc(8);
  #durableWaiting = 0;

  /** `pushed`: input clients wait for is in the ring. `nudge`: a record nobody waits for is. */
  constructor(ring: RingProducer, pushed: () => void, nudge: () => void) {
    this.#ring = ring;
    this.#pushed = pushed;
    this.#nudge = nudge;
  }

  /** Copies a frame body into a slot. False: no room now, stop reading. The caller calls `inputPushed` once per chunk. */
  tryFrame(connection: number, source: Buffer, start: number, end: number): boolean {
    if (
      this.#waiting.length === 0 &&
      this.#ring.tryPushTagged(InKind.frame, connection, source, start, end)
    ) {
      this.frames += 1;
      return true;
    }
    this.refusals += 1;
    return false;
  }

  inputPushed(): void {
    this.#pushed();
  }

  /** The connection is gone: its sessions end. */
  closed(connection: number): void {
    this.#push(InKind.closed, u64(connection));
  }

  /** Host time in µs since the Unix epoch. A tick that finds no room is dropped: the next one says more. */
  tick(timeUs: number): void {
    writeU64(this.#ticks, 0, timeUs);
    if (this.#waiting.length === 0 && this.#ring.tryPush(InKind.tick, this.#ticks)) this.#nudge();
  }

  /** One inbox entry, 96 bytes, in order of `index`. */
  inbox(index: number, entry: Uint8Array): void {
    const payload = Buffer.alloc(8 + entry.length);
    writeU64(payload, 0, index);
    payload.set(entry, 8);
    this.#push(InKind.inbox, payload);
  }

  /** A signed message of the oracles: a round of prices or smiles, or an order to the venue. The enclave checks it. */
  oracle(message: Uint8Array): void {
    this.#push(InKind.oracle, Buffer.from(message));
  }

  closeBatch(): void {
    this.#push(InKind.closeBatch, u64(0));
  }

  /** 0 none, 1 only orders that reduce, 2 halted. */
  restrict(restriction: 0 | 1 | 2): void {
    this.#push(InKind.restrict, u64(restriction));
  }

  /** The chain holds this batch, k blocks deep. */
  anchored(epoch: number, batchNumber: number): void {
    const payload = Buffer.alloc(16);
    writeU64(payload, 0, epoch);
    writeU64(payload, 8, batchNumber);
    this.#push(InKind.anchored, payload);
  }

  /** Everything up to `sequence` is synced. Only the newest matters, so waiting ones collapse into it. */
  durable(sequence: number): void {
    if (this.#waiting.length > 0 || !this.#ring.tryPush(InKind.durable, u64(sequence))) {
      this.#durableWaiting = sequence;
      return;
    }
    this.#nudge();
  }

  /** Tries again what found no room. Call after each pass. */
  retry(): void {
    let moved = 0;
    for (const record of this.#waiting) {
      if (!this.#ring.tryPush(record.kind, record.payload)) break;
      moved += 1;
    }
    if (moved > 0) this.#waiting.splice(0, moved);
    if (this.#durableWaiting > 0 && this.#waiting.length === 0) {
      const sequence = this.#durableWaiting;
      this.#durableWaiting = 0;
      this.durable(sequence);
    }
    if (moved > 0) this.#nudge();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  #push(kind: number, payload: Buffer): void {
    if (this.#waiting.length === 0 && this.#ring.tryPush(kind, payload)) this.#nudge();
    else this.#waiting.push({ kind, payload });
  }
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeU64(bytes, 0, value);
  return bytes;
}
