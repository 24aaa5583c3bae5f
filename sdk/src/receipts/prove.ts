/** From a receipt only its owner believes to one that a third party can judge: a signed head above it, and the digests between. */
import { SdkError } from "../errors.ts";
import { isPath, linkOf, recordDigest } from "./chain-path.ts";
import { hexText, parseHead } from "./evidence.ts";
import { isProven, type ProvenReceipt, type StoredReceipt, verifyReceipt } from "./receipt.ts";
import type { Broken, ReceiptBook } from "./receipt-book.ts";
import type { SignedHeadRecord } from "./signed-head.ts";

const HASH = /^0x[0-9a-fA-F]{64}$/;

/** A contradiction as an error; `broken.evidence`, when there, is what the receipt court takes. */
export class EquivocationError extends SdkError {
  readonly broken: Broken;
  constructor(broken: Broken) {
    super(
      broken.evidence ? "E_EQUIVOCATION" : "E_ROLLBACK",
      `sequence ${broken.sequence} has chain hash ${broken.seen} and ${broken.found}`,
    );
    this.broken = broken;
  }
}

/**
 * Fetches the venue's newest signed head into the book.
 * @throws {SdkError} E_UNPROVEN or E_CONNECTION, {UnsignedHeadError}, {EquivocationError} with evidence
 */
export async function fetchHead(
  url: string,
  book: ReceiptBook,
  signer: string,
  signal?: AbortSignal,
): Promise<SignedHeadRecord> {
  const page = await get(url, "/v1/head", signal);
  const head = read(() => parseHead(page));
  const broken = book.addHead(head, signer);
  if (broken) throw new EquivocationError(broken);
  return head;
}

/**
 * Proves a receipt: the lowest signed head at or above it, and every record between.
 * @param signer the attested key of the receipt's epoch
 * @throws {SdkError} E_UNPROVEN with what the venue failed to show
 */
export async function proveReceipt(
  url: string,
  book: ReceiptBook,
  receipt: StoredReceipt,
  signer: string,
  signal?: AbortSignal,
): Promise<ProvenReceipt> {
  if (book.headAbove(receipt) === undefined) await fetchHead(url, book, signer, signal);
  const head = book.headAbove(receipt);
  if (head === undefined)
    throw new SdkError("E_UNPROVEN", `no head at or above sequence ${receipt.sequence} is signed yet`);
  // From the record before, so that the receipt's own place is proven with it.
  const { before, digests } = await fetchLinks(url, receipt.sequence, head.sequence, signal);
  const [own, ...rest] = digests;
  const isOwn = own !== undefined && linkOf(before, own) === receipt.chainHash;
  const isRecord = receipt.record === undefined || own === recordDigest(receipt.record);
  if (!isOwn || !isRecord || !isPath(receipt, rest, head)) {
    throw new SdkError(
      "E_UNPROVEN",
      `the digests from ${receipt.sequence} to ${head.sequence} do not lead from the receipt to the signed head`,
    );
  }
  const proven = { venue: book.venue, receipt, before, digests: rest, head };
  if (!isProven(verifyReceipt(proven, signer)))
    throw new SdkError("E_UNPROVEN", "the head above the receipt is of another signer");
  return proven;
}

/** Digests of the records `first` to `last`, and the chain hash before them. The host gives as many at a time as it likes. */
async function fetchLinks(
  url: string,
  first: bigint,
  last: bigint,
  signal: AbortSignal | undefined,
): Promise<{ before: string; digests: string[] }> {
  const digests: string[] = [];
  let before: string | undefined;
  for (let from = first; from <= last; from = first + BigInt(digests.length)) {
    const page = (await get(url, `/v1/links?from=${from}&to=${last}`, signal)) as LinksPage;
    const found = Array.isArray(page.digests) ? page.digests : [];
    if (found.length === 0 || BigInt(found.length) > last - from + 1n) {
      throw new SdkError("E_UNPROVEN", `the venue gives no digests of the records from ${from} to ${last}`);
    }
    before ??= read(() => hexText(page.before, HASH, "before"));
    for (const digest of found) digests.push(read(() => hexText(digest, HASH, "digest")));
  }
  return { before: before ?? "", digests };
}

interface LinksPage {
  before?: unknown;
  digests?: unknown;
}

async function get(url: string, path: string, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const response = await fetch(new URL(path, url), signal ? { signal } : {});
    if (!response.ok) throw new SdkError("E_UNPROVEN", `${path} answers ${response.status}`);
    return await response.json();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof SdkError) throw cause;
    throw new SdkError("E_CONNECTION", `${path} cannot be read`, { cause });
  }
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new SdkError("E_UNPROVEN", (cause as Error).message, { cause });
  }
}
