import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { REASONS } from "./src/index.ts";
import { KEEPER_FAULTS } from "./src/onchain/index.ts";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const PAGE = read("docs/attestation.md");

/** The page says `CERT_*` where it means them all. */
const mentioned = [...PAGE.matchAll(/`([A-Z][A-Z_]+\*?)`/g)].map(([, name]) => name!);
const isMentioned = (code: string) =>
  mentioned.some((name) => (name.endsWith("*") ? code.startsWith(name.slice(0, -1)) : name === code));

test("every reason to say no is on the page, beside its rule", () => {
  const codes = [...Object.keys(REASONS), ...Object.keys(KEEPER_FAULTS)];
  expect(codes.filter((code) => !isMentioned(code))).toEqual([]);
});

test("every code on the page is one we give", () => {
  const codes = [...Object.keys(REASONS), ...Object.keys(KEEPER_FAULTS)];
  const isCode = (name: string) =>
    /^(?:[A-Z]+_)+[A-Z*]+$/.test(name) && !/^(?:PCS|TEE|VALID|SEPT|TDX|MASK|SNP)_/.test(name);
  const known = (name: string) =>
    name.endsWith("*") ? codes.some((code) => code.startsWith(name.slice(0, -1))) : codes.includes(name);
  expect(mentioned.filter(isCode).filter((name) => !known(name) && name !== "TDX_MODULE_MISMATCH")).toEqual(
    [],
  );
});

test("the gas on the page is the committed snapshot's", () => {
  const gas = Object.values(
    JSON.parse(read("contracts/test/snapshots/generated/gas.json")) as Record<string, string>,
  );
  const table = PAGE.slice(
    PAGE.indexOf("| what | gas | bar |"),
    PAGE.indexOf("A list is taken in one transaction"),
  );
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| what") && !line.startsWith("| ---"));
  expect(rows.length).toBeGreaterThan(7);
  for (const row of rows) {
    const figures = row.split("|")[2]!.match(/\d{1,3}(?:,\d{3})+/g)!;
    for (const figure of figures) expect(gas, row).toContain(figure.replaceAll(",", ""));
  }
});
