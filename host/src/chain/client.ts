import { toHex } from "@sealbook/wire";
import {
  Contract,
  getAddress,
  type Interface,
  isError,
  JsonRpcProvider,
  Network,
  type Result,
  sha256,
  type TransactionReceipt,
  Wallet,
} from "ethers";
import type { Logger } from "pino";
import { causeText, HostError } from "../errors.ts";
import type { LeavesPlace } from "../leaves.ts";
import { INBOX_ABI, REGISTRY_ABI, SETTLEMENT_ABI } from "./abi.ts";
import type { ProvenBlob } from "./blob-prover.ts";
import type { Fees, Succession } from "./posting.ts";
import { RpcRefusal, rpcSource } from "./rpc-source.ts";
import { type AgreedBlock, Sources } from "./sources.ts";

/**
 * The host's view of the settlement chain: several nodes that must agree, one poster wallet, three contracts. What decides anything is read at
 * a block all of a quorum hold; ethers' provider (the first node) serves the few transactions of a start.
 */

/** Blocks a node may be behind before it is called lagging. */
const LAG_BLOCKS = 3;
const SOURCE_TIMEOUT_MS = 5000;
const BLOCKS_PER_QUERY = 2000;
const GWEI = 1_000_000_000n;
/** A start's transactions are few: who loses the race for a nonce this often has another problem. */
const NONCE_TRIES = 5;
/** Offered to the proposer. */
const TIP = GWEI;

export interface ChainOptions {
  rpcUrl: string;
  rpcUrls?: readonly string[];
  quorum?: number;
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
  /** The key the epoch is bound to; zero after a proven batch. */
  signer: string;
}

/** What the poster looks at, all of it at one agreed block. */
export interface ChainLook {
  block: AgreedBlock;
  epoch: bigint;
  /** A proven batch came after the last one of the epoch: nobody signs in it any more. */
  isEpochEnded: boolean;
  isFrozen: boolean;
  accepted: bigint;
  /** Batches the chain held `depth` blocks earlier. */
  deep: bigint;
  nonce: number;
}

/** A batch's transaction; with blobs it is of type 3. */
export interface BatchTransaction {
  to: string;
  data: string;
  nonce: number;
  fees: Fees;
  gasLimit: bigint;
  blobs: readonly ProvenBlob[];
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
  readonly sources: Sources;
  readonly #registry: Contract;

  private constructor(provider: JsonRpcProvider, chainId: bigint, options: ChainOptions, log?: Logger) {
    this.provider = provider;
    this.chainId = chainId;
    const urls = [options.rpcUrl, ...(options.rpcUrls ?? [])];
    const quorum = options.quorum || Math.min(2, urls.length);
    this.sources = new Sources(
      urls.map(rpcSource),
      { quorum, lagBlocks: LAG_BLOCKS, timeoutMs: SOURCE_TIMEOUT_MS },
      log,
    );
    this.wallet = new Wallet(options.posterKey, provider);
    this.addresses = {
      settlement: getAddress(options.settlement),
      inbox: getAddress(options.inbox),
      registry: getAddress(options.registry),
    };
    this.#registry = new Contract(options.registry, REGISTRY_ABI, provider);
  }

  /** Waits for the node, and for contracts at the three addresses. @throws HostError E_CHAIN, E_CHAIN_MISMATCH */
  static async connect(options: ChainOptions, log?: Logger): Promise<Chain> {
    const { chainId, url } = await waitForNode(options);
    const network = Network.from(chainId);
    const provider = new JsonRpcProvider(url, network, {
      staticNetwork: network,
      cacheTimeout: -1,
      pollingInterval: options.pollMs, // how soon `wait` sees a receipt; ethers' own 4 s would make a start take half a minute
      batchMaxCount: 1,
    });
    const chain = new Chain(provider, chainId, options, log);
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

  /** Where the settlement stands at the agreed block. @throws HostError E_SOURCES */
  async head(): Promise<ChainHead> {
    return this.#headAt((await this.sources.look()).number);
  }

  /** Who may go on, at the agreed block. @throws HostError E_SOURCES */
  async succession(): Promise<Succession> {
    const { epoch, signer } = await this.head();
    return { epoch, isEpochEnded: BigInt(signer) === 0n };
  }

  async look(depth: number): Promise<ChainLook> {
    const block = await this.sources.look();
    const [head, isFrozen, nonce] = await Promise.all([
      this.#headAt(block.number),
      this.#call(this.addresses.settlement, SETTLEMENT_ABI, "isFrozen", [], block.number),
      this.sources.agree("eth_getTransactionCount", [this.wallet.address, tag(block.number)]),
    ]);
    const deep = depth === 0 ? head.batchNumber : await this.#batchesAt(block.number - depth);
    return {
      block,
      epoch: head.epoch,
      isEpochEnded: BigInt(head.signer) === 0n,
      isFrozen: isFrozen![0] as boolean,
      accepted: head.batchNumber,
      deep,
      nonce: Number(nonce),
    };
  }

  async #headAt(block: number): Promise<ChainHead> {
    const found = await this.#call(this.addresses.settlement, SETTLEMENT_ABI, "head", [], block);
    if (found === undefined)
      throw new HostError("E_CHAIN", `The settlement did not exist at block ${block}.`);
    const [epoch, batchNumber, lastSequence, stateRoot, inboxCursor, , signer] = found;
    return { epoch, batchNumber, lastSequence, stateRoot, inboxCursor, signer };
  }

