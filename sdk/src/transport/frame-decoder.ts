/** `u32 length | body`, from chunks that end anywhere. */
import { SdkError } from "../errors.ts";

/** Replies are at most a frame long today and 64 KiB once mass quotes exist. */
export const REPLY_LENGTH_MAX = 65_536;

export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** Hands on every whole body in order; keeps the rest. @throws {SdkError} E_CONNECTION on a length no venue sends */
  push(chunk: Buffer, body: (body: Uint8Array) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = bytes.readUInt32LE(at);
      if (length > REPLY_LENGTH_MAX) throw new SdkError("E_CONNECTION", `a frame of ${length} bytes`);
      if (bytes.length - at - 4 < length) break;
      body(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    // A copy: the chunk's memory belongs to the socket.
    this.#rest = Buffer.from(bytes.subarray(at));
  }
}
