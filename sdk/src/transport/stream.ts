/** Frames over a byte stream: what TCP and Unix sockets share. */
import type { Socket } from "node:net";
import { SdkError } from "../errors.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** Waits for the socket to connect, then carries bodies. @throws {SdkError} E_CONNECTION */
export function dialStream(
  socket: Socket,
  where: string,
  events: TransportEvents,
  signal?: AbortSignal,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy();
    let isConnected = false;
    let failure: Error | undefined;
    signal?.addEventListener("abort", abort, { once: true });
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("close", () => {
      signal?.removeEventListener("abort", abort);
      const error = new SdkError("E_CONNECTION", `${where}: ${failure?.message ?? "closed"}`, {
        cause: failure,
      });
      if (isConnected) events.closed(error);
      else reject(signal?.aborted ? signal.reason : error);
    });
    socket.once("connect", () => {
      signal?.removeEventListener("abort", abort);
      isConnected = true;
      resolve(carry(socket, events));
    });
    if (signal?.aborted) abort();
  });
}

function carry(socket: Socket, events: TransportEvents): Transport {
  const decoder = new FrameDecoder();
  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    try {
      decoder.push(chunk, (body) => events.body(body));
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  let isCorked = false;
  return {
    send(body) {
      if (!isCorked) {
        isCorked = true;
        socket.cork();
        process.nextTick(() => {
          isCorked = false;
          socket.uncork();
        });
      }
      const prefix = Buffer.allocUnsafe(4);
      prefix.writeUInt32LE(body.length);
      socket.write(prefix);
      socket.write(body);
    },
    close: () => socket.destroy(),
  };
}
