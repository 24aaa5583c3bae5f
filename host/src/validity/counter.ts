/**
 * Between sockets and desk: parses strictly, keeps each connection to its share, and holds every answer back until what it says is on disk.
 */
import { ParseError } from "@sealbook/wire";
import {
  emitValidityEvents,
  parseValidityCommands,
  VALIDITY_EVENTS_MAX,
  VALIDITY_REFUSALS,
  type ValidityCommand,
  type ValidityEvent,
  type ValidityRefusalName,
} from "@sealbook/wire/validity";
import type { Connection } from "../gateway/connection.ts";
import type { FrameIngress, Gateway } from "../gateway/gateway.ts";
import type { CommandLog } from "./command-log.ts";
import type { Desk, Notice } from "./desk.ts";

/** Checking a signature takes milliseconds of the one thread, so each connection has a share of it. */
export interface CounterLimits {
  readonly commandsPerSecond: number;
  readonly commandsAtOnce: number;
  readonly watchesPerConnection: number;
  /** Answers that wait for the disk; beyond, sockets are not read. */
  readonly answersWaiting: number;
}

export const COUNTER_LIMITS: CounterLimits = {
  commandsPerSecond: 50,
  commandsAtOnce: 100,
  watchesPerConnection: 64,
  answersWaiting: 1_024,
};

interface Client {
  tokens: number;
  at: number;
  readonly watches: Set<number>;
}

export class Counter implements FrameIngress {
  gateway!: Gateway;
  desk!: Desk;
  readonly counts = { commands: 0, refused: 0, overloaded: 0, malformed: 0 };
  readonly #log: CommandLog;
  readonly #limits: CounterLimits;
  readonly #fatal: (error: unknown) => void;
  readonly #now: () => number;
  readonly #clients = new Map<number, Client>();
  readonly #watchers = new Map<number, Set<number>>();
  #waiting = 0;

  constructor(parts: {
    log: CommandLog;
    limits?: CounterLimits;
    /** The log failed: what is acknowledged from now on would be a lie. */
    fatal: (error: unknown) => void;
    now?: () => number;
  }) {
    this.#log = parts.log;
    this.#limits = parts.limits ?? COUNTER_LIMITS;
    this.#fatal = parts.fatal;
    this.#now = parts.now ?? (() => performance.now());
  }

  tryFrame(connection: number, source: Buffer, start: number, end: number): boolean {
    if (this.#waiting >= this.#limits.answersWaiting) return false;
    let commands: ValidityCommand[];
    try {
      commands = parseValidityCommands(source.subarray(start, end));
    } catch (error) {
      this.#malformed(connection, error);
      return true;
    }
    for (const command of commands) this.#handle(connection, command);
    return true;
  }

  inputPushed(): void {}

  closed(connection: number): void {
    for (const account of this.#clients.get(connection)?.watches ?? []) {
      const watchers = this.#watchers.get(account);
      watchers?.delete(connection);
      if (watchers?.size === 0) this.#watchers.delete(account);
    }
    this.#clients.delete(connection);
  }

  /** Puts records on disk, then tells whoever watches. Done when they are synced. */
  async publish(records: readonly Uint8Array[], notices: readonly Notice[]): Promise<void> {
    await this.#synced(records);
    this.#tell(notices);
    this.gateway.endPass();
  }

  #handle(connection: number, command: ValidityCommand): void {
    this.counts.commands += 1;
    const client = this.#client(connection);
    const wait = this.#takeToken(client);
    if (wait > 0) {
      this.counts.overloaded += 1;
      this.#answer(connection, [], refusal(command.tag, "OVERLOADED", wait), []);
      return;
    }
    const { reply, records, notices, watch, more } = this.desk.handle(command);
    if (reply.type === "refused") this.counts.refused += 1;
    if (watch !== undefined && !this.#watch(connection, client, watch)) {
      const most = this.#limits.watchesPerConnection;
      this.#answer(connection, [], refusal(command.tag, "WATCHES_FULL", most), []);
      return;
    }
    this.#answer(connection, records, reply, notices, more);
  }

  #answer(
    connection: number,
    records: readonly Uint8Array[],
    reply: ValidityEvent,
    notices: readonly Notice[],
    more: readonly ValidityEvent[] = [],
    hangUpCode?: number,
  ): void {
    this.#waiting += 1;
    // Answers without records wait too: a client's answers come in the order of its commands.
    void this.#synced(records)
      .then(() => {
        this.#send(connection, [reply, ...more]);
        if (hangUpCode !== undefined) this.gateway.hangUp(connection, hangUpCode);
        this.#tell(notices);
      })
      .catch(() => {})
      .finally(() => {
        this.#waiting -= 1;
        this.gateway.endPass();
      });
  }

  async #synced(records: readonly Uint8Array[]): Promise<void> {
    try {
      await this.#log.append(records);
    } catch (error) {
      this.#fatal(error);
      throw error;
    }
  }

  #tell(notices: readonly Notice[]): void {
    const due = new Map<number, ValidityEvent[]>();
    for (const { account, event } of notices) {
      const to = account === undefined ? this.#clients.keys() : (this.#watchers.get(account) ?? []);
      for (const connection of to) due.set(connection, [...(due.get(connection) ?? []), event]);
    }
    for (const [connection, events] of due) this.#send(connection, events);
  }

  #send(id: number, events: readonly ValidityEvent[]): void {
    const connection = this.gateway.connection(id);
    if (!connection) return;
    for (let at = 0; at < events.length; at += VALIDITY_EVENTS_MAX)
      this.#deliver(connection, events.slice(at, at + VALIDITY_EVENTS_MAX));
  }

  #deliver(connection: Connection, events: readonly ValidityEvent[]): void {
    const body = Buffer.from(emitValidityEvents(events));
    this.gateway.deliver(connection, body, 0, body.length);
  }

  #malformed(id: number, error: unknown): void {
    if (!(error instanceof ParseError)) throw error;
    this.counts.malformed += 1;
    const name: ValidityRefusalName =
      error.reject === "UNKNOWN_OP" && error.offset === 0 ? "SEALED_FRAME" : "BAD_FRAME";
    const { code } = VALIDITY_REFUSALS[name];
    this.#answer(id, [], refusal(0, name, error.offset), [], [], code);
  }

  #client(connection: number): Client {
    let client = this.#clients.get(connection);
    if (!client) {
      client = { tokens: this.#limits.commandsAtOnce, at: this.#now(), watches: new Set() };
      this.#clients.set(connection, client);
    }
    return client;
  }

  /** µs to wait; 0 if there was a token. */
  #takeToken(client: Client): number {
    const { commandsPerSecond, commandsAtOnce } = this.#limits;
    const now = this.#now();
    client.tokens = Math.min(commandsAtOnce, client.tokens + ((now - client.at) * commandsPerSecond) / 1_000);
    client.at = now;
    if (client.tokens < 1) return Math.ceil(((1 - client.tokens) / commandsPerSecond) * 1_000_000);
    client.tokens -= 1;
    return 0;
  }

  #watch(connection: number, client: Client, account: number): boolean {
    if (client.watches.has(account)) return true;
    if (client.watches.size >= this.#limits.watchesPerConnection) return false;
    client.watches.add(account);
    this.#watchers.set(account, (this.#watchers.get(account) ?? new Set()).add(connection));
    return true;
  }
}

function refusal(tag: number, name: ValidityRefusalName, detail: number): ValidityEvent {
  return { type: "refused", tag, code: VALIDITY_REFUSALS[name].code, detail: BigInt(detail) };
}
