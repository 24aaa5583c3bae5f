/** A round of prices that oracles signed for the validity path. Numbers are decimal strings. */
import type { Quote } from "@sealbook/circuits";
import { ProveError } from "./errors.ts";

export interface SignedPrices {
  readonly round: bigint;
  /** µs. */
  readonly time: bigint;
  /** Ascending, as signed: exactly those of the batch. */
  readonly quotes: readonly Quote[];
  /** 65 bytes each, by ascending signer. */
  readonly signatures: readonly string[];
}

/** Index prices somebody asks about. */
export interface IndexPrices {
  readonly round: bigint;
  /** µs. */
  readonly time: bigint;
  readonly prices: readonly { instrument: number; index: bigint }[];
}

/** @throws {ProveError} */
export function parsePricesFile(text: string): SignedPrices {
  return reading("the prices file is not what docs/proof.md describes", () => {
    const file = JSON.parse(text);
    return {
      round: whole(file.round),
      time: whole(file.time),
      quotes: list(file.quotes).map((one) => ({
        instrument: instrument(one.instrument),
        mark: whole(one.mark),
        index: whole(one.index),
        fundingIndex: whole(one.fundingIndex, signed),
      })),
      signatures: list<unknown>(file.signatures).map(signature),
    };
  });
}

/** `{ round, time, prices: [{ instrument, index }] }`. @throws {ProveError} */
export function parseIndexPrices(text: string): IndexPrices {
  return reading("these are no index prices as docs/validity.md describes them", () => {
    const asked = JSON.parse(text);
    const prices = list(asked.prices).map((one) => ({
      instrument: instrument(one.instrument),
      index: whole(one.index),
    }));
    return { round: whole(asked.round), time: whole(asked.time), prices };
  });
}

/** As many as a venue has instruments. */
const ROWS_MAX = 512;
const unsigned = /^\d{1,19}$/;
const signed = /^-?\d{1,19}$/;

function whole(value: unknown, pattern = unsigned): bigint {
  if (typeof value !== "string" || !pattern.test(value))
    throw new Error(`${JSON.stringify(value)} is no decimal string`);
  return BigInt(value);
}

function instrument(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1 << 16) return value;
  throw new Error(`${JSON.stringify(value)} is no instrument`);
}

function signature(value: unknown): string {
  if (typeof value === "string" && /^0x[0-9a-f]{130}$/i.test(value)) return value;
  throw new Error("a signature is 65 bytes in hexadecimal");
}

function list<T = Record<string, unknown>>(value: unknown): T[] {
  if (Array.isArray(value) && value.length <= ROWS_MAX) return value;
  throw new Error(`a list of at most ${ROWS_MAX} rows is wanted`);
}

function reading<T>(sentence: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ProveError("E_PRICES_FILE", `${sentence}: ${(cause as Error).message}`, { cause });
  }
}
