/** A served venue without an enclave: log, desk, sockets, the chain's entries in, proven batches out. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Shape, type StatementName, shapes } from "@sealbook/circuits";
import {
  CommandLog,
  createLog,
  HostError,
  lockFolder,
  serveValidity,
  type ValidityServeOptions,
  type ValidityServer,
} from "@sealbook/host";
import type { InstrumentConfig } from "@sealbook/wire";
import type { BatchData } from "@sealbook/wire/state";
import { getBytes, keccak256, solidityPacked, type Wallet } from "ethers";
import { PathChain, type SignedPrices } from "../prove/index.ts";
import type { NumberedCut, ValidityDesk } from "./desk.ts";
import { priceSigners } from "./price-signers.ts";
import { Proofs } from "./proofs.ts";
import { emitRecord, parseRecord } from "./records.ts";
import { type Resumed, resume } from "./resume.ts";

export interface ValidityVenueOptions {
  readonly path: string;
  /** Pays for the batches; anyone's will do. */
  readonly poster: Wallet;
  /** Leaves the venue was deployed with (`sealbook prove genesis`). */
  readonly leaves: BatchData;
  readonly markets: readonly InstrumentConfig[];
  readonly dataDir: string;
  readonly serve: ValidityServeOptions;
  readonly crs?: string;
  readonly devSeed?: string;
  /** Another prover than `bb`: what it gives must satisfy the path's verifier. */
  readonly prove?: (cut: NumberedCut) => Promise<Buffer>;
  /** Longest that an operation waits for company in its batch. */
  readonly batchMs?: number;
  readonly pollMs?: number;
  /** Blocks on top of an inbox entry before it is taken. */
  readonly confirmations?: number;
  readonly logLevel?: string;
  readonly library?: string;
  readonly onFatal?: (error: unknown) => void;
}

interface ChainFacts {
  readonly chainId: bigint;
  readonly settlement: string;
  readonly path: string;
}

/** Readings of a chain that moves, before a start gives up. */
const START_TRIES = 5;
const BATCH_MS = 2_000;
/** Prices that nobody has traded at reach the chain so often; their signatures are good for a quarter of an hour. */
const PRICES_MS = 60_000;
const POLL_MS = 250;

export class ValidityVenue {
  readonly chain: PathChain;
  readonly #options: ValidityVenueOptions;
  readonly #log: CommandLog;
  readonly #logger: ReturnType<typeof createLog>;
  readonly #release: () => void;
  #desk!: ValidityDesk;
  #checkPrices!: ValidityDesk["checkPrices"];
  #server!: ValidityServer;
  #proofs!: Proofs;
  #shape!: Shape & { name: string };
  #blockTime = 0n;
  #cutAt = performance.now();
  /** First block whose inbox entries were not read. */
  #nextBlock = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** How often the chain went another way than this venue. */
  overtaken = 0;
  resumed!: Pick<Resumed, "taken" | "voided" | "changed">;
  /** Gas of each accepted batch, and seconds its proof took. */
  readonly accepted: { number: bigint; gas: bigint; seconds: number; operations: number }[] = [];

  private constructor(options: ValidityVenueOptions, chain: PathChain, log: CommandLog, release: () => void) {
    this.#options = options;
    this.chain = chain;
    this.#log = log;
    this.#release = release;
    this.#logger = createLog(options.logLevel ?? "info");
  }

  /** @throws {HostError} @throws {import("../prove/errors.ts").ProveError} */
  static async start(options: ValidityVenueOptions): Promise<ValidityVenue> {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const release = lockFolder(join(options.dataDir, "host.lock"), options.dataDir);
    try {
      const chain = new PathChain(options.path, options.poster);
      const { chainId } = await chain.provider.getNetwork();
      const settlement = await (await chain.settlement()).getAddress();
      const name = keccak256(
        solidityPacked(["string", "uint256", "address"], ["sealbook.validity.log.v1", chainId, settlement]),
      );
      const { log, found } = CommandLog.open(join(options.dataDir, "commands.log"), getBytes(name));
      const venue = new ValidityVenue(options, chain, log, release);
      if (found.tornBytes > 0)
        venue.#logger.warn({ bytes: found.tornBytes }, "dropped a record that nobody was told of");
      await venue.#open({ chainId, settlement, path: options.path }, found.records);
      return venue;
    } catch (error) {
      release();
      throw error;
    }
  }

