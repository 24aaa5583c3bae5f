import { once } from "node:events";
import { connect } from "node:net";

/** One client: `window` frames under way at any time, `count` in all. */
export interface LoadResult {
  window: number;
  frameBytes: number;
  frames: number;
  framesPerSecond: number;
  /** Of one frame, send to its reply; with a window, queueing is part of it. */
  latencyUsP50: number;
  latencyUsP99: number;
  latencyUsP999: number;
}

/** Frames are length-prefixed; `frameBytes` counts the body. Replies are expected in order and of the same size. */
export async function load(
  port: number,
  window: number,
  count: number,
  frameBytes: number,
): Promise<LoadResult> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const size = 4 + frameBytes;
  const burst = Buffer.alloc(window * size);
  for (let at = 0; at < burst.length; at += size) {
    burst.writeUInt32LE(frameBytes, at);
    burst[at + 4 + 16] = 1; // level written, for the fake enclave
  }
  const sentAt = new Float64Array(count);
  const latencies = new Float64Array(count);
  let sent = 0;
  let received = 0;
  let partial = 0;
  const send = (frames: number) => {
    const allowed = Math.min(frames, count - sent);
    if (allowed <= 0) return;
    sentAt.fill(performance.now(), sent, sent + allowed);
    sent += allowed;
    socket.write(burst.subarray(0, allowed * size));
  };

  const started = performance.now();
  const finished = new Promise<void>((done, failed) => {
    socket.on("error", failed);
    socket.on("data", (chunk) => {
      const bytes = partial + chunk.length;
      const frames = Math.floor(bytes / size);
      partial = bytes % size;
      const now = performance.now();
      for (let each = 0; each < frames; each += 1, received += 1)
        latencies[received] = (now - sentAt[received]!) * 1000;
      if (received >= count) done();
      else send(frames);
    });
  });
  send(window);
  await finished;
  const seconds = (performance.now() - started) / 1000;
  socket.destroy();
  latencies.sort();
  const at = (share: number) => Math.round(latencies[Math.floor(share * (count - 1))]! * 10) / 10;
  return {
    window,
    frameBytes,
    frames: count,
    framesPerSecond: Math.round(count / seconds),
    latencyUsP50: at(0.5),
    latencyUsP99: at(0.99),
    latencyUsP999: at(0.999),
  };
}
