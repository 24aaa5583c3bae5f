import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { domain, HEAD_TYPES } from "@sealbook/wire";
import { hexlify, randomBytes, Wallet } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { climb, linkOf, recordDigest } from "./chain-path.ts";
import {
  contradictionOf,
  EvidenceFileError,
  emitEvidence,
  equivocationOf,
  parseEvidence,
} from "./evidence.ts";
import { fileStorage } from "./file-storage.ts";
import { isProven, type ProvenReceipt, type StoredReceipt, verifyReceipt } from "./receipt.ts";
import { ReceiptBook, UnsignedHeadError } from "./receipt-book.ts";
import { emitReceipt, parseReceipt } from "./receipt-file.ts";
import type { SignedHeadRecord } from "./signed-head.ts";
import { memoryStorage } from "./storage.ts";

const venue = { chainId: 31337n, settlement: `0x${"5e".repeat(20)}` };
const enclave = new Wallet(`0x${"01".repeat(32)}`);
const stranger = new Wallet(`0x${"02".repeat(32)}`);

/** A venue of its own: records, their chain, and a key that signs whatever it is told, twice if need be. */
class DoubleSigner {
  readonly records: Uint8Array[] = [];
  readonly hashes: string[] = [`0x${"00".repeat(32)}`];

  sequenceSome(count: number, salt = ""): void {
    for (let i = 0; i < count; i++) {
      const record = new TextEncoder().encode(`record ${this.records.length + 1}${salt}`);
      this.hashes.push(linkOf(this.hashes.at(-1) as string, recordDigest(record)));
      this.records.push(record);
    }
  }

  async head(sequence: number, own: Partial<SignedHeadRecord> = {}, by = enclave): Promise<SignedHeadRecord> {
    const head = {
      epoch: 1n,
      sequence: BigInt(sequence),
      chainHash: this.hashes[sequence] as string,
      ...own,
    };
    const signature = await by.signTypedData(domain(venue.chainId, venue.settlement), HEAD_TYPES, head);
    return { ...head, signature };
  }

  receipt(sequence: number): StoredReceipt {
    return {
      epoch: 1n,
      sequence: BigInt(sequence),
      chainHash: this.hashes[sequence] as string,
      record: hexlify(this.records[sequence - 1] as Uint8Array),
    };
  }

  digests(from: number, to: number): string[] {
    return this.records.slice(from, to).map(recordDigest);
  }

  async proven(sequence: number, to: number): Promise<ProvenReceipt> {
    return {
      venue,
      receipt: this.receipt(sequence),
      before: this.hashes[sequence - 1] as string,
      digests: this.digests(sequence, to),
      head: await this.head(to),
    };
  }
}

const signerOfTen = (): DoubleSigner => {
  const signer = new DoubleSigner();
  signer.sequenceSome(10);
  return signer;
};

