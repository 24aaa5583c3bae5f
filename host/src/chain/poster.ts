import type { Batch } from "@sealbook/wire";
import { toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import { SETTLEMENT_ABI } from "./abi.ts";

/**
 * Posts batches in order, one transaction in flight, and says when each is k blocks deep. A state machine that moves only in `step`, over
 * what the chain says now: so a dropped, replaced or reorganised transaction is found by looking, not by an event that may be missed.
 *
 *   idle → simulate → sent → (mined → anchored) and back to idle for the next batch
 */

/** The poster's chain; `Chain` fulfils it. */
export interface PosterChain {
  head(): Promise<{ batchNumber: bigint }>;
  blockNumber(): Promise<number>;
  nonce(): Promise<number>;
  fees(): Promise<{ maxFeePerGas: bigint | null; maxPriorityFeePerGas: bigint | null }>;
  wouldRevert(to: string, data: string, abi: typeof SETTLEMENT_ABI): Promise<string | undefined>;
  send(request: {
    to: string;
    data: string;
    nonce: number;
    maxFeePerGas: bigint;
    maxPriorityFeePerGas: bigint;
    gasLimit: bigint;
  }): Promise<string>;
  receipt(hash: string): Promise<{ status: number | null; blockNumber: number; gasUsed: bigint } | null>;
}

export interface PosterOptions {
  settlement: string;
  confirmations: number;
  stuckMs: number;
  feeBumpPercent: number;
}

export interface PosterEvents {
  onMined(batch: Batch, gasUsed: bigint): void;
  /** In order of number; each once. */
  onAnchored(batch: Batch): void;
}

interface Sent {
  number: bigint;
  nonce: number;
  hashes: string[];
  at: number;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

interface Mined {
  batch: Batch;
  blockNumber: number;
}

const GAS_LIMIT = 400_000n;
const GWEI = 1_000_000_000n;

export class Poster {
  sent = 0;
  bumps = 0;
  /** Why the next batch would be refused, while it would. */
  blocked: string | undefined;
  gasUsedLast = 0n;
  readonly #chain: PosterChain;
  readonly #options: PosterOptions;
  readonly #events: PosterEvents;
  readonly #log: Logger;
  /** Every batch not yet anchored, by number: a reorganisation may ask for it again. */
  readonly #batches = new Map<bigint, Batch>();
  readonly #mined = new Map<bigint, Mined>();
  #anchored: bigint;
  #inFlight: Sent | undefined;

  /** `anchored`: the batch the chain stood at when this host opened its epoch. */
  constructor(
    chain: PosterChain,
    anchored: bigint,
    options: PosterOptions,
    events: PosterEvents,
    log: Logger,
  ) {
    this.#chain = chain;
    this.#anchored = anchored;
    this.#options = options;
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

  add(batch: Batch): void {
    this.#batches.set(batch.header.number, batch);
  }

  /** One look at the chain and at most one transaction. `now` in ms. Errors of the node pass through; call again later. */
  async step(now: number): Promise<void> {
    if (this.#batches.size === 0) return;
    const accepted = (await this.#chain.head()).batchNumber;
    this.#forgetReorganised(accepted);
    await this.#noteMined(accepted);
    await this.#anchor(accepted);

    const next = this.#batches.get(accepted + 1n);
    if (this.#inFlight !== undefined) await this.#watch(this.#inFlight, now);
    else if (next !== undefined) await this.#post(next, now);
  }

  async #post(batch: Batch, now: number): Promise<void> {
    const data = acceptBatchData(batch);
    const reason = await this.#chain.wouldRevert(this.#options.settlement, data, SETTLEMENT_ABI);
    if (reason !== undefined) {
      if (reason !== this.blocked)
        this.#log.error({ batch: Number(batch.header.number), reason }, "the chain would refuse this batch");
      this.blocked = reason;
      return;
    }
    this.blocked = undefined;
    const fees = await this.#chain.fees();
    const maxPriorityFeePerGas = fees.maxPriorityFeePerGas ?? GWEI;
    const maxFeePerGas = fees.maxFeePerGas ?? 2n * GWEI;
    const nonce = await this.#chain.nonce();
    this.#inFlight = {
      number: batch.header.number,
      nonce,
      hashes: [],
      at: now,
      maxFeePerGas,
      maxPriorityFeePerGas,
    };
    await this.#send(this.#inFlight, data);
  }

  async #send(sent: Sent, data: string): Promise<void> {
    const { nonce, maxFeePerGas, maxPriorityFeePerGas } = sent;
    try {
      const request = {
        to: this.#options.settlement,
        data,
        nonce,
        maxFeePerGas,
        maxPriorityFeePerGas,
        gasLimit: GAS_LIMIT,
      };
      sent.hashes.push(await this.#chain.send(request));
      this.sent += 1;
    } catch (error) {
      // The node may have taken it and lost the answer: keep watching the nonce before anything is sent again.
      this.#log.warn(
        { batch: Number(sent.number), error: (error as Error).message },
        "sending a batch failed",
      );
      if (sent.hashes.length === 0) this.#inFlight = undefined;
    }
  }

  /** Mined, reverted, replaced, or stuck? */
  async #watch(sent: Sent, now: number): Promise<void> {
    for (const hash of sent.hashes) {
      const receipt = await this.#chain.receipt(hash);
      if (receipt === null) continue;
      if (receipt.status === 1) {
        this.gasUsedLast = receipt.gasUsed;
        const batch = this.#batches.get(sent.number);
        if (batch !== undefined && !this.#mined.has(sent.number)) {
          this.#mined.set(sent.number, { batch, blockNumber: receipt.blockNumber });
          this.#events.onMined(batch, receipt.gasUsed);
        }
      } else this.#log.error({ batch: Number(sent.number), hash }, "a batch reverted on chain");
      this.#inFlight = undefined;
      return;
    }
    if ((await this.#chain.nonce()) > sent.nonce) {
      // Something else used this nonce. Look again from the top: the head says whether the batch is needed.
      this.#inFlight = undefined;
      return;
    }
    if (now - sent.at < this.#options.stuckMs) return;
    const batch = this.#batches.get(sent.number);
    if (batch === undefined) return;
    const bump = (fee: bigint) => (fee * BigInt(100 + this.#options.feeBumpPercent)) / 100n + 1n;
    sent.maxFeePerGas = bump(sent.maxFeePerGas);
    sent.maxPriorityFeePerGas = bump(sent.maxPriorityFeePerGas);
    sent.at = now;
    this.bumps += 1;
    await this.#send(sent, acceptBatchData(batch));
  }

  /** Batches the chain has accepted although we saw no receipt: somebody else sent them, or the answer was lost. */
  async #noteMined(accepted: bigint): Promise<void> {
    let blockNumber: number | undefined;
    for (const [number, batch] of this.#batches) {
      if (number > accepted || this.#mined.has(number) || this.#inFlight?.number === number) continue;
      blockNumber ??= await this.#chain.blockNumber();
      this.#mined.set(number, { batch, blockNumber });
      this.#events.onMined(batch, 0n);
    }
  }

  #forgetReorganised(accepted: bigint): void {
    for (const number of this.#mined.keys()) {
      if (number <= accepted) continue;
      this.#mined.delete(number);
      this.#log.warn({ batch: Number(number) }, "the chain dropped a batch; it is posted again");
    }
  }

  async #anchor(accepted: bigint): Promise<void> {
    let tip: number | undefined;
    for (let number = this.#anchored + 1n; number <= accepted; number += 1n) {
      const mined = this.#mined.get(number);
      if (mined === undefined) return;
      tip ??= await this.#chain.blockNumber();
      if (tip - mined.blockNumber < this.#options.confirmations) return;
      this.#mined.delete(number);
      this.#batches.delete(number);
      this.#anchored = number;
      this.#events.onAnchored(mined.batch);
    }
  }
}

export function acceptBatchData(batch: Batch): string {
  return SETTLEMENT_ABI.encodeFunctionData("acceptBatch", [batch.header, toHex(batch.signature)]);
}
