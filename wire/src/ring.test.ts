import { describe, expect, test } from "vitest";
import {
  emitWords,
  parseFault,
  parseHangUp,
  parsePublic,
  parseReply,
  parseSignedHead,
  parseSnapshotPart,
  recordLength,
} from "./ring.ts";

const bytes = (...parts: (bigint | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "bigint" ? [...emitWords(part)] : part)));

describe("ring records", () => {
  test("take whole words", () => {
    expect([0, 1, 8, 9].map(recordLength)).toEqual([8, 16, 16, 24]);
  });

  test("reply", () => {
    const reply = bytes(7n, 9n, [1, 0, 0, 0, 0, 0, 0, 0], [0xaa, 0xbb]);
    expect(parseReply(reply)).toEqual({
      connection: 7n,
      sequence: 9n,
      level: "written",
      body: Uint8Array.of(0xaa, 0xbb),
    });
    expect(() => parseReply(reply.subarray(0, 23))).toThrow("BAD_FRAME");
    reply[16] = 3;
    expect(() => parseReply(reply)).toThrow("OUT_OF_RANGE");
  });

  test("public, hang up, fault, head, snapshot", () => {
    expect(parsePublic(bytes(5n, [1, 2]))).toEqual({ sequence: 5n, message: Uint8Array.of(1, 2) });
    expect(parseHangUp(bytes(7n, 9n, [10, 0]))).toEqual({ connection: 7n, sequence: 9n, code: 10 });
    const digest = new Uint8Array(32).fill(4);
    expect(parseFault(bytes(9n, [...digest], [0x68, 0x69]))).toEqual({ sequence: 9n, digest, text: "hi" });
    const head = parseSignedHead(bytes(1n, 2n, [...digest], Array(65).fill(6)));
    expect(head).toEqual({
      epoch: 1n,
      sequence: 2n,
      chainHash: digest,
      signature: new Uint8Array(65).fill(6),
    });
    expect(parseSnapshotPart(bytes(1n, [2, 0, 0, 0, 3, 0, 0, 0], [9]))).toEqual({
      sequence: 1n,
      part: 2,
      parts: 3,
      sealed: Uint8Array.of(9),
    });
    for (const parse of [parsePublic, parseHangUp, parseFault, parseSignedHead, parseSnapshotPart]) {
      expect(() => parse(new Uint8Array(7))).toThrow("BAD_FRAME");
    }
  });
});
