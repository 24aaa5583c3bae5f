import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { crc32c, type ResultEvent } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRecord, SEGMENT_HEADER_BYTES } from "../../host/src/journal/format.ts";
import { readWatermark } from "../../host/src/journal/watermark.ts";
import { restingOrder } from "./engine-state.ts";
import { refusedStart } from "./refused-start.ts";

/**
 * F02: the journal of a killed host, cut and edited by hand. A cut tail is dropped and what was acknowledged before it is there; what
 * was synced cannot be cut without being missed; a record in the middle can be neither changed nor moved.
 */
const ORDERS = 12;

interface Record {
  sequence: number;
  start: number;
  end: number;
}

let venue: Venue;
let data: string;
let copy: string;
let segment: string;
let whole: Buffer;
let records: Record[];
let acknowledged: { clientId: string; sequence: number }[];
/** Sequence that is known to be on the disk; the orders after it are only written. */
let watermark: number;

beforeAll(async () => {
  // Nothing is synced unless somebody waits for it, and no batch closes by itself: the tail is as loose as a tail can be.
  venue = await Venue.start({ batchUsMax: 3_600_000_000n, host: { journal: { syncIdleMs: 10_000 } } });
  await venue.deposit(0, 1_000_000_000_000n);
  const synced = await connectTrader(venue, 0, { level: "synced" });
  const written = await connectTrader(venue, 0, { level: "written" });
  const answers: [string, ResultEvent][] = [];
  for (const [trader, from] of [
    [synced, 0],
    [written, ORDERS / 2],
  ] as const) {
    for (let i = from; i < from + ORDERS / 2; i++) {
      const [answer] = await trader.send([restingOrder(`torn-${i}`)]);
      if (answer) answers.push([`torn-${i}`, answer]);
    }
  }
  expect(answers.map(([, { code }]) => code)).toEqual(Array(ORDERS).fill(0));
  acknowledged = answers.map(([clientId, { sequence }]) => ({ clientId, sequence: Number(sequence) }));
  await venue.host.kill();
  synced.close();
  written.close();

  data = join(venue.dataDir, "host");
  copy = join(venue.dataDir, "as-killed");
  cpSync(data, copy, { recursive: true });
  const journal = join(data, "journal");
  const [name] = readdirSync(journal)
    .filter((each) => each.endsWith(".journal"))
    .sort()
    .slice(-1);
  segment = join(journal, name as string);
  whole = readFileSync(segment);
  records = recordsOf(whole);
  watermark = readWatermark(journal);
});
afterAll(() => venue?.stop());

function recordsOf(bytes: Buffer): Record[] {
  const found: Record[] = [];
  for (let start = SEGMENT_HEADER_BYTES; ; ) {
    const head = parseRecord(bytes, start);
    if (head === undefined) return found;
    found.push({ sequence: head.sequence, start, end: start + head.bytes });
    start += head.bytes;
  }
}

function recordOf(order: number): Record {
  const { sequence } = acknowledged[order] as { sequence: number };
  return records.find((record) => record.sequence === sequence) as Record;
}

/** Puts the folder back as the killed host left it, with this as its last segment. */
function restore(bytes: Buffer): void {
  rmSync(data, { recursive: true });
  cpSync(copy, data, { recursive: true });
  writeFileSync(segment, bytes);
}

/** Starts, asks for every order, kills again. */
async function survivors(): Promise<string[]> {
  await venue.restartHost();
  const trader: ConnectedTrader = await connectTrader(venue, 0);
  const answers = await trader.send(acknowledged.map(({ clientId }) => ({ type: "query", clientId })));
  trader.close();
  await venue.host.kill();
  return acknowledged.filter((_, i) => answers[i]?.status === "resting").map(({ clientId }) => clientId);
}

function refused() {
  return refusedStart(["--config", join(venue.dataDir, "host.json")]);
}

function editedWithRightChecksum(at: number, record: Record): Buffer {
  const bytes = Buffer.from(whole);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  bytes.writeUInt32LE(crc32c(bytes.subarray(record.start + 8, record.end)), record.start + 4);
  return bytes;
}

test("the stage: half the orders are behind the watermark", () => {
  expect(records.map(({ sequence }) => sequence)).toEqual(records.map((_, i) => i + 1));
  expect(watermark).toBeGreaterThanOrEqual(acknowledged[ORDERS / 2 - 1]?.sequence ?? Number.NaN);
  expect(watermark).toBeLessThan(acknowledged[ORDERS / 2]?.sequence ?? 0);
});

