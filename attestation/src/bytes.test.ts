import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, fromHex, toBase64, toHex } from "./bytes.ts";
import { parseJson } from "./endorsements/json.ts";
import { AttestationError } from "./errors.ts";
import { decodeEvidence } from "./evidence/decode.ts";
import { parseEvidence } from "./evidence/parse.ts";
import { addToPool, emptyPool } from "./index.ts";

const anyBytes = fc.uint8Array({ maxLength: 300 });

test("hex and base64 are inverses, and Node's Buffer agrees", () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }),
  );
});

test.each(["A", "AA", "AAA", "AB==", "AAB=", "A===", "AA=A", "AA A=", "AAAA=", "====", "é==="])(
  "base64 refuses %j",
  (text) => {
    expect(() => fromBase64(text)).toThrow(RangeError);
  },
);

test.each(["0", "0g", "xx", " 00"])("hex refuses %j", (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});

describe("strict JSON", () => {
  test("agrees with JSON.parse on what both accept", () => {
    const value = fc
      .jsonValue({ noUnicodeString: false })
      // What ours refuses by design: fractions, exponents, integers beyond 2^53.
      .filter((json) => !/\d[.eE]|\d{16}|__proto__/.test(JSON.stringify(json)));
    fc.assert(
      fc.property(value, (json) => {
        const text = JSON.stringify(json);
        expect(JSON.parse(JSON.stringify(parseJson(text, "TCB_INFO_MALFORMED")))).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    '{"a":1,"a":1}',
    "01",
    "1.0",
    "1e3",
    "-",
    "[1,]",
    '{"a":1,}',
    "nul",
    '"\u0001"',
    '"\\x"',
    '"\\u12g4"',
    "1 2",
    "[".repeat(40),
    "9007199254740993",
    "'a'",
    "",
  ])("refuses %j", (text) => {
    expect(() => parseJson(text, "TCB_INFO_MALFORMED")).toThrow(AttestationError);
  });
});

test("evidence is found raw, in hex and in base64", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7);
  const text = (encoded: string) => new TextEncoder().encode(encoded);
  expect(decodeEvidence(bytes)).toMatchObject({ bytes, encoding: "raw" });
  expect(decodeEvidence(text(`0x${toHex(bytes)}\n`))).toMatchObject({ bytes, encoding: "hex" });
  expect(decodeEvidence(text(toHex(bytes).toUpperCase()))).toMatchObject({ bytes, encoding: "hex" });
  const base64 = toBase64(bytes);
  expect(decodeEvidence(text(base64.replace(/(.{40})/g, "$1\n")))).toMatchObject({
    bytes,
    encoding: "base64",
  });
  const urlSafe = base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  expect(decodeEvidence(text(urlSafe))).toMatchObject({ bytes, encoding: "base64" });
});

test("no bytes make a parser throw anything but its own error", () => {
  const heads = [
    "030002",
    "040002",
    "050002",
    "02000000",
    "8444a1013822a0",
    "30",
    "7b22",
    "2d2d2d2d2d424547494e",
  ];
  const headed = fc
    .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 1500 }))
    .map(([head, tail]) => {
      const bytes = new Uint8Array(head.length / 2 + tail.length);
      bytes.set(fromHex(head));
      bytes.set(tail, head.length / 2);
      return bytes;
    });
  const survives = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (!(error instanceof AttestationError || error instanceof RangeError)) throw error;
    }
  };
  fc.assert(
    fc.property(headed, (bytes) => {
      survives(() => parseEvidence(bytes));
      survives(() => addToPool(emptyPool(), bytes));
    }),
    { numRuns: 500 },
  );
});
