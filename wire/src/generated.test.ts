import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { REJECT_BY_CODE, REJECTS } from "./generated/reject.ts";

test("generated files are what the schema says", () => {
  const generate = fileURLToPath(new URL("../generate.ts", import.meta.url));
  expect(execFileSync(process.execPath, [generate, "--check"], { encoding: "utf8" })).toBe("");
});

test("rejects are found by code", () => {
  expect(REJECT_BY_CODE.get(210)).toMatchObject({ name: "margin", wire: "MARGIN" });
  expect(REJECT_BY_CODE.size).toBe(Object.keys(REJECTS).length);
});
