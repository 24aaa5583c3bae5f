import { interfaceOf } from "@sealbook/contracts";
import { DependencyError } from "../errors.ts";

/** A batch as the chain saw it. */
export interface AcceptedBatch {
  number: number;
  commands: number;
  gas_used: number;
}

interface Log {
  topics: string[];
  data: string;
  transactionHash: string;
}

/** Every batch the settlement contract has accepted, with the gas of its transaction. Read from logs: no trust in the host. */
export async function acceptedBatches(rpcUrl: string, settlement: string): Promise<AcceptedBatch[]> {
  const contract = interfaceOf("Settlement");
  const event = contract.getEvent("BatchAccepted");
  if (event === null) throw new DependencyError("contracts", "know no BatchAccepted event");
  const filter = { address: settlement, topics: [event.topicHash], fromBlock: "0x0", toBlock: "latest" };
  const logs = (await rpc(rpcUrl, "eth_getLogs", [filter])) as Log[];
  return Promise.all(
    logs.map(async (log) => {
      const parsed = contract.parseLog(log);
      if (parsed === null) throw new DependencyError("chain", "gave a BatchAccepted log that does not parse");
      const header = parsed.args.getValue("header") as { firstSequence: bigint; lastSequence: bigint };
      const txReceipt = (await rpc(rpcUrl, "eth_getTransactionReceipt", [log.transactionHash])) as {
        gasUsed: string;
      };
      return {
        number: Number(parsed.args.getValue("number")),
        commands: Number(header.lastSequence - header.firstSequence + 1n),
        gas_used: Number(BigInt(txReceipt.gasUsed)),
      };
    }),
  );
}

async function rpc(url: string, method: string, params: unknown[]): Promise<unknown> {
  let answer: { result?: unknown; error?: { message: string } };
  try {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    answer = (await response.json()) as typeof answer;
  } catch (cause) {
    throw new DependencyError("chain", "does not answer", cause);
  }
  if (answer.error !== undefined)
    throw new DependencyError("chain", `refused ${method}: ${answer.error.message}`);
  return answer.result;
}
