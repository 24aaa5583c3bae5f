import { mkdtempSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  emitValidityCommands,
  parseValidityEvents,
  VALIDITY_REFUSALS,
  type ValidityCommand,
  type ValidityEvent,
} from "@sealbook/wire/validity";
import pino from "pino";
import { afterEach, expect, it } from "vitest";
import { type Disk, realDisk } from "../journal/disk.ts";
import { CommandLog } from "./command-log.ts";
import { COUNTER_LIMITS } from "./counter.ts";
import type { Desk, Handled } from "./desk.ts";
import { serveValidity, type ValidityServer } from "./serve.ts";

/** Takes everything: one record and one notice a command. */
class EasyDesk implements Desk {
  sequence = 0n;
  handle(command: ValidityCommand): Handled {
    if (command.type === "watch") {
      const { tag, account } = command;
      const reply = {
        type: "account" as const,
        tag,
        account,
        collateral: 0n,
        nonce: 0n,
        lastId: 0n,
        positions: [],
        orders: [],
      };
      return { reply, records: [], notices: [], watch: account };
    }
    this.sequence += 1n;
    const { tag } = command;
    const reply = { type: "accepted" as const, tag, sequence: this.sequence, account: 7, id: 1n, filled: 0n };
    const event = {
      type: "closed" as const,
      sequence: this.sequence,
      account: 7,
      id: 1n,
      left: 1n,
      reason: 1,
    };
    return { reply, records: [Uint8Array.of(tag % 256)], notices: [{ account: 7, event }] };
  }
  status = () => ({ mode: "test" });
  book = () => undefined;
  quotes = () => ({});
  prices = async () => {
    throw new Error("BAD_SIGNATURE: no");
  };
}

const hello = (tag: number): ValidityCommand => ({ type: "hello", tag });
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function served(
  disk: Disk = realDisk,
  counter = COUNTER_LIMITS,
): Promise<ValidityServer & { failed: unknown[] }> {
  const folder = mkdtempSync(join(tmpdir(), "sealbook-counter-"));
  const { log } = CommandLog.open(join(folder, "commands.log"), new Uint8Array(32), disk);
  const failed: unknown[] = [];
  const server = await serveValidity(
    new EasyDesk(),
    log,
    { host: "127.0.0.1", tcpPort: 0, httpPort: 0, counter },
    { logger: pino({ level: "silent" }), fatal: (error) => void failed.push(error) },
  );
  closing.push(() => server.close());
  return { ...server, failed };
}

async function client(server: ValidityServer) {
  const socket: Socket = connect(server.endpoints.tcp);
  closing.push(() => void socket.destroy());
  const events: ValidityEvent[] = [];
  let isClosed = false;
  let rest = Buffer.alloc(0);
  socket.on("close", () => (isClosed = true)).on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const end = 4 + rest.readUInt32LE(0);
      events.push(...parseValidityEvents(rest.subarray(4, end)));
      rest = rest.subarray(end);
    }
  });
  const sendBody = (body: Uint8Array) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(body.length);
    socket.write(Buffer.concat([head, body]));
  };
  return {
    events,
    sendBody,
    send: (...commands: ValidityCommand[]) => sendBody(emitValidityCommands(commands)),
    isClosed: () => isClosed,
    async until(isSo: () => boolean) {
      for (let tries = 0; !isSo(); tries++) {
        if (tries > 400) throw new Error(`It did not come: ${JSON.stringify(events, (_, one) => `${one}`)}`);
        await new Promise((next) => setTimeout(next, 10));
      }
    },
  };
}

it("answers in order, and tells whoever watches the account", async () => {
  const server = await served();
  const [trader, watcher] = [await client(server), await client(server)];
  watcher.send({ type: "watch", tag: 1, account: 7 });
  await watcher.until(() => watcher.events.length === 1);
  trader.send(hello(1), hello(2), hello(3));
  await trader.until(() => trader.events.length === 3);
  expect(trader.events.map((event) => ("tag" in event ? event.tag : 0))).toEqual([1, 2, 3]);
  await watcher.until(() => watcher.events.length === 4);
  expect(watcher.events.slice(1).map(({ type }) => type)).toEqual(["closed", "closed", "closed"]);
});

it("says nothing before the record is synced, and nothing ever after a failed sync", async () => {
  const syncs: ((error: Error | null) => void)[] = [];
  const disk = {
    ...realDisk,
    fdatasync: (_: number, done: (error: Error | null) => void) => void syncs.push(done),
  };
  const server = await served(disk);
  const one = await client(server);
  one.send(hello(1));
  await one.until(() => syncs.length === 1);
  await new Promise((next) => setTimeout(next, 50));
  expect(one.events).toEqual([]);
  syncs[0]!(null);
  await one.until(() => one.events.length === 1);

  one.send(hello(2));
  await one.until(() => syncs.length === 2);
  syncs[1]!(new Error("EIO"));
  await one.until(() => server.failed.length > 0);
  await new Promise((next) => setTimeout(next, 50));
  expect(one.events).toHaveLength(1);
  expect(server.failed[0]).toMatchObject({ code: "E_JOURNAL_SYNC" });
});

it("tells a sealed frame from a bad one, and hangs up on both", async () => {
  const server = await served();
  for (const [body, name] of [
    [Buffer.from([1, ...new Array(40).fill(0)]), "SEALED_FRAME"],
    [Buffer.concat([Buffer.alloc(16), Buffer.of(0x91, 0x80)]), "BAD_FRAME"],
    [Buffer.of(1, 2, 3), "BAD_FRAME"],
  ] as const) {
    const one = await client(server);
    one.sendBody(body);
    await one.until(one.isClosed);
    expect(one.events).toMatchObject([{ type: "refused", code: VALIDITY_REFUSALS[name].code }]);
  }
});

it("gives each connection its share, and says how long to wait for more", async () => {
  const server = await served(realDisk, { ...COUNTER_LIMITS, commandsPerSecond: 1, commandsAtOnce: 2 });
  const [greedy, modest] = [await client(server), await client(server)];
  greedy.send(hello(1), hello(2), hello(3));
  await greedy.until(() => greedy.events.length === 3);
  expect(greedy.events.map(({ type }) => type)).toEqual(["accepted", "accepted", "refused"]);
  const { code, detail } = greedy.events[2] as { code: number; detail: bigint };
  expect(code).toBe(VALIDITY_REFUSALS.OVERLOADED.code);
  expect(Number(detail)).toBeGreaterThan(0);
  expect(Number(detail)).toBeLessThanOrEqual(1_000_000);
  modest.send(hello(1));
  await modest.until(() => modest.events.length === 1);
  expect(modest.events[0]!.type).toBe("accepted");
});

it("serves status to this machine's names alone, and refuses a round that is not signed", async () => {
  const server = await served();
  const { http } = server.endpoints;
  expect(await (await fetch(`${http}/v1/status`)).json()).toMatchObject({ mode: "test" });
  expect((await fetch(`${http}/v1/nothing`)).status).toBe(404);
  const round = await fetch(`${http}/v1/oracle`, { method: "POST", body: "{}" });
  expect([round.status, ((await round.json()) as { message: string }).message]).toEqual([
    400,
    "BAD_SIGNATURE: no",
  ]);
  const long = await fetch(`${http}/v1/oracle`, { method: "POST", body: "x".repeat(70_000) }).catch(
    () => undefined,
  );
  expect(long?.status ?? 400).toBe(400);
});
