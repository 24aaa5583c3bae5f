import { encodeSignedHead, type SignedHead } from "@sealbook/wire";
import { afterAll, expect, it } from "vitest";
import { removeTemporaryFolders, startFakeHost } from "../fake-host.ts";
import { LedgerKind } from "../ring/layout.ts";
import { HeadPublisher } from "./heads.ts";

afterAll(removeTemporaryFolders);

const headAt = (sequence: number, epoch = 1n) => ({
  epoch,
  sequence: BigInt(sequence),
  chainHash: new Uint8Array(32).fill(sequence),
  signature: new Uint8Array(65).fill(sequence),
});

const messageAt = (sequence: number) =>
  Buffer.from(encodeSignedHead({ type: "signed-head", ...headAt(sequence) }));

function publisher() {
  const source = { head: undefined as Omit<SignedHead, "type"> | undefined, floor: 0 };
  const published: Buffer[] = [];
  const heads = new HeadPublisher({ latest: () => source.head, floor: () => source.floor }, (message) =>
    published.push(message),
  );
  return { source, published, heads };
}

it("the newest head is published when it has moved, and once", () => {
  const { source, published, heads } = publisher();
  source.floor = 100;
  heads.step();
  expect(published).toEqual([]);
  for (const sequence of [3, 4, 5]) source.head = headAt(sequence);
  heads.step();
  heads.step();
  expect(published).toEqual([messageAt(5)]);
  source.head = headAt(5, 2n);
  heads.step();
  expect(published.length).toBe(2);
});

it("no head leaves before the journal has reached it, and a busy venue still publishes", () => {
  const { source, published, heads } = publisher();
  source.floor = 4;
  source.head = headAt(5);
  heads.step();
  expect(published).toEqual([]);
  source.head = headAt(9);
  source.floor = 6;
  heads.step();
  expect(published).toEqual([messageAt(5)]);
  heads.step();
  expect(published.length).toBe(1);
  source.floor = 9;
  heads.step();
  expect(published[1]).toEqual(messageAt(9));
});

it("a running host publishes what ring 2 brought", async () => {
  const { host } = startFakeHost();
  const published: Buffer[] = [];
  const publish = host.feed.publish.bind(host.feed);
  host.feed.publish = (message) => {
    published.push(Buffer.from(message));
    publish(message);
  };
  const { chainHash, signature } = headAt(0);
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64LE(1n);
  const record = Buffer.concat([numbers, chainHash, signature]);
  host.ledger.take(LedgerKind.head, record, 0, record.length);
  while (published.length === 0) await new Promise((next) => setTimeout(next, 1));
  expect(published).toEqual([messageAt(0)]);
  await host.stop();
});
