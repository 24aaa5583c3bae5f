import { connect } from "node:net";
import { dialStream } from "./stream.ts";
import type { Transport, TransportEvents } from "./transport.ts";

export function dialUnix(path: string, events: TransportEvents, signal?: AbortSignal): Promise<Transport> {
  return dialStream(connect({ path }), `unix:${path}`, events, signal);
}
