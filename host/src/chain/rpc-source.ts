import type { Source } from "./sources.ts";

/** A node over HTTP. Kept apart from ethers' provider: that one retries, caches and batches, and a quorum must see each answer as it is. */

/** A node's refusal, with its data (a revert's reason). */
export class RpcRefusal extends Error {
  readonly rpcError: { code: number; message: string; data?: unknown };

  constructor(error: { code: number; message: string; data?: unknown }) {
    super(error.message);
    this.name = "RpcRefusal";
    this.rpcError = error;
  }
}

const TIMEOUT_MS = 10_000;

export function rpcSource(url: string): Source {
  let id = 0;
  return {
    name: new URL(url).host,
    async send(method, params) {
      id += 1;
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const body = (await response.json()) as { result?: unknown; error?: RpcRefusal["rpcError"] };
      if (body.error !== undefined) throw new RpcRefusal(body.error);
      if (!("result" in body)) throw new Error(`${method}: neither result nor error`);
      return body.result;
    },
  };
}
