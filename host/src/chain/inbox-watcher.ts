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
/** Entries passed on whose hashes are remembered, so that a lost one can be named. */
const REMEMBERED_MAX = 10_000;
/** Lost entries that are named one by one. */
const NAMED_MAX = 5;

/** What a deep reorganisation took or changed, for a person. */
export interface LostEntries {
  text: string;
  fix: string;
}

export class InboxWatcher {
  /** Index of the next entry the enclave is given. */
  cursor: bigint;
  /** The chain no longer holds what the enclave has consumed: a reorganisation deeper than the confirmations (F49). */
  isReorganised = false;
  readonly #fromBlock: number;
  readonly #chain: InboxChain;
  readonly #confirmations: number;
  readonly #push: (index: number, entry: Uint8Array) => void;
  readonly #onLost: (lost: LostEntries) => void;
  /** Of this run, by index. */
  readonly #passed = new Map<bigint, InboxEvent>();
  /** What was last said of lost entries: said again only when it changes. */
  #told: string | undefined;
  #nextBlock: number;
  #hash: string | undefined;

  /** `cursor`: entries the enclave has consumed. `fromBlock`: where to begin looking. `onLost`: whenever what is lost has changed. */
  constructor(
    chain: InboxChain,
    cursor: bigint,
    fromBlock: number,
    confirmations: number,
    push: (index: number, entry: Uint8Array) => void,
    onLost: (lost: LostEntries) => void = () => {},
  ) {
    this.#onLost = onLost;
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
      const lost = await this.#lost(tip);
      if (lost.text !== this.#told) this.#onLost(lost);
      this.#told = lost.text;
      throw new HostError("E_INBOX_REORG", `${lost.text}.`, { fix: lost.fix });
    }
    this.#told = undefined;
    if (wasReorganised) this.#nextBlock = this.#fromBlock;
  }

  /** Which entries, as far back as this run passed them on: the newest first, until the chain agrees. */
  async #lost(tip: number): Promise<LostEntries> {
    const named: string[] = [];
    let index = this.cursor - 1n;
    for (; index >= 0n; index -= 1n) {
      const passed = this.#passed.get(index);
      const hash = await this.#chain.inboxHashAt(index + 1n, tip);
      if (passed === undefined || hash === passed.inboxHash) break;
      named.unshift(`${entryText(passed)}, ${hash === undefined ? "gone" : "now another"}`);
    }
    const others = named.length > NAMED_MAX ? ` and ${named.length - NAMED_MAX} more` : "";
    const which = named.length === 0 ? "" : `: ${named.slice(0, NAMED_MAX).join("; ")}${others}`;
    return {
      text: `A reorganisation deeper than chain.confirmations (${this.#confirmations}) took inbox entries that are credited${which}`,
      fix: REORG_FIX,
    };
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
    this.#passed.set(event.index, event);
    if (this.#passed.size > REMEMBERED_MAX) this.#passed.delete(event.index - BigInt(REMEMBERED_MAX));
    this.#hash = hash;
    this.cursor += 1n;
  }
}

/**
 * An entry that comes back in a block of another time is another entry (its hash covers the time), and the enclave cannot unlearn the one it has
 * credited. What the chain then still offers is to begin anew from its own last batch.
 */
const REORG_FIX =
  "Markets are halted and no batch can be accepted. If the same entries come back, all goes on by itself. If they come back as others (a later block time) or not at all, this history is over: " +
  "stop this host, run `sealbook recover`, and start with an empty dataDir and `leavesFile`. That goes on from the chain's last batch; what was executed or written after it is void (docs/recover.md).";

function entryText({ index, kind, owner, amount }: InboxEvent): string {
  const name = INBOX_KIND_NAMES[kind] ?? `kind ${kind}`;
  return `entry ${index} (${name} of ${owner}${amount === 0n ? "" : `, ${amount} millionths`})`;
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
