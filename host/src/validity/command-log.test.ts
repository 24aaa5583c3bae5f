import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { realDisk } from "../journal/disk.ts";
import { CommandLog } from "./command-log.ts";

const venue = new Uint8Array(32).fill(7);
const path = () => join(mkdtempSync(join(tmpdir(), "sealbook-command-log-")), "commands");
const bytes = (...values: number[]) => Uint8Array.from(values);
const plain = (records: readonly Uint8Array[]) => records.map((record) => [...record]);

it("gives back what was appended, in order, and goes on behind it", async () => {
  const file = path();
  const first = CommandLog.open(file, venue);
  await Promise.all([first.log.append([bytes(1), bytes(2, 2)]), first.log.append([bytes(3)])]);
  await first.log.close();
  const second = CommandLog.open(file, venue);
  expect(plain(second.found.records)).toEqual([[1], [2, 2], [3]]);
  await second.log.append([bytes(4)]);
  await second.log.close();
  expect(plain(CommandLog.read(file).records)).toEqual([[1], [2, 2], [3], [4]]);
});

it("is done in order, whatever waits: an answer without a record does not overtake one that is being synced", async () => {
  const order: number[] = [];
  const syncs: ((error: Error | null) => void)[] = [];
  const disk = {
    ...realDisk,
    fdatasync: (_: number, done: (error: Error | null) => void) => void syncs.push(done),
  };
  const { log } = CommandLog.open(path(), venue, disk);
  const first = log.append([bytes(1)]).then(() => order.push(1));
  await new Promise((done) => setTimeout(done, 20));
  const second = log.append([]).then(() => order.push(2));
  await new Promise((done) => setTimeout(done, 20));
  expect(order).toEqual([]);
  syncs[0]!(null);
  await Promise.all([first, second]);
  expect(order).toEqual([1, 2]);
});

it("drops a torn tail, and refuses a harmed record that others follow", async () => {
  const file = path();
  const { log } = CommandLog.open(file, venue);
  await log.append([bytes(1, 1, 1), bytes(2, 2, 2)]);
  await log.close();
  const whole = readFileSync(file);

  writeFileSync(file, whole.subarray(0, whole.length - 1));
  const torn = CommandLog.open(file, venue);
  expect([plain(torn.found.records), torn.found.tornBytes]).toEqual([[[1, 1, 1]], 10]);
  await torn.log.append([bytes(9)]);
  await torn.log.close();
  expect(plain(CommandLog.read(file).records)).toEqual([[1, 1, 1], [9]]);

  const harmed = Buffer.from(whole);
  harmed[48 + 8]! ^= 1;
  writeFileSync(file, harmed);
  expect(() => CommandLog.open(file, venue)).toThrow(expect.objectContaining({ code: "E_JOURNAL_HOLE" }));
});

it("is one venue's", async () => {
  const file = path();
  await CommandLog.open(file, venue).log.close();
  const other = new Uint8Array(32).fill(8);
  expect(() => CommandLog.open(file, other)).toThrow(expect.objectContaining({ code: "E_WRONG_GENESIS" }));
});

it("takes nothing more after a failed sync", async () => {
  const disk = {
    ...realDisk,
    fdatasync: (_: number, done: (error: Error | null) => void) => done(new Error("EIO")),
  };
  const { log } = CommandLog.open(path(), venue, disk);
  await expect(log.append([bytes(1)])).rejects.toMatchObject({ code: "E_JOURNAL_SYNC" });
  await expect(log.append([bytes(2)])).rejects.toMatchObject({ code: "E_JOURNAL_SYNC" });
});
