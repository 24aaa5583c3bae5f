import { once } from "node:events";
import { createServer, connect as dialSocket, type Server, type Socket } from "node:net";
import { FrameDecoder } from "../../sdk/src/transport/frame-decoder.ts";

/** What becomes of the n-th frame (from 0, the opening) of the m-th connection (from 0): the bodies to pass on instead of it. */
export type Meddle = (body: Uint8Array, frame: number, connection: number) => Uint8Array[];

const pass: Meddle = (body) => [body];

/**
 * A host that cannot read frames but can drop, repeat, keep and reorder them: a TCP proxy between client and gateway that knows where a
 * frame ends and nothing else.
 */
export class FrameShim {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(
    gateway: { host: string; port: number },
    meddle: { toGateway?: Meddle; toClient?: Meddle },
  ): Promise<FrameShim> {
    const server = createServer();
    const shim = new FrameShim(server);
    server.on("connection", (client) => {
      const connection = shim.connections++;
      const upstream = dialSocket(gateway);
      shim.#carry(client, upstream, connection, meddle.toGateway ?? pass);
      shim.#carry(upstream, client, connection, meddle.toClient ?? pass);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return shim;
  }

  get address(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === "string") throw new Error("the shim is not listening");
    return `tcp://127.0.0.1:${bound.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #carry(from: Socket, to: Socket, connection: number, meddle: Meddle): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    const decoder = new FrameDecoder();
    let frame = 0;
    from.on("data", (chunk: Buffer) => {
      decoder.push(chunk, (body) => {
        for (const passed of meddle(Uint8Array.from(body), frame++, connection)) {
          const length = Buffer.allocUnsafe(4);
          length.writeUInt32LE(passed.length);
          if (!to.destroyed) to.write(Buffer.concat([length, passed]));
        }
      });
    });
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      to.end();
    });
  }
}
