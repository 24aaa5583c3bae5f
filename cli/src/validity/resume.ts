/**
 * Where a venue in validity mode goes on: the leaves and fills the chain has, and the commands of its log that no batch on the chain holds.
 *
 * Each command is judged by what the chain says (fills of its order, the account's nonce, the inbox's cursor), so it does not matter whether
 * the venue was killed, was down for a day, or somebody else proved a batch meanwhile: what still can be is taken up again in the old
 * order, what cannot is written down as void.
 */
import { filledOf, type Shape, type State } from "@sealbook/circuits";
import type { InstrumentConfig } from "@sealbook/wire";
import type { BatchData } from "@sealbook/wire/state";
import type { ValidityEventOf } from "@sealbook/wire/validity";
import { type Entry, type PathChain, type Present, provenState } from "../prove/index.ts";
import { type NumberedCut, recordedFills, ValidityDesk, type VenueFacts } from "./desk.ts";
import type { CommandRecord } from "./records.ts";
import { ValidityRefusal } from "./refusal.ts";
import { ValiditySequencer } from "./sequencer.ts";

/** A batch's time may be 15 minutes before its block: what is older than this cannot be proven in time any more, so it is cut anew. */
const STALE_US = 10n * 60_000_000n;

export interface ResumeOptions {
  readonly chain: PathChain;
  /** Leaves the venue was deployed with, or later ones. */
  readonly leaves: BatchData;
  readonly markets: readonly InstrumentConfig[];
  readonly shape: Shape;
  readonly facts: Omit<VenueFacts, "epoch" | "domain" | "shape" | "markets">;
  readonly records: readonly CommandRecord[];
  /** µs, as the chain's blocks have it. */
  readonly now: () => bigint;
  readonly library?: string;
}

export interface Resumed {
  readonly desk: ValidityDesk;
  /** Batches cut again as they were, to be proven. */
  readonly cuts: readonly NumberedCut[];
  /** To be written down before anything else is. */
  readonly added: readonly CommandRecord[];
  /** Commands taken up again, and sequences that could not be. */
  readonly taken: number;
  readonly voided: readonly bigint[];
  /** Commands whose fills are other ones than were told. */
  readonly changed: readonly bigint[];
}

export async function resume(options: ResumeOptions): Promise<Resumed> {
  const present = await options.chain.present();
  const state = await provenState(options.chain, options.leaves, options.shape.instruments);
  const batches = await options.chain.advanced();
  const entries = new Map((await options.chain.entries(present.inboxCursor)).map((one) => [one.index, one]));
  const root = (number: bigint) => batches.find((batch) => batch.number === number)?.stateRoot;
  const last = options.records.findLast(
    (one): one is Extract<CommandRecord, { t: "cut" }> => one.t === "cut" && root(one.number) === one.root,
  );
  const isOurs = (last?.number ?? 0n) === present.batchNumber;
  const sequencer = new ValiditySequencer({
    instruments: options.markets,
    shape: options.shape,
    domain: present.domain,
    epoch: present.epoch,
    state,
    inboxCursor: present.inboxCursor,
    time: isOurs && last ? last.time : await earliest(options.chain),
    ...(options.library ? { library: options.library } : {}),
  });
  const replay = new Replay(options, present, state, sequencer, entries);
  replay.run(last, isOurs);
  const { epoch, domain } = present;
  const facts = { ...options.facts, epoch, domain, shape: options.shape, markets: options.markets };
  const desk = new ValidityDesk({
    sequencer,
    facts,
    sequence: replay.sequence,
    batch: present.batchNumber,
    now: options.now,
    undone: undoneOf(options.records, replay),
    rounds: options.records.flatMap((one) => (one.t === "round" ? [one.prices] : [])),
    cuts: replay.cuts,
    provenThrough: replay.provenThrough,
  });
  return {
    desk,
    cuts: replay.cuts,
    added: replay.added,
    taken: replay.taken,
    voided: replay.voided,
    changed: replay.changed,
  };
}

