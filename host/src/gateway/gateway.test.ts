import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import pino from "pino";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { removeTemporaryFolders, startFakeHost, temporaryFolder } from "../fake-host.ts";
import { createGuard } from "../http/guard.ts";
import { openHttp } from "../http/server.ts";
import { createViews } from "../views.ts";
import { errorFrame, GatewayReject } from "./error-frame.ts";

afterAll(removeTemporaryFolders);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function newHost(changes: Record<string, unknown> = {}, dataDir = temporaryFolder()) {
  const fake = startFakeHost(dataDir, changes);
  cleanups.push(() => fake.host.stop());
  return fake;
}

function body(id: number, level = 1, bytes = 40): Buffer {
  const frame = Buffer.alloc(bytes);
  frame.writeBigUInt64LE(BigInt(id), 0);
  frame[16] = level;
  return frame;
}

function framed(...bodies: Buffer[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((each) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(each.length);
      return [length, each];
    }),
  );
}

async function connectTcp(
  port: number,
): Promise<{ socket: Socket; frames: Buffer[]; until(count: number): Promise<void> }> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const frames: Buffer[] = [];
  let rest = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      frames.push(rest.subarray(4, 4 + rest.readUInt32LE(0)));
      rest = rest.subarray(4 + rest.readUInt32LE(0));
    }
  });
  await once(socket, "connect");
  cleanups.push(() => void socket.destroy());
  return { socket, frames, until: (count) => until(() => frames.length >= count) };
}