describe("a receipt with its path", () => {
  it("is proven at every distance from its head, the head itself included", async () => {
    const signer = signerOfTen();
    for (const to of [3, 4, 7, 10]) {
      const checks = verifyReceipt(await signer.proven(3, to), enclave.address);
      expect(checks.map(({ check }) => check)).toEqual(["record", "path", "signature", "signer"]);
      expect(isProven(checks)).toBe(true);
    }
  });

  it("names the check that a forgery fails", async () => {
    const signer = signerOfTen();
    const good = await signer.proven(3, 7);
    const failed = (proven: ProvenReceipt, by = enclave.address) =>
      verifyReceipt(proven, by)
        .filter(({ isOk }) => !isOk)
        .map(({ check }) => check);
    const [first, second, ...others] = good.digests as [string, string, ...string[]];
    const other = hexlify(randomBytes(32));

    expect(failed({ ...good, receipt: { ...good.receipt, record: "0x00" } })).toEqual(["record"]);
    expect(failed({ ...good, receipt: { ...good.receipt, chainHash: other } })).toEqual(["record", "path"]);
    expect(failed({ ...good, receipt: { ...good.receipt, sequence: 4n } })).toEqual(["path"]);
    expect(failed({ ...good, digests: [second, first, ...others] }), "reordered").toEqual(["path"]);
    expect(failed({ ...good, digests: good.digests.slice(0, -1) }), "truncated").toEqual(["path"]);
    expect(failed({ ...good, digests: good.digests.slice(1) }), "cut at the front").toEqual(["path"]);
    expect(failed({ ...good, digests: [...good.digests, other] }), "longer").toEqual(["path"]);
    expect(failed({ ...good, digests: [other, second, ...others] }), "exchanged").toEqual(["path"]);
    expect(failed({ ...good, digests: ["0x12", second, ...others] }), "malformed").toEqual(["path"]);
    expect(failed({ ...good, head: await signer.head(7, {}, stranger) })).toEqual(["signer"]);
    expect(failed({ ...good, head: { ...good.head, epoch: 2n } }), "another epoch's signature").toEqual([
      "signer",
    ]);
    expect(failed({ ...good, head: { ...good.head, signature: `0x${"00".repeat(65)}` } })).toEqual([
      "signature",
      "signer",
    ]);
    expect(failed({ ...good, venue: { ...venue, chainId: 1n } }), "another chain").toEqual(["signer"]);
    expect(failed(good, stranger.address)).toEqual(["signer"]);
  });

  it("holds under any single change of its path", async () => {
    const signer = signerOfTen();
    const good = await signer.proven(2, 9);
    fc.assert(
      fc.property(
        fc.nat(good.digests.length - 1),
        fc.nat(63),
        fc.integer({ min: 1, max: 15 }),
        (at, nibble, by) => {
          const digest = good.digests[at] as string;
          const changed = (Number.parseInt(digest[2 + nibble] as string, 16) ^ by).toString(16);
          const forged = `${digest.slice(0, 2 + nibble)}${changed}${digest.slice(3 + nibble)}`;
          expect(
            isProven(verifyReceipt({ ...good, digests: good.digests.with(at, forged) }, enclave.address)),
          ).toBe(false);
        },
      ),
    );
  });

  it("reads back from its file, and a file that is none says what is wrong", async () => {
    const proven = await signerOfTen().proven(3, 7);
    expect(parseReceipt(emitReceipt(proven))).toEqual(proven);
    const file = JSON.parse(emitReceipt(proven));
    const faults: [Record<string, unknown>, RegExp][] = [
      [{ version: 2 }, /version 1/],
      [{ digests: "none" }, /digests/],
      [{ digests: ["0x1"] }, /digests\[0\]/],
      [{ head: { ...file.head, signature: "0x" } }, /head.signature/],
      [{ receipt: { ...file.receipt, sequence: "-1" } }, /receipt.sequence/],
      [{ receipt: { ...file.receipt, sequence: String(2n ** 64n) } }, /receipt.sequence/],
      [{ venue: {} }, /venue.chainId/],
    ];
    for (const [change, says] of faults) {
      expect(() => parseReceipt(JSON.stringify({ ...file, ...change }))).toThrow(says);
    }
    expect(() => parseReceipt("{")).toThrow(EvidenceFileError);
  });
});

describe("equivocation drill: an enclave that signs two histories", () => {
  it("is caught by the second head, with evidence for the court", async () => {
    const honest = signerOfTen();
    const forked = new DoubleSigner();
    forked.sequenceSome(6);
    forked.sequenceSome(4, " of the other history");
    const book = await ReceiptBook.open({ venue });
    expect(book.addHead(await honest.head(6), enclave.address)).toBeUndefined();
    expect(book.addHead(await forked.head(6), enclave.address), "the common past").toBeUndefined();
    expect(book.addHead(await honest.head(8), enclave.address)).toBeUndefined();
    const broken = book.addHead(await forked.head(8), enclave.address);
    expect(broken).toMatchObject({ sequence: 8n, seen: honest.hashes[8], found: forked.hashes[8] });
    expect(broken?.evidence).toMatchObject({ kind: "equivocation", signer: enclave.address });
    const evidence = broken?.evidence;
    expect(evidence && parseEvidence(emitEvidence(evidence))).toEqual(evidence);
  });

  it("a head that contradicts an own receipt is noticed, but is no evidence: a seal has only two keepers", async () => {
    const honest = signerOfTen();
    const forked = new DoubleSigner();
    forked.sequenceSome(10, " forked");
    const book = await ReceiptBook.open({ venue });
    expect(book.addReceipt(honest.receipt(5))).toBeUndefined();
    expect(book.addReceipt(honest.receipt(5)), "the same again").toBeUndefined();
    expect(book.addHead(await forked.head(5), enclave.address)).toEqual({
      sequence: 5n,
      seen: honest.hashes[5],
      found: forked.hashes[5],
    });
    expect(book.addReceipt(forked.receipt(5))).toMatchObject({ sequence: 5n });
  });

  it("two heads of one history, of two keys or of two epochs are none", async () => {
    const a = signerOfTen();
    const b = new DoubleSigner();
    b.sequenceSome(10, " b");
    expect(equivocationOf(venue, await a.head(5), await a.head(5))).toBeUndefined();
    expect(equivocationOf(venue, await a.head(5), await b.head(6))).toBeUndefined();
    expect(equivocationOf(venue, await a.head(5), await b.head(5, { epoch: 2n }))).toBeUndefined();
    expect(equivocationOf(venue, await a.head(5), await b.head(5, {}, stranger))).toBeUndefined();
    expect(equivocationOf(venue, await a.head(5), await b.head(5))).toBeDefined();
  });

  it("a head of the end of a batch with another hash contradicts the batch", async () => {
    const signer = signerOfTen();
    const end = { number: 4n, epoch: 1n, lastSequence: 7n, chainHash: signer.hashes[7] as string };
    expect(contradictionOf(venue, await signer.head(7), end)).toBeUndefined();
    expect(contradictionOf(venue, await signer.head(6), end)).toBeUndefined();
    const forged = await signer.head(7, { chainHash: hexlify(randomBytes(32)) });
    expect(contradictionOf(venue, forged, end)).toMatchObject({ kind: "contradiction", batchNumber: 4n });
    expect(contradictionOf(venue, { ...forged, signature: "0x" }, end)).toBeUndefined();
  });
});

