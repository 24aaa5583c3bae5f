/** A desk of two or more traders without sockets or a chain: what it writes down, and what a chain would then say. */
import { type Shape, type State, shapes, stateRoot } from "@sealbook/circuits";
import { ValiditySigner } from "@sealbook/sdk";
import type { InstrumentConfig } from "@sealbook/wire";
import { unpackData } from "@sealbook/wire/state";
import { sessionKeyOf, type ValidityCommand, type ValidityEvent } from "@sealbook/wire/validity";
import { toBeHex } from "ethers";
import { stateOfData } from "../prove/index.ts";
import type { Entry, PathChain, ProvenWords } from "../prove/path-chain.ts";
import type { NumberedCut, ValidityDesk } from "./desk.ts";
import { genesisOf } from "./genesis.ts";
import { type CommandRecord, parseRecord } from "./records.ts";
import { type Resumed, resume } from "./resume.ts";

export const SECOND = 1_000_000n;
export const START = 1_790_000_000n * SECOND;
const DOMAIN = 0x5ea1n;

export const perpetual: InstrumentConfig = {
  instrument: 1,
  symbol: "BTC-PERP",
  kind: "perpetual",
  tickValue: 1_000n,
  lotsMax: 1_000_000,
  priceTicksMax: 10_000_000,
  initialPpm: 100_000,
  maintenancePpm: 50_000,
  makerFeePpm: -100,
  takerFeePpm: 500,
  liquidationFeePpm: 0,
  index: 50_000_000n,
};

