import {
  encodeOracleRound,
  encodeVolatilityRound,
  type InstrumentConfig,
  type OptionConfig,
  type Smile,
} from "@sealbook/wire";
import type { SigningKey } from "ethers";
import { DependencyError } from "../errors.ts";
import { smileOf } from "./options.ts";
import {
  encodeVenueOrder,
  type OracleDomain,
  OracleWalk,
  orderDigest,
  signaturesOf,
  signRound,
  smilesDigest,
  type VenueOrder,
} from "./oracle.ts";
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
  readonly #options: OptionConfig[];
  #round = 0n;
  #volatilityRound = 0n;
  #orderNumber = 0n;
  #timer: NodeJS.Timeout | undefined;
  #current: bigint[];

  constructor(parts: {
    domain: OracleDomain;
    oracles: SigningKey[];
    markets: InstrumentConfig[];
    options?: OptionConfig[];
    httpUrl: () => string;
  }) {
    this.#domain = parts.domain;
    this.#signers = parts.oracles.slice(0, 2).map((key, index) => ({ index, key }));
    this.#markets = parts.markets;
    this.#options = [...(parts.options ?? [])];
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
        timeUs: nowUs(),
        prices: this.#markets.map((market, i) => ({
          instrument: market.instrument,
          index: prices[i] ?? market.index,
        })),
      },
      this.#signers,
    );
    await this.#post(encodeOracleRound(round));
  }

  /** Signs and posts smiles; unless told, one for every expiry of the listed options, its forward at the index. */
  async publishSmiles(smiles = this.#smiles()): Promise<void> {
    if (smiles.length === 0) return;
    this.#volatilityRound += 1n;
    const unsigned = { round: this.#volatilityRound, timeUs: nowUs(), smiles };
    const signatures = signaturesOf(smilesDigest(this.#domain, unsigned), this.#signers);
    await this.#post(encodeVolatilityRound({ type: "volatility-round", ...unsigned, signatures }));
  }

  /** Signs and posts an order to the venue, under the next number unless it has one. */
  async order(order: VenueOrder): Promise<void> {
    this.#orderNumber = order.number === 0n ? this.#orderNumber + 1n : order.number;
    const numbered = { ...order, number: this.#orderNumber };
    const signatures = signaturesOf(orderDigest(this.#domain, numbered), this.#signers);
    await this.#post(encodeVenueOrder({ ...numbered, signatures }));
  }

  #smiles(): Smile[] {
    const keyed = this.#options.flatMap(({ underlying, expiryUs }): [string, Smile][] => {
      const at = this.#markets.findIndex(({ instrument }) => instrument === underlying);
      const index = this.#current[at];
      if (index === undefined || expiryUs <= nowUs()) return [];
      return [[`${underlying} ${expiryUs}`, smileOf(underlying, expiryUs, nowUs(), index)]];
    });
    return [...new Map(keyed).values()].sort((a, b) =>
      a.underlying === b.underlying ? Number(a.expiryUs - b.expiryUs) : a.underlying - b.underlying,
    );
  }

  async #post(message: Uint8Array): Promise<void> {
    const response = await fetch(`${this.#httpUrl()}/v1/oracle`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.from(message),
    });
    if (!response.ok)
      throw new DependencyError(
        "host",
        `refused a message of the oracles: ${response.status} ${await response.text()}`,
      );
  }

  /** Walks every `periodMs` until stopped, smiles with every fourth step; what is refused is tried again with the next one. */
  walk(seed: bigint, periodMs: number, stepVolatility = 0.0004): void {
    const walk = new OracleWalk(new Random(seed), [...this.#current], stepVolatility);
    let steps = 0;
    const step = async () => {
      await this.publish(walk.next());
      if (steps++ % 4 === 0) await this.publishSmiles();
    };
    this.#timer = setInterval(() => void step().catch(() => {}), periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const nowUs = () => BigInt(Date.now()) * 1000n;
