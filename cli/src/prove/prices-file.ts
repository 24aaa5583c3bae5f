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

/** @throws {ProveError} */
export function parsePricesFile(text: string): SignedPrices {
  try {
    const file = JSON.parse(text) as {
      round: string;
      time: string;
      quotes: { instrument: number; mark: string; index: string; fundingIndex: string }[];
      signatures: string[];
    };
    if (!file.signatures.every((one) => /^0x[0-9a-f]{130}$/i.test(one))) throw new Error("a signature");
    return {
      round: BigInt(file.round),
      time: BigInt(file.time),
      quotes: file.quotes.map((one) => ({
        instrument: Number(one.instrument),
        mark: BigInt(one.mark),
        index: BigInt(one.index),
        fundingIndex: BigInt(one.fundingIndex),
      })),
      signatures: file.signatures,
    };
  } catch (cause) {
    throw new ProveError("E_PRICES_FILE", "the prices file is not what docs/proof.md describes", { cause });
  }
}
