import { emitInboxSlot, fromHex, INBOX_HASH_TYPES, INBOX_KIND_NAMES } from "@sealbook/wire";
import { AbiCoder, keccak256, ZeroHash } from "ethers";
import { HostError } from "../errors.ts";
import type { InboxEvent } from "./client.ts";

/**
 * Carries inbox entries, k blocks deep, from the chain to the enclave in order. The rolling hash is checked here only to fail early and
 * in words; the enclave computes it itself and the contract compares.
 */

export interface InboxChain {
  blockNumber(): Promise<number>;
  /** Undefined while the inbox is shorter. */
  inboxHashAt(count: bigint, block: number): Promise<string | undefined>;
  inboxEvents(fromBlock: number, toBlock: number): Promise<InboxEvent[]>;
}

const BLOCKS_PER_QUERY = 2000;

export class InboxWatcher {
  /** Index of the next entry the enclave is given. */
  cursor: bigint;
  /** The chain no longer holds what the enclave has consumed: a reorganisation deeper than the confirmations (F49). */
  isReorganised = false;
  readonly #fromBlock: number;
  readonly #chain: InboxChain;
  readonly #confirmations: number;
  readonly #push: (index: number, entry: Uint8Array) => void;
  #nextBlock: number;
  #hash: string | undefined;

  /** `cursor`: entries the enclave has consumed. `fromBlock`: where to begin looking. */
  constructor(
    chain: InboxChain,
    cursor: bigint,
    fromBlock: number,
    confirmations: number,
    push: (index: number, entry: Uint8Array) => void,
  ) {
    this.#chain = chain;
    this.cursor = cursor;
    this.#fromBlock = fromBlock;
    this.#nextBlock = fromBlock;
    this.#confirmations = confirmations;
    this.#push = push;
  }

  /**
   * Looks at the blocks that became deep enough since the last time.
   * @throws HostError E_INBOX_HASH; E_INBOX_REORG while the chain does not hold what was passed on: nothing more is passed on then, and no
   * batch would be accepted; the host halts the markets until the same entries are back
   */
  async step(): Promise<void> {
    const tip = await this.#chain.blockNumber();
    await this.#checkConsumed(tip);
    const deep = tip - this.#confirmations;
    while (this.#nextBlock <= deep) {
      const toBlock = Math.min(deep, this.#nextBlock + BLOCKS_PER_QUERY - 1);
      const events = await this.#chain.inboxEvents(this.#nextBlock, toBlock);
      for (const event of events) await this.#take(event);
      this.#nextBlock = toBlock + 1;
    }
  }

  async #checkConsumed(tip: number): Promise<void> {
    if (this.cursor === 0n) {
      this.#hash ??= ZeroHash;
      return;
    }
    const hash = await this.#chain.inboxHashAt(this.cursor, tip);
    if (this.#hash === undefined && hash !== undefined) this.#hash = hash;
    const wasReorganised = this.isReorganised;
    this.isReorganised = hash === undefined || hash !== this.#hash;
    if (this.isReorganised) {
      // The entries may come back in other blocks.
      this.#nextBlock = this.#fromBlock;
      throw new HostError(
        "E_INBOX_REORG",
        `The chain has lost inbox entries that are credited: of the first ${this.cursor}, ${hash === undefined ? "some are gone" : "one is another"} after a reorganisation deeper than chain.confirmations.`,
        {
          fix: "Markets are halted and no batch can be accepted. If the same entries come back, all goes on by itself; if not, users leave by the last accepted root.",
        },
      );
    }
    if (wasReorganised) this.#nextBlock = this.#fromBlock;
  }

  async #take(event: InboxEvent): Promise<void> {
    if (event.index < this.cursor) return;
    if (event.index > this.cursor) {
      throw new HostError(
        "E_INBOX_HASH",
        `The chain shows inbox entry ${event.index}; ${this.cursor} was due.`,
        {
          fix: "The node may have pruned logs: use one that serves them from the deployment on.",
        },
      );
    }
    const hash = inboxHash(this.#hash!, event);
    if (hash !== event.inboxHash) {
      throw new HostError(
        "E_INBOX_HASH",
        `Inbox entry ${event.index} does not lead to the hash the contract stored.`,
      );
    }
    this.#push(Number(event.index), slotOf(event));
    this.#hash = hash;
    this.cursor += 1n;
  }
}

/** hash(n + 1) from hash(n). */
export function inboxHash(before: string, event: Omit<InboxEvent, "inboxHash">): string {
  const values = [
    before,
    event.index,
    event.kind,
    event.owner,
    event.subaccount,
    event.amount,
    event.data,
    event.enteredAt,
  ];
  return keccak256(AbiCoder.defaultAbiCoder().encode([...INBOX_HASH_TYPES], values));
}

function slotOf(event: InboxEvent): Uint8Array {
  const kind = INBOX_KIND_NAMES[event.kind];
  if (kind === undefined)
    throw new HostError("E_INBOX_HASH", `Inbox entry ${event.index} has the unknown kind ${event.kind}.`);
  return emitInboxSlot({
    type: "inbox-entry",
    index: event.index,
    kind,
    owner: fromHex(event.owner, 20),
    subaccount: event.subaccount,
    amount: event.amount,
    data: fromHex(event.data, 32),
    at: event.enteredAt,
  });
}