export class DeskFixture {
  readonly records: CommandRecord[] = [];
  readonly entries: Entry[] = [];
  readonly advanced: ProvenWords[] = [];
  readonly shape: Shape;
  readonly #library: string;
  readonly #leaves = genesisOf([perpetual]).leaves;
  readonly #nonces = new Map<number, bigint>();
  readonly #signers = new Map<number, ValiditySigner>();
  /** Where the chain stands. */
  chain = {
    root: stateRoot(stateOfData(unpackData(this.#leaves))),
    cursor: 0,
    round: 0n,
    closedAt: 0n,
    held: 0n,
  };
  cuts: NumberedCut[] = [];
  now = START;
  desk!: ValidityDesk;
  resumed!: Resumed;
  #tag = 0;

  constructor(library: string, shape: Shape = shapes.batch2) {
    this.#library = library;
    this.shape = shape;
  }

  /** Starts, or starts again, on what was written down and what the chain says. */
  async start(): Promise<Resumed> {
    this.desk?.sequencer.close();
    this.resumed = await resume({
      chain: this.#pathChain(),
      leaves: unpackData(this.#leaves),
      markets: [perpetual],
      shape: this.shape,
      facts: { chainId: 31_337n, settlement: toBeHex(1, 20), path: toBeHex(2, 20) },
      records: this.records,
      now: () => this.now,
      library: this.#library,
    });
    this.records.push(...this.resumed.added);
    this.desk = this.resumed.desk;
    this.cuts = [...this.resumed.cuts];
    this.desk.publish = async (records) => void this.records.push(...records.map(parseRecord));
    this.desk.cutReady = (cut) => this.cuts.push(cut);
    return this.resumed;
  }

  /** Deposits and keys of so many traders, taken by the desk. */
  async join(count: number, amount = 100_000_000n): Promise<void> {
    for (let account = 1; account <= count; account++) {
      const secret = BigInt(1_000 + account);
      const [x, y] = sessionKeyOf(secret);
      this.#signers.set(account, new ValiditySigner({ account, domain: DOMAIN, secret }));
      this.enter(1, account, amount);
      this.enter(5, account, 0n, x);
      this.enter(5, account, 1n, y);
    }
    await this.takeEntries();
  }

  enter(kind: number, owner: number, amount: bigint, data = 0n): void {
    this.entries.push({
      index: this.entries.length,
      kind,
      owner: toBeHex(owner, 20),
      subaccount: 0,
      amount,
      data: toBeHex(data, 32),
      enteredAt: this.now / SECOND,
    });
  }

  /** The desk takes what waits; as much as its backlog allows. */
  async takeEntries(): Promise<void> {
    while (this.desk.sequencer.inboxCursor < this.entries.length) {
      await this.desk.entries(this.entries.slice(this.desk.sequencer.inboxCursor));
      await this.settle();
    }
  }

  signer(account: number): ValiditySigner {
    return this.#signers.get(account)!;
  }

  order(account: number, isBuy: boolean, price: bigint, lots: bigint, expiry = START + 86_400n * SECOND) {
    const { signature, ...terms } = this.signer(account).order({ instrument: 1, isBuy, price, lots, expiry });
    return this.send({ type: "order", tag: ++this.#tag, ...terms, ...signature });
  }

  withdraw(account: number, amount: bigint) {
    const nonce = (this.#nonces.get(account) ?? 0n) + 1n;
    this.#nonces.set(account, nonce);
    const { signature } = this.signer(account).withdrawal(amount, nonce);
    return this.send({ type: "withdraw", tag: ++this.#tag, account, amount, nonce, ...signature });
  }

  /** What a client hears; records are written as the host would. */
  send(command: ValidityCommand): { reply: ValidityEvent; events: ValidityEvent[] } {
    const { reply, records, notices } = this.desk.handle(command);
    this.records.push(...records.map(parseRecord));
    return { reply, events: notices.map(({ event }) => event) };
  }

  /** A round at this index, as oracles would sign it. */
  async round(round: bigint, index: bigint): Promise<void> {
    const quotes = this.desk.sequencer.quotes(round, this.now, [{ instrument: 1, index }]);
    await this.desk.round({ round, time: this.now, quotes, signatures: [] });
  }

  /** Everything cut and flushed is accepted by the chain. */
  async settle(most = Number.POSITIVE_INFINITY): Promise<void> {
    await this.desk.flush(true);
    await new Promise((next) => setImmediate(next));
    for (let count = 0; count < most && this.cuts.length > 0; count++) await this.accept(this.cuts.shift()!);
  }

  /** The chain accepts one batch. */
  async accept(cut: NumberedCut): Promise<void> {
    const { batch, entries, time, number, through } = cut;
    const root = batch.publicInputs[3]!;
    this.advanced.push({ number, stateRoot: root, words: batch.words });
    this.chain = {
      root,
      cursor: this.chain.cursor + entries.length,
      round: batch.published.round,
      closedAt: time / SECOND,
      held: 0n,
    };
    await this.desk.proven(number, root, toBeHex(number, 32), through);
  }

  /** Leaves ahead of the batches, to compare. */
  leaves(): unknown {
    const plain = ({ accounts, round, nextAccount }: State) => ({
      accounts: [...accounts].filter(([id]) => id < nextAccount).sort(([a], [b]) => a - b),
      round,
    });
    return plain(this.desk.sequencer.ahead);
  }

  #pathChain(): PathChain {
    const { chain } = this;
    return {
      present: async () => ({
        isOpen: true,
        epoch: 0n,
        batchNumber: BigInt(this.advanced.length),
        stateRoot: chain.root,
        inboxCursor: chain.cursor,
        oracleRound: chain.round,
        domain: DOMAIN,
        held: heldAfter(this.advanced, this.entries, chain.cursor),
        fillsRoot: 0n,
      }),
      advanced: async () => this.advanced,
      entries: async (cursor: number) => this.entries.filter(({ index }) => index >= cursor),
      settlement: async () => ({ clocks: async () => ({ closedAt: chain.closedAt }) }),
    } as unknown as PathChain;
  }
}

/** Deposits that were consumed, less what proven withdrawals paid: the contract's `held`. */
function heldAfter(advanced: readonly ProvenWords[], entries: readonly Entry[], cursor: number): bigint {
  const deposited = entries
    .slice(0, cursor)
    .reduce((sum, { kind, amount }) => sum + (kind === 1 || kind === 6 ? amount : 0n), 0n);
  const paid = advanced
    .flatMap(({ words }) => words.slice(5 + 2))
    .reduce((sum, word, at) => {
      const kind = at % 2 === 0 ? Number(word & 15n) : 0;
      return kind === 3 || kind === 6 ? sum + BigInt.asUintN(56, word >> 196n) : sum;
    }, 0n);
  return deposited - paid;
}