  get endpoints() {
    return this.#server.endpoints;
  }

  get desk(): ValidityDesk {
    return this.#desk;
  }

  status(): object {
    return { ...this.#desk.status(), counts: this.#server.counts() };
  }

  /** A signed round from this very process, checked like any other. */
  async round(prices: SignedPrices): Promise<void> {
    await this.#desk.checkPrices(prices);
    await this.#desk.round(prices);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#proofs.close();
    await this.#server.close();
    this.#desk.sequencer.close();
    this.#release();
  }

  async #open(facts: ChainFacts, records: readonly Uint8Array[]): Promise<void> {
    this.#shape = await statementOf(this.chain);
    this.#checkPrices = await priceSigners(this.chain, facts);
    await this.#readTime();
    const taken = await this.#resume(facts, records, START_TRIES);
    this.#proofs = this.#startProofs(facts);
    const delegate = {
      handle: (command: Parameters<ValidityDesk["handle"]>[0]) => this.#desk.handle(command),
      status: () => this.#desk.status(),
      book: (instrument: number) => this.#desk.book(instrument),
      quotes: (text: string) => this.#desk.quotes(text),
      prices: (text: string) => this.#desk.prices(text),
    };
    this.#desk = taken.desk;
    // Who connects before everything is in place is told to wait.
    this.#desk.isResting = true;
    this.#server = await serveValidity(delegate, this.#log, this.#options.serve, {
      logger: this.#logger,
      fatal: (error) => this.#fatal(error),
    });
    this.#adopt(taken);
    this.#desk.isResting = false;
    this.#poll(facts);
  }

  /**
   * Where the chain and the log stand. Whoever proves moves the chain while it is read: then once more, up to `tries` times.
   */
  async #resume(facts: ChainFacts, records: readonly Uint8Array[], tries: number): Promise<Resumed> {
    const { leaves, markets, library } = this.#options;
    for (let left = tries; ; left--) {
      try {
        const taken = await resume({
          chain: this.chain,
          leaves,
          markets,
          shape: this.#shape,
          facts,
          records: records.map(parseRecord),
          now: () => this.#blockTime,
          ...(library ? { library } : {}),
        });
        await this.#log.append(taken.added.map(emitRecord));
        return taken;
      } catch (error) {
        if (error instanceof HostError || left <= 1 || this.#isClosed) throw error;
        this.#logger.warn(
          { error: (error as Error).message },
          "the chain moved, or does not answer: reading it again",
        );
        await new Promise((next) => setTimeout(next, this.#options.pollMs ?? POLL_MS));
      }
    }
  }

  /** From here on this desk decides. Nothing is awaited in between: a command that found it half set up would be lost. */
  #adopt(taken: Resumed): void {
    const { desk, cuts, voided, changed } = taken;
    this.resumed = { taken: taken.taken, voided, changed };
    if (taken.taken + cuts.length + voided.length > 0)
      this.#logger.info({ taken: taken.taken, cuts: cuts.length, voided, changed }, "resumed");
    desk.checkPrices = this.#checkPrices;
    desk.publish = (published, notices) =>
      this.#isClosed ? Promise.resolve() : this.#server.publish(published, notices);
    desk.cutReady = (cut) => {
      if (desk !== this.#desk || desk.isResting) return;
      this.#cutAt = performance.now();
      this.#proofs.push(cut);
    };
    this.#nextBlock = 0;
    this.#desk = desk;
    for (const cut of cuts) this.#proofs.push(cut);
  }

  #startProofs(facts: ChainFacts): Proofs {
    const { dataDir, crs, devSeed, prove } = this.#options;
    return new Proofs({
      ...(prove ? { prove } : {}),
      chain: this.chain,
      statement: this.#shape.name as StatementName,
      folder: join(dataDir, "proofs"),
      devSeed: devSeed ?? "development",
      ...(crs ? { crs } : {}),
      signatures: (round) => this.#desk.signatures(round),
      proven: (cut, { transaction, gas }) => this.#proven(cut, transaction, gas),
      refused: (cut, reason) => {
        this.#logger.warn(
          { batch: `${cut.number}`, reason },
          "the chain refused a batch: taking up what it says",
        );
        void this.#again(facts).catch((error) => this.#fatal(error));
      },
      failed: (error) => this.#fatal(error),
    });
  }

  async #proven(cut: NumberedCut, transaction: string, gas: bigint): Promise<void> {
    const root = cut.batch.publicInputs[3]!;
    const { number, operations } = cut;
    this.accepted.push({ number, gas, seconds: this.#proofs.lastSeconds, operations });
    await this.#desk.proven(number, root, transaction, cut.through);
  }

  /** The chain went another way than we: from its state, with everything that still can be. */
  async #again(facts: ChainFacts): Promise<void> {
    if (this.#isClosed || this.#desk.isResting) return;
    this.overtaken += 1;
    const old = this.#desk;
    old.isResting = true;
    this.#proofs.clear();
    await this.#log.append([]);
    const found = CommandLog.read(join(this.#options.dataDir, "commands.log"));
    const taken = await this.#resume(facts, found.records, Number.POSITIVE_INFINITY);
    if (this.#isClosed) {
      taken.desk.sequencer.close();
      return;
    }
    old.sequencer.close();
    this.#adopt(taken);
    const { stateRoot } = await this.chain.present();
    await this.#server.publish([], this.#desk.newsOf(stateRoot));
  }

  #poll(facts: ChainFacts): void {
    const again = () => {
      if (!this.#isClosed) this.#timer = setTimeout(() => this.#poll(facts), this.#options.pollMs ?? POLL_MS);
    };
    this.#step(facts)
      .catch((error) => this.#isClosed || this.#trouble(error))
      .finally(again);
  }

  async #step(facts: ChainFacts): Promise<void> {
    const number = await this.#readTime();
    const present = await this.chain.present();
    const desk = this.#desk;
    if (desk.isResting) return;
    if (present.batchNumber > desk.provenNumber && !desk.isCut(present.batchNumber, present.stateRoot)) {
      this.#logger.warn({ batch: `${present.batchNumber}` }, "somebody else proved a batch");
      return this.#again(facts);
    }
    const final = number - (this.#options.confirmations ?? 0);
    if (final >= this.#nextBlock) {
      const entries = await this.chain.entries(desk.sequencer.inboxCursor, this.#nextBlock, final);
      if (desk !== this.#desk || desk.isResting) return;
      await desk.entries(entries);
      // What there was no room for is looked for again.
      if ((entries.at(-1)?.index ?? -1) < desk.sequencer.inboxCursor) this.#nextBlock = final + 1;
    }
    const since = performance.now() - this.#cutAt;
    // While a proof is being made, what comes gathers for the next one.
    const isDue = since >= (this.#options.batchMs ?? BATCH_MS) && desk.backlog === 0;
    if (isDue) await desk.flush(since >= PRICES_MS);
  }

  /** Time of the chain's last block: what batches are held against. */
  async #readTime(): Promise<number> {
    const block = (await this.chain.provider.getBlock("latest"))!;
    const time = BigInt(block.timestamp) * 1_000_000n;
    if (time > this.#blockTime) this.#blockTime = time;
    return block.number;
  }

  #trouble(error: unknown): void {
    if (error instanceof HostError) this.#fatal(error);
    else this.#logger.warn({ error: (error as Error).message }, "the chain does not answer as it should");
  }

  #fatal(error: unknown): void {
    if (this.#isClosed) return;
    this.#logger.error({ error: (error as Error).message }, "the venue stops: nothing more is acknowledged");
    this.#options.onFatal?.(error);
  }
}

async function statementOf(chain: PathChain): Promise<Shape & { name: string }> {
  const { instruments, operations } = await chain.sizes();
  const found = Object.values(shapes).find(
    (shape) => shape.instruments === instruments && shape.operations === operations,
  );
  if (!found)
    throw new HostError(
      "E_STATE",
      `No statement has ${operations} operations and ${instruments} instruments.`,
    );
  return found;
}
