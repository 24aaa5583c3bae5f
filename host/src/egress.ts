import { ring } from "@sealbook/wire";
import { HostError } from "./errors.ts";
import type { Feed } from "./feed/feed.ts";
import type { Connection } from "./gateway/connection.ts";
import type { Gateway } from "./gateway/gateway.ts";
import type { LinkStore } from "./journal/links.ts";
import { HeldQueue, type HeldTarget } from "./journal/release.ts";
import type { JournalWriter } from "./journal/writer.ts";
import { OutKind } from "./ring/layout.ts";
import { readU64 } from "./ring/producer.ts";

/**
 * Room 8 meets rooms 2 and 9: every record of ring 1 is either journal, or something that must not leave before its journal record has
 * reached a level. Replies leave at their session's level or the venue's floor, whichever is later; public messages at the floor.
 */

export type Durability = "written" | "synced";

const LEVEL_SYNCED = 2;
const REPLY_LEVEL_AT = 16;
/** `u64 connection | u64 sequence | u8 level | 7 zero` before a reply's body. */
const REPLY_HEAD_BYTES = ring.REPLY_HEAD_LENGTH;

export interface EgressEvents {
  /** The enclave reported a fault and has stopped. */
  onFault(sequence: number, digest: Uint8Array, text: string): void;
  /** A client holds a signed head that is not on the enclave's chain; the fault follows. */
  onEvidence(evidence: ReturnType<typeof ring.parseEvidence>): void;
}

const PUBLIC_TARGET: HeldTarget = { held: 0 };

export class Egress {
  replies = 0;
  readonly #journal: JournalWriter;
  readonly #gateway: Gateway;
  readonly #feed: Feed;
  readonly #floor: Durability;
  readonly #events: EgressEvents;
  readonly #links: Pick<LinkStore, "add">;
  readonly #written = new HeldQueue<Connection>();
  readonly #synced = new HeldQueue<Connection>();
  readonly #public = new HeldQueue<HeldTarget>();

  constructor(
    journal: JournalWriter,
    links: Pick<LinkStore, "add">,
    gateway: Gateway,
    feed: Feed,
    floor: Durability,
    events: EgressEvents,
  ) {
    this.#journal = journal;
    this.#links = links;
    this.#gateway = gateway;
    this.#feed = feed;
    this.#floor = floor;
    this.#events = events;
  }

  /** Replies and public messages waiting for the journal. */
  get held(): number {
    return this.#written.count + this.#synced.count + this.#public.count;
  }

  get heldBytes(): number {
    return this.#written.bytes + this.#synced.bytes + this.#public.bytes;
  }

  /** One record of ring 1. */
  readonly take = (kind: number, data: Buffer, offset: number, length: number): void => {
    switch (kind) {
      case OutKind.reply:
        this.#holdReply(data, offset, length);
        break;
      case OutKind.journal:
        this.#journal.gather(data, offset, length);
        this.#links.add(data, offset);
        break;
      case OutKind.public:
        this.#public.push(PUBLIC_TARGET, readU64(data, offset), data, offset + 8, length - 8);
        break;
      case OutKind.hangUp:
        this.#gateway.hangUp(readU64(data, offset), data.readUInt16LE(offset + 16));
        break;
      case OutKind.fault: {
        const fault = ring.parseFault(data.subarray(offset, offset + length));
        this.#events.onFault(Number(fault.sequence), fault.digest, fault.text);
        break;
      }
      case OutKind.evidence:
        this.#events.onEvidence(ring.parseEvidence(data.subarray(offset, offset + length)));
        break;
      default:
        throw new HostError("E_RING", `Ring 1 carries a record of the unknown kind ${kind}.`);
    }
  };

  /** After a pass: write the journal, let go what that allows, and hand all of it to the sockets. */
  endPass(): void {
    this.#journal.flush();
    this.release();
  }

  /** Lets go what the cursors allow now. */
  release(): void {
    const { written, synced } = this.#journal;
    this.#written.releaseTo(written, this.#deliver);
    this.#synced.releaseTo(synced, this.#deliver);
    this.#public.releaseTo(this.#floor === "synced" ? synced : written, this.#publish);
    this.#gateway.endPass();
    this.#feed.endPass();
    const isAwaited = this.#synced.count > 0 || (this.#floor === "synced" && this.#public.count > 0);
    if (isAwaited) this.#journal.requestSync();
  }

  #holdReply(data: Buffer, offset: number, length: number): void {
    const connection = this.#gateway.connection(readU64(data, offset));
    if (connection === undefined) return; // it left; its results are in the journal
    const isSynced = this.#floor === "synced" || data[offset + REPLY_LEVEL_AT] === LEVEL_SYNCED;
    // Level executed also waits for the write: it costs under a microsecond a pass and keeps one order of release.
    const queue = isSynced ? this.#synced : this.#written;
    queue.push(
      connection,
      readU64(data, offset + 8),
      data,
      offset + REPLY_HEAD_BYTES,
      length - REPLY_HEAD_BYTES,
    );
  }

  readonly #deliver = (connection: Connection, bytes: Buffer, offset: number, length: number): void => {
    this.replies += 1;
    this.#gateway.deliver(connection, bytes, offset, length);
  };

  readonly #publish = (_target: HeldTarget, bytes: Buffer, offset: number, length: number): void => {
    this.#feed.publish(bytes.subarray(offset, offset + length));
  };
}