  /** 0 before the contract was deployed. */
  async #batchesAt(block: number): Promise<bigint> {
    if (block < 0) return 0n;
    return ((await this.#call(this.addresses.settlement, SETTLEMENT_ABI, "head", [], block))?.[1] ??
      0n) as bigint;
  }

  /** A view at a block, as a quorum answers it; undefined where there is no contract. */

  async #call(
    to: string,
    abi: Interface,
    name: string,
    args: unknown[],
    block: number,
  ): Promise<Result | undefined> {
    const data = abi.encodeFunctionData(name, args);
    const answer = (await this.sources.agree("eth_call", [{ to, data }, tag(block)])) as string;
    return answer === "0x" ? undefined : abi.decodeFunctionResult(name, answer);
  }

  /** Where the chain stands, with what an enclave that starts from leaves goes on from. `fromBlock` of the contracts is not needed: the
   * last signed batch is looked for backwards. @throws HostError E_CHAIN, E_SOURCES */
  async place(genesisHash: Uint8Array): Promise<LeavesPlace> {
    const block = await this.sources.look();
    const head = await this.#headAt(block.number);
    const inboxHash = await this.inboxHashAt(head.inboxCursor, block.number);
    if (inboxHash === undefined)
      throw new HostError("E_CHAIN", "The inbox is shorter than the settlement's cursor.");
    const chainHash =
      head.lastSequence === 0n
        ? toHex(genesisHash)
        : await this.#chainHashAt(head.lastSequence, block.number);
    return { head, timeUs: BigInt(block.timestamp) * 1_000_000n, inboxHash, chainHash };
  }

  /** Of the signed batch that ended at this sequence. */
  async #chainHashAt(sequence: bigint, tip: number): Promise<string> {
    const topic = SETTLEMENT_ABI.getEvent("BatchAccepted")!.topicHash;
    for (let toBlock = tip; toBlock >= 0; toBlock -= BLOCKS_PER_QUERY) {
      const fromBlock = tag(Math.max(0, toBlock - BLOCKS_PER_QUERY + 1));
      const filter = {
        address: this.addresses.settlement,
        topics: [topic],
        fromBlock,
        toBlock: tag(toBlock),
      };
      const logs = (await this.sources.agree("eth_getLogs", [filter])) as {
        topics: string[];
        data: string;
      }[];
      for (const log of logs.reverse()) {
        const { header } = SETTLEMENT_ABI.parseLog(log)!.args;
        if (header.lastSequence === sequence) return header.chainHash;
      }
    }
    throw new HostError("E_CHAIN", `No batch on chain ends at sequence ${sequence}.`);
  }

  async blockNumber(): Promise<number> {
    return (await this.sources.look()).number;
  }

  async latestBlock(): Promise<AgreedBlock> {
    return this.sources.look();
  }

  async isActive(signer: string): Promise<boolean> {
    return (await this.#registry.getFunction("isActive")(signer)) as boolean;
  }

  /** The rolling hash after `count` entries, or undefined while the inbox is shorter. */
  async inboxHashAt(count: bigint, block: number): Promise<string | undefined> {
    const length = await this.#call(this.addresses.inbox, INBOX_ABI, "length", [], block);
    if (length === undefined || (length[0] as bigint) < count) return undefined;
    return (await this.#call(this.addresses.inbox, INBOX_ABI, "hashAt", [count], block))?.[0] as string;
  }

  /** Inbox entries added in these blocks, in order, as a quorum has them. */
  async inboxEvents(fromBlock: number, toBlock: number): Promise<InboxEvent[]> {
    const topic = INBOX_ABI.getEvent("InboxEntryAdded")!.topicHash;
    const filter = {
      address: this.addresses.inbox,
      topics: [topic],
      fromBlock: tag(fromBlock),
      toBlock: tag(toBlock),
    };
    const logs = (await this.sources.agree("eth_getLogs", [filter])) as { topics: string[]; data: string }[];
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
  async wouldRevert(
    to: string,
    data: string,
    abi: Interface,
    blobs: readonly ProvenBlob[] = [],
  ): Promise<string | undefined> {
    const { address: from } = this.wallet;
    const hashes = blobs.map(({ commitment }) => versionedHash(commitment));
    const extra =
      blobs.length === 0 ? {} : { blobVersionedHashes: hashes, maxFeePerBlobGas: tag(10n * GWEI) };
    try {
      await this.sources.any("eth_call", [{ from, to, data, ...extra }, "latest"]);
      return undefined;
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
      return refusalText(error, abi);
    }
  }

  /**
   * Sends and waits for one confirmation; for the few transactions of a start. A nonce that somebody else with our key used is no answer to what
   * was asked (two hosts that start at once race for it): asked again with the next one. @throws HostError E_CHAIN
   */
  async transact(what: string, to: string, data: string, abi: Interface): Promise<TransactionReceipt> {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await this.wallet.sendTransaction({ to, data });
        const receipt = await response.wait(1, 120_000);
        if (receipt === null || receipt.status !== 1) throw new Error("the transaction was not mined");
        return receipt;
      } catch (error) {
        if (isNonceRace(error) && tries < NONCE_TRIES) continue;
        throw new HostError("E_CHAIN", `${what} failed on chain: ${revertText(error, abi)}.`, {
          cause: error,
        });
      }
    }
  }

  /** What blocks demand now, with room for two doublings. */
  async fees(block: AgreedBlock, hasBlobs: boolean): Promise<Fees> {
    const blobFee = hasBlobs ? BigInt((await this.sources.any("eth_blobBaseFee", [])) as string) : 0n;
    return {
      maxFeePerGas: 2n * block.baseFeePerGas + TIP,
      maxPriorityFeePerGas: TIP,
      maxFeePerBlobGas: hasBlobs ? 2n * blobFee + GWEI : 0n,
    };
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

  /** Signs and sends to every node; returns the hash without waiting. The same request gives the same transaction. */
  async send({ to, data, nonce, fees, gasLimit, blobs }: BatchTransaction): Promise<string> {
    const { maxFeePerBlobGas, ...gasFees } = fees;
    const common = { to, data, nonce, ...gasFees, gasLimit, chainId: this.chainId };
    const signed = await this.wallet.signTransaction(
      blobs.length === 0
        ? { ...common, type: 2 }
        : {
            ...common,
            type: 3,
            maxFeePerBlobGas,
            blobWrapperVersion: 1, // cell proofs (EIP-7594)
            blobVersionedHashes: blobs.map(({ commitment }) => versionedHash(commitment)),
            blobs: blobs.map((blob) => ({ ...blob })),
          },
    );
    return (await this.sources.tellAll("eth_sendRawTransaction", [signed])) as string;
  }

  /** What became of a transaction; undefined while it is not mined. */
  async receipt(
    hash: string,
  ): Promise<{ isSuccess: boolean; gasUsed: bigint; blobGasUsed: bigint } | undefined> {
    const receipt = (await this.sources.any("eth_getTransactionReceipt", [hash])) as {
      status: string;
      gasUsed: string;
      blobGasUsed?: string;
    } | null;
    if (receipt === null) return undefined;
    return {
      isSuccess: BigInt(receipt.status) === 1n,
      gasUsed: BigInt(receipt.gasUsed),
      blobGasUsed: BigInt(receipt.blobGasUsed ?? 0),
    };
  }

  /** Does a node know the transaction, mined or waiting? */
  async isKnown(hash: string): Promise<boolean> {
    return (await this.sources.any("eth_getTransactionByHash", [hash])) !== null;
  }

  close(): void {
    this.provider.destroy();
  }
}

const isNonceRace = (error: unknown): boolean =>
  isError(error, "NONCE_EXPIRED") ||
  isError(error, "REPLACEMENT_UNDERPRICED") ||
  isError(error, "TRANSACTION_REPLACED");

/** A contract's reason in words: the custom error with its arguments where the ABI knows it. */
export function revertText(error: unknown, abi: Interface): string {
  if (isError(error, "CALL_EXCEPTION")) {
    const data = error.data;
    if (data != null && data !== "0x") return errorText(data, abi);
    return error.reason ?? "reverted without a reason";
  }
  return causeText(error).slice(0, 300);
}

const tag = (value: number | bigint) => `0x${value.toString(16)}`;

/** `0x01 ‖ SHA-256(commitment)[1..]`. */
export const versionedHash = (commitment: string) => `0x01${sha256(commitment).slice(4)}`;

/** What a node's refusal of a call says: the contract's error where it is one. */
function refusalText({ rpcError }: RpcRefusal, abi: Interface): string {
  const data = typeof rpcError.data === "string" ? rpcError.data : undefined;
  if (data === undefined || data === "0x") return rpcError.message.slice(0, 300);
  return errorText(data, abi);
}

function errorText(data: string, abi: Interface): string {
  const parsed = abi.parseError(data);
  if (parsed !== null) return `${parsed.name}(${parsed.args.map(String).join(", ")})`;
  return `unknown contract error ${data.slice(0, 10)}`;
}

/** The first node that answers, and the chain it is of. @throws HostError E_CHAIN */
async function waitForNode(options: ChainOptions): Promise<{ chainId: bigint; url: string }> {
  const urls = [options.rpcUrl, ...(options.rpcUrls ?? [])];
  const deadline = Date.now() + options.startTimeoutMs;
  for (let tries = 0; ; tries += 1) {
    const url = urls[tries % urls.length]!;
    try {
      const chainId = await rpcSource(url).send("eth_chainId", []);
      return { chainId: BigInt(chainId as string), url };
    } catch (error) {
      if (Date.now() > deadline) {
        throw new HostError("E_CHAIN", `No answer from ${new URL(url).host}: ${causeText(error)}.`, {
          fix: "Start the node, or correct chain.rpcUrl.",
        });
      }
    }
    await new Promise((next) => setTimeout(next, 200));
  }
}
