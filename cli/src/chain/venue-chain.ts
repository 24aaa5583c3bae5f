import { getAddress, type Result } from "ethers";
import { inboxAbi, settlementAbi, topicOf } from "./abi.ts";
import { read } from "./contract.ts";
import { ChainError } from "./errors.ts";
import { type Log, logOf, type RawLog, readLogs } from "./logs.ts";
import type { Rpc } from "./rpc.ts";

/** Where the settlement contract stands. */
export interface ChainHead {
  epoch: bigint;
  batchNumber: number;
  lastSequence: bigint;
  stateRoot: string;
  inboxCursor: number;
  oracleRound: bigint;
  signer: string;
}

/** Of a header, what rebuilding needs; `fields` has all of them by name. */
export interface AcceptedHeader {
  number: number;
  stateRootBefore: string;
  stateRootAfter: string;
  inboxCursor: number;
  inboxHash: string;
  dataHash: string;
  blobsHash: string;
  oracleRound: bigint;
  closedAt: number;
  fields: Record<string, bigint | string>;
}

/** A batch in the order of the chain, and how it came: signed by an enclave, or moved by a validity proof when there was none. */
export interface AcceptedBatch {
  kind: "signed" | "proven";
  header: AcceptedHeader;
  log: Log;
}

export interface InboxEntry {
  index: number;
  kind: number;
  owner: string;
  subaccount: number;
  amount: bigint;
  data: string;
  enteredAt: number;
  inboxHash: string;
}

export interface EpochOpening {
  epoch: bigint;
  signer: string;
  batchNumber: number;
  lastSequence: bigint;
  stateRoot: string;
  log: Log;
}

export interface Block {
  number: number;
  hash: string;
  timestamp: number;
}

/** A venue as one node shows it, up to one block. Nothing here is believed until roots and hashes agree. */
export class VenueChain {
  readonly rpc: Rpc;
  readonly chainId: number;
  readonly settlement: string;
  readonly inbox: string;
  readonly vault: string;
  readonly registry: string;
  /** The block everything is read at. */
  readonly block: Block;
  readonly #timestamps = new Map<number, number>();

  private constructor(parts: {
    rpc: Rpc;
    chainId: number;
    settlement: string;
    inbox: string;
    vault: string;
    registry: string;
    block: Block;
  }) {
    this.rpc = parts.rpc;
    this.chainId = parts.chainId;
    this.settlement = parts.settlement;
    this.inbox = parts.inbox;
    this.vault = parts.vault;
    this.registry = parts.registry;
    this.block = parts.block;
  }

  /** @param at `latest`, `safe`, `finalized` or a block number @throws {ChainError} */
  static async open(
    rpc: Rpc,
    settlement: string | undefined,
    at: string | number = "latest",
  ): Promise<VenueChain> {
    const chainId = Number(await rpc.call<string>("eth_chainId", []));
    const block = await readBlock(rpc, at);
    const address = settlement ?? (await soleSettlement(rpc, chainId, block));
    const ask = async (name: "INBOX" | "VAULT" | "REGISTRY") => {
      const [found] = await read(rpc, settlementAbi, address, name, [], block.number);
      return getAddress(String(found));
    };
    const [inbox, vault, registry] = [await ask("INBOX"), await ask("VAULT"), await ask("REGISTRY")];
    return new VenueChain({ rpc, chainId, settlement: getAddress(address), inbox, vault, registry, block });
  }

  async head(): Promise<ChainHead> {
    const head = await read(this.rpc, settlementAbi, this.settlement, "head", [], this.block.number);
    return {
      epoch: head.epoch,
      batchNumber: Number(head.batchNumber),
      lastSequence: head.lastSequence,
      stateRoot: head.stateRoot,
      inboxCursor: Number(head.inboxCursor),
      oracleRound: head.oracleRound,
      signer: head.signer,
    };
  }

  /** Accepted batches from a block on, in order. */
  async batches(fromBlock: number, at?: (block: number) => void): Promise<AcceptedBatch[]> {
    const topics = [[topicOf(settlementAbi, "BatchAccepted"), topicOf(settlementAbi, "BatchProven")]];
    const query = { address: this.settlement, topics, fromBlock, toBlock: this.block.number };
    return (await readLogs(this.rpc, query, at)).map(batchOf);
  }

  async openings(fromBlock: number): Promise<EpochOpening[]> {
    const topics = [topicOf(settlementAbi, "EpochOpened")];
    const query = { address: this.settlement, topics, fromBlock, toBlock: this.block.number };
    return (await readLogs(this.rpc, query)).map((log) => {
      const args = parsed(settlementAbi, log);
      return {
        epoch: args.epoch,
        signer: args.signer,
        batchNumber: Number(args.batchNumber),
        lastSequence: args.lastSequence,
        stateRoot: args.stateRoot,
        log,
      };
    });
  }