/** Waits for a condition on the event loop; the test's own timeout ends a wait that never comes true. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 1));
}

describe("gateway", () => {
  it("carries frames and replies over TCP and Unix sockets, in order", async () => {
    const { host } = newHost();
    const port = await host.gateway.listenTcp("127.0.0.1", 0);
    const path = join(temporaryFolder(), "gateway.sock");
    await host.gateway.listenUnix(path);
    const client = await connectTcp(port);
    const sent = Array.from({ length: 500 }, (_, id) => body(id));
    client.socket.write(framed(...sent));
    await client.until(500);
    expect(client.frames).toEqual(sent);

    const local = connect(path);
    await once(local, "connect");
    local.write(framed(body(7)));
    const [answer] = (await once(local, "data")) as [Buffer];
    expect(answer.subarray(4)).toEqual(body(7));
    local.destroy();
  });

  it("refuses a frame over the cap on its length alone, says why, and closes (B05)", async () => {
    const { host, enclave } = newHost();
    const client = await connectTcp(await host.gateway.listenTcp("127.0.0.1", 0));
    const closed = once(client.socket, "close");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(4097);
    client.socket.write(length);
    await closed;
    expect(client.frames).toEqual([errorFrame(GatewayReject.frameTooLarge, 4096)]);
    expect(client.frames[0]!.subarray(16)).toEqual(
      Buffer.from([0x91, 0x94, 0xcc, 136, 0, 6, 0xcd, 0x10, 0x00]),
    );
    expect(host.gateway.counts.tooLarge).toBe(1);
    await until(() => enclave.closed.length === 1);
    expect(enclave.sequence).toBe(0);
  });

  it("stops reading when ring 0 is full and loses nothing when there is room again (B12, F26)", async () => {
    const { host, enclave } = newHost();
    const client = await connectTcp(await host.gateway.listenTcp("127.0.0.1", 0));
    enclave.isStalled = true;
    const sent = Array.from({ length: 10_000 }, (_, id) => body(id));
    for (let at = 0; at < sent.length; at += 1000) client.socket.write(framed(...sent.slice(at, at + 1000)));
    await until(() => host.gateway.counts.pauses > 0);
    expect(host.gateway.counts.frames).toBeLessThan(65_536 / 56 + 1);
    enclave.isStalled = false;
    enclave.ringDoorbell();
    await client.until(10_000);
    expect(client.frames.map((frame) => Number(frame.readBigUInt64LE()))).toEqual(sent.map((_, id) => id));
  });

  it("closes silent connections and half frames, and leaves working ones alone (B03)", async () => {
    const { host } = newHost();
    const port = await host.gateway.listenTcp("127.0.0.1", 0);
    const [silent, half, good] = [await connectTcp(port), await connectTcp(port), await connectTcp(port)];
    good.socket.write(framed(body(1)));
    await good.until(1);
    half.socket.write(Buffer.concat([framed(body(2)), Buffer.from([40, 0])]));
    await half.until(1);
    const closed = [once(silent.socket, "close"), once(half.socket, "close")];
    host.gateway.sweep(performance.now() + 4000);
    expect(host.gateway.connections).toBe(3);
    host.gateway.sweep(performance.now() + 6000);
    await Promise.all(closed);
    expect(host.gateway.counts.silent).toBe(2);
    good.socket.write(framed(body(3)));
    await good.until(2);
  });

  it("refuses connections over the limit with OVERLOADED and keeps the others (B11, F16)", async () => {
    const { host } = newHost({ limits: { connections: 2 } });
    const port = await host.gateway.listenTcp("127.0.0.1", 0);
    const first = await connectTcp(port);
    await connectTcp(port);
    await until(() => host.gateway.connections === 2);
    const third = await connectTcp(port);
    await once(third.socket, "close");
    expect(third.frames).toEqual([errorFrame(GatewayReject.overloaded, 100_000)]);
    first.socket.write(framed(body(1)));
    await first.until(1);
  });

  it("closes a client that does not read its replies, and only it", async () => {
    const { host } = newHost({ limits: { outputBytes: 65_536 } });
    const port = await host.gateway.listenTcp("127.0.0.1", 0);
    const [slow, good] = [await connectTcp(port), await connectTcp(port)];
    slow.socket.pause();
    const many = framed(...Array.from({ length: 500 }, (_, id) => body(id, 1, 1000)));
    while (host.gateway.counts.slow === 0) {
      slow.socket.write(many);
      await new Promise((next) => setTimeout(next, 1));
    }
    good.socket.write(framed(body(1)));
    await good.until(1);
    expect(host.gateway.connections).toBe(1);
  });

  it("tells the enclave when a connection closes", async () => {
    const { host, enclave } = newHost();
    const client = await connectTcp(await host.gateway.listenTcp("127.0.0.1", 0));
    client.socket.write(framed(body(1)));
    await client.until(1);
    client.socket.destroy();
    await until(() => enclave.closed.length === 1);
    expect(enclave.closed).toEqual([1]);
  });
});

describe("durability of replies", () => {
  it("releases level written before the sync, level synced after it, each session in order", async () => {
    const { host, enclave } = newHost({
      journal: { segmentBytes: 1 << 20, reserveBytes: 4096, syncIdleMs: 10_000 },
    });
    const client = await connectTcp(await host.gateway.listenTcp("127.0.0.1", 0));
    client.socket.write(framed(body(1, 1)));
    await client.until(1);
    expect(host.journal.written).toBe(1);
    expect(host.journal.synced).toBe(0);
    client.socket.write(framed(body(2, 2)));
    await client.until(2);
    expect(host.journal.synced).toBeGreaterThanOrEqual(2);
    await until(() => enclave.durable >= 2);
  });

  it("never goes below the venue's floor", async () => {
    const { host } = newHost({
      durability: "synced",
      journal: { segmentBytes: 1 << 20, reserveBytes: 4096, syncIdleMs: 10_000 },
    });
    const client = await connectTcp(await host.gateway.listenTcp("127.0.0.1", 0));
    for (let id = 1; id <= 20; id += 1) {
      client.socket.write(framed(body(id, id % 2)));
      await client.until(id);
      expect(host.journal.synced).toBeGreaterThanOrEqual(id);
    }
  });

  it("writes the poison file and stops when the enclave faults (F29)", async () => {
    const dataDir = temporaryFolder();
    const { host, enclave, faults } = newHost({}, dataDir);
    const fault = Buffer.alloc(40 + 4);
    fault.writeBigUInt64LE(9n, 0);
    fault.fill(0xab, 8, 40);
    fault.write("boom", 40);
    enclave.push(5, fault);
    enclave.ringHost();
    await until(() => faults.length > 0);
    expect(faults[0]).toMatchObject({ code: "E_ENCLAVE_FAULT", exitCode: 70 });
    const { readPoison } = await import("../journal/poison.ts");
    expect(readPoison(host.parts.folder.poisonFile)).toEqual([
      { sequence: 9, digest: `0x${"ab".repeat(32)}`, tries: 1 },
    ]);
  });
});

describe("WebSocket and HTTP doors", () => {
  async function doors() {
    const fake = newHost();
    const views = createViews(fake.host, { kind: "sgx-v3" }, () => true);
    const upgrades = {
      "/v1/session": fake.host.gateway.upgrade.bind(fake.host.gateway),
      "/v1/feed": fake.host.feed.upgrade.bind(fake.host.feed),
    };
    const guard = createGuard(["127.0.0.1", "localhost"], []);
    const options = { host: "127.0.0.1", port: 0, requestsPerSecond: 50, upgrades };
    const { app, port } = await openHttp(views, guard, options, pino({ level: "silent" }));
    cleanups.push(() => app.close());
    return { ...fake, port };
  }

  it("carries one frame a binary message, closes text with 1003 and long ones with 1009 (B05, B09)", async () => {
    const { port } = await doors();
    const ws = new WebSocket(`ws://127.0.0.1:${port}/v1/session`);
    await once(ws, "open");
    ws.send(body(5));
    const [answer] = (await once(ws, "message")) as [Buffer];
    expect(answer).toEqual(body(5));
    ws.send(Buffer.alloc(4097));
    expect((await once(ws, "close"))[0]).toBe(1009);

    const text = new WebSocket(`ws://127.0.0.1:${port}/v1/session`);
    await once(text, "open");
    text.send("hello");
    expect((await once(text, "close"))[0]).toBe(1003);
  });

  it("lets in only known hosts and loopback origins (B14)", async () => {
    const { port } = await doors();
    const url = `ws://127.0.0.1:${port}/v1/session`;
    for (const options of [{ origin: "https://evil.example" }, { headers: { host: "evil.example" } }]) {
      const ws = new WebSocket(url, options);
      const [error] = (await once(ws, "error")) as [Error];
      expect(error.message).toContain("403");
    }
    const good = new WebSocket(url, { origin: "http://localhost:5173" });
    await once(good, "open");
    good.close();
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`, {
      headers: { origin: "https://evil.example" },
    });
    expect(status).toBe(403);
  });

  it("serves health, metrics, evidence and status, and refuses nonsense with 4xx (B13)", async () => {
    const { port } = await doors();
    const at = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
    expect(await (await at("/readyz")).json()).toEqual({ ready: true });
    expect(await (await at("/v1/evidence")).json()).toEqual({ kind: "sgx-v3" });
    expect(await (await at("/metrics")).text()).toContain("sealbook_journal_sequence_written 0");
    expect((await (await at("/v1/status")).json()).state).toBe("running");
    for (const path of [
      "/v1/book/0",
      "/v1/book/x",
      "/v1/book/1?depth=0",
      "/v1/withdrawals/0x12",
      "/v1/batches/-1",
    ]) {
      expect((await at(path)).status).toBe(400);
    }
    for (const path of ["/", "/../etc/passwd", "/v1/book/9", "/v1/head", "/v1/batches/9"])
      expect((await at(path)).status).toBe(404);
    expect((await at("/v1/oracle", { method: "POST", body: "{}" })).status).toBe(415);
  });
});
