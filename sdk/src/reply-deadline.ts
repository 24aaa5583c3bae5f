/**
 * How long an answer may take. A host that swallows one and keeps the connection open gives no other sign: only time tells it from a
 * slow venue, so a late answer is treated like a lost connection, and what became of the command is asked for on the next.
 */
import { SdkError } from "./errors.ts";

export interface ReplyClock {
  /** Milliseconds from any beginning; never goes back. */
  now(): number;
  /** Rejects when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface ReplyPatience {
  /** Milliseconds an answer may take. */
  replyDeadlineMs: number;
  replyClock: ReplyClock;
}

/** Watches over what waits for an answer, with one timer however much waits. */
export class ReplyWatch {
  readonly #patience: ReplyPatience;
  readonly #oldest: () => number | undefined;
  readonly #late: (cause: SdkError) => void;
  readonly #ending = new AbortController();
  #isWatching = false;

  /** `oldest` tells when the oldest question that still waits was asked, by the same clock. */
  constructor(patience: ReplyPatience, oldest: () => number | undefined, late: (cause: SdkError) => void) {
    this.#patience = patience;
    this.#oldest = oldest;
    this.#late = late;
  }

  now(): number {
    return this.#patience.replyClock.now();
  }

  /** To be called when something was asked. */
  asked(): void {
    if (this.#isWatching || this.#ending.signal.aborted) return;
    this.#isWatching = true;
    // A sleep that rejects was ended by `stop`.
    this.#watch().catch(() => {});
  }

  stop(): void {
    this.#ending.abort();
  }

  async #watch(): Promise<void> {
    const { replyDeadlineMs, replyClock } = this.#patience;
    for (let since = this.#oldest(); since !== undefined; since = this.#oldest()) {
      const left = since + replyDeadlineMs - replyClock.now();
      if (left <= 0) return this.#late(noReply("a command", replyDeadlineMs));
      await replyClock.sleep(left, this.#ending.signal);
    }
    this.#isWatching = false;
  }
}

/** Does `work`, whose signal aborts when the deadline passes or `signal` does. @throws {SdkError} E_NO_REPLY, and as `work` */
export async function withinDeadline<T>(
  { replyDeadlineMs, replyClock }: ReplyPatience,
  what: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [limit, done] = [new AbortController(), new AbortController()];
  replyClock.sleep(replyDeadlineMs, done.signal).then(
    () => limit.abort(noReply(what, replyDeadlineMs)),
    () => {},
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
  }
}

function noReply(what: string, ms: number): SdkError {
  return new SdkError("E_NO_REPLY", `no answer to ${what} within ${ms} ms`);
}
