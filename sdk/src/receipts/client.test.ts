import { describe, expect, test } from "vitest";
import type { EnclavePeer, LinksPage } from "../../fixtures/enclave-peer.ts";
import { order, withPeer } from "../../fixtures/with-peer.ts";
import type { Client } from "../client.ts";
import { recordDigest } from "./chain-path.ts";
import { fetchHead, proveReceipt } from "./prove.ts";
import { verifyReceipt } from "./receipt.ts";
import { ReceiptBook } from "./receipt-book.ts";
import { emitReceipt, parseReceipt } from "./receipt-file.ts";

let peer: EnclavePeer;
const open = withPeer((started) => {
  peer = started;
});

describe("receipts", () => {
  const signerOf = (client: Client) => client.enclave!.signer;

  async function tradeWithBook() {
    const book = await ReceiptBook.open({ venue: peer.venue });
    const client = await open({ receipts: book });
    for (let i = 0; i < 3; i++) await client.place({ ...order, clientId: `kept-${i}` });
    await client.ping();
    return { book, client };
  }

  test("every result is kept with the record its hash commits to, and proven by a signed head", async () => {
    const { book, client } = await tradeWithBook();
    expect(book.receipts.map(({ sequence }) => sequence)).toEqual([1n, 2n, 3n, 4n]);
    for (const { sequence, record } of book.receipts) {
      expect(record && recordDigest(record)).toBe(peer.digests[Number(sequence) - 1]);
    }
    const proven = await proveReceipt(peer.url, book, book.receipts[1]!, signerOf(client));
    expect(proven.digests).toHaveLength(2);
    expect(verifyReceipt(parseReceipt(emitReceipt(proven)), signerOf(client)).every(({ isOk }) => isOk)).toBe(
      true,
    );
  });

  test("a host that shows other digests, or too few, proves nothing", async () => {
    const { book, client } = await tradeWithBook();
    const prove = () => proveReceipt(peer.url, book, book.receipts[0]!, signerOf(client));
    for (const forge of [
      (page: LinksPage) => ({ ...page, digests: [...page.digests].reverse() }),
      (page: LinksPage) => ({ ...page, digests: page.digests.slice(1) }),
      (page: LinksPage) => ({ ...page, digests: page.digests.with(0, `0x${"ab".repeat(32)}`) }),
      (page: LinksPage) => ({ ...page, before: `0x${"ab".repeat(32)}` }),
      (page: LinksPage) => ({ ...page, digests: page.digests.map(() => "none") }),
    ]) {
      peer.pages.links = forge;
      await expect(prove()).rejects.toMatchObject({ code: "E_UNPROVEN" });
    }
    delete peer.pages.links;
    await expect(prove()).resolves.toMatchObject({ receipt: { sequence: 1n } });
  });

  test("a venue that signs two histories is caught with evidence", async () => {
    const { book, client } = await tradeWithBook();
    await fetchHead(peer.url, book, signerOf(client));
    peer.pages.head = await peer.signedHead(`0x${"cd".repeat(32)}`);
    const error = await fetchHead(peer.url, book, signerOf(client)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "E_EQUIVOCATION",
      broken: { sequence: 4n, evidence: { kind: "equivocation" } },
    });
  });

  test("the highest signed head is carried into the next opening, beside the highest seen", async () => {
    const { book, client } = await tradeWithBook();
    await fetchHead(peer.url, book, signerOf(client));
    await client.ping();
    const { head } = client;
    client.close();
    await open({ receipts: book, head: head! });
    expect(peer.openings.at(-1)!.head).toMatchObject([
      { sequence: 5n, signature: null },
      { sequence: 4n, signature: expect.any(Uint8Array) },
    ]);
  });

  test("a result that contradicts the book ends the session", async () => {
    const { book, client } = await tradeWithBook();
    client.close();
    peer.sequence = 2n; // rolled back, and clever enough to deny it to a client without memory
    const again = await open({ receipts: book, attemptsMax: 0 });
    await expect(again.ping()).rejects.toMatchObject({ code: "E_ROLLBACK" });
  });
});
