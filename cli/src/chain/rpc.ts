import { setTimeout as sleep } from "node:timers/promises";
import { ChainError } from "./errors.ts";

export interface Rpc {
  readonly url: string;
  call<T>(method: string, params: unknown[]): Promise<T>;
}

/** The node answered, and said no: trying again would not help. */
export class RpcRefusal extends Error {
  readonly code: number;
  /** Revert data, where the node gives it. */
  readonly data: string | undefined;

  constructor(method: string, error: { code?: number; message?: string; data?: unknown }) {
    super(`${method}: ${error.message ?? "refused"}`);
    this.code = error.code ?? 0;
    this.data = typeof error.data === "string" ? error.data : undefined;
  }
}

const ATTEMPTS = 4;
const TIMEOUT_MS = 60_000;
const PAUSE_MS = 250;

/** JSON-RPC over HTTP with patience for a node that is busy or away for a moment; only what it refuses is final. */
export function httpRpc(url: string): Rpc {
  let id = 0;
  async function once<T>(method: string, params: unknown[]): Promise<T> {
    id += 1;
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    let answer: { result?: T; error?: { code?: number; message?: string; data?: unknown } };
    try {
      answer = JSON.parse(text) as typeof answer;
    } catch {
      throw new Error(`HTTP ${response.status}, not JSON: ${text.slice(0, 80)}`);
    }
    if (answer.error !== undefined) throw new RpcRefusal(method, answer.error);
    return answer.result as T;
  }
  return {
    url,
    async call<T>(method: string, params: unknown[]): Promise<T> {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once<T>(method, params);
        } catch (cause) {
          if (cause instanceof RpcRefusal) throw cause;
          if (attempt === ATTEMPTS) {
            const why = cause instanceof Error ? cause.message : String(cause);
            throw new ChainError("E_RPC", `${url} does not answer ${method} (${why})`, { cause });
          }
          await sleep(PAUSE_MS * 2 ** attempt);
        }
      }
    },
  };
}
