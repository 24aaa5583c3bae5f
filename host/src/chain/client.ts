import {
  Contract,
  type FeeData,
  getAddress,
  type Interface,
  isError,
  JsonRpcProvider,
  Network,
  type TransactionReceipt,
  Wallet,
} from "ethers";
import { causeText, HostError } from "../errors.ts";
import { INBOX_ABI, REGISTRY_ABI, SETTLEMENT_ABI } from "./abi.ts";

/** The host's view of the settlement chain: one provider, one poster wallet, three contracts. */

export interface ChainOptions {
  rpcUrl: string;
  settlement: string;
  inbox: string;
  registry: string;
  posterKey: string;
  startTimeoutMs: number;
  pollMs: number;
}

/** Where the chain stands (`Settlement.head`). */
export interface ChainHead {
  epoch: bigint;
  batchNumber: bigint;
  lastSequence: bigint;
  stateRoot: string;
  inboxCursor: bigint;
}

export interface InboxEvent {
  index: bigint;
  kind: number;
  owner: string;
  subaccount: number;
  amount: bigint;
  data: string;
  enteredAt: bigint;
  inboxHash: string;
}

export class Chain {
  readonly provider: JsonRpcProvider;
  readonly wallet: Wallet;
  readonly addresses: { settlement: string; inbox: string; registry: string };
  readonly chainId: bigint;
  readonly #settlement: Contract;
  readonly #inbox: Contract;
  readonly #registry: Contract;

  private constructor(provider: JsonRpcProvider, chainId: bigint, options: ChainOptions) {
    this.provider = provider;
    this.chainId = chainId;
    this.wallet = new Wallet(options.posterKey, provider);
    this.addresses = {
      settlement: getAddress(options.settlement),
      inbox: getAddress(options.inbox),
      registry: getAddress(options.registry),
    };
    this.#settlement = new Contract(options.settlement, SETTLEMENT_ABI, provider);
    this.#inbox = new Contract(options.inbox, INBOX_ABI, provider);
    this.#registry = new Contract(options.registry, REGISTRY_ABI, provider);
  }

  /** Waits for the node, and for contracts at the three addresses. @throws HostError E_CHAIN, E_CHAIN_MISMATCH */
  static async connect(options: ChainOptions): Promise<Chain> {
    const chainId = await waitForNode(options);
    const network = Network.from(chainId);
    const provider = new JsonRpcProvider(options.rpcUrl, network, {
      staticNetwork: network,
      cacheTimeout: -1,
      pollingInterval: options.pollMs, // how soon `wait` sees a receipt; ethers' own 4 s would make a start take half a minute
      batchMaxCount: 1,
    });
    const chain = new Chain(provider, chainId, options);
    for (const [name, address] of Object.entries(chain.addresses)) {
      if ((await provider.getCode(address)) === "0x") {
        provider.destroy();
        throw new HostError(
          "E_CHAIN_MISMATCH",
          `There is no contract at ${address} (${name}) on chain ${chainId}.`,
          {
            fix: "Deploy the contracts, or correct the addresses or the rpcUrl.",
          },
        );
      }
    }
    return chain;
  }

  async head(): Promise<ChainHead> {
    const [epoch, batchNumber, lastSequence, stateRoot, inboxCursor] =
      await this.#settlement.getFunction("head")();
    return { epoch, batchNumber, lastSequence, stateRoot, inboxCursor };
  }

  blockNumber(): Promise<number> {
    return this.provider.getBlockNumber();
  }

  async latestBlock(): Promise<{ number: number; hash: string; timestamp: number }> {
    const block = await this.provider.getBlock("latest");
    if (block?.hash == null) throw new HostError("E_CHAIN", "The node has no latest block.");
    return { number: block.number, hash: block.hash, timestamp: block.timestamp };
  }

