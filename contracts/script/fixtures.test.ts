import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath, fixtureText } from "./fixtures.ts";

test("the committed evidence is what the simulated platform makes today", () => {
  expect(readFileSync(fixturePath, "utf8")).toBe(fixtureText());
});
