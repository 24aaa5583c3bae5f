import { afterAll, afterEach, describe, expect, it } from "vitest";
import { removeTemporaryFolders, startFakeHost } from "../fake-host.ts";

afterAll(removeTemporaryFolders);

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const pause = (ms: number) => new Promise((next) => setTimeout(next, ms));

describe("pump", () => {
  it("sleeps when idle, and a push with the doorbell wakes it", async () => {
    const { host, enclave } = startFakeHost(undefined, { tickMs: 10_000 });
    cleanups.push(() => host.stop());
    while (host.pump.sleeps === 0) await pause(1);
    const passes = host.pump.passes;
    // Turns of the event loop, not time: a polling pump would make a pass in each of them.
    for (let turn = 0; turn < 100; turn += 1) await new Promise((next) => setImmediate(next));
    expect(host.pump.passes - passes).toBeLessThan(3);

    const sleeps = host.pump.sleeps;
    enclave.push(3, Buffer.alloc(0x10)); // a public record with sequence 0 is due at once; its bytes are no message
    enclave.ringHost();
    const before = host.pump.passes;
    // Until the pump has woken: a fault for the bytes that are no message, or another sleep behind the pass that took them.
    while (host.fault === undefined && host.pump.sleeps === sleeps) await pause(1);
    expect(host.fault !== undefined || host.pump.passes > before).toBe(true);
  });

  it("carries ticks and host records in order with frames held back behind them", async () => {
    const { host, enclave } = startFakeHost(undefined, { tickMs: 10_000 });
    cleanups.push(() => host.stop());
    enclave.isStalled = true;
    let index = 0;
    while (host.ingress.waiting < 10) {
      host.ingress.inbox(index, Buffer.alloc(96));
      index += 1;
    }
    expect(host.ingress.tryFrame(1, Buffer.alloc(16), 0, 16)).toBe(false);
    enclave.isStalled = false;
    enclave.ringDoorbell();
    while (enclave.inbox.length < index) await pause(1);
    expect(enclave.inbox).toEqual(Array.from({ length: index }, (_, at) => at));
    expect(host.ingress.waiting).toBe(0);
    expect(host.ingress.tryFrame(1, Buffer.alloc(16), 0, 16)).toBe(true);
  });
});