describe("a cut in what was only written: the tail is dropped, all before it is there", () => {
  const cuts: [string, () => { bytes: Buffer; left: number }][] = [
    ["nothing cut", () => ({ bytes: whole, left: ORDERS })],
    ["one byte into the last order", () => ({ bytes: whole.subarray(0, recordOf(11).start + 1), left: 11 })],
    [
      "in the middle of the last order, the rest zero",
      () => ({ bytes: zeroFrom(middle(recordOf(11))), left: 11 }),
    ],
    [
      "one byte short of the last order, then garbage",
      () => ({ bytes: garbageFrom(recordOf(11).end - 1), left: 11 }),
    ],
    ["at the start of the tenth order", () => ({ bytes: whole.subarray(0, recordOf(9).start), left: 9 })],
    ["in the middle of the eighth order", () => ({ bytes: whole.subarray(0, middle(recordOf(7))), left: 7 })],
  ];
  test.each(cuts)("%s", async (_name, cut) => {
    const { bytes, left } = cut();
    restore(bytes);
    expect(await survivors()).toEqual(acknowledged.slice(0, left).map(({ clientId }) => clientId));
  });
});

describe("refused, by name, and the folder left as it was", () => {
  const edits: [string, () => Buffer, string][] = [
    ["a cut in what was synced", () => whole.subarray(0, middle(recordOf(2))), "E_JOURNAL_HOLE"],
    ["a bit flipped in what was synced", () => flipped(middle(recordOf(2))), "E_JOURNAL_HOLE"],
    ["two synced records swapped", () => swapped(recordOf(2), recordOf(3)), "E_JOURNAL_HOLE"],
    ["a synced record taken out", () => without(recordOf(2)), "E_JOURNAL_HOLE"],
    [
      "a middle record edited under a right checksum: its seal",
      () => editedWithRightChecksum(recordOf(8).end - 1, recordOf(8)),
      "E_(SEAL|CHAIN)",
    ],
    ["its chain hash", () => editedWithRightChecksum(recordOf(8).start + 24, recordOf(8)), "E_(SEAL|CHAIN)"],
    ["its epoch", () => editedWithRightChecksum(recordOf(8).start + 8, recordOf(8)), "E_(SEAL|CHAIN)"],
    ["two records swapped under right numbers", () => renumbered(recordOf(8), recordOf(9)), "E_(SEAL|CHAIN)"],
    ["another network's segment", () => flipped(20), "E_WRONG_GENESIS"],
    [
      "no segment at all",
      () => Buffer.from("these are not the bytes of a journal segment, nor nearly enough of them"),
      "E_NOT_A_JOURNAL",
    ],
  ];
  test.each(edits)("%s", async (_name, edit, code) => {
    const bytes = Buffer.from(edit());
    restore(bytes);
    const { exitCode, stderr } = await refused();
    expect(stderr).toMatch(/^E_\w+: .*/m);
    expect(stderr).toMatch(new RegExp(code));
    expect(exitCode).toBe(65);
    expect(readFileSync(segment).equals(bytes)).toBe(true);
  });
});

test("after all of that the folder as it was killed still starts, whole", async () => {
  restore(whole);
  expect(await survivors()).toHaveLength(ORDERS);
  await venue.restartHost();
});

function middle({ start, end }: Record): number {
  return (start + end) >> 1;
}

function zeroFrom(at: number): Buffer {
  return Buffer.from(whole).fill(0, at);
}

function garbageFrom(at: number): Buffer {
  const bytes = Buffer.from(whole);
  for (let i = at; i < at + 512; i++) bytes[i] = (i * 167 + 13) & 0xff;
  return bytes;
}

function flipped(at: number): Buffer {
  const bytes = Buffer.from(whole);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  return bytes;
}

function without({ start, end }: Record): Buffer {
  return Buffer.concat([whole.subarray(0, start), whole.subarray(end)]);
}

/** The two and what lies between them, with the two exchanged. */
function swapped(one: Record, two: Record): Buffer {
  return Buffer.concat([
    whole.subarray(0, one.start),
    whole.subarray(two.start, two.end),
    whole.subarray(one.end, two.start),
    whole.subarray(one.start, one.end),
    whole.subarray(two.end),
  ]);
}

/** Exchanged, and each given the sequence and a checksum that fit its new place. */
function renumbered(one: Record, two: Record): Buffer {
  const bytes = swapped(one, two);
  const at = [one.start, one.start + (two.end - two.start) + (two.start - one.end)];
  const lengths = [two.end - two.start, one.end - one.start];
  [one.sequence, two.sequence].forEach((sequence, i) => {
    const start = at[i] as number;
    bytes.writeBigUInt64LE(BigInt(sequence), start + 16);
    bytes.writeUInt32LE(crc32c(bytes.subarray(start + 8, start + (lengths[i] as number))), start + 4);
  });
  return bytes;
}
