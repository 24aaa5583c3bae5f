import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { benchPeers } from "./peers.ts";

const folder = mkdtempSync(join(tmpdir(), "sealbook-peers-test-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder without the checkouts is refused by the file it lacks", async () => {
  const run = () => benchPeers({ folder, rounds: 1, isJson: false });
  await expect(run()).rejects.toThrow("no liquibook/src/book/order_book.h: check liquibook out there");
});

test("a checkout that does not compile is said, with what the compiler said", async () => {
  mkdirSync(join(folder, "liquibook/src/book"), { recursive: true });
  writeFileSync(join(folder, "liquibook/src/book/order_book.h"), "#error not a library\n");
  const run = () => benchPeers({ folder, rounds: 1, isJson: false });
  await expect(run()).rejects.toThrow(/cannot build liquibook: [\s\S]*(not a library|No such file)/);
});
