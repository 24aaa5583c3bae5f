/** The oracles of a development venue without an enclave: each round they sign is what a proven batch carries, word by word. */
import { emitQuote, type Quote } from "@sealbook/circuits";
import { provenPricesTypes, signatureDomain } from "@sealbook/contracts";
import type { InstrumentConfig } from "@sealbook/wire";
import { computeAddress, type SigningKey, TypedDataEncoder } from "ethers";
import { DependencyError } from "../errors.ts";
import type { PathChain } from "../prove/index.ts";
import { OracleWalk } from "./oracle.ts";
import { Random } from "./random.ts";

const CHAIN_ID = 31_337n;

export class ProvenPriceFeeder {
  readonly #oracles: readonly SigningKey[];
  readonly #settlement: string;
  readonly #markets: readonly InstrumentConfig[];
  readonly #httpUrl: () => string;
  readonly #path: PathChain;
  #round = 0n;
  #timer: NodeJS.Timeout | undefined;
  #current: bigint[];

  constructor(parts: {
    oracles: readonly SigningKey[];
    settlement: string;
    markets: readonly InstrumentConfig[];
    httpUrl: () => string;
    path: PathChain;
  }) {
    // Signatures stand by ascending signer.
    this.#oracles = [...parts.oracles].sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
    this.#settlement = parts.settlement;
    this.#markets = parts.markets;
    this.#httpUrl = parts.httpUrl;
    this.#path = parts.path;
    this.#current = parts.markets.map(({ index }) => index);
  }

  /** Index prices now, 1e-6 a lot, in the order of the markets. */
  get prices(): readonly bigint[] {
    return this.#current;
  }

  /**
   * Signs and posts a round. Marks are at the index, since books are empty while it arrives; funding is what the engine says: these oracles
   * believe it, real ones compute it.
   */
  async publish(prices: readonly bigint[]): Promise<void> {
    const block = (await this.#path.provider.getBlock("latest"))!;
    const time = BigInt(block.timestamp) * 1_000_000n;
    const round = this.#round + 1n;
    const asked = this.#markets.map(({ instrument }, at) => ({ instrument, index: prices[at]! }));
    const said = await this.#post("quotes", JSON.stringify({ round, time, prices: asked }, plain));
    const quotes = (said as { quotes: Record<keyof Quote, string | number>[] }).quotes.map(
      (one): Quote => ({
        instrument: Number(one.instrument),
        mark: BigInt(one.mark),
        index: BigInt(one.index),
        fundingIndex: BigInt(one.fundingIndex),
      }),
    );
    await this.#post("oracle", await this.#signed(round, time, quotes));
    this.#round = round;
    this.#current = [...prices];
  }

  /** Walks until stopped; what is refused is tried again with the next step. */
  walk(seed: bigint, periodMs: number): void {
    const walk = new OracleWalk(new Random(seed), [...this.#current], 0.0004);
    this.#timer = setInterval(() => void this.publish(walk.next()).catch(() => {}), periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #signed(round: bigint, time: bigint, quotes: readonly Quote[]): Promise<string> {
    const { instruments } = await this.#path.sizes();
    const rows = [...quotes].sort((a, b) => a.instrument - b.instrument).map(emitQuote);
    const blanks = new Array<bigint>(instruments - rows.length).fill(0n);
    const digest = TypedDataEncoder.hash(signatureDomain(CHAIN_ID, this.#settlement), provenPricesTypes, {
      round,
      time,
      instruments: [...blanks, ...rows],
    });
    const signatures = this.#oracles.map((key) => key.sign(digest).serialized);
    return JSON.stringify({ round, time, quotes, signatures }, plain);
  }

  async #post(what: string, body: string): Promise<unknown> {
    const response = await fetch(`${this.#httpUrl()}/v1/${what}`, { method: "POST", body });
    if (!response.ok) throw new DependencyError("venue", `refused ${what}: ${await response.text()}`);
    return response.json();
  }
}

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

const addressOf = (key: SigningKey): bigint => BigInt(computeAddress(key.publicKey));
