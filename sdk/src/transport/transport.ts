/** A way to carry frame bodies. Knows lengths and nothing else. */
import { SdkError } from "../errors.ts";
import { dialTcp } from "./tcp.ts";
import { dialUnix } from "./unix.ts";
import { dialWebSocket } from "./websocket.ts";

export interface TransportEvents {
  /** One body; a view that is only valid during the call. */
  body(body: Uint8Array): void;
  /** Once, at the end. */
  closed(cause: Error): void;
}

export interface Transport {
  /** Bodies sent in one turn of the event loop leave in one write. */
  send(body: Uint8Array): void;
  close(): void;
}

export type Dial = (events: TransportEvents, signal?: AbortSignal) => Promise<Transport>;

/** The transport an address names. @throws {SdkError} E_ADDRESS */
export function dialerOf(address: string): Dial {
  if (address.startsWith("unix:")) {
    const path = address.slice(5);
    if (path === "") throw new SdkError("E_ADDRESS", `"${address}" names no path`);
    return (events, signal) => dialUnix(path, events, signal);
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "tcp:" && url.hostname !== "" && url.port !== "") {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return (events, signal) => dialTcp(host, Number(url.port), events, signal);
  }
  if (url?.protocol === "ws:" || url?.protocol === "wss:")
    return (events, signal) => dialWebSocket(url, events, signal);
  throw new SdkError("E_ADDRESS", `"${address}"`);
}
