/** One binary message is one body, without the length. */
import WebSocket from "ws";
import { SdkError } from "../errors.ts";
import { REPLY_LENGTH_MAX } from "./frame-decoder.ts";
import type { Transport, TransportEvents } from "./transport.ts";

const HANDSHAKE_MS = 10_000;

/** @throws {SdkError} E_CONNECTION */
export function dialWebSocket(url: URL, events: TransportEvents, signal?: AbortSignal): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: REPLY_LENGTH_MAX,
      perMessageDeflate: false,
    });
    socket.binaryType = "nodebuffer";
    const abort = () => socket.terminate();
    let isConnected = false;
    let failure: Error | undefined;
    signal?.addEventListener("abort", abort, { once: true });
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("close", (status, reason) => {
      signal?.removeEventListener("abort", abort);
      const what = failure?.message ?? `closed with ${status} ${reason}`.trimEnd();
      const error = new SdkError("E_CONNECTION", `${url}: ${what}`, { cause: failure });
      if (isConnected) events.closed(error);
      else reject(signal?.aborted ? signal.reason : error);
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) events.body(data as Buffer);
      else socket.terminate();
    });
    socket.once("open", () => {
      signal?.removeEventListener("abort", abort);
      isConnected = true;
      resolve({ send: (body) => socket.send(body, { binary: true }), close: () => socket.close() });
    });
    if (signal?.aborted) abort();
  });
}
