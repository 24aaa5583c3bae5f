import type { RecordVisitor, RingConsumer } from "./consumer.ts";
import type { RingProducer } from "./producer.ts";

/**
 * Moves records out of the enclave's rings on the event loop, and decides how eagerly to look.
 *
 * Three gears. (1) Right after input was pushed: look for a few microseconds in the same tick, because a command takes about one and a
 * loop turn costs more. (2) While anything moved lately: look once per loop turn by `setImmediate`. (3) Otherwise: announce sleep on
 * both rings and let the doorbell wake us, so that an idle host uses no core.
 */

export interface PumpPorts {
  input: RingProducer;
  out: RingConsumer;
  ledger: RingConsumer;
  /** Wakes the matching thread. */
  ringDoorbell(): void;
  onOut: RecordVisitor;
  onLedger: RecordVisitor;
  /** After a pass over the rings, and before each sleep: write, release, flush. */
  endPass(records: number): void;
  /** Something waits for room in ring 0: look again soon even if nothing comes out. */
  hasBacklog(): boolean;
  /** A pass threw; the rings or the journal are unusable and the host must end. */
  onFault(error: unknown): void;
}

export interface PumpTimes {
  spinUs: number;
  lingerUs: number;
}

/** Bytes visited before replies are written out: bounds both latency and the journal's gather buffer. */
const PASS_BYTES_MAX = 1024 * 1024;
/** Records this long after the last input still count as traffic. */
const BUSY_MS = 20;
/** How often a full ring is tried again while the enclave says nothing. */
const BACKLOG_MS = 1;

export class Pump {
  passes = 0;
  sleeps = 0;
  readonly #ports: PumpPorts;
  readonly #spinMs: number;
  readonly #lingerMs: number;
  #lastMoved = 0;
  #lastInput = 0;
  #isScheduled = false;
  #isAsleep = false;
  #isRunning = false;
  #isInPass = false;

  constructor(ports: PumpPorts, times: PumpTimes) {
    this.#ports = ports;
    this.#spinMs = times.spinUs / 1000;
    this.#lingerMs = times.lingerUs / 1000;
  }

  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  /** Stops looking for good. Records still in the rings are left there: call `drain` first. */
  stop(): void {
    this.#isRunning = false;
    this.#wakeRings();
  }

  /** The outward doorbell rang, or somebody knows there is work. One look; more only if clients are at it. */
  wake(): void {
    this.#wakeRings();
    this.#schedule();
  }

  /** Host records were pushed that nobody waits for: rings the enclave if it sleeps, no more. */
  nudge(): void {
    if (this.#isRunning && this.#ports.input.isConsumerAsleep()) this.#ports.ringDoorbell();
  }

  /** Input was pushed: rings the enclave if it sleeps, and looks for the answer in the same tick. */
  inputPushed(): void {
    if (!this.#isRunning) return;
    const { input, out } = this.#ports;
    if (input.isConsumerAsleep()) this.#ports.ringDoorbell();
    const started = performance.now();
    this.#lastMoved = started;
    this.#lastInput = started;
    this.#wakeRings();
    this.#schedule();
    if (this.#isInPass) return;

    const deadline = started + this.#spinMs;
    do {
      if (out.hasRecords()) {
        this.#pass();
        return;
      }
    } while (performance.now() < deadline);
  }

  /** One pass now, whatever the gear. Returns the records seen. */
  drain(): number {
    return this.#pass();
  }

  #schedule(): void {
    if (this.#isScheduled || !this.#isRunning) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isScheduled = false;
    if (!this.#isRunning) return;
    const records = this.#pass();
    const now = performance.now();
    // A tick's record every few milliseconds is no traffic: only what follows input keeps us awake.
    if (records > 0 && now - this.#lastInput < BUSY_MS) this.#lastMoved = now;
    if (now - this.#lastMoved < this.#lingerMs) this.#schedule();
    else if (this.#ports.hasBacklog()) setTimeout(() => this.#schedule(), BACKLOG_MS);
    else this.#sleep();
  };

  #pass(): number {
    if (this.#isInPass) return 0;
    this.#isInPass = true;
    try {
      const { out, ledger, onOut, onLedger } = this.#ports;
      const records = out.poll(onOut, PASS_BYTES_MAX);
      const entries = ledger.poll(onLedger, PASS_BYTES_MAX);
      this.#ports.endPass(records + entries);
      this.passes += 1;
      return records + entries;
    } catch (error) {
      this.#isRunning = false;
      this.#ports.onFault(error);
      return 0;
    } finally {
      this.#isInPass = false;
    }
  }

  #sleep(): void {
    const { out, ledger } = this.#ports;
    if (out.fallAsleep() && ledger.fallAsleep()) {
      this.#isAsleep = true;
      this.sleeps += 1;
      return;
    }
    out.wakeUp();
    ledger.wakeUp();
    this.#schedule();
  }

  #wakeRings(): void {
    if (!this.#isAsleep) return;
    this.#isAsleep = false;
    this.#ports.out.wakeUp();
    this.#ports.ledger.wakeUp();
  }
}
