import type { Logger } from "pino";
import { causeText } from "../errors.ts";

const PAUSE_MS_MAX = 10_000;

/** Runs `step` again and again with `pauseMs` between, never twice at once; waits longer while it fails, but at most `pauseMsMax`. */
export class Periodic {
  failures = 0;
  readonly #name: string;
  readonly #step: () => Promise<void>;
  readonly #pauseMs: number;
  readonly #pauseMsMax: number;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(
    name: string,
    pauseMs: number,
    log: Logger,
    step: () => Promise<void>,
    pauseMsMax = PAUSE_MS_MAX,
  ) {
    this.#pauseMsMax = pauseMsMax;
    this.#name = name;
    this.#step = step;
    this.#pauseMs = pauseMs;
    this.#log = log;
  }

  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    try {
      await this.#step();
      this.failures = 0;
      this.#schedule(this.#pauseMs);
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1 || this.failures % 20 === 0) {
        this.#log.warn(
          { task: this.#name, failures: this.failures, error: causeText(error) },
          "a periodic task failed; it goes on",
        );
      }
      this.#schedule(Math.min(this.#pauseMs * 2 ** Math.min(this.failures, 6), this.#pauseMsMax));
    }
  }
}
