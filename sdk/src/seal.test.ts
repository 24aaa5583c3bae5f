import { describe, expect, test } from "vitest";
import { HeadMemory } from "./head-memory.ts";
import { openBody, Seal, sealBody } from "./seal.ts";
import { FrameDecoder } from "./transport/frame-decoder.ts";
import { dialerOf } from "./transport/transport.ts";

const key = new Uint8Array(32).fill(1);
const other = new Uint8Array(32).fill(2);
const text = new TextEncoder().encode("[[7,1]]");

describe("the seal", () => {
  test("opens what it sealed, once and in order", () => {
    const [here, there] = [new Seal(5n, key, other), new Seal(5n, other, key)];
    const [one, two] = [here.seal(text), here.seal(text)];
    expect([one.counter, two.counter]).toEqual([1n, 2n]);
    expect(one.body).not.toEqual(two.body);
    expect(() => there.open(two.body)).toThrow("frame 2 where 1 should be");
    expect(Uint8Array.from(there.open(one.body))).toEqual(text);
    expect(() => there.open(one.body)).toThrow("frame 1 where 2 should be");
    expect(Uint8Array.from(there.open(two.body))).toEqual(text);
  });

  test("opens nothing that was touched", () => {
    const body = sealBody(key, 5n, 1n, text);
    for (let bit = 0; bit < body.length * 8; bit++) {
      const torn = body.slice();
      torn[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => new Seal(5n, other, key).open(torn)).toThrow("E_SEAL");
    }
    for (let cut = 16; cut < body.length; cut++)
      expect(() => openBody(key, body.subarray(0, cut))).toThrow("E_SEAL");
    expect(() => openBody(other, body)).toThrow("E_SEAL");
  });
});

test("frames survive being cut anywhere", () => {
  const stream = Buffer.from("0300000001020300000000020000000405", "hex");
  for (let size = 1; size <= stream.length; size++) {
    const decoder = new FrameDecoder();
    const bodies: number[][] = [];
    for (let at = 0; at < stream.length; at += size) {
      decoder.push(stream.subarray(at, at + size), (body) => bodies.push([...body]));
    }
    expect(bodies).toEqual([[1, 2, 3], [], [4, 5]]);
  }
  expect(() => new FrameDecoder().push(Buffer.from("ffffffff", "hex"), () => {})).toThrow("E_CONNECTION");
});

test("addresses", () => {
  for (const good of [
    "tcp://127.0.0.1:9000",
    "tcp://[::1]:9000",
    "unix:/run/orders.sock",
    "ws://h/v1/session",
    "wss://h/v1/session",
  ]) {
    expect(dialerOf(good)).toBeTypeOf("function");
  }
  for (const bad of ["", "unix:", "tcp://127.0.0.1", "http://h", "127.0.0.1:9000"])
    expect(() => dialerOf(bad)).toThrow("E_ADDRESS");
});

test("history only grows", () => {
  const head = (epoch: bigint, sequence: bigint, byte = 1) => ({
    epoch,
    sequence,
    chainHash: new Uint8Array(32).fill(byte),
  });
  const heads = new HeadMemory(head(1n, 5n));
  heads.observeOpening(head(1n, 5n));
  heads.observeResult(head(1n, 6n));
  heads.observeOpening(head(2n, 9n));
  expect(heads.highest).toEqual(head(2n, 9n));
  expect(() => heads.observeOpening(head(2n, 9n, 2))).toThrow("two chain hashes");
  expect(() => heads.observeResult(head(2n, 9n))).toThrow("stood still");
  expect(() => heads.observeOpening(head(2n, 8n))).toThrow("the sequence went back");
  expect(() => heads.observeResult(head(1n, 10n))).toThrow("the epoch went back");
  expect(heads.highest).toEqual(head(2n, 9n));
});
