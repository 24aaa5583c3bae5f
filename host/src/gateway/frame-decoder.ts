/**
 * Cuts a byte stream into frames: `u32 length | body`. A frame that lies whole in a chunk is handed on in place; only one cut by a chunk
 * border is copied. The cap is checked on the length word, before a byte of the body is kept.
 */

/** Takes `source[start, end)`; false when it cannot now, and the decoder keeps the frame for later. */
export type FrameSink = (source: Buffer, start: number, end: number) => boolean;

export type DecoderResult = "all" | "refused" | "too-large";

const State = { length: 0, body: 1, refused: 2 } as const;
type State = (typeof State)[keyof typeof State];

export class FrameDecoder {
  readonly #cap: number;
  #state: State = State.length;
  #length = 0;
  #lengthBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;
  /** What a refused push left unread, frame included. */
  #rest: Buffer | undefined;

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** True between the first and the last byte of a frame. */
  get isMidFrame(): boolean {
    return this.#state === State.body || this.#lengthBytes > 0;
  }

  /** True when frames wait because the sink refused: call `resume`, and push nothing before it says "all". */
  get isRefused(): boolean {
    return this.#state === State.refused;
  }

  push(chunk: Buffer, sink: FrameSink): DecoderResult {
    let at = 0;
    while (at < chunk.length) {
      switch (this.#state) {
        case State.length: {
          at = this.#readLength(chunk, at);
          if (this.#lengthBytes < 4) return "all";
          if (this.#length > this.#cap) return "too-large";
          this.#state = State.body;
          if (this.#length === 0 && !this.#finish(chunk, at, at, sink)) return this.#refuse(chunk, at);
          break;
        }
        case State.body: {
          const end = at + this.#length - this.#bodyBytes;
          if (end > chunk.length) {
            this.#keep(chunk, at);
            return "all";
          }
          if (this.#bodyBytes > 0) {
            this.#keep(chunk.subarray(0, end), at);
            if (!this.#finish(this.#body!, 0, this.#length, sink)) return this.#refuse(chunk, end);
          } else if (!this.#finish(chunk, at, end, sink)) {
            this.#keep(chunk.subarray(0, end), at);
            return this.#refuse(chunk, end);
          }
          at = end;
          break;
        }
        case State.refused:
          throw new Error("A refused frame must be resumed before more is pushed.");
      }
    }
    return "all";
  }

  /** Offers the refused frame again, then goes on with what came behind it. */
  resume(sink: FrameSink): DecoderResult {
    if (this.#state !== State.refused) return "all";
    const rest = this.#rest!;
    if (!sink(this.#body ?? rest, 0, this.#length)) return "refused";
    this.#rest = undefined;
    this.#reset();
    return this.push(rest, sink);
  }

  #readLength(chunk: Buffer, at: number): number {
    if (this.#lengthBytes === 0 && at + 4 <= chunk.length) {
      this.#length = chunk.readUInt32LE(at);
      this.#lengthBytes = 4;
      return at + 4;
    }
    let next = at;
    while (this.#lengthBytes < 4 && next < chunk.length) {
      this.#length += chunk[next]! * 2 ** (8 * this.#lengthBytes);
      this.#lengthBytes += 1;
      next += 1;
    }
    return next;
  }

  #keep(chunk: Buffer, at: number): void {
    this.#body ??= Buffer.allocUnsafe(this.#cap);
    chunk.copy(this.#body, this.#bodyBytes, at);
    this.#bodyBytes += chunk.length - at;
  }

  #finish(source: Buffer, start: number, end: number, sink: FrameSink): boolean {
    if (!sink(source, start, end)) return false;
    this.#reset();
    return true;
  }

  #reset(): void {
    this.#state = State.length;
    this.#length = 0;
    this.#lengthBytes = 0;
    this.#bodyBytes = 0;
  }

  /** The frame itself is in `#body`; what follows in this chunk is copied, because the socket reuses nothing but may be long. */
  #refuse(chunk: Buffer, next: number): DecoderResult {
    this.#state = State.refused;
    this.#rest = chunk.subarray(next);
    return "refused";
  }
}
