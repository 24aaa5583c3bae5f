import { isOver, overText, type Succession } from "./posting.ts";

/** What the watch asks; `Chain` fulfils it. */
export interface SuccessionChain {
  succession(): Promise<Succession>;
}

/**
 * Is this boot still the venue? Looked at by itself and often: the poster looks too, but between two looks it may prove blobs or wait for nodes,
 * and a host that was superseded acknowledges `written` until it notices (F23). Nothing bounds a host that does not want to notice: to whom
 * `written` is not enough waits for `anchored`, which a superseded host never reports.
 */
export class SuccessionWatch {
  readonly #chain: SuccessionChain;
  readonly #epoch: bigint;
  readonly #onOver: (text: string) => void;
  #isOver = false;
  #answeredAt: number;

  /** `epoch`: this boot's. `now` in ms: the chain was seen when it was opened. */
  constructor(chain: SuccessionChain, epoch: bigint, now: number, onOver: (text: string) => void) {
    this.#chain = chain;
    this.#epoch = epoch;
    this.#answeredAt = now;
    this.#onOver = onOver;
  }

  /** For how long the chain has not been seen, ms: whether somebody took over meanwhile is not known. */
  blindMs(now: number): number {
    return now - this.#answeredAt;
  }

  /** One look. Errors of the nodes pass through; call again. */
  async step(now: number): Promise<void> {
    const seen = await this.#chain.succession();
    this.#answeredAt = now;
    if (this.#isOver || !isOver(this.#epoch, seen)) return;
    this.#isOver = true;
    this.#onOver(overText(this.#epoch, seen));
  }
}
