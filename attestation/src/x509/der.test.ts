import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { DerReader, TAG } from "./der.ts";

const reader = (hex: string) => new DerReader(fromHex(hex), "CERT_MALFORMED");

describe("refused", () => {
  const cases: readonly [string, string, (der: DerReader) => unknown][] = [
    ["an indefinite length", "3080020100", (der) => der.next(TAG.SEQUENCE)],
    ["a long form of a short length", "308103020100", (der) => der.next(TAG.SEQUENCE)],
    ["a long form with a leading zero", "30820003020100", (der) => der.next(TAG.SEQUENCE)],
    ["a length of four bytes", "308400000003020100", (der) => der.next(TAG.SEQUENCE)],
    ["a length beyond the end", "3004020100", (der) => der.next(TAG.SEQUENCE)],
    ["a length cut short", "3082", (der) => der.next(TAG.SEQUENCE)],
    ["a lonely tag", "30", (der) => der.next(TAG.SEQUENCE)],
    ["nothing", "", (der) => der.next(TAG.SEQUENCE)],
    ["another tag", "0500", (der) => der.next(TAG.SEQUENCE)],
    ["an inner element longer than its parent", "3003020200", (der) => der.enter(TAG.SEQUENCE).unsigned()],
    ["an empty integer", "0200", (der) => der.unsigned()],
    ["a negative integer", "020180", (der) => der.unsigned()],
    ["an integer with a needless zero", "0202007f", (der) => der.unsigned()],
    ["an integer too large for a number", "02050100000000", (der) => der.smallInteger()],
    ["a boolean that is neither", "010101", (der) => der.boolean()],
    ["a bit string with unused bits", "0302017e", (der) => der.wholeBits()],
    ["an empty bit string", "0300", (der) => der.wholeBits()],
    ["an object identifier cut short", "060188", (der) => der.oid()],
    ["an object identifier with padding", "0603808003", (der) => der.oid()],
    ["a day that does not exist", "170d3233303233303030303030305a", (der) => der.time()],
    ["a time without seconds", "170b323330323031303030305a", (der) => der.time()],
    ["a time with an offset", "17113233303230313030303030302b30313030", (der) => der.time()],
    ["a GeneralizedTime before 2050", "180f32303233303230313030303030305a", (der) => der.time()],
    ["bytes left over", "0201010500", (der) => [der.unsigned(), der.done()]],
  ];
  test.each(cases)("%s", (_, hex, read) => {
    expect(() => read(reader(hex))).toThrow(AttestationError);
  });
});

describe("read", () => {
  test("an integer whose top bit needs a zero byte", () => {
    expect(toHex(reader("020200ff").unsigned())).toBe("ff");
    expect(reader("020100").smallInteger()).toBe(0);
  });

  test("object identifiers", () => {
    expect(reader("06092a864886f84d010d01").oid()).toBe("1.2.840.113741.1.13.1");
    expect(reader("0603550406").oid()).toBe("2.5.4.6");
  });

  test("times of both kinds, and the century of two digits", () => {
    expect(reader("170d3439313233313233353935395a").time()).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(reader("170d3530303130313030303030305a").time()).toBe(Date.UTC(1950, 0, 1));
    expect(reader("180f32303530303130313030303030305a").time()).toBe(Date.UTC(2050, 0, 1));
  });
});
