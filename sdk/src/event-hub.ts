/** Typed events, as callbacks and as an async iterator. */

export type Handler<T> = (value: T) => void;

export class EventHub<Events> {
  readonly #handlers = new Map<keyof Events, Set<Handler<never>>>();

  /** Calls `handler` at every event of this name; the returned function stops it. */
  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): () => void {
    let handlers = this.#handlers.get(name);
    if (!handlers) {
      handlers = new Set();
      this.#handlers.set(name, handlers);
    }
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  /** A handler that throws stops neither the others nor the session: its error surfaces as an uncaught one. */
  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const handler of this.#handlers.get(name) ?? []) {
      try {
        (handler as Handler<Events[Name]>)(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** More than this unread, and the reader is not reading. */
const UNREAD_MAX = 65_536;

/** Values pushed by one side and awaited by the other. Ends with its signal, its `end`, or a reader that leaves. */
export class Channel<T> implements AsyncIterableIterator<T> {
  #unread: T[] = [];
  #waiting: ((step: IteratorResult<T>) => void) | undefined;
  #isOver = false;
  readonly #onEnd: () => void;

  constructor(onEnd: () => void, signal?: AbortSignal) {
    this.#onEnd = onEnd;
    if (signal?.aborted) this.end();
    else signal?.addEventListener("abort", () => this.end(), { once: true });
  }

  push(value: T): void {
    if (this.#isOver) return;
    if (this.#waiting) {
      this.#waiting({ value, done: false });
      this.#waiting = undefined;
      return;
    }
    this.#unread.push(value);
    if (this.#unread.length > UNREAD_MAX) this.end();
  }

  /** What was pushed can still be read. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
    this.#waiting?.({ value: undefined, done: true });
    this.#waiting = undefined;
  }

  async next(): Promise<IteratorResult<T>> {
    const value = this.#unread.shift();
    if (value !== undefined) return { value, done: false };
    if (this.#isOver) return { value: undefined, done: true };
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<IteratorResult<T>> {
    this.#unread = [];
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
