import type { Batch } from "@sealbook/wire";
import { toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import { causeText, type HostErrorCode } from "../errors.ts";
import { SETTLEMENT_ABI } from "./abi.ts";
import type { ProvenBlob, Prover } from "./blob-prover.ts";
import type { BatchTransaction, ChainLook } from "./client.ts";
import {
  type Act,
  type Fees,
  type Flight,
  isOver,
  next,
  type Posting,
  type PostingEvent,
  type PostingPolicy,
} from "./posting.ts";

/**
 * Carries batches to the chain in order and says when each is k blocks deep. What to do is decided by `posting.ts`; this is its hands and eyes:
 * it looks at the chain, acts, and tells what came of it.
 */

/** The poster's chain; `Chain` fulfils it. */
export interface PosterChain {
  look(depth: number): Promise<ChainLook>;
  fees(block: ChainLook["block"], hasBlobs: boolean): Promise<Fees>;
  wouldRevert(
    to: string,
    data: string,
    abi: typeof SETTLEMENT_ABI,
    blobs: readonly ProvenBlob[],
  ): Promise<string | undefined>;
  send(transaction: BatchTransaction): Promise<string>;
  receipt(hash: string): Promise<{ isSuccess: boolean; gasUsed: bigint; blobGasUsed: bigint } | undefined>;
  isKnown(hash: string): Promise<boolean>;
}

export interface PosterOptions extends Omit<PostingPolicy, "retryMs" | "lostMs"> {
  settlement: string;
  /** Ours. */
  epoch: bigint;
  confirmations: number;
  data: "blobs" | "calldata";
}

export interface PosterEvents {
  onMined(batch: Batch, gasUsed: bigint): void;
  /** In order of number; each once. */
  onAnchored(batch: Batch): void;
  /** A batch from the disk, whoever signed it. */
  stored(number: number): Batch | undefined;
  /** A reorganisation took our epoch: send the opening again. Throws when the chain refuses it. */
  reopen(): Promise<void>;
  /** Somebody should look; posting goes on. */
  onAlert(code: string, text: string): void;
  /** Posting is over. */
  onEnd(code: HostErrorCode, text: string): void;
}

/** A batch not yet anchored. */
interface Pending {
  batch: Batch;
  addedAt: number;
  transaction?: { data: string; blobs: readonly ProvenBlob[] };
}

const RETRY_MS = 2000;
/** A step acts on what its own acts led to, this often at most: look, simulate, send, send for more. */
const ACTS_MAX = 4;
const GAS_LIMIT = 500_000n;
/** Calldata is charged at most this much a byte (EIP-7623). */
const GAS_PER_BYTE = 40n;

export class Poster {
  sent = 0;
  bumps = 0;
  gasUsedLast = 0n;
  blobGasUsedLast = 0n;
  /** Bytes of data, gas and blob gas of all batches mined so far. */
  readonly totals = { batches: 0, dataBytes: 0, gas: 0n, blobGas: 0n };
  state: Posting = { at: "idle" };
  /** What the last look showed of the chain. */
  look: ChainLook | undefined;
  readonly #chain: PosterChain;
  readonly #prover: Prover;
  readonly #options: PosterOptions;
  readonly #policy: PostingPolicy;
  readonly #events: PosterEvents;
  readonly #log: Logger;
  readonly #batches = new Map<bigint, Pending>();
  readonly #mined = new Set<bigint>();
  readonly #counted = new WeakSet<Batch>();
  #anchored: bigint;

  /** `anchored`: the batch the chain stood at when this host opened its epoch. */
  constructor(
    chain: PosterChain,
    prover: Prover,
    anchored: bigint,
    options: PosterOptions,
    events: PosterEvents,
    log: Logger,
  ) {
    this.#chain = chain;
    this.#prover = prover;
    this.#anchored = anchored;
    this.#options = options;
    const bumpPercent = options.data === "blobs" ? Math.max(100, options.bumpPercent) : options.bumpPercent;
    this.#policy = { ...options, bumpPercent, retryMs: RETRY_MS, lostMs: options.stuckMs / 4 };
    this.#events = events;
    this.#log = log;
  }

  /** Batches not yet anchored. */
  get backlog(): number {
    return this.#batches.size;
  }

  /** Of these, the ones the chain holds, if not deep enough yet. */
  get mined(): number {
    return this.#mined.size;
  }

  /** Why the next batch would be refused, while it would. */
  get blocked(): string | undefined {
    return this.state.at === "refused" ? this.state.reason : undefined;
  }

  /** How long the oldest batch that the chain has not accepted has been waiting, ms. */
  lagMs(now: number): number {
    for (const [number, { addedAt }] of this.#batches) if (!this.#mined.has(number)) return now - addedAt;
    return 0;
  }

  add(batch: Batch, now: number): void {
    this.#batches.set(batch.header.number, { batch, addedAt: now });
  }

  /** One look at the chain and what follows from it. `now` in ms. Errors of the nodes pass through; call again later. */
  async step(now: number): Promise<void> {
    const look = await this.#chain.look(this.#options.confirmations);
    this.look = look;
    // Behind another's opening or a proof the chain's batches are not ours, whatever their numbers.
    if (!isOver(this.#options.epoch, look)) {
      this.#restore(look.accepted, now);
      this.#follow(look);
    }
    const hasBlobs = this.#options.data === "blobs";
    const fees = async () => this.#chain.fees(look.block, hasBlobs);
    let event: PostingEvent | undefined = await this.#seen(look, now);
    for (let acts = 0; acts < ACTS_MAX && event !== undefined; acts += 1) {
      const { state, act } = next(this.state, event, this.#policy);
      if (state.at !== this.state.at) this.#log.debug({ from: this.state.at, to: state.at }, "posting");
      this.state = state;
      event = await this.#act(act, look, fees, now);
    }
  }

  async #seen(look: ChainLook, now: number): Promise<PostingEvent> {
    const flight = flightOf(this.state);
    const receipt = flight === undefined ? undefined : await this.#receiptOf(flight);
    const isKnown = flight !== undefined && receipt === undefined && (await this.#isKnown(flight));
    return {
      kind: "look",
      now,
      epoch: look.epoch,
      ownEpoch: this.#options.epoch,
      isEpochEnded: look.isEpochEnded,
      isFrozen: look.isFrozen,
      accepted: look.accepted,
      hasNext: this.#batches.has(look.accepted + 1n),
      nonce: look.nonce,
      receipt,
      isKnown,
    };
  }

  async #receiptOf(flight: Flight): Promise<"success" | "revert" | undefined> {
    for (const hash of flight.hashes) {
      const receipt = await this.#chain.receipt(hash);
      if (receipt === undefined) continue;
      this.gasUsedLast = receipt.gasUsed;
      this.blobGasUsedLast = receipt.blobGasUsed;
      return receipt.isSuccess ? "success" : "revert";
    }
    return undefined;
  }

  async #isKnown(flight: Flight): Promise<boolean> {
    for (const hash of flight.hashes) if (await this.#chain.isKnown(hash)) return true;
    return false;
  }

  /** Carries an act out; the event that came of it, if any. */
  async #act(
    act: Act,
    look: ChainLook,
    fees: () => Promise<Fees>,
    now: number,
  ): Promise<PostingEvent | undefined> {
    switch (act.act) {
      case "rest":
        return undefined;
      case "simulate":
        return this.#simulate(act.number, look, await fees(), now);
      case "send":
        return this.#send(act.flight, now);
      case "reopen":
        this.#log.warn({ epoch: Number(this.#options.epoch) }, "the chain lost our epoch; opening it again");
        await this.#events.reopen();
        return undefined;
      case "alert":
        this.#events.onAlert(act.code, act.text);
        return undefined;
      case "end":
        this.#events.onEnd(act.code, act.text);
        return undefined;
    }
  }

  async #simulate(
    number: bigint,
    look: ChainLook,
    fees: Fees,
    now: number,
  ): Promise<PostingEvent | undefined> {
    const transaction = await this.#transactionOf(number);
    if (transaction === undefined) return undefined;
    const { data, blobs } = transaction;
    const reason = await this.#chain.wouldRevert(this.#options.settlement, data, SETTLEMENT_ABI, blobs);
    if (reason !== undefined && reason !== this.blocked)
      this.#log.error({ batch: Number(number), reason }, "the chain would refuse this batch");
    return { kind: "simulated", now, number, nonce: look.nonce, fees, reason };
  }

  async #send(flight: Flight, now: number): Promise<PostingEvent | undefined> {
    const transaction = await this.#transactionOf(flight.number);
    if (transaction === undefined) return undefined;
    const { data, blobs } = transaction;
    const isBump = flight.hashes.length > 0 && flightOf(this.state)?.fees !== flight.fees;
    if (flightOf(this.state) !== undefined) this.state = { at: "flying", flight };
    const gasLimit = GAS_LIMIT + (GAS_PER_BYTE * BigInt(data.length)) / 2n;
    try {
      const request = {
        to: this.#options.settlement,
        data,
        nonce: flight.nonce,
        fees: flight.fees,
        gasLimit,
        blobs,
      };
      const hash = await this.#chain.send(request);
      this.sent += 1;
      if (isBump) this.bumps += 1;
      return { kind: "sent", hash };
    } catch (error) {
      const text = causeText(error);
      this.#log.warn({ batch: Number(flight.number), error: text }, "sending a batch failed");
      return { kind: "send-failed", now, cause: causeOf(text) };
    }
  }

  /** Calldata and blobs of a batch, the same every time: made once. */
  async #transactionOf(number: bigint): Promise<Pending["transaction"]> {
    const pending = this.#batches.get(number);
    if (pending === undefined) return undefined;
    if (pending.transaction === undefined) {
      const { batch } = pending;
      // A batch too large for blobs says so in its header; then calldata is the only way.
      const hasBlobs = this.#options.data === "blobs" && BigInt(batch.header.blobsHash) !== 0n;
      const blobs = hasBlobs ? await this.#prover.prove(batch.data) : [];
      pending.transaction = { data: acceptBatchData(batch, hasBlobs), blobs };
    }
    return pending.transaction;
  }

  /** A reorganisation deeper than the confirmations: batches that were done with are wanted again (F50). */
  #restore(accepted: bigint, now: number): void {
    if (accepted >= this.#anchored) return;
    const text = `the chain went back behind batch ${this.#anchored}, which was taken for final, to batch ${accepted}`;
    this.#events.onAlert("E_REORG", text);
    const later = [...this.#batches];
    this.#batches.clear();
    for (let number = accepted + 1n; number <= this.#anchored; number += 1n) {
      const batch = this.#events.stored(Number(number));
      if (batch !== undefined) this.#batches.set(number, { batch, addedAt: now });
    }
    for (const [number, pending] of later) this.#batches.set(number, pending);
    this.#anchored = accepted;
  }

  /** What the chain holds now: news, losses by reorganisation, and what is deep enough. */
  #follow(look: ChainLook): void {
    for (const number of this.#mined) {
      if (number <= look.accepted) continue;
      this.#mined.delete(number);
      this.#log.warn({ batch: Number(number) }, "the chain dropped a batch; it is posted again");
    }
    for (const [number, { batch }] of this.#batches) {
      if (number > look.accepted || this.#mined.has(number)) continue;
      this.#mined.add(number);
      void this.#count(batch);
    }
    // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
    const deep = look.deep < look.accepted ? look.deep : look.accepted;
    for (let number = this.#anchored + 1n; number <= deep; number += 1n) {
      const pending = this.#batches.get(number);
      if (pending === undefined) return;
      this.#mined.delete(number);
      this.#batches.delete(number);
      this.#anchored = number;
      this.#events.onAnchored(pending.batch);
    }
  }

  /** Gas of a batch that was mined; 0 when another's transaction carried it. */
  async #count(batch: Batch): Promise<void> {
    const flight = flightOf(this.state);
    let receipt: Awaited<ReturnType<PosterChain["receipt"]>>;
    if (flight?.number === batch.header.number) {
      for (const hash of flight.hashes) receipt ??= await this.#chain.receipt(hash).catch(() => undefined);
    }
    if (this.#counted.has(batch)) return; // mined before, and again after a reorganisation
    this.#counted.add(batch);
    this.totals.batches += 1;
    this.totals.dataBytes += batch.data.length;
    this.totals.gas += receipt?.gasUsed ?? 0n;
    this.totals.blobGas += receipt?.blobGasUsed ?? 0n;
    this.#events.onMined(batch, receipt?.gasUsed ?? 0n);
  }
}

function flightOf(state: Posting): Flight | undefined {
  return state.at === "flying" || state.at === "capped" ? state.flight : undefined;
}

/** Nodes word it differently (geth, reth, erigon, anvil); what matters is whether to offer more or to look again. */
function causeOf(text: string): "underpriced" | "nonce-used" | "other" {
  if (/underpriced|fee too low|replacement|base fee/i.test(text)) return "underpriced";
  if (/nonce too low|nonce.*(used|low)/i.test(text)) return "nonce-used";
  return "other";
}

/** `data` is empty when blobs carry it. */
export function acceptBatchData(batch: Batch, hasBlobs: boolean): string {
  const data = hasBlobs ? "0x" : toHex(batch.data);
  return SETTLEMENT_ABI.encodeFunctionData("acceptBatch", [batch.header, toHex(batch.signature), data]);
}
