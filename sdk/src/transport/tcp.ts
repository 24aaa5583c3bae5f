import { connect } from "node:net";
import { dialStream } from "./stream.ts";
import type { Transport, TransportEvents } from "./transport.ts";

export function dialTcp(
  host: string,
  port: number,
  events: TransportEvents,
  signal?: AbortSignal,
): Promise<Transport> {
  return dialStream(connect({ host, port }), `tcp://${host}:${port}`, events, signal);
}
