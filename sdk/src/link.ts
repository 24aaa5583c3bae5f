/** Keeps a session open: connects again with patience, and finds out what became of the commands nobody answered. */
import {
  type Command,
  encodeFrame,
  type ResultEvent,
  type SessionEvent,
  type SessionOpened,
} from "@sealbook/wire";
import type { AttestedEnclave } from "./attest.ts";
import type { Delegated } from "./delegation.ts";
import { RejectError, SdkError } from "./errors.ts";
import { type OpeningOptions, openSession } from "./opening.ts";
import { recordOf } from "./receipts/record.ts";
import type { Session, SessionEvents, Task } from "./session.ts";

export interface LinkOptions extends OpeningOptions {
  /** Wait before the n-th attempt (from 0) to connect again, ms. */
  backoff: (attempt: number) => number;
  /** Attempts before giving up; 0 never connects again. */
  attemptsMax: number;
  /** Commands without result at one time. */
  pendingMax: number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface LinkEvents {
  event(event: Exclude<SessionEvent, ResultEvent>): void;
  /** `record`: what the chain hash commits to, where the client knows all of it. */
  result(result: ResultEvent, record: Uint8Array | undefined): void;
  connected(opened: SessionOpened, enclave: AttestedEnclave): void;
  disconnected(cause: Error): void;
  closed(cause: Error): void;
}

/** After these, trying again would be wrong or useless. */
const FATAL_ERRORS = new Set([
  "E_NOT_GENUINE",
  "E_NOT_TRUSTED",
  "E_VENUE",
  "E_ROLLBACK",
  "E_EQUIVOCATION",
  "E_ADDRESS",
]);
const FATAL_REJECTS = new Set(["BAD_SIGNATURE", "BAD_DOMAIN", "KEY_REVOKED", "HEAD_AHEAD"]);

export class Link {
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #ending = new AbortController();
  #delegated: Delegated | undefined;
  #account: number | undefined;
  /** Open and recovered: new commands go straight out. */
  #ready: Session | undefined;
  /** Open, perhaps still recovering. */
  #current: Session | undefined;
  /** Sent on a session that ended, without an answer; oldest first. */
  #orphans: Task[] = [];
  /** Not sent yet, frame by frame. */
  #waiting: Task[][] = [];
  #pending = 0;
  /** Attempts to connect since the venue last gave a caller an answer, or had none to give. */
  #attempts = 0;

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#ready !== undefined;
  }

  /** The first connection: one attempt, whose failure is the caller's. */
  async open(signal?: AbortSignal): Promise<void> {
    const either = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal;
    await this.#connect(either);
  }

