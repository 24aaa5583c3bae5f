import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Batch, EnclaveConfig, ring } from "@sealbook/wire";
import type { Logger } from "pino";
import { BatchStore } from "./chain/batch-store.ts";
import type { Prover } from "./chain/blob-prover.ts";
import type { Chain, ChainHead } from "./chain/client.ts";
import { type InboxChain, InboxWatcher } from "./chain/inbox-watcher.ts";
import { Periodic } from "./chain/periodic.ts";
import { Poster, type PosterChain, type PosterOptions } from "./chain/poster.ts";
import { type Restriction, restriction } from "./chain/restriction.ts";
import { type SuccessionChain, SuccessionWatch } from "./chain/succession.ts";
import type { Config } from "./config.ts";
import { evidenceText } from "./contradiction.ts";
import { Egress } from "./egress.ts";
import type { Enclave } from "./enclave/enclave.ts";
import { causeText, HostError, type HostErrorCode } from "./errors.ts";
import { Feed } from "./feed/feed.ts";
import { HEAD_MS, HeadPublisher } from "./feed/heads.ts";
import { Gateway } from "./gateway/gateway.ts";
import type { DataFolder } from "./journal/folder.ts";
import { LinkStore } from "./journal/links.ts";
import { recordPoison } from "./journal/poison.ts";
import type { JournalScan } from "./journal/reader.ts";
import { SnapshotStore } from "./journal/snapshots.ts";
import { JournalWriter } from "./journal/writer.ts";
import { Ledger } from "./ledger.ts";
import { RingConsumer } from "./ring/consumer.ts";
import { Ingress } from "./ring/ingress.ts";
import { RingProducer } from "./ring/producer.ts";
import { Pump } from "./ring/pump.ts";

/** A running enclave and everything the host puts around it. Made from a recovered enclave by `assemble`, ended by `stop`. */

const SWEEP_MS = 1000;
const FEED_PING_MS = 5000;
const TAKEN_FIX =
  "Do not start this host again on this data folder: the other one is the venue now. If that one is wrong, stop it first; the next start here will say whether this folder is still complete.";
/** How long a clean stop goes on posting the batches that are closed already. */
const STOP_POST_MS = 5000;

export interface HostParts {
  config: Config;
  folder: DataFolder;
  chain: PosterChain &
    InboxChain &
    SuccessionChain &
    Pick<Chain, "addresses" | "chainId" | "close"> & { sources?: Pick<Chain["sources"], "states"> };
  prover: Prover;
  /** Sends the opening of this boot's epoch again. */
  reopen(): Promise<void>;
  /** This boot's. */
  epoch: bigint;
  enclave: Pick<Enclave, "attachRing" | "start" | "stop" | "destroy" | "status" | "ringDoorbell">;
  enclaveConfig: Pick<EnclaveConfig, "instruments" | "options">;
  mrEnclave: Uint8Array;
  genesisHash: Uint8Array;
  scan: JournalScan;
  head: ChainHead;
  log: Logger;
  onFatal(error: HostError): void;
}

export class RunningHost {
  fault: HostError | undefined;
  /** What the markets may do, as far as the chain decides it. */
  restriction: Restriction = "none";
  alerts = 0;
  evidenceFile: string | undefined;
  anchoredBatch: number;
  readonly parts: HostParts;
  readonly gateway: Gateway;
  readonly feed: Feed;
  readonly journal: JournalWriter;
  readonly links: LinkStore;
  readonly egress: Egress;
  readonly ledger: Ledger;
  readonly heads: HeadPublisher;
  readonly ingress: Ingress;
  readonly pump: Pump;
  readonly poster: Poster;
  readonly inbox: InboxWatcher;
  readonly succession: SuccessionWatch;
  readonly batches: BatchStore;
  readonly #periodic: Periodic[];
  readonly #timers: NodeJS.Timeout[] = [];
  #isPaused = false;
  #isStopping = false;

