import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { journal } from "@sealbook/wire";
import { afterAll, describe, expect, it } from "vitest";
import type { HostError } from "../errors.ts";
import { removeTemporaryFolders, temporaryFolder } from "../fake-host.ts";
import { type Disk, realDisk } from "./disk.ts";
import { append, GENESIS_HEX, journalFolder, openWriter, record } from "./fixture.ts";
import { openDataFolder } from "./folder.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./format.ts";
import { scanJournal } from "./reader.ts";
import { watermarkPath } from "./watermark.ts";

afterAll(removeTemporaryFolders);

const code = (value: HostError["code"]) => expect.objectContaining({ code: value });

describe("journal", () => {
  it("gives back what was appended, over rotations and restarts", async () => {
    const folder = journalFolder();
    let next = 1;
    for (let run = 0; run < 3; run += 1) {
      const writer = openWriter(folder);
      expect(writer.written).toBe(next - 1);
      for (let group = 0; group < 30; group += 1, next += 50) append(writer, next, next + 49);
      expect(writer.written).toBe(next - 1);
      await writer.close();
      expect(writer.synced).toBe(next - 1);
    }
    const seen: number[] = [];
    const scan = scanJournal(folder, GENESIS_HEX, (bytes, head) => {
      expect(bytes).toEqual(record(head.sequence));
      seen.push(head.sequence);
    });
    expect(seen).toEqual(Array.from({ length: next - 1 }, (_, index) => index + 1));
    expect(scan.segments.length).toBeGreaterThan(4);
    expect(scan.droppedBytes).toBe(0);
  });

  it("survives truncation at every offset: a prefix of whole records, never a middle one lost (F02)", async () => {
    const folder = journalFolder();
    const writer = openWriter(folder);
    append(writer, 1, 12, 16);
    await writer.close();
    rmSync(watermarkPath(folder)); // as after kill -9 before any sync
    const path = join(folder, segmentName(1));
    const whole = readFileSync(path);
    const recordBytes = record(1, 16).length;
    for (let length = SEGMENT_HEADER_BYTES + 12 * recordBytes + 9; length >= 0; length -= 1) {
      writeFileSync(path, whole.subarray(0, length));
      const scan = scanJournal(folder, GENESIS_HEX);
      const records = Math.min(12, Math.max(0, Math.floor((length - SEGMENT_HEADER_BYTES) / recordBytes)));
      expect(scan.lastSequence).toBe(records);
      expect(scan.records).toBe(records);
    }
  });

  it("drops a torn last record whose rest is zero, old bytes or garbage, and then appends over it (F03)", async () => {
    const garbage = [Buffer.alloc(200), Buffer.alloc(200, 0xa5), record(5, 144)];
    for (const rest of garbage) {
      const folder = journalFolder();
      const writer = openWriter(folder);
      append(writer, 1, 3);
      await writer.close();
      const path = join(folder, segmentName(1));
      const bytes = readFileSync(path);
      const end = SEGMENT_HEADER_BYTES + 3 * record(1).length;
      const torn = record(4);
      for (let kept = 1; kept < torn.length; kept += 7) {
        const image = Buffer.from(bytes);
        rest.copy(image, end);
        torn.copy(image, end, 0, kept);
        writeFileSync(path, image);
        const scan = scanJournal(folder, GENESIS_HEX);
        expect(scan.lastSequence).toBe(3);
        expect(scan.droppedBytes).toBeGreaterThan(0);
      }
      const again = openWriter(folder);
      append(again, 4, 6);
      await again.close();
      expect(scanJournal(folder, GENESIS_HEX)).toMatchObject({ lastSequence: 6, droppedBytes: 0 });
    }
  });

  it("never leaves a hole after short writes and EINTR (F09)", async () => {
    const folder = journalFolder();
    let calls = 0;
    const disk: Disk = {
      ...realDisk,
      write: (fd, bytes, offset, length, position) => {
        calls += 1;
        if (calls % 3 === 0) throw Object.assign(new Error("interrupted"), { code: "EINTR" });
        return realDisk.write(fd, bytes, offset, Math.min(length, 100), position);
      },
    };
    const writer = openWriter(folder, { disk });
    append(writer, 1, 200);
    await writer.close();
    expect(scanJournal(folder, GENESIS_HEX)).toMatchObject({ lastSequence: 200, droppedBytes: 0 });
  });

  it("stops for good at a failed write, and acknowledges nothing of it (F07, F08)", async () => {
    for (const errno of ["ENOSPC", "EIO"]) {
      const folder = journalFolder();
      let isBroken = false;
      const disk: Disk = {
        ...realDisk,
        write: (...call) => {
          if (isBroken) throw Object.assign(new Error(errno), { code: errno });
          return realDisk.write(...call);
        },
      };
      const writer = openWriter(folder, { disk });
      append(writer, 1, 5);
      isBroken = true;
      expect(() => append(writer, 6, 6)).toThrow(code("E_JOURNAL_WRITE"));
      isBroken = false;
      expect(() => append(writer, 7, 7)).toThrow(code("E_JOURNAL_WRITE"));
      expect(writer.written).toBe(5);
      await writer.close();
      expect(scanJournal(folder, GENESIS_HEX).lastSequence).toBe(5);
    }
  });

  it("stops for good at a failed sync, with exit status 74 (F07)", async () => {
    const folder = journalFolder();
    const faults: HostError[] = [];
    const syncs: ((error: Error | null) => void)[] = [];
    const disk: Disk = { ...realDisk, fdatasync: (_fd, done) => void syncs.push(done) };
    const writer = openWriter(folder, {
      disk,
      events: { onSynced: () => {}, onFault: (error) => faults.push(error) },
    });
    append(writer, 1, 5);
    writer.requestSync();
    syncs.at(-1)!(new Error("EIO"));
    expect(faults).toEqual([code("E_JOURNAL_SYNC")]);
    expect(faults[0]!.exitCode).toBe(74);
    expect(writer.synced).toBe(0);
    expect(() => append(writer, 6, 6)).toThrow(code("E_JOURNAL_SYNC"));
  });

  it("commits in groups: one sync in flight, the next covers all that came meanwhile", () => {
    const syncs: ((error: Error | null) => void)[] = [];
    const synced: number[] = [];
    const disk: Disk = { ...realDisk, fdatasync: (_fd, done) => void syncs.push(done) };
    const events = { onSynced: (sequence: number) => synced.push(sequence), onFault: () => {} };
    const writer = openWriter(journalFolder(), { disk, events });
    const mine = () => syncs.length;
    const before = mine();
    append(writer, 1, 2);
    writer.requestSync();
    append(writer, 3, 9);
    writer.requestSync();
    writer.requestSync();
    expect(mine() - before).toBe(1);
    syncs.at(-1)!(null);
    expect(synced).toEqual([2]);
    expect(mine() - before).toBe(2);
    syncs.at(-1)!(null);
    expect(synced).toEqual([2, 9]);
    expect(mine() - before).toBe(2);
  });

  it("refuses a record out of sequence", () => {
    const writer = openWriter(journalFolder());
    append(writer, 1, 2);
    const skipped = record(4);
    expect(() => writer.gather(skipped, 0, skipped.length)).toThrow(code("E_JOURNAL_SEQUENCE"));
  });

  it("names what is not a journal and what is another network's (B51, F13)", async () => {
    const random = journalFolder();
    writeFileSync(
      join(random, segmentName(1)),
      Buffer.from("not a journal, but long enough to look at: ".repeat(4)),
    );
    expect(() => scanJournal(random, GENESIS_HEX)).toThrow(code("E_NOT_A_JOURNAL"));

    const other = journalFolder();
    const header = journal.emitSegmentHeader({ genesisHash: Buffer.alloc(32, 8), firstSequence: 1n });
    writeFileSync(join(other, segmentName(1)), header);
    expect(() => scanJournal(other, GENESIS_HEX)).toThrow(code("E_WRONG_GENESIS"));
    expect(scanJournal(other).genesisHash).toBe("08".repeat(32));
  });

  it("names a missing and a doubled segment, and synced records that are gone (F04, F13)", async () => {
    const folder = journalFolder();
    const writer = openWriter(folder);
    append(writer, 1, 3000);
    await writer.close();
    const names = readdirSync(folder).filter((name) => name.endsWith(".journal"));
    expect(names.length).toBeGreaterThan(3);

    const gap = join(temporaryFolder(), "gap");
    mkdirSync(gap);
    for (const name of names.filter((_, index) => index !== 1))
      copyFileSync(join(folder, name), join(gap, name));
    expect(() => scanJournal(gap, GENESIS_HEX)).toThrow(code("E_JOURNAL_GAP"));

    copyFileSync(join(folder, names[0]!), join(gap, names[1]!));
    expect(() => scanJournal(gap, GENESIS_HEX)).toThrow(code("E_JOURNAL_GAP"));

    rmSync(join(folder, names.at(-1)!));
    expect(() => scanJournal(folder, GENESIS_HEX)).toThrow(code("E_JOURNAL_HOLE"));
    truncateSync(watermarkPath(folder), 3);
    expect(scanJournal(folder, GENESIS_HEX).watermark).toBe(0);
  });

  it("detects a flipped bit anywhere in a record as the journal's end, or as a gap when more follows (F11, F12)", async () => {
    const folder = journalFolder();
    const writer = openWriter(folder);
    append(writer, 1, 4, 16);
    await writer.close();
    const path = join(folder, segmentName(1));
    const bytes = readFileSync(path);
    const size = record(1, 16).length;
    for (let bit = 0; bit < size * 8; bit += 1) {
      const image = Buffer.from(bytes);
      image[SEGMENT_HEADER_BYTES + 2 * size + (bit >> 3)]! ^= 1 << (bit & 7);
      writeFileSync(path, image);
      // The watermark covers it, so it cannot pass for a torn tail.
      expect(() => scanJournal(folder, GENESIS_HEX)).toThrow(code("E_JOURNAL_HOLE"));
    }
  });

  it("goes down to its reserve when the disk has no room for a next segment, and recovers (F08)", async () => {
    const folder = journalFolder();
    let isFull = true;
    const disk: Disk = {
      ...realDisk,
      open: (path, flags) => {
        if (isFull && path.endsWith("spare.tmp")) throw Object.assign(new Error("full"), { code: "ENOSPC" });
        return realDisk.open(path, flags);
      },
    };
    const writer = openWriter(folder, { disk, reserveBytes: 32_768 });
    await writer.prepareSpare();
    expect(writer.isDown()).toBe(false);
    append(writer, 1, 400);
    expect(writer.isDown()).toBe(true);
    append(writer, 401, 410); // what is under way still fits the reserve
    isFull = false;
    await writer.prepareSpare();
    expect(writer.isDown()).toBe(false);
    await writer.close();
  });
});

describe("data folder", () => {
  it("is one host's at a time", () => {
    const path = temporaryFolder();
    const folder = openDataFolder(path);
    expect(() => openDataFolder(path)).toThrow(code("E_DATA_LOCKED"));
    folder.release();
    openDataFolder(path).release();
  });

  it("fails at start with a fix when it cannot be written (F15)", () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(() => openDataFolder(join(file, "data"))).toThrow(
      expect.objectContaining({ code: "E_DATA_DIR", fix: expect.stringContaining("chown") }),
    );
  });
});
