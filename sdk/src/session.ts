/** One session over one connection: frames out, results matched to their commands by (counter, index). */
import {
  type Command,
  decodeEvents,
  encodeFrame,
  parseFrameHead,
  type ResultEvent,
  type SessionEvent,
} from "@sealbook/wire";
import { RejectError, SdkError } from "./errors.ts";
import { clearRefusal } from "./handshake.ts";
import { type ReplyPatience, ReplyWatch } from "./reply-deadline.ts";
import type { Seal } from "./seal.ts";
import type { Transport } from "./transport/transport.ts";

/** A command and who waits for its result. */
export interface Task {
  readonly command: Command;
  /** Sent before on a connection that ended: it may have been executed already. */
  isResent?: boolean;
  /** Asked by the client itself to learn what became of another task; means nothing once its session is over. */
  readonly isProbe?: boolean;
  done(result: ResultEvent): void;
  failed(error: Error): void;
}

interface Flight {
  tasks: (Task | undefined)[];
  left: number;
  /** When it left, by the reply clock. */
  sentAt: number;
}

export interface SessionEvents {
  /** Before the task that waits for it hears of it. */
  result(result: ResultEvent, command: Command): void;
  event(event: Exclude<SessionEvent, ResultEvent>): void;
  /** The session is over; the tasks nobody answered, in the order they were sent. */
  ended(cause: Error, orphans: Task[]): void;
}

export class Session {
  readonly #transport: Transport;
  readonly #seal: Seal;
  readonly #events: SessionEvents;
  /** By counter; a Map keeps the order of sending. */
  readonly #flights = new Map<bigint, Flight>();
  readonly #watch: ReplyWatch;
  #isOver = false;

  constructor(transport: Transport, seal: Seal, patience: ReplyPatience, events: SessionEvents) {
    this.#transport = transport;
    this.#seal = seal;
    this.#events = events;
    this.#watch = new ReplyWatch(
      patience,
      () => this.#flights.values().next().value?.sentAt,
      (cause) => this.end(cause),
    );
  }

  /** Is anything unanswered? */
  get isWaiting(): boolean {
    return this.#flights.size > 0;
  }

  /** Seals 1 to 64 commands into one frame and sends it. @throws {EmitError} if a field cannot hold its value; nothing was sent */
  send(tasks: Task[]): void {
    if (this.#isOver) throw new SdkError("E_CONNECTION", "the session is over");
    const plaintext = encodeFrame(tasks.map(({ command }) => command));
    const { counter, body } = this.#seal.seal(plaintext);
    this.#flights.set(counter, { tasks, left: tasks.length, sentAt: this.#watch.now() });
    this.#watch.asked();
    this.#transport.send(body);
  }

  /** A body from the transport. */
  body(body: Uint8Array): void {
    if (this.#isOver) return;
    try {
      if (parseFrameHead(body).session === 0n) throw clearRefusal(body);
      for (const event of decodeEvents(this.#seal.open(body))) this.#take(event);
    } catch (error) {
      this.end(error as Error);
    }
  }

  /** Ends it, once: closes the connection and hands back what was not answered. */
  end(cause: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watch.stop();
    this.#transport.close();
    const orphans = [...this.#flights.values()].flatMap(({ tasks }) =>
      tasks.filter((task) => task !== undefined),
    );
    this.#flights.clear();
    this.#events.ended(cause, orphans);
  }

  #take(event: SessionEvent): void {
    if (event.type === "result") this.#settle(event);
    else if (event.type === "error") this.#refused(event.counter, new RejectError(event.code, event.detail));
    else this.#events.event(event);
  }

  #settle(result: ResultEvent): void {
    const flight = this.#flights.get(result.counter);
    const task = flight?.tasks[result.index];
    if (!flight || !task) {
      throw new SdkError(
        "E_SEAL",
        `a result for command ${result.index} of frame ${result.counter}, which waits for none`,
      );
    }
    this.#events.result(result, task.command);
    flight.tasks[result.index] = undefined;
    flight.left -= 1;
    if (flight.left === 0) this.#flights.delete(result.counter);
    task.done(result);
  }

  /**
   * A frame that never became commands: all of it was refused. A gap is not the frame's fault but the way's: it ends the session, and
   * what waits is as orphaned as after a lost connection.
   */
  #refused(counter: bigint, error: RejectError): void {
    const flight = this.#flights.get(counter);
    if (!flight || error.wire === "COUNTER_GAP") throw error;
    this.#flights.delete(counter);
    for (const task of flight.tasks) task?.failed(error);
  }
}