function undoneOf(
  records: readonly CommandRecord[],
  { voided, changed }: Replay,
): Map<number, ValidityEventOf<"undone">[]> {
  const undone = new Map<number, ValidityEventOf<"undone">[]>();
  for (const one of records) {
    if (one.t !== "order" && one.t !== "withdraw") continue;
    if (!voided.includes(one.n) && !changed.includes(one.n)) continue;
    const [account, id] = one.t === "order" ? [one.order.account, one.order.id] : [one.account, one.nonce];
    const event = { type: "undone" as const, sequence: one.n, account, id, isVoid: voided.includes(one.n) };
    undone.set(account, [...(undone.get(account) ?? []), event]);
  }
  return undone;
}

/** No batch may be before the last accepted one. */
async function earliest(chain: PathChain): Promise<bigint> {
  const settlement = await chain.settlement();
  const { closedAt } = await settlement.clocks!();
  return BigInt(closedAt) * 1_000_000n;
}

class Replay {
  readonly added: CommandRecord[] = [];
  readonly cuts: NumberedCut[] = [];
  readonly voided: bigint[] = [];
  readonly changed: bigint[] = [];
  taken = 0;
  sequence: bigint;
  readonly #records: readonly CommandRecord[];
  readonly #now: bigint;
  readonly #present: Present;
  readonly #fills: (account: number, id: bigint) => bigint;
  readonly #sequencer: ValiditySequencer;
  readonly #entries: ReadonlyMap<number, Entry>;
  /** Cut as before, while everything is as it was. */
  #isSame = true;
  /** First command that left an operation. */
  #firstPending: bigint | undefined;

