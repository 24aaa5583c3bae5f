import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RingConsumer } from "./consumer.ts";
import { formatRing, ringBytes, WORD_ASLEEP, WORD_HEAD, WORD_TAIL } from "./layout.ts";
import { RingProducer, readU64, writeU64 } from "./producer.ts";

function newRing(capacity: number, cursor = 0) {
  const memory = formatRing(new ArrayBuffer(ringBytes(capacity)), capacity);
  memory.words[WORD_HEAD] = cursor;
  memory.words[WORD_TAIL] = cursor;
  return { memory, producer: new RingProducer(memory), consumer: new RingConsumer(memory) };
}

describe("ring", () => {
  it("behaves as a queue for any pushes and polls, across the wrap of area and cursors", () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 300 }));
    // 2^32 - 200, and a cursor that passes the signed limit: both wraps are inside the run.
    const starts = fc.constantFrom(0, -200, 0x7fff_ff00, 512);
    const property = fc.property(fc.array(step, { maxLength: 200 }), starts, (steps, start) => {
      const { producer, consumer } = newRing(256, start & ~7);
      const model: Buffer[] = [];
      let kind = 0;
      for (const action of steps) {
        if (typeof action === "number") {
          consumer.poll((_kind, data, offset, length) => {
            expect(Buffer.from(data.subarray(offset, offset + length))).toEqual(model.shift());
          }, action);
          continue;
        }
        kind = (kind % 7) + 1;
        if (producer.tryPush(kind, action)) model.push(Buffer.from(action));
        else expect(producer.used + 8 + action.length + 7).toBeGreaterThan(256 - 64);
      }
      consumer.poll((_kind, data, offset, length) => {
        expect(Buffer.from(data.subarray(offset, offset + length))).toEqual(model.shift());
      });
      expect(model).toEqual([]);
      expect(producer.used).toBe(0);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("refuses when full and takes again after one poll", () => {
    const { producer, consumer } = newRing(256);
    let pushed = 0;
    while (producer.tryPush(1, Buffer.alloc(24, pushed))) pushed += 1;
    expect(pushed).toBe(8);
    expect(consumer.poll(() => {}, 1)).toBe(1);
    expect(producer.tryPush(1, Buffer.alloc(24))).toBe(true);
  });

  it("faults on a cursor or length that cannot be", () => {
    const ahead = newRing(256);
    ahead.memory.words[WORD_HEAD] = 264;
    expect(() => ahead.consumer.poll(() => {})).toThrow(expect.objectContaining({ code: "E_RING" }));

    const behind = newRing(256);
    behind.producer.tryPush(1, Buffer.alloc(8));
    behind.memory.words[WORD_TAIL] = 4096;
    expect(() => behind.producer.used).toThrow(expect.objectContaining({ code: "E_RING" }));

    for (const length of [249, 0x7fff_ffff, -1]) {
      const bad = newRing(256);
      bad.producer.tryPush(1, Buffer.alloc(8));
      bad.memory.data.writeInt32LE(length, 0);
      expect(() => bad.consumer.poll(() => {})).toThrow(expect.objectContaining({ code: "E_RING" }));
    }
  });

  it("does not fall asleep over a record, and tells the producer when it does sleep", () => {
    const { memory, producer, consumer } = newRing(256);
    producer.tryPush(1, Buffer.alloc(0));
    expect(consumer.fallAsleep()).toBe(false);
    expect(memory.words[WORD_ASLEEP]).toBe(0);
    consumer.poll(() => {});
    expect(consumer.fallAsleep()).toBe(true);
    expect(producer.isConsumerAsleep()).toBe(true);
    consumer.wakeUp();
    expect(producer.isConsumerAsleep()).toBe(false);
  });

  it("carries safe integers as u64", () => {
    const bytes = Buffer.alloc(8);
    for (const value of [0, 1, 2 ** 32 - 1, 2 ** 32, 1_763_800_000_000_000, Number.MAX_SAFE_INTEGER]) {
      writeU64(bytes, 0, value);
      expect(bytes.readBigUInt64LE()).toBe(BigInt(value));
      expect(readU64(bytes, 0)).toBe(value);
    }
  });
});
