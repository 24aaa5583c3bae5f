/** What must hold of any value and any bytes: one encoding per value, and every other input a `ParseError`. */
import fc from "fast-check";
import { Unpackr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { EmitError, ParseError } from "./error.ts";
import { decodeEvents, decodeFrame, encodeFrame } from "./frame.ts";
import type { Command } from "./generated/commands.ts";
import { decodeControlMessage, encodeControlMessage } from "./generated/control-messages.ts";
import { decodePublicMessage, encodePublicMessage } from "./generated/public-messages.ts";
import { decodeSessionEvent, encodeSessionEvent } from "./generated/session-events.ts";
import { decodeSystemCommand, encodeSystemCommand } from "./generated/system-commands.ts";
import { Reader } from "./reader.ts";
import { firstFault } from "./structure.ts";
import { Writer } from "./writer.ts";

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const clientId = fc.stringMatching(/^[A-Za-z0-9_-]{1,36}$/);
const order = fc.oneof(u64, clientId);

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    type: fc.constant("place" as const),
    clientId: fc.option(clientId),
    instrument: u16,
    side: fc.constantFrom("buy" as const, "sell" as const),
    kind: fc.constantFrom("limit" as const, "market" as const),
    timeInForce: fc.constantFrom(
      "good-till-cancel" as const,
      "immediate-or-cancel" as const,
      "fill-or-kill" as const,
    ),
    priceTicks: u32,
    lots: u32,
    postOnly: fc.boolean(),
    reduceOnly: fc.boolean(),
  }),
  fc.record({ type: fc.constant("amend" as const), order, priceTicks: u32, lots: u32 }),
  fc.record({ type: fc.constant("cancel" as const), order }),
  fc.record({ type: fc.constant("cancel-all" as const), instrument: fc.option(u16) }),
  fc.record({ type: fc.constant("query" as const), clientId }),
  fc.record({ type: fc.constant("withdraw" as const), nonce: u64, amount: u64 }),
  fc.record({ type: fc.constant("ping" as const), token: u64 }),
  fc.record({ type: fc.constant("revoke" as const), nonce: u64 }),
  fc.record({ type: fc.constant("account-query" as const) }),
);
const commands = fc.array(command, { minLength: 1, maxLength: 64 });

/** Whatever parses is the one encoding of what it parsed to. */
function isCanonicalOrRefused<T>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
): void {
  let value: T;
  try {
    value = decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ParseError);
    return;
  }
  expect(encode(value)).toEqual(bytes);
}

function everyParser(bytes: Uint8Array): void {
  isCanonicalOrRefused(bytes, decodeFrame, encodeFrame);
  isCanonicalOrRefused(bytes, decodeSystemCommand, encodeSystemCommand);
  isCanonicalOrRefused(bytes, decodeSessionEvent, encodeSessionEvent);
  isCanonicalOrRefused(bytes, decodePublicMessage, encodePublicMessage);
  isCanonicalOrRefused(bytes, decodeControlMessage, encodeControlMessage);
}

describe("frames", () => {
  test("survive the round trip", () => {
    fc.assert(
      fc.property(commands, (sent) => {
        const bytes = encodeFrame(sent);
        expect(firstFault(bytes)).toBeUndefined();
        expect(decodeFrame(bytes)).toEqual(sent);
        // A view into a larger buffer, as sockets give them.
        const inside = Buffer.concat([Buffer.from([1, 2, 3]), bytes, Buffer.from([4])]);
        expect(decodeFrame(inside.subarray(3, 3 + bytes.length))).toEqual(sent);
      }),
      { numRuns: 300 },
    );
  });

  test("random bytes are refused or canonical", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), everyParser), { numRuns: 2000 });
  });

  test("mutated frames are refused or canonical", () => {
    const mutation = fc.tuple(
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom("set", "insert", "remove"),
    );
    fc.assert(
      fc.property(
        fc.array(command, { minLength: 1, maxLength: 3 }),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (sent, mutations) => {
          const bytes = [...encodeFrame(sent)];
          for (const [place, byte, kind] of mutations) {
            const at = place % bytes.length;
            if (kind === "set") bytes[at] = byte;
            else if (kind === "insert") bytes.splice(at, 0, byte);
            else if (bytes.length > 1) bytes.splice(at, 1);
          }
          everyParser(Uint8Array.from(bytes));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("an array of none is no array of events", () => {
    expect(() => decodeEvents(Uint8Array.of(0x90))).toThrow("BAD_FRAME");
  });
});

describe("integers", () => {
  const second = new Unpackr({ int64AsType: "bigint" });

  test("have one form, which a second codec reads as the same number", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.bigInt({ min: 0n, max: 63n }),
        (wide, shift) => {
          const value = wide >> shift;
          const writer = new Writer(1);
          writer.i64(value, "value");
          const bytes = writer.finish();
          expect(new Reader(bytes).i64()).toBe(value);
          expect(BigInt(second.unpack(bytes))).toBe(value);
          if (value >= 0n) expect(new Reader(bytes).u64()).toBe(value);
          else expect(() => new Reader(bytes).u64()).toThrow("OUT_OF_RANGE");
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -0, 1.5, -1, 2 ** 32, "5", 5n, null, undefined])(
    "%s is no u32",
    (value) => {
      expect(() => new Writer().u32(value as number, "lots")).toThrow(EmitError);
    },
  );

  test.each([-1n, 2n ** 64n, 5, 5.5, Number.NaN, "5", null])("%s is no u64", (value) => {
    expect(() => new Writer().u64(value as bigint, "amount")).toThrow(EmitError);
  });

  test.each([2n ** 63n, -(2n ** 63n) - 1n, 0])("%s is no i64", (value) => {
    expect(() => new Writer().i64(value as bigint, "index")).toThrow(EmitError);
  });
});

describe("what cannot be sent", () => {
  const place = {
    type: "place" as const,
    clientId: "a" as string | null,
    instrument: 1,
    side: "buy" as const,
    kind: "limit" as const,
    timeInForce: "good-till-cancel" as const,
    priceTicks: 1,
    lots: 1,
    postOnly: false,
    reduceOnly: false,
  };

  test.each([
    [{ clientId: "" }, "BAD_STRING"],
    [{ clientId: "a".repeat(37) }, "BAD_STRING"],
    [{ clientId: "a\n" }, "BAD_STRING"],
    [{ clientId: "\u202e" }, "BAD_STRING"],
    [{ side: "toString" }, "OUT_OF_RANGE"],
    [{ side: "__proto__" }, "OUT_OF_RANGE"],
    [{ lots: -1 }, "OUT_OF_RANGE"],
    [{ postOnly: 1 }, "BAD_TYPE"],
    [{ type: "tick" }, "BAD_TYPE"],
  ])("%o", (change, reject) => {
    expect(() => encodeFrame([{ ...place, ...change } as unknown as Command])).toThrow(reject);
    // The failed frame leaves nothing behind.
    expect(decodeFrame(encodeFrame([place]))).toEqual([place]);
  });

  test("no commands, and 65", () => {
    expect(() => encodeFrame([])).toThrow(EmitError);
    expect(() => encodeFrame(Array.from({ length: 65 }, () => place))).toThrow(EmitError);
  });
});
