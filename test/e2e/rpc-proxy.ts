import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A node between the host and the chain that passes everything on, until it is told to lie, to lag or to be silent. */
export class RpcProxy {
  /** Changes an answer; undefined leaves it. */
  bend: ((method: string, result: unknown) => unknown) | undefined;
  isDown = false;
  /** Answers as of so many blocks ago. */
  lag = 0;
  readonly #server: Server;
  readonly #target: string;

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
  }

  static async start(target: string): Promise<RpcProxy> {
    const server = createServer();
    const proxy = new RpcProxy(server, target);
    server.on("request", async (request, response) => {
      if (proxy.isDown) {
        request.socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { method: string; params: unknown[] };
      const answer = await proxy.#pass(body);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(body: { method: string; params: unknown[] }): Promise<{ result?: unknown }> {
    if (this.lag > 0 && body.method === "eth_getBlockByNumber" && body.params[0] === "latest") {
      const tip = Number(
        ((await this.#ask({ ...body, method: "eth_blockNumber", params: [] })).result as string) ?? 0,
      );
      body.params[0] = `0x${Math.max(0, tip - this.lag).toString(16)}`;
    }
    const answer = await this.#ask(body);
    if (this.bend !== undefined && "result" in answer) answer.result = this.bend(body.method, answer.result);
    return answer;
  }

  async #ask(body: unknown): Promise<{ result?: unknown }> {
    const response = await fetch(this.#target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { result?: unknown };
  }
}
