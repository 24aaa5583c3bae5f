import { encodeOracleRound, type InstrumentConfig } from "@sealbook/wire";
import type { SigningKey } from "ethers";
import { DependencyError } from "../errors.ts";
import { type OracleDomain, OracleWalk, signRound } from "./oracle.ts";
import { Random } from "./random.ts";

/**
 * The oracles of a development venue: signs rounds with two of the three keys and posts them to the host. Prices are set by hand
 * (`publish`) or walk by themselves (`walk`).
 */
export class OracleFeeder {
  readonly #domain: OracleDomain;
  readonly #signers: { index: number; key: SigningKey }[];
  readonly #markets: InstrumentConfig[];
  readonly #httpUrl: () => string;
  #round = 0n;
  #timer: NodeJS.Timeout | undefined;
  #current: bigint[];

  constructor(parts: {
    domain: OracleDomain;
    oracles: SigningKey[];
    markets: InstrumentConfig[];
    httpUrl: () => string;
  }) {
    this.#domain = parts.domain;
    this.#signers = parts.oracles.slice(0, 2).map((key, index) => ({ index, key }));
    this.#markets = parts.markets;
    this.#httpUrl = parts.httpUrl;
    this.#current = parts.markets.map((market) => market.index);
  }

  /** Index prices now, collateral per lot, in the order of the markets. */
  get prices(): readonly bigint[] {
    return this.#current;
  }

  /** Signs and posts one round; prices are collateral per lot, in the order of the markets. */
  async publish(prices: bigint[]): Promise<void> {
    this.#current = prices;
    this.#round += 1n;
    const round = signRound(
      this.#domain,
      {
        round: this.#round,
        timeUs: BigInt(Date.now()) * 1000n,
        prices: this.#markets.map((market, i) => ({
          instrument: market.instrument,
          index: prices[i] ?? market.index,
        })),
      },
      this.#signers,
    );
    const response = await fetch(`${this.#httpUrl()}/v1/oracle`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.from(encodeOracleRound(round)),
    });
    if (!response.ok)
      throw new DependencyError(
        "host",
        `refused an oracle round: ${response.status} ${await response.text()}`,
      );
  }

  /** Walks every `periodMs` until stopped; a refused round is tried again with the next one. */
  walk(seed: bigint, periodMs: number, stepVolatility = 0.0004): void {
    const walk = new OracleWalk(new Random(seed), [...this.#current], stepVolatility);
    this.#timer = setInterval(() => void this.publish(walk.next()).catch(() => {}), periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