  async isActive(signer: string): Promise<boolean> {
    return (await this.#registry.getFunction("isActive")(signer)) as boolean;
  }

  async inboxLength(): Promise<bigint> {
    return (await this.#inbox.getFunction("length")()) as bigint;
  }

  async inboxHashAt(count: bigint): Promise<string> {
    return (await this.#inbox.getFunction("hashAt")(count)) as string;
  }

  /** Inbox entries added in these blocks, in order. */
  async inboxEvents(fromBlock: number, toBlock: number): Promise<InboxEvent[]> {
    const topic = INBOX_ABI.getEvent("InboxEntryAdded")!.topicHash;
    const logs = await this.provider.getLogs({
      address: this.addresses.inbox,
      topics: [topic],
      fromBlock,
      toBlock,
    });
    return logs.map((log) => {
      const { args } = INBOX_ABI.parseLog(log)!;
      return {
        index: args.index,
        kind: Number(args.kind),
        owner: args.owner,
        subaccount: Number(args.subaccount),
        amount: args.amount,
        data: args.data,
        enteredAt: args.enteredAt,
        inboxHash: args.inboxHash,
      };
    });
  }

  /** Calls without sending; undefined when it would succeed, else the decoded reason. */
  async wouldRevert(to: string, data: string, abi: Interface): Promise<string | undefined> {
    try {
      await this.provider.call({ from: this.wallet.address, to, data });
      return undefined;
    } catch (error) {
      return revertText(error, abi);
    }
  }

  /** Sends and waits for one confirmation; for the few transactions of a start. @throws HostError E_CHAIN */
  async transact(what: string, to: string, data: string, abi: Interface): Promise<TransactionReceipt> {
    try {
      const response = await this.wallet.sendTransaction({ to, data });
      const receipt = await response.wait(1, 120_000);
      if (receipt === null || receipt.status !== 1) throw new Error("the transaction was not mined");
      return receipt;
    } catch (error) {
      throw new HostError("E_CHAIN", `${what} failed on chain: ${revertText(error, abi)}.`, { cause: error });
    }
  }

  fees(): Promise<FeeData> {
    return this.provider.getFeeData();
  }

  /** The poster's next nonce, mined transactions only. */
  nonce(): Promise<number> {
    return this.provider.getTransactionCount(this.wallet.address, "latest");
  }

  pendingNonce(): Promise<number> {
    return this.provider.getTransactionCount(this.wallet.address, "pending");
  }

  /** Waits until no transaction of an earlier run is still on its way: it could move the head after we have read it. */
  async settlePending(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await this.pendingNonce()) === (await this.nonce())) return;
      await new Promise((next) => setTimeout(next, 200));
    }
  }

  /** Signs and sends; returns the hash without waiting. */
  async send(request: {
    to: string;
    data: string;
    nonce: number;
    maxFeePerGas: bigint;
    maxPriorityFeePerGas: bigint;
    gasLimit: bigint;
  }): Promise<string> {
    const signed = await this.wallet.signTransaction({ ...request, type: 2, chainId: this.chainId });
    return (await this.provider.broadcastTransaction(signed)).hash;
  }

  receipt(hash: string): Promise<TransactionReceipt | null> {
    return this.provider.getTransactionReceipt(hash);
  }

  close(): void {
    this.provider.destroy();
  }
}

/** A contract's reason in words: the custom error with its arguments where the ABI knows it. */
export function revertText(error: unknown, abi: Interface): string {
  if (isError(error, "CALL_EXCEPTION")) {
    const data = error.data;
    if (data != null && data !== "0x") {
      const parsed = abi.parseError(data);
      if (parsed !== null) return `${parsed.name}(${parsed.args.map(String).join(", ")})`;
      return `unknown contract error ${data.slice(0, 10)}`;
    }
    return error.reason ?? "reverted without a reason";
  }
  return causeText(error).slice(0, 300);
}

async function waitForNode(options: ChainOptions): Promise<bigint> {
  const deadline = Date.now() + options.startTimeoutMs;
  for (let last: unknown; ; ) {
    try {
      const response = await fetch(options.rpcUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
        signal: AbortSignal.timeout(2000),
      });
      const { result } = (await response.json()) as { result?: string };
      if (result !== undefined) return BigInt(result);
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new HostError("E_CHAIN", `No answer from ${options.rpcUrl}: ${causeText(last)}.`, {
        fix: "Start the node, or correct chain.rpcUrl.",
      });
    }
    await new Promise((next) => setTimeout(next, 200));
  }
}
