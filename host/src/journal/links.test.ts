import { afterAll, expect, it } from "vitest";
import { FAKE_GENESIS, removeTemporaryFolders } from "../fake-host.ts";
import { append, journalFolder, openWriter, record } from "./fixture.ts";
import { LinkStore } from "./links.ts";

afterAll(removeTemporaryFolders);

const hex = (byte: number) => `0x${Buffer.alloc(32, byte).toString("hex")}`;

/** Records on disk; from `memoryFrom` on also in memory. The fixture's chain hash and digest name the sequence. */
async function store(records: number, memoryFrom: number): Promise<LinkStore> {
  const folder = journalFolder();
  const writer = openWriter(folder, { segmentBytes: 4096 * 2, reserveBytes: 256 });
  append(writer, 1, records);
  await writer.close();
  const links = new LinkStore(folder, FAKE_GENESIS);
  for (let sequence = memoryFrom; sequence <= records; sequence += 1) links.add(record(sequence), 0);
  return links;
}

it("gives the digests from memory and from the segments alike, with the chain hash before them", async () => {
  const links = await store(200, 150);
  for (const [from, to] of [
    [160, 200],
    [1, 5],
    [140, 160],
    [20, 180],
  ] as const) {
    const found = await links.read(from, to);
    expect(found).toEqual({
      from,
      to,
      before: from === 1 ? `0x${FAKE_GENESIS.toString("hex")}` : hex(from - 1),
      digests: Array.from({ length: to - from + 1 }, (_, i) => hex((from + i) ^ 0xff)),
    });
  }
});

it("gives what there is, and nothing for what there is not", async () => {
  const links = await store(20, 1);
  expect((await links.read(15, 40))?.to).toBe(20);
  expect(await links.read(21, 40)).toBeUndefined();
  expect(await links.read(0, 3)).toBeUndefined();
  expect(await links.read(9, 8)).toBeUndefined();
});
