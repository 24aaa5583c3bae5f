import { ChainError } from "./errors.ts";
import { type Rpc, RpcRefusal } from "./rpc.ts";

export interface Log {
  address: string;
  topics: string[];
  data: string;
  blockNumber: number;
  blockHash: string;
  transactionHash: string;
  logIndex: number;
}

/** A log as JSON-RPC has it. */
export type RawLog = Omit<Log, "blockNumber" | "logIndex"> & { blockNumber: string; logIndex: string };

export interface LogQuery {
  address?: string | string[];
  topics: (string | string[] | null)[];
  fromBlock: number;
  toBlock: number;
}

export const logOf = (raw: RawLog): Log => ({
  ...raw,
  blockNumber: Number(raw.blockNumber),
  logIndex: Number(raw.logIndex),
});

const hex = (value: number): string => `0x${value.toString(16)}`;

/**
 * Logs of a range of blocks, in order. Nodes bound a query by blocks or by results, each in its own way, so a refused range is halved
 * until it is let through, and grows again after.
 */
export async function readLogs(
  rpc: Rpc,
  query: LogQuery,
  at: (block: number) => void = () => {},
): Promise<Log[]> {
  const logs: Log[] = [];
  let span = query.toBlock - query.fromBlock + 1;
  for (let from = query.fromBlock; from <= query.toBlock; ) {
    const to = Math.min(query.toBlock, from + span - 1);
    try {
      const filter = { address: query.address, topics: query.topics, fromBlock: hex(from), toBlock: hex(to) };
      const found = await rpc.call<RawLog[]>("eth_getLogs", [filter]);
      logs.push(...found.map(logOf));
      at(to);
      from = to + 1;
      span *= 2;
    } catch (cause) {
      if (!(cause instanceof RpcRefusal)) throw cause;
      if (from === to)
        throw new ChainError("E_RPC", `${rpc.url} refuses the logs of block ${from} (${cause.message})`, {
          cause,
        });
      span = Math.ceil((to - from + 1) / 2);
    }
  }
  return logs.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}
