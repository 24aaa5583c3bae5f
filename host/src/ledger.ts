import { type Batch, parseBatch, ring } from "@sealbook/wire";
import type { Logger } from "pino";
import type { BatchStore } from "./chain/batch-store.ts";
import { causeText, HostError } from "./errors.ts";
import type { SnapshotStore } from "./journal/snapshots.ts";
import { LedgerKind } from "./ring/layout.ts";

/** Ring 2: signed heads, batches for the chain, snapshots for the disk. */
export class Ledger {
  heads = 0;
  readonly #snapshots: SnapshotStore;
  readonly #store: BatchStore;
  readonly #onBatch: (batch: Batch) => void;
  readonly #log: Logger;
  #head: Buffer | undefined;
  #storing: Promise<void> = Promise.resolve();

  /** `onBatch` is called in order, each time after the batch is on disk. */
  constructor(snapshots: SnapshotStore, store: BatchStore, onBatch: (batch: Batch) => void, log: Logger) {
    this.#snapshots = snapshots;
    this.#store = store;
    this.#onBatch = onBatch;
    this.#log = log;
  }

  /** One record of ring 2. */
  readonly take = (kind: number, data: Buffer, offset: number, length: number): void => {
    const payload = data.subarray(offset, offset + length);
    switch (kind) {
      case LedgerKind.head:
        this.heads += 1;
        this.#head = copyOver(this.#head, payload);
        break;
      case LedgerKind.batch:
        this.#takeBatch(Buffer.from(payload));
        break;
      case LedgerKind.snapshot: {
        const { sequence, part, parts, sealed } = ring.parseSnapshotPart(payload);
        this.#snapshots.addPart(Number(sequence), part, parts, sealed);
        break;
      }
      default:
        throw new HostError("E_RING", `Ring 2 carries a record of the unknown kind ${kind}.`);
    }
  };

  /** The newest signed head: what a client's results can be checked against. */
  head(): ReturnType<typeof ring.parseSignedHead> | undefined {
    return this.#head === undefined ? undefined : ring.parseSignedHead(this.#head);
  }

  /** Resolves when every batch taken so far was handed on, and snapshots are on disk. */
  async flushed(): Promise<void> {
    await this.#storing;
    await this.#snapshots
      .flushed()
      .catch((error) => this.#log.error({ error: causeText(error) }, "a snapshot was not stored"));
  }

  #takeBatch(record: Buffer): void {
    const batch = parseBatch(record);
    this.#storing = this.#storing.then(async () => {
      try {
        await this.#store.put(Number(batch.header.number), record);
      } catch (error) {
        // Posting without the file would leave users no withdrawals to claim after a restart; a later recovery closes it again.
        this.#log.error(
          { batch: Number(batch.header.number), error: causeText(error) },
          "a batch was not stored and is not posted",
        );
        return;
      }
      this.#onBatch(batch);
    });
  }
}

function copyOver(old: Buffer | undefined, bytes: Buffer): Buffer {
  if (old?.length !== bytes.length) return Buffer.from(bytes);
  bytes.copy(old);
  return old;
}