describe("receipt book", () => {
  it("refuses a head the enclave did not sign", async () => {
    const signer = signerOfTen();
    const book = await ReceiptBook.open({ venue });
    const forged = await signer.head(3, {}, stranger);
    expect(() => book.addHead(forged, enclave.address)).toThrow(UnsignedHeadError);
    expect(book.heads).toEqual([]);
  });

  it("finds the nearest head above a receipt, and the highest of all", async () => {
    const signer = signerOfTen();
    const book = await ReceiptBook.open({ venue });
    for (const at of [9, 2, 6]) book.addHead(await signer.head(at), enclave.address);
    book.addReceipt(signer.receipt(3));
    const head = book.headAbove(signer.receipt(3)) as SignedHeadRecord;
    expect(head.sequence).toBe(6n);
    expect(book.highestHead?.sequence).toBe(9n);
    const proven = book.prove(signer.receipt(3), signer.digests(3, 6), head, signer.hashes[2]);
    expect(proven && isProven(verifyReceipt(proven, enclave.address))).toBe(true);
    expect(book.prove(signer.receipt(3), signer.digests(3, 5), head)).toBeUndefined();
    expect(climb(signer.hashes[3] as string, signer.digests(3, 6))).toBe(head.chainHash);
  });

  it("keeps the newest of what it was told, in memory and in its storage", async () => {
    const signer = signerOfTen();
    const storage = memoryStorage();
    const book = await ReceiptBook.open({ venue, storage, receiptsMax: 3, headsMax: 2 });
    for (let at = 1; at <= 10; at++) {
      book.addReceipt(signer.receipt(at));
      book.addHead(await signer.head(at), enclave.address);
    }
    await book.flush();
    expect(book.receipts.map(({ sequence }) => sequence)).toEqual([8n, 9n, 10n]);
    expect(book.heads.map(({ sequence }) => sequence)).toEqual([9n, 10n]);
    expect((await storage.read()).length).toBeLessThanOrEqual(10);
  });

  it("goes on after a restart, and after a crash that cut the last line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sealbook-receipts-"));
    try {
      const file = join(folder, "receipts.jsonl");
      const signer = signerOfTen();
      const book = await ReceiptBook.open({ venue, storage: fileStorage(file) });
      book.addReceipt(signer.receipt(4));
      book.addHead(await signer.head(6), enclave.address);
      await book.flush();
      writeFileSync(file, `${readFileSync(file, "utf8")}{"epoch":"1","sequ`);
      const again = await ReceiptBook.open({ venue, storage: fileStorage(file) });
      expect(again.receipts).toEqual(book.receipts);
      expect(again.heads).toEqual(book.heads);
      const forked = new DoubleSigner();
      forked.sequenceSome(10, " after the restart");
      expect(again.addHead(await forked.head(6), enclave.address)?.evidence?.kind).toBe("equivocation");
      again.addReceipt(signer.receipt(7));
      await again.flush();
      const third = await ReceiptBook.open({ venue, storage: fileStorage(file) });
      expect(third.receipts.map(({ sequence }) => sequence)).toEqual([4n, 7n]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
