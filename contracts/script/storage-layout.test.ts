import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { layoutPath, layoutText } from "./storage-layout.ts";

test("no contract's storage has moved", () => {
  expect(layoutText()).toBe(readFileSync(layoutPath, "utf8"));
});