  constructor(
    options: ResumeOptions,
    present: Present,
    state: State,
    sequencer: ValiditySequencer,
    entries: ReadonlyMap<number, Entry>,
  ) {
    this.#records = options.records;
    this.#now = options.now();
    this.#present = present;
    this.#sequencer = sequencer;
    this.#entries = entries;
    this.sequence = options.records.at(-1)?.n ?? 0n;
    // As they are now: the sequencer's state moves on.
    const fills = new Map([...state.fills].map(([id, words]) => [id, [...words]]));
    this.#fills = (account, id) => {
      const found = fills.get(account);
      const filled = found && filledOf(found, id);
      return filled && filled.id === id ? filled.lots : filled && filled.id > id ? -1n : 0n;
    };
  }

  /** Everything up to here is on the chain. */
  get provenThrough(): bigint {
    return this.#firstPending === undefined ? this.sequence : this.#firstPending - 1n;
  }

  /** @param last of our batches that is on the chain: it and those before hold everything up to its `through` */
  run(last: Extract<CommandRecord, { t: "cut" }> | undefined, isOurs: boolean): void {
    const gone = new Set(this.#records.flatMap((one) => (one.t === "void" ? [one.of] : [])));
    const [before, after] = [[], []] as [CommandRecord[], CommandRecord[]];
    for (const one of this.#records) {
      if (gone.has(one.n)) continue;
      // Commands are cut long after they came: what stands before a cut need not be in it, but its time is.
      const isOfBatches = one.t === "cut" || one.t === "open";
      const isBefore = one.n <= (isOfBatches ? (last?.n ?? 0n) : (last?.through ?? 0n));
      (isBefore ? before : after).push(one);
    }
    const times = after.flatMap((one) => (one.t === "cut" || one.t === "open" ? [one.time] : []));
    const isStale = this.#now - (times[0] ?? this.#sequencer.time) > STALE_US;
    this.#isSame = isOurs && !isStale;
    if (!this.#isSame) this.#sequencer.open(this.#now);
    for (const one of this.#leftOf(before)) this.#apply(one, true);
    for (const one of after) this.#apply(one, false);
    for (const of of this.voided) this.added.push({ t: "void", n: this.#next(), of });
  }

  /** Of the commands before: orders that are still open. What closed them stands in the records. */
  #leftOf(before: readonly CommandRecord[]): CommandRecord[] {
    const open = new Map<string, Extract<CommandRecord, { t: "order" }>>();
    const key = (account: number, id: bigint) => `${account}:${id}`;
    for (const one of before) {
      if (one.t === "order") {
        this.#sequencer.orders.remember(one.order, one.n);
        open.set(key(one.order.account, one.order.id), one);
      }
      if (one.t === "closed") open.delete(key(one.account, one.id));
      if (one.t === "cancel")
        for (const [name, { order }] of open)
          if (order.account === one.account && (one.isAll ? order.id <= one.id : order.id === one.id))
            open.delete(name);
    }
    return [...open.values()].filter(({ order }) => order.expiry >= this.#sequencer.time);
  }

  #apply(record: CommandRecord, isResting: boolean): void {
    try {
      this.#applyKind(record, isResting);
      if (this.#sequencer.waiting > 0 || this.cuts.length > 0) this.#firstPending ??= record.n;
    } catch (error) {
      if (!(error instanceof ValidityRefusal)) throw error;
      // A cancellation of what is not open any more has what it wanted.
      if (record.t === "order" || record.t === "withdraw") this.voided.push(record.n);
    }
  }

  #applyKind(record: CommandRecord, isResting: boolean): void {
    if (record.t === "order") this.#order(record, isResting);
    if (record.t === "withdraw") this.#withdraw(record);
    if (record.t === "entry") this.#entry(record.index, record.n);
    if (record.t === "round") this.#round(record);
    if (record.t === "cut") this.#cut(record);
    if (record.t === "open" && this.#isSame && !this.#sequencer.hasBatch) this.#sequencer.open(record.time);
    if (record.t === "cancel") {
      this.#sequencer.cancelKnown(record);
      this.#sequencer.pass(record.n);
    }
  }

  #order(record: Extract<CommandRecord, { t: "order" }>, isResting: boolean): void {
    const { order, n } = record;
    const filled = this.#fills(order.account, order.id);
    const left = filled < 0n ? 0n : order.lots - filled;
    if (left <= 0n) {
      this.#sequencer.orders.remember(order, n);
      return;
    }
    const { fills } = this.#sequencer.order(order, n, left);
    if (fills.length === 0) this.#sequencer.pass(n);
    this.taken += 1;
    const isTold = isResting || filled > 0n || sameFills(recordedFills(fills), record.fills);
    if (!isTold) this.changed.push(n);
  }

  #withdraw(record: Extract<CommandRecord, { t: "withdraw" }>): void {
    const nonce = this.#sequencer.ahead.accounts.get(record.account)?.nonce ?? 0n;
    if (record.nonce <= nonce) return;
    this.#sequencer.withdraw(record, record.n);
    this.taken += 1;
  }

  #entry(index: number, n: bigint): void {
    const entry = this.#entries.get(index);
    if (entry && index === this.#sequencer.inboxCursor) this.#sequencer.inbox(entry, n);
  }

  /** Prices of another time cannot be proven now; the next round brings new ones. */
  #round({ prices, n }: Extract<CommandRecord, { t: "round" }>): void {
    const isStale = this.#now - prices.time > STALE_US;
    if (!this.#isSame || isStale || prices.round <= this.#present.oracleRound || this.#sequencer.waiting > 0)
      return;
    this.#sequencer.round(prices.round, prices.time, prices.quotes, n);
  }

  /** The batch as it was cut, if it still is: its proof may be on disk. */
  #cut(record: Extract<CommandRecord, { t: "cut" }>): void {
    const number = this.#present.batchNumber + BigInt(this.cuts.length) + 1n;
    const isSame =
      this.#isSame &&
      record.number === number &&
      record.time === this.#sequencer.time &&
      this.#sequencer.waiting >= record.operations;
    if (!isSame) {
      this.#isSame = false;
      return;
    }
    const cut = this.#sequencer.cut(record.operations);
    if (!cut) return;
    this.cuts.push({ ...cut, number });
    if (cut.batch.publicInputs[3] !== record.root || cut.operations !== record.operations)
      this.#isSame = false;
    // What is cut otherwise is written down, so that the next start finds it.
    if (!this.#isSame)
      this.added.push({
        t: "cut",
        n: this.#next(),
        number,
        time: cut.time,
        operations: cut.operations,
        through: cut.through,
        root: cut.batch.publicInputs[3]!,
      });
  }

  #next(): bigint {
    this.sequence += 1n;
    return this.sequence;
  }
}

function sameFills(
  a: readonly (readonly [number, bigint, bigint, bigint])[],
  b: readonly (readonly [number, bigint, bigint, bigint])[],
): boolean {
  return a.length === b.length && a.every((fill, at) => fill.every((part, place) => part === b[at]![place]));
}
