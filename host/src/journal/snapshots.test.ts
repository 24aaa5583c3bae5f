import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { removeTemporaryFolders, temporaryFolder } from "../fake-host.ts";
import { poisonList, readPoison, recordPoison } from "./poison.ts";
import { listSnapshots, readSnapshot, SnapshotStore, snapshotsUpTo } from "./snapshots.ts";

afterAll(removeTemporaryFolders);

describe("snapshots", () => {
  it("joins parts in any order and keeps the newest two (F17)", async () => {
    const folder = temporaryFolder();
    const store = new SnapshotStore(folder);
    for (const sequence of [10, 20, 30]) {
      store.addPart(sequence, 1, 2, Buffer.from(`-${sequence}`));
      store.addPart(sequence, 0, 2, Buffer.from("head"));
      await store.flushed();
    }
    expect(listSnapshots(folder).map(({ sequence }) => sequence)).toEqual([20, 30]);
    expect(readSnapshot(listSnapshots(folder)[1]!).toString()).toBe("head-30");
    expect(snapshotsUpTo(folder, 29).map(({ sequence }) => sequence)).toEqual([20]);
    expect(snapshotsUpTo(folder, 30).map(({ sequence }) => sequence)).toEqual([30, 20]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("never stores half of one, nor one with impossible parts (B52)", async () => {
    const folder = temporaryFolder();
    const store = new SnapshotStore(folder);
    store.addPart(1, 0, 2, Buffer.from("half"));
    store.addPart(2, 0, 2, Buffer.from("half"));
    store.addPart(3, 0, 0xffff_ffff, Buffer.from("x"));
    store.addPart(4, 7, 2, Buffer.from("x"));
    await store.flushed();
    expect(listSnapshots(folder)).toEqual([]);
  });
});

describe("poison file (F29)", () => {
  it("counts the tries of a command over restarts", () => {
    const path = join(temporaryFolder(), "poison.json");
    const digest = Buffer.alloc(32, 5);
    expect(readPoison(path)).toEqual([]);
    recordPoison(path, 7, digest);
    recordPoison(path, 8, Buffer.alloc(32, 6));
    recordPoison(path, 9, digest);
    expect(poisonList(readPoison(path)).poisons.map(({ tries }) => tries)).toEqual([2, 1]);
    expect(readFileSync(path, "utf8")).toContain("0505");
  });

  it("refuses a file that is not one", () => {
    const path = join(temporaryFolder(), "poison.json");
    writeFileSync(path, '{"a":1}');
    expect(() => readPoison(path)).toThrow(expect.objectContaining({ code: "E_DATA_DIR" }));
  });
});
