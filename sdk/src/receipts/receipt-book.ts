/**
 * Keeps what the venue has promised: own receipts and signed heads, bounded, over restarts. Notices when two of them cannot both be true, and
 * tells which of the contradictions a contract would judge.
 */
import type { ChainPoint } from "./chain-path.ts";
import { isPath } from "./chain-path.ts";
import { type Equivocation, equivocationOf, integer, parseHead } from "./evidence.ts";
import type { ProvenReceipt, StoredReceipt } from "./receipt.ts";
import { type HeadDomain, type SignedHeadRecord, signerOfHead } from "./signed-head.ts";
import { memoryStorage, type ReceiptStorage } from "./storage.ts";

export interface ReceiptBookOptions {
  venue: HeadDomain;
  storage?: ReceiptStorage;
  /** Oldest go first. Unless told, 100,000 receipts and 20,000 heads. */
  receiptsMax?: number;
  headsMax?: number;
}

/** One sequence with two chain hashes. `evidence` is there when both are signed; otherwise only the owner of the session can know. */
export interface Broken {
  sequence: bigint;
  seen: string;
  found: string;
  evidence?: Equivocation;
}

export class ReceiptBook {
  readonly venue: HeadDomain;
  readonly #storage: ReceiptStorage;
  readonly #receiptsMax: number;
  readonly #headsMax: number;
  /** By epoch and sequence; a Map keeps the order in which they came. A tail that a crash lost leaves its sequences to the next epoch. */
  readonly #receipts = new Map<string, StoredReceipt>();
  readonly #heads = new Map<string, SignedHeadRecord>();
  #lines = 0;
  /** Lines are written one after the other. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: ReceiptBookOptions) {
    this.venue = options.venue;
    this.#storage = options.storage ?? memoryStorage();
    this.#receiptsMax = options.receiptsMax ?? 100_000;
    this.#headsMax = options.headsMax ?? 20_000;
  }

  /** Reads what an earlier run kept. A line that a crash cut off is left out, and taken out, or the next would be glued to it. */
  static async open(options: ReceiptBookOptions): Promise<ReceiptBook> {
    const book = new ReceiptBook(options);
    const lines = await book.#storage.read();
    for (const item of lines.map(parseLine)) {
      if (item === undefined) continue;
      book.#lines += 1;
      if ("signature" in item) book.#keepHead(item);
      else book.#keepReceipt(item);
    }
    if (book.#lines < lines.length) await book.#compact();
    return book;
  }

  get receipts(): StoredReceipt[] {
    return [...this.#receipts.values()];
  }
  get heads(): SignedHeadRecord[] {
    return [...this.#heads.values()];
  }

  receipt(epoch: bigint, sequence: bigint): StoredReceipt | undefined {
    return this.#receipts.get(keyOf({ epoch, sequence }));
  }

  /** The highest signed head: what an opening carries, and an enclave that contradicts it halts with. */
  get highestHead(): SignedHeadRecord | undefined {
    return this.heads.reduce<SignedHeadRecord | undefined>(
      (highest, head) => (highest === undefined || isAbove(head, highest) ? head : highest),
      undefined,
    );
  }

  /** Keeps a receipt. Returns what it contradicts, and then keeps the first, not this. */
  addReceipt(receipt: StoredReceipt): Broken | undefined {
    const broken = this.#conflict(receipt);
    if (broken) return broken;
    if (this.#receipts.has(keyOf(receipt))) return undefined;
    this.#keepReceipt(receipt);
    this.#write(receipt);
    return undefined;
  }

  /**
   * Keeps a head signed by `signer`. Returns what it contradicts.
   * @throws {UnsignedHeadError} it is not signed by that key: anybody could have made it, so it proves nothing
   */
  addHead(head: SignedHeadRecord, signer: string): Broken | undefined {
    const found = signerOfHead(this.venue, head);
    if (found?.toLowerCase() !== signer.toLowerCase()) throw new UnsignedHeadError(head, found, signer);
    const known = this.#heads.get(keyOf(head));
    if (known) {
      if (known.chainHash === head.chainHash) return undefined;
      const evidence = equivocationOf(this.venue, known, head);
      return {
        sequence: head.sequence,
        seen: known.chainHash,
        found: head.chainHash,
        ...(evidence ? { evidence } : {}),
      };
    }
    const broken = this.#conflict(head);
    if (broken) return broken;
    this.#keepHead(head);
    this.#write(head);
    return undefined;
  }

  /** The lowest kept head at or above a receipt: where its path must lead. */
  headAbove({ epoch, sequence }: StoredReceipt): SignedHeadRecord | undefined {
    return this.heads
      .filter((head) => head.epoch === epoch && head.sequence >= sequence)
      .reduce<SignedHeadRecord | undefined>(
        (lowest, head) => (lowest === undefined || head.sequence < lowest.sequence ? head : lowest),
        undefined,
      );
  }

  /** The receipt with a path, if these digests lead from it to the head; what a third party can judge. */
  prove(
    receipt: StoredReceipt,
    digests: string[],
    head: SignedHeadRecord,
    before?: string,
  ): ProvenReceipt | undefined {
    if (!isPath(receipt, digests, head)) return undefined;
    return { venue: this.venue, receipt, digests, head, ...(before === undefined ? {} : { before }) };
  }

  /** Resolves when everything told so far is in the storage. @throws what the storage threw */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #conflict(point: ChainPoint & { epoch: bigint }): Broken | undefined {
    const { sequence, chainHash } = point;
    const known = this.#receipts.get(keyOf(point)) ?? this.#heads.get(keyOf(point));
    if (known === undefined || known.chainHash === chainHash) return undefined;
    return { sequence, seen: known.chainHash, found: chainHash };
  }

  #keepReceipt(receipt: StoredReceipt): void {
    this.#receipts.set(keyOf(receipt), receipt);
    dropOldest(this.#receipts, this.#receiptsMax);
  }

  #keepHead(head: SignedHeadRecord): void {
    this.#heads.set(keyOf(head), head);
    dropOldest(this.#heads, this.#headsMax);
  }

  #write(item: StoredReceipt | SignedHeadRecord): void {
    this.#lines += 1;
    const bound = 2 * (this.#receiptsMax + this.#headsMax);
    if (this.#lines <= bound) {
      this.#writing = this.#writing.then(() => this.#storage.append(emitLine(item)));
      return;
    }
    void this.#compact();
  }

  #compact(): Promise<void> {
    const lines = [...this.#heads.values(), ...this.#receipts.values()].map(emitLine);
    this.#lines = lines.length;
    this.#writing = this.#writing.then(() => this.#storage.replace(lines));
    return this.#writing;
  }
}

/** A head that the epoch's key did not sign. */
export class UnsignedHeadError extends Error {
  readonly code = "E_UNSIGNED_HEAD";
  constructor(head: SignedHeadRecord, found: string | undefined, wanted: string) {
    super(
      `E_UNSIGNED_HEAD: the head of epoch ${head.epoch}, sequence ${head.sequence} is signed by ${found ?? "nobody"}, not by ${wanted}. ` +
        "It proves nothing; whoever sent it is not the enclave.",
    );
    this.name = "UnsignedHeadError";
  }
}

const keyOf = ({ epoch, sequence }: { epoch: bigint; sequence: bigint }): string => `${epoch}:${sequence}`;

const isAbove = (a: SignedHeadRecord, b: SignedHeadRecord): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.sequence > b.sequence);

function dropOldest<K, V>(map: Map<K, V>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}

function emitLine(item: StoredReceipt | SignedHeadRecord): string {
  return JSON.stringify(item, (_, value) => (typeof value === "bigint" ? String(value) : value));
}

function parseLine(line: string): StoredReceipt | SignedHeadRecord | undefined {
  try {
    const item = JSON.parse(line) as Record<string, unknown>;
    if ("signature" in item) return parseHead(item);
    const { epoch, sequence, chainHash, record } = item;
    if (typeof chainHash !== "string") return undefined;
    const point = { epoch: integer(epoch, "epoch"), sequence: integer(sequence, "sequence"), chainHash };
    return typeof record === "string" ? { ...point, record } : point;
  } catch {
    return undefined;
  }
}
