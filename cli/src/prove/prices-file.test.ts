import { describe, expect, test } from "vitest";
import { ProveError } from "./errors.ts";
import { parseIndexPrices, parsePricesFile } from "./prices-file.ts";

const quote = { instrument: 1, mark: "50000000", index: "50000001", fundingIndex: "-7" };
const file = { round: "3", time: "1790000000000000", quotes: [quote], signatures: [`0x${"ab".repeat(65)}`] };
const asked = { round: "3", time: "1790000000000000", prices: [{ instrument: 1, index: "5" }] };

test("what is sound is read", () => {
  expect(parsePricesFile(JSON.stringify(file)).quotes).toEqual([
    { instrument: 1, mark: 50_000_000n, index: 50_000_001n, fundingIndex: -7n },
  ]);
  expect(parseIndexPrices(JSON.stringify(asked))).toEqual({
    round: 3n,
    time: 1_790_000_000_000_000n,
    prices: [{ instrument: 1, index: 5n }],
  });
});

describe("what is not is refused with what is wrong", () => {
  test.each([
    ["no JSON", "{", /JSON/],
    ["nothing", "null", /null/],
    ["a number for a string", { ...asked, round: 3 }, /3 is no decimal string/],
    ["hexadecimal", { ...asked, time: "0x10" }, /"0x10" is no decimal string/],
    ["below zero", { ...asked, prices: [{ instrument: 1, index: "-5" }] }, /"-5" is no decimal string/],
    ["too long", { ...asked, round: "1".repeat(20) }, /is no decimal string/],
    ["no list", { ...asked, prices: {} }, /a list of at most 512/],
    ["a long list", { ...asked, prices: new Array(513).fill(asked.prices[0]) }, /a list of at most 512/],
    ["no instrument", { ...asked, prices: [{ instrument: 65_536, index: "5" }] }, /65536 is no instrument/],
    ["a name", { ...asked, prices: [{ instrument: "BTC", index: "5" }] }, /"BTC" is no instrument/],
  ])("%s", (_name, given, why) => {
    const read = () => parseIndexPrices(typeof given === "string" ? given : JSON.stringify(given));
    expect(read).toThrow(ProveError);
    expect(read).toThrow(why);
  });

  test("a signature of another length", () => {
    const read = () => parsePricesFile(JSON.stringify({ ...file, signatures: ["0xab"] }));
    expect(read).toThrow(/65 bytes/);
  });
});