  /** Sends a frame, now or as soon as there is a session. @throws {EmitError}, {SdkError} E_CLOSED or E_OVERFLOW: nothing was sent */
  submit(tasks: Task[]): void {
    if (this.#ending.signal.aborted) throw new SdkError("E_CLOSED", "no more commands");
    if (this.#pending + tasks.length > this.#options.pendingMax) {
      throw new SdkError("E_OVERFLOW", `${this.#pending} commands wait`);
    }
    const counted = tasks.map((task) => this.#counted(task));
    if (this.#ready) this.#ready.send(counted);
    else {
      // What cannot be encoded must fail its caller now, not the next connection.
      encodeFrame(tasks.map(({ command }) => command));
      this.#waiting.push(counted);
    }
    this.#pending += tasks.length;
  }

  /** Ends it for good; what waits fails with the cause. */
  close(cause: Error = new SdkError("E_CLOSED", "closed by its owner")): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(cause);
    this.#current?.end(cause);
    const left = [...this.#orphans, ...this.#waiting.flat()];
    this.#orphans = [];
    this.#waiting = [];
    for (const task of left) task.failed(cause);
    this.#events.closed(cause);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const opened = await openSession(this.#options, this.#delegated, this.#sessionEvents(), signal);
    this.#delegated = opened.delegated;
    this.#account = opened.opened.account ?? undefined;
    this.#current = opened.session;
    await this.#recover(opened.session);
    if (this.#current !== opened.session)
      throw new SdkError("E_CONNECTION", "the session ended while it was set up");
    this.#ready = opened.session;
    // Being let in is no answer: a host that swallows what was sent again is not to be tried for ever.
    if (!opened.session.isWaiting) this.#attempts = 0;
    for (const tasks of this.#waiting.splice(0)) opened.session.send(tasks);
    this.#events.connected(opened.opened, opened.enclave);
  }

  #sessionEvents(): SessionEvents {
    return {
      event: (event) => {
        // A first deposit gives the session an account, which is part of every record.
        if (event.type === "account" || event.type === "credited") this.#account = event.account;
        this.#events.event(event);
      },
      result: (result, command) => {
        // Sequence 0: refused before it was sequenced.
        if (result.sequence > 0n) this.#options.heads.observeResult(result);
        this.#events.result(result, this.#recordOf(result, command));
      },
      ended: (cause, orphans) => this.#ended(cause, orphans),
    };
  }

  #recordOf(result: ResultEvent, command: Command): Uint8Array | undefined {
    if (result.sequence === 0n || this.#account === undefined || !this.#delegated) return undefined;
    return recordOf(result, command, this.#account, this.#delegated.terms);
  }

  #ended(cause: Error, orphans: Task[]): void {
    const wasReady = this.#ready !== undefined;
    this.#ready = undefined;
    this.#current = undefined;
    for (const task of orphans) if (task.isProbe) task.failed(cause);
    this.#orphans = [...orphans.filter((task) => !task.isProbe), ...this.#orphans];
    if (this.#ending.signal.aborted || !wasReady) return;
    this.#events.disconnected(cause);
    if (isFatal(cause)) this.close(cause);
    else void this.#reconnect(cause);
  }

  async #reconnect(cause: Error): Promise<void> {
    let last = cause;
    while (this.#attempts < this.#options.attemptsMax) {
      const patience = this.#options.backoff(this.#attempts);
      this.#attempts += 1;
      try {
        await this.#options.sleep(patience, this.#ending.signal);
        await this.#connect(this.#ending.signal);
        return;
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        last = error as Error;
        if (isFatal(last)) break;
        if (last instanceof RejectError && last.wire === "KEY_EXPIRED") this.#delegated = undefined;
      }
    }
    this.close(last);
  }

  /** In order and one at a time: a cancel must not overtake the order it cancels. */
  async #recover(session: Session): Promise<void> {
    for (let task = this.#orphans[0]; task; task = this.#orphans[0]) {
      const fate = await fateOf(session, task);
      if (fate === "resend") {
        task.isResent = true;
        session.send([task]); // throws if the session is over, and leaves the task to the next
      }
      this.#orphans.shift();
      if (fate === "resend") continue;
      if (fate instanceof Error) task.failed(fate);
      else task.done(fate);
    }
  }

  #counted(task: Task): Task {
    const settle = () => {
      this.#pending -= 1;
    };
    const answered = () => {
      this.#attempts = 0;
    };
    const counted: Task = {
      command: task.command,
      done(result) {
        settle();
        answered();
        task.isResent = counted.isResent ?? false;
        task.done(result);
      },
      failed(error) {
        settle();
        task.failed(error);
      },
    };
    return counted;
  }
}

/**
 * What became of a command whose answer was lost. An order is asked about by its client id and sent again only if the venue
 * never saw it; the same id with the same content would not execute twice anyway. A repeated amend could answer for the
 * wrong moment, so its fate stays unknown. Everything else may be repeated: it names the state it wants.
 */
async function fateOf(session: Session, { command }: Task): Promise<"resend" | ResultEvent | Error> {
  if (command.type === "amend")
    return new SdkError("E_UNKNOWN_OUTCOME", "an amend was sent and not answered");
  if (command.type !== "place" && command.type !== "place-advanced") return "resend";
  if (command.clientId === null)
    return new SdkError("E_UNKNOWN_OUTCOME", "an order without client id was sent and not answered");
  const answer = await ask(session, command.clientId);
  if (answer.code !== 0) return new RejectError(answer.code, answer.detail, answer);
  return answer.status === "none" ? "resend" : answer;
}

function ask(session: Session, clientId: string): Promise<ResultEvent> {
  return new Promise((done, failed) => {
    session.send([{ command: { type: "query", clientId }, isProbe: true, done, failed }]);
  });
}

function isFatal(error: Error): boolean {
  if (error instanceof SdkError) return FATAL_ERRORS.has(error.code);
  return error instanceof RejectError && FATAL_REJECTS.has(error.wire);
}