  /** Every entry of the inbox, in order. */
  async inboxEntries(fromBlock: number): Promise<InboxEntry[]> {
    const topics = [topicOf(inboxAbi, "InboxEntryAdded")];
    const query = { address: this.inbox, topics, fromBlock, toBlock: this.block.number };
    return (await readLogs(this.rpc, query)).map((log) => {
      const args = parsed(inboxAbi, log);
      return {
        index: Number(args.index),
        kind: Number(args.kind),
        owner: args.owner,
        subaccount: Number(args.subaccount),
        amount: args.amount,
        data: args.data,
        enteredAt: Number(args.enteredAt),
        inboxHash: args.inboxHash,
      };
    });
  }

  async transaction(
    hash: string,
  ): Promise<{ input: string; to: string | null; blobVersionedHashes: string[] }> {
    const found = await this.rpc.call<{
      input: string;
      to: string | null;
      blobVersionedHashes?: string[];
    } | null>("eth_getTransactionByHash", [hash]);
    if (found === null)
      throw new ChainError("E_TRANSACTION_MISSING", `${this.rpc.url} has no transaction ${hash}`);
    return { input: found.input, to: found.to, blobVersionedHashes: found.blobVersionedHashes ?? [] };
  }

  /** Everything a transaction emitted, in order. @throws {ChainError} E_REORG if it is in another block than `blockHash` by now */
  async logsOf(transactionHash: string, blockHash: string): Promise<Log[]> {
    const found = await this.rpc.call<{ blockHash: string; logs: RawLog[] } | null>(
      "eth_getTransactionReceipt",
      [transactionHash],
    );
    if (found === null)
      throw new ChainError("E_TRANSACTION_MISSING", `${this.rpc.url} has no transaction ${transactionHash}`);
    if (found.blockHash !== blockHash)
      throw new ChainError("E_REORG", `transaction ${transactionHash} has moved to another block`);
    return found.logs.map(logOf).sort((a, b) => a.logIndex - b.logIndex);
  }

  async timestampOf(block: number): Promise<number> {
    const known = this.#timestamps.get(block);
    if (known !== undefined) return known;
    const { timestamp } = await readBlock(this.rpc, block);
    this.#timestamps.set(block, timestamp);
    return timestamp;
  }
}

export async function readBlock(rpc: Rpc, at: string | number): Promise<Block> {
  const tag = typeof at === "number" ? `0x${at.toString(16)}` : at;
  const block = await rpc.call<{ number: string; hash: string; timestamp: string } | null>(
    "eth_getBlockByNumber",
    [tag, false],
  );
  if (block === null) throw new ChainError("E_RPC", `${rpc.url} has no block ${at}`);
  return { number: Number(block.number), hash: block.hash, timestamp: Number(block.timestamp) };
}

/** On a development chain, the one contract that opened an epoch; elsewhere a search over all contracts is no way to find a venue. */
async function soleSettlement(rpc: Rpc, chainId: number, block: Block): Promise<string> {
  if (chainId !== 31337) throw new ChainError("E_NO_SETTLEMENT", `chain ${chainId} may have many venues`);
  const query = { topics: [topicOf(settlementAbi, "EpochOpened")], fromBlock: 0, toBlock: block.number };
  const found = [...new Set((await readLogs(rpc, query)).map(({ address }) => address))];
  if (found.length !== 1)
    throw new ChainError("E_NO_SETTLEMENT", `this chain has ${found.length} venues: ${found.join(", ")}`);
  return found[0] as string;
}

function parsed(abi: typeof settlementAbi, log: Log): Result {
  try {
    const found = abi.parseLog(log);
    if (found !== null) return found.args;
  } catch {
    // falls through: it is of another version
  }
  throw new ChainError("E_NOT_A_VENUE", `an event in transaction ${log.transactionHash} does not parse`);
}

const NO_HASH = `0x${"00".repeat(32)}`;

/** A proven batch has no data to hash and no header that was signed; what both kinds have stands under the same names. */
function batchOf(log: Log): AcceptedBatch {
  const isProven = log.topics[0] === topicOf(settlementAbi, "BatchProven");
  const args = parsed(settlementAbi, log);
  const of: Result = isProven ? args.batch : args.header;
  const header: AcceptedHeader = {
    number: Number(of.number),
    stateRootBefore: of.stateRootBefore,
    stateRootAfter: of.stateRootAfter,
    inboxCursor: Number(of.inboxCursor),
    inboxHash: of.inboxHash,
    dataHash: isProven ? NO_HASH : of.dataHash,
    blobsHash: isProven ? NO_HASH : of.blobsHash,
    oracleRound: of.oracleRound,
    closedAt: Number(of.closedAt),
    fields: of.toObject() as Record<string, bigint | string>,
  };
  return { kind: isProven ? "proven" : "signed", header, log };
}