  /** Attaches the rings and wires the rooms together. Nothing moves before `start`. */
  constructor(parts: HostParts) {
    const { config, folder, chain, enclave, scan, head, log } = parts;
    this.parts = parts;
    const { ringBytes } = config.enclave;
    const input = new RingProducer(enclave.attachRing(0, ringBytes.in));
    const out = new RingConsumer(enclave.attachRing(1, ringBytes.out));
    const ledgerRing = new RingConsumer(enclave.attachRing(2, ringBytes.ledger));
    const fatal = (error: unknown) => this.#die(error);

    this.anchoredBatch = Number(head.batchNumber);
    this.batches = new BatchStore(folder.batches);
    this.batches.discardAfter(this.anchoredBatch);
    this.journal = new JournalWriter(folder.journal, parts.genesisHash, scan, config.journal, {
      onSynced: (sequence) => {
        this.ingress.durable(sequence);
        this.egress.release();
      },
      onFault: fatal,
    });
    this.links = new LinkStore(folder.journal, parts.genesisHash);
    this.ingress = new Ingress(
      input,
      () => this.pump.inputPushed(),
      () => this.pump.nudge(),
    );
    this.gateway = new Gateway(this.ingress, config.limits, log);
    this.feed = new Feed(
      parts.enclaveConfig.instruments.map(({ instrument }) => instrument),
      config.limits,
      log,
    );
    this.egress = new Egress(this.journal, this.links, this.gateway, this.feed, config.durability, {
      onFault: (sequence, digest, text) => this.#enclaveFault(sequence, digest, text),
      onEvidence: (evidence) => this.#keepEvidence(evidence),
    });
    this.ledger = new Ledger(
      new SnapshotStore(folder.snapshots),
      this.batches,
      (batch) => this.poster.add(batch, Date.now()),
      log,
    );
    this.heads = new HeadPublisher(
      { latest: () => this.ledger.head(), floor: () => this.journal[config.durability] },
      (message) => {
        this.feed.publish(message);
        this.feed.endPass();
      },
    );
    this.pump = new Pump(
      {
        input,
        out,
        ledger: ledgerRing,
        ringDoorbell: () => enclave.ringDoorbell(),
        onOut: this.egress.take,
        onLedger: this.ledger.take,
        endPass: () => {
          this.egress.endPass();
          this.ingress.retry();
        },
        hasBacklog: () => this.gateway.hasRefused || this.ingress.waiting > 0,
        onFault: fatal,
      },
      config.pump,
    );
    const { settlement } = chain.addresses;
    this.poster = new Poster(
      chain,
      parts.prover,
      head.batchNumber,
      posterOptions(config, settlement, parts.epoch),
      this.#posterEvents(),
      log,
    );
    this.inbox = new InboxWatcher(
      chain,
      enclave.status().inboxCursor,
      config.chain.fromBlock,
      config.chain.confirmations,
      (index, entry) => this.ingress.inbox(index, entry),
      ({ text, fix }) => this.#alert("E_INBOX_REORG", text, fix),
    );
    this.succession = new SuccessionWatch(chain, parts.epoch, Date.now(), (text) =>
      this.#endPosting("E_EPOCH_TAKEN", text),
    );
    const { successionMs } = config.chain;
    this.#periodic = [
      new Periodic(
        "succession watch",
        successionMs,
        log,
        () => this.succession.step(Date.now()),
        successionMs, // no longer pauses while nodes fail: the bound is on how long others may be misled
      ),
      new Periodic("batch poster", config.chain.pollMs, log, () => this.poster.step(Date.now())),
      new Periodic("inbox watcher", config.chain.pollMs, log, () => this.inbox.step()),
    ];
  }

  start(): void {
    const { enclave, config } = this.parts;
    enclave.start(() => this.pump.wake());
    this.pump.start();
    this.#timers.push(
      setInterval(() => this.#tick(), config.tickMs),
      setInterval(() => this.#sweep(), SWEEP_MS),
      setInterval(() => this.feed.sweep(), FEED_PING_MS),
      setInterval(() => this.heads.step(), HEAD_MS),
    );
    for (const task of this.#periodic) task.start();
    this.#tick();
  }

  /**
   * Ends cleanly: no more input, the enclave drained and stopped, its last records written and synced, closed batches posted if the chain
   * answers in time. The enclave is freed and must not be used afterwards.
   */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const { enclave, log, folder, chain } = this.parts;
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#periodic.map((task) => task.stop()));
    await this.gateway.close();
    this.feed.close();
    try {
      await enclave.stop();
      if (this.fault === undefined) while (this.pump.drain() > 0);
    } catch (error) {
      log.error({ error: causeText(error) }, "the enclave did not stop cleanly");
    }
    await this.ledger.flushed();
    if (this.fault === undefined) await this.#postRest();
    this.pump.stop();
    await this.journal.close();
    enclave.destroy();
    this.parts.prover.close();
    chain.close();
    folder.release();
  }

  #posterEvents() {
    return {
      onMined: (batch: Batch, gasUsed: bigint) =>
        this.parts.log.debug(
          { batch: Number(batch.header.number), gasUsed: Number(gasUsed) },
          "batch accepted on chain",
        ),
      onAnchored: (batch: Batch) => {
        this.anchoredBatch = Number(batch.header.number);
        this.ingress.anchored(Number(batch.header.epoch), this.anchoredBatch);
      },
      stored: (number: number) => this.batches.get(number),
      reopen: () => this.#reopen(),
      onAlert: (code: string, text: string) => this.#alert(code, text),
      onEnd: (code: HostErrorCode, text: string) => this.#endPosting(code, text),
    };
  }

  /** Somebody should look; the host goes on. */
  #alert(code: string, text: string, fix?: string): void {
    this.alerts += 1;
    this.parts.log.error({ code, ...(fix === undefined ? {} : { fix }) }, text);
  }

  /** The opening did not hold. If the chain refuses it now, another one was opened: this boot is over. */
  async #reopen(): Promise<void> {
    try {
      await this.parts.reopen();
    } catch (error) {
      if (error instanceof HostError && error.code === "E_EPOCH_TAKEN") this.#die(error);
      throw error;
    }
  }

  #endPosting(code: HostErrorCode, text: string): void {
    if (code === "E_FROZEN") {
      // Exit only: nothing trades, but batches, withdrawals and heads stay readable for those who leave.
      this.parts.log.error({ code }, text);
      this.#restrict();
      return;
    }
    this.#die(new HostError(code, `${text[0]!.toUpperCase()}${text.slice(1)}.`, { fix: TAKEN_FIX }));
  }

  /** What the markets may do follows from what the chain does. */
  #restrict(): void {
    const { level, reason } = restriction(
      {
        lagMs: this.poster.lagMs(Date.now()),
        blindMs: this.succession.blindMs(Date.now()),
        isInboxReorganised: this.inbox.isReorganised,
        posting: this.poster.state.at,
      },
      this.parts.config.chain,
    );
    if (level === this.restriction) return;
    this.restriction = level;
    this.parts.log.warn({ restriction: level, reason }, "what the markets take has changed");
    this.ingress.restrict(level === "none" ? 0 : level === "reduce-only" ? 1 : 2);
  }

  /** Two heads that cannot both be: kept for the court, before anything else happens. */
  #keepEvidence(evidence: ReturnType<typeof ring.parseEvidence>): void {
    const file = join(this.parts.config.dataDir, `contradiction-${evidence.own.sequence}.json`);
    const { addresses, chainId } = this.parts.chain;
    this.evidenceFile = file;
    writeFileSync(file, evidenceText(chainId, addresses.settlement, evidence), { mode: 0o600 });
  }

  #tick(): void {
    if (this.#isPaused || this.fault !== undefined) return;
    this.ingress.tick(Math.floor((performance.timeOrigin + performance.now()) * 1000));
  }

  /** Once a second: overdue connections, and whether there is room to go on. */
  #sweep(): void {
    this.gateway.sweep(performance.now());
    this.#restrict();
    const isFull = this.journal.isDown() || this.egress.heldBytes > this.parts.config.limits.heldBytes;
    if (this.journal.isDown()) void this.journal.prepareSpare();
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    this.gateway.setPaused(isFull);
    this.parts.log.warn({ isPaused: isFull }, isFull ? "no room on disk: input is paused" : "input resumes");
    this.pump.wake();
  }

  async #postRest(): Promise<void> {
    const deadline = Date.now() + STOP_POST_MS;
    while (
      this.poster.backlog > this.poster.mined &&
      Date.now() < deadline &&
      this.poster.blocked === undefined
    ) {
      try {
        await this.poster.step(Date.now());
      } catch {
        return; // the chain is gone; the next start closes these batches again
      }
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** The enclave stopped at a command. Remember which, so that a restart refuses it instead of stopping again. */
  #enclaveFault(sequence: number, digest: Uint8Array, text: string): void {
    if (this.evidenceFile !== undefined) {
      const fix = `Both heads are in ${this.evidenceFile}. Find out which data folder or machine went back or runs twice before starting again; a start alone will stop at the same client.`;
      setImmediate(() =>
        this.#die(new HostError("E_CONTRADICTION", `The enclave stopped: ${text}.`, { fix })),
      );
      return;
    }
    const entries = recordPoison(this.parts.folder.poisonFile, sequence, digest);
    const tries = entries.find((entry) => entry.sequence === sequence)?.tries ?? 1;
    const message = `The enclave stopped at sequence ${sequence}: ${text}.`;
    const fix = `Start again; after ${Math.max(0, 2 - tries)} more such stops the command is refused. Report ${this.parts.folder.poisonFile}.`;
    // After this pass, so that records released before the fault still reach the journal.
    setImmediate(() => this.#die(new HostError("E_ENCLAVE_FAULT", message, { fix })));
  }

  #die(error: unknown): void {
    if (this.fault !== undefined) return;
    this.fault =
      error instanceof HostError
        ? error
        : new HostError("E_STATE", `The host failed: ${causeText(error)}.`, { cause: error });
    this.pump.stop();
    this.parts.log.fatal({ code: this.fault.code, fix: this.fault.fix }, this.fault.message);
    this.parts.onFatal(this.fault);
  }
}

const GWEI = 1_000_000_000n;

function posterOptions({ chain }: Config, settlement: string, epoch: bigint): PosterOptions {
  const { confirmations, stuckMs, feeBumpPercent, data } = chain;
  const gwei = (value: number) => BigInt(value) * GWEI;
  return {
    settlement,
    epoch,
    confirmations,
    stuckMs,
    bumpPercent: feeBumpPercent,
    data,
    feesMax: {
      maxFeePerGas: gwei(chain.feeMaxGwei),
      maxPriorityFeePerGas: gwei(chain.priorityFeeMaxGwei),
      maxFeePerBlobGas: gwei(chain.blobFeeMaxGwei),
    },
  };
}
