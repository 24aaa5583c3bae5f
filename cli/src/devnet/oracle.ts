import {
  encodeInstrumentRisk,
  encodeListOption,
  encodeSetMarketMode,
  type InstrumentRisk,
  type ListOption,
  type OracleRound,
  type SetMarketMode,
  type Smile,
  type VolatilityRound,
} from "@sealbook/wire";
import { concat, getBytes, hexlify, keccak256, SigningKey, toBeHex, toUtf8Bytes } from "ethers";
import type { Random } from "./random.ts";

/** The simulated oracles: `n` keys derived from the venue's seed. They protect nothing and say so in their name. */
export function simulatedOracles(seed: Uint8Array, n: number): SigningKey[] {
  return Array.from(
    { length: n },
    (_, i) => new SigningKey(keccak256(concat([toUtf8Bytes("sealbook.sim.oracle"), seed, toBeHex(i, 1)]))),
  );
}

export interface OracleDomain {
  chainId: bigint;
  settlement: string;
}

/** Digest of a round (docs/wire.md, `oracle-round`): what each oracle signs. */
export function roundDigest(
  domain: OracleDomain,
  round: Pick<OracleRound, "round" | "timeUs" | "prices">,
): string {
  const prices = round.prices.map((price) =>
    concat([toBeHex(price.instrument, 2), toBeHex(BigInt.asUintN(64, price.index), 8)]),
  );
  return keccak256(
    concat([
      toUtf8Bytes("sealbook.oracle"),
      toBeHex(domain.chainId, 8),
      domain.settlement,
      toBeHex(round.round, 8),
      toBeHex(round.timeUs, 8),
      ...prices,
    ]),
  );
}

const big64 = (value: bigint) => toBeHex(BigInt.asUintN(64, value), 8);

/** Digest of a volatility round (docs/wire.md, `volatility-round`). */
export function smilesDigest(
  domain: OracleDomain,
  round: Pick<VolatilityRound, "round" | "timeUs" | "smiles">,
): string {
  const smile = (at: Smile) =>
    concat([
      toBeHex(at.underlying, 2),
      ...[at.expiryUs, at.forward, at.a, at.b, at.rho, at.m, at.s].map(big64),
    ]);
  return keccak256(
    concat([
      toUtf8Bytes("sealbook.volatility"),
      toBeHex(domain.chainId, 8),
      domain.settlement,
      toBeHex(round.round, 8),
      toBeHex(round.timeUs, 8),
      ...round.smiles.map(smile),
    ]),
  );
}

/** An order to the venue: a listing, a market's mode, an instrument's risk. */
export type VenueOrder = ListOption | SetMarketMode | InstrumentRisk;

export function encodeVenueOrder(order: VenueOrder): Uint8Array {
  switch (order.type) {
    case "list-option":
      return encodeListOption(order);
    case "set-market-mode":
      return encodeSetMarketMode(order);
    case "instrument-risk":
      return encodeInstrumentRisk(order);
  }
}

/** Digest of an order to the venue (docs/boundaries.md section 12): over its message with no signatures. */
export function orderDigest(domain: OracleDomain, order: VenueOrder): string {
  const unsigned = encodeVenueOrder({ ...order, signatures: [] });
  return keccak256(
    concat([toUtf8Bytes("sealbook.order"), toBeHex(domain.chainId, 8), domain.settlement, unsigned]),
  );
}

/** Signatures of a digest, by oracles in ascending order of their index. */
export function signaturesOf(digest: string, oracles: { index: number; key: SigningKey }[]) {
  return oracles.map(({ index, key }) => ({
    signer: index,
    signature: getBytes(hexlify(key.sign(digest).serialized)),
  }));
}

/** A round signed by the given oracles, which must be in ascending order of their index. */
export function signRound(
  domain: OracleDomain,
  unsigned: Pick<OracleRound, "round" | "timeUs" | "prices">,
  oracles: { index: number; key: SigningKey }[],
): OracleRound {
  const signatures = signaturesOf(roundDigest(domain, unsigned), oracles);
  return { type: "oracle-round", ...unsigned, signatures };
}

/** A seeded geometric walk, one per instrument, with a pull back to where it started so that a long run stays on the book. */
export class OracleWalk {
  readonly #start: bigint[];
  readonly #logs: number[];
  readonly #random: Random;
  readonly #step: number;

  constructor(random: Random, start: bigint[], stepVolatility: number) {
    this.#random = random;
    this.#start = start;
    this.#logs = start.map(() => 0);
    this.#step = stepVolatility;
  }

  next(): bigint[] {
    return this.#start.map((start, i) => {
      const log = (this.#logs[i] ?? 0) * 0.999 + this.#random.normal() * this.#step;
      this.#logs[i] = log;
      return (start * BigInt(Math.round(Math.exp(log) * 1e9))) / 1_000_000_000n;
    });
  }
}
