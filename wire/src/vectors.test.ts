/** The golden vectors of `test/vectors/wire`, which the Rust codec is held to as well. */
import { readdirSync, readFileSync } from "node:fs";
import { AbiCoder, keccak256, TypedDataEncoder } from "ethers";
import { Packr, Unpackr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "../generate/codec.ts";
import { messageLengthMax, messages } from "../generate/model.ts";
import type { RejectCase } from "../generate/refusals.ts";
import type { Json } from "../generate/vectors.ts";
import { headerToWords, parseBatch } from "./batch.ts";
import { crc32c } from "./crc32c.ts";
import { ParseError } from "./error.ts";
import { decodeFrame, parseBody } from "./frame.ts";
import { decodeSystemCommand } from "./generated/system-commands.ts";
import { BATCH_HEADER_TYPES, DELEGATION_TYPES, domain, fromHex, OPEN_EPOCH_TYPES } from "./header.ts";
import { emitInboxSlot, INBOX_HASH_TYPES, parseInboxSlot } from "./inbox.ts";
import { emitRecord, parseRecord, parseSegmentHeader } from "./journal.ts";
import { decodeSequenced, encodeSequenced } from "./sequenced.ts";

const folder = new URL("../../test/vectors/wire/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const bytesOf = (hex: string) => fromHex(hex, (hex.length - 2) / 2);

interface MessageVector {
  message: string;
  cases: { name: string; value: { [field: string]: Json }; hex: string }[];
}

describe("messages", () => {
  for (const file of readdirSync(new URL("messages/", folder))) {
    const vector: MessageVector = read(`messages/${file}`);
    const message = messages.find(({ name }) => name === vector.message)!;
    test.each(vector.cases)(`${vector.message}, $name`, ({ value, hex }) => {
      expect(encodeMessage(message, value)).toBe(hex);
      expect(decodeMessage(message, bytesOf(hex))).toEqual(value);
      expect(bytesOf(hex).length).toBeLessThanOrEqual(messageLengthMax(message));
    });

    test(`${vector.message}: a second codec reads the same values`, () => {
      // msgpackr knows nothing of the schema: it sees the values in order, and agrees on every one of them.
      const second = new Unpackr({ int64AsType: "bigint", useRecords: false, mapsAsObjects: true });
      for (const { value, hex } of vector.cases) {
        const [code, ...fields] = second.unpack(bytesOf(hex));
        expect(code).toBe(message.code);
        const leaves = (json: unknown): string[] =>
          json instanceof Uint8Array
            ? [`0x${Buffer.from(json).toString("hex")}`]
            : json !== null && typeof json === "object"
              ? Object.values(json).flatMap(leaves)
              : [String(json)];
        const numbered = leaves(fields).length;
        expect(numbered).toBe(leaves(value).length);
        // Enumerations are names on one side and numbers on the other; everything else reads alike.
        leaves(value).forEach((leaf, index) => {
          if (/^(0x|-?[0-9]+$|true|false|null)/.test(leaf)) expect(leaves(fields)[index]).toBe(leaf);
        });
      }
    });
  }

  test("every message has a vector", () => {
    expect(readdirSync(new URL("messages/", folder)).sort()).toEqual(
      messages.map(({ name }) => `${name}.json`).sort(),
    );
  });
});

describe("refusals", () => {
  const { cases } = read("rejects.json") as { cases: RejectCase[] };
  test.each(cases)("$fault $name: $reject", ({ entry, hex, reject, offset }) => {
    const parse = entry === "frame" ? decodeFrame : decodeSystemCommand;
    let refusal: unknown;
    try {
      parse(bytesOf(hex));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ParseError);
    expect(refusal).toMatchObject({ reject, offset });
  });

  test("msgpackr alone would not have refused", () => {
    // Why the reader is our own: the general decoder takes what B19–B23 forbid.
    const accepted = cases.filter(({ fault, hex }) => {
      if (!["B19", "B20", "B21", "B22", "B23"].includes(fault)) return false;
      try {
        new Unpackr({ useRecords: false }).unpack(bytesOf(hex));
        return true;
      } catch {
        return false;
      }
    });
    expect(accepted.length).toBeGreaterThan(20);
  });

  test("msgpackr alone would not have emitted the one form of 2^32", () => {
    const packr = new Packr({ useRecords: false });
    expect(Buffer.from(packr.pack(2n ** 32n)).toString("hex")).toBe("d30000000100000000");
    expect(packr.pack(2 ** 32 + 1)[0]).toBe(0xcb);
  });
});

describe("layouts", () => {
  const layouts = read("layouts.json");

  test("checksum of RFC 3720", () => {
    expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe306_9283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd_794e);
  });

  test("opening", () => {
    const { session_key, enc, ciphertext, hex } = layouts.opening;
    const [sessionKey, encapsulated, sealed] = [session_key, enc, ciphertext].map(bytesOf);
    expect(parseBody(bytesOf(hex))).toEqual({
      kind: "opening",
      sessionKey,
      enc: encapsulated,
      ciphertext: sealed,
    });
    for (let cut = 0; cut < 89; cut++)
      expect(() => parseBody(bytesOf(hex).subarray(0, cut))).toThrow(ParseError);
    expect(() => parseBody(new Uint8Array(4097))).toThrow("FRAME_TOO_LARGE");
  });

  test("sequenced command", () => {
    const bytes = bytesOf(layouts.sequenced.hex);
    const parsed = decodeSequenced(bytes);
    expect(parsed).toMatchObject({
      sequence: 2n,
      account: 4,
      result: 206,
      command: { type: "cancel", order: 7n },
    });
    expect(encodeSequenced(parsed, parsed.raw)).toEqual(bytes);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => decodeSequenced(bytes.subarray(0, cut))).toThrow("BAD_FRAME");
  });

  test("journal record: every cut and every flipped bit is found", () => {
    const bytes = bytesOf(layouts.journal_record.hex);
    const record = parseRecord(bytes)!;
    expect(record).toMatchObject({ epoch: 3n, sequence: 77n, length: bytes.length });
    expect(emitRecord(record)).toEqual(bytes);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => parseRecord(bytes.subarray(0, cut))).toThrow(ParseError);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const torn = bytes.slice();
      torn[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => parseRecord(torn)).toThrow(ParseError);
    }
    expect(parseRecord(new Uint8Array(8))).toBeUndefined();
  });

  test("segment header", () => {
    const header = bytesOf(layouts.segment_header.hex);
    expect(parseSegmentHeader(header)).toEqual({
      genesisHash: new Uint8Array(32).fill(7),
      firstSequence: 1n,
    });
    for (const at of [0, 7, 8, 12, 63]) {
      const bad = header.slice();
      bad[at]! ^= 1;
      expect(() => parseSegmentHeader(bad)).toThrow(ParseError);
    }
  });

  test("batch", () => {
    const bytes = bytesOf(layouts.batch.hex);
    const { header, withdrawals, data } = parseBatch(bytes);
    expect(headerToWords(header)).toEqual(bytesOf(layouts.batch.words));
    expect(withdrawals).toEqual([
      { account: 9, owner: `0x${"aa".repeat(20)}`, amount: 5_000_000n, nonce: 1n },
    ]);
    expect(data).toEqual(Uint8Array.of(1, 2, 3));
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => parseBatch(bytes.subarray(0, cut))).toThrow(ParseError);
    expect(() => parseBatch(Uint8Array.from([...bytes, 0]))).toThrow("BAD_FRAME");
    const types = BATCH_HEADER_TYPES.BatchHeader;
    const words = AbiCoder.defaultAbiCoder().encode(
      types.map(({ type }) => type),
      types.map(({ name }) => header[name as keyof typeof header]),
    );
    expect(words).toBe(layouts.batch.words);
  });

  test("inbox entry", () => {
    const bytes = bytesOf(layouts.inbox_entry.hex);
    const entry = parseInboxSlot(7n, bytes);
    expect(entry).toMatchObject({ kind: "deposit", amount: 1_000_000n, subaccount: 2 });
    expect(emitInboxSlot(entry)).toEqual(bytes);
    for (const [at, value] of [
      [0, 0],
      [0, 7],
      [70, 1],
      [95, 1],
    ] as const) {
      const bad = bytes.slice();
      bad[at] = value;
      expect(() => parseInboxSlot(7n, bad)).toThrow(ParseError);
    }
    const hashed = AbiCoder.defaultAbiCoder().encode(
      [...INBOX_HASH_TYPES],
      [
        `0x${"00".repeat(32)}`,
        7,
        1,
        `0x${"01".repeat(20)}`,
        2,
        1_000_000,
        `0x${"03".repeat(32)}`,
        1_700_000_000,
      ],
    );
    expect(keccak256(hashed)).toMatch(/^0x[0-9a-f]{64}$/);
    expect((hashed.length - 2) / 64).toBe(8);
  });

  test("EIP-712 type strings are those of ethers", () => {
    expect(TypedDataEncoder.from(DELEGATION_TYPES).encodeType("Delegation")).toBe(layouts.eip712.delegation);
    expect(TypedDataEncoder.from(BATCH_HEADER_TYPES).encodeType("BatchHeader")).toBe(
      layouts.eip712.batch_header,
    );
    expect(TypedDataEncoder.from(OPEN_EPOCH_TYPES).encodeType("OpenEpoch")).toBe(layouts.eip712.open_epoch);
    expect(Object.keys(domain(1n, "0x"))).toEqual(["name", "version", "chainId", "verifyingContract"]);
  });
});
