import { encodeSignedHead, type SignedHead } from "@sealbook/wire";

/**
 * Publishes the chain head the enclave signed last, as `signed-head`, whenever it has moved. The enclave signs one a millisecond; readers
 * compare them with each other, for which ten a second will do. A head never leaves before the venue's floor has reached its
 * sequence: after a crash it would be a promise that the journal does not keep.
 */

/** At most one head in this time. */
export const HEAD_MS = 100;

export interface HeadSource {
  /** The newest one. */
  latest(): Omit<SignedHead, "type"> | undefined;
  /** The sequence the journal has reached, at the level the venue promises. */
  floor(): number;
}

export class HeadPublisher {
  readonly #source: HeadSource;
  readonly #publish: (message: Buffer) => void;
  #waiting: Omit<SignedHead, "type"> | undefined;
  #last: Omit<SignedHead, "type"> | undefined;
  #published: { epoch: bigint; sequence: bigint } = { epoch: 0n, sequence: 0n };

  constructor(source: HeadSource, publish: (message: Buffer) => void) {
    this.#source = source;
    this.#publish = publish;
  }

  /** The newest head that has been published. */
  get latest(): Omit<SignedHead, "type"> | undefined {
    return this.#published.epoch === 0n ? undefined : this.#last;
  }

  /** To be called every `HEAD_MS`. A head that waits for the disk is not given up for a newer one, which would wait as long. */
  step(): void {
    const head = this.#waiting ?? this.#source.latest();
    if (head === undefined) return;
    const { epoch, sequence } = this.#published;
    if (head.epoch === epoch && head.sequence === sequence) return;
    this.#waiting = head;
    if (head.sequence > BigInt(this.#source.floor())) return;
    this.#waiting = undefined;
    this.#published = head;
    this.#last = head;
    this.#publish(Buffer.from(encodeSignedHead({ type: "signed-head", ...head })));
  }
}
