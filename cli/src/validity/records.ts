/** What the command log of a venue in validity mode holds: one JSON object a record, numbers beyond 2^53 as decimal strings. */
import type { SignedOrder } from "@sealbook/circuits";
import type { Signature } from "@sealbook/wire/validity";
import type { SignedPrices } from "../prove/prices-file.ts";

/** A fill as a record tells it: the maker's account and order id, price in ticks, lots. */
export type RecordedFill = readonly [account: number, id: bigint, price: bigint, lots: bigint];

/** `n` is the record's sequence, from 1, without a gap. */
export type CommandRecord =
  | { t: "order"; n: bigint; order: SignedOrder; fills: readonly RecordedFill[] }
  | { t: "cancel"; n: bigint; account: number; id: bigint; isAll: boolean; signature: Signature }
  | { t: "withdraw"; n: bigint; account: number; amount: bigint; nonce: bigint; signature: Signature }
  | { t: "entry"; n: bigint; index: number }
  | { t: "round"; n: bigint; prices: SignedPrices }
  /** The time of the batch that begins, µs. */
  | { t: "open"; n: bigint; time: bigint }
  /** An order the engine, not its owner, let go. */
  | { t: "closed"; n: bigint; account: number; id: bigint; reason: number }
  /** A batch of so many operations, to be proven: everything up to `through` is in it or before. */
  | { t: "cut"; n: bigint; number: bigint; time: bigint; operations: number; through: bigint; root: bigint }
  | { t: "proven"; n: bigint; number: bigint; root: bigint; transaction: string }
  /** A command that was acknowledged and is not in the venue: the chain went another way, or its time had come. */
  | { t: "void"; n: bigint; of: bigint };

const BIG = new Set([
  ..."n of time through root number nonce amount id price lots expiry s e round mark index fundingIndex".split(
    " ",
  ),
]);

export function emitRecord(record: CommandRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record, (_, value) => (typeof value === "bigint" ? `${value}` : value)));
}

/** A record of our own log: its checksum was right, so what does not parse is of another version. @throws {Error} */
export function parseRecord(bytes: Uint8Array): CommandRecord {
  const record = JSON.parse(Buffer.from(bytes).toString("utf8"), (name, value) =>
    typeof value === "string" && BIG.has(name) ? BigInt(value) : value,
  ) as CommandRecord;
  if (!KINDS.has(record.t) || typeof record.n !== "bigint")
    throw new Error(`The command log holds a record this version does not know: ${record.t}.`);
  if (record.t !== "order") return record;
  const fills = (record.fills as unknown as [number, string, string, string][]).map(
    ([account, id, price, lots]) => [account, BigInt(id), BigInt(price), BigInt(lots)] as const,
  );
  return { ...record, fills };
}

const KINDS = new Set([
  "order",
  "cancel",
  "withdraw",
  "entry",
  "round",
  "open",
  "closed",
  "cut",
  "proven",
  "void",
]);
