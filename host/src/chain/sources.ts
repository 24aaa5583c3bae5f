import type { Logger } from "pino";
import { causeText, HostError } from "../errors.ts";

/**
 * Several nodes, none of them believed alone. What the host acts on is what a quorum says about one block, named by number and hash. A source
 * that is down, behind or of another opinion is named in the log and in `/v1/status`, and asked again at the next look.
 */

/** One node's JSON-RPC, as `Chain` wraps it. */
export interface Source {
  /** For people: the URL without its path, which may hold a key. */
  name: string;
  send(method: string, params: unknown[]): Promise<unknown>;
}

/** Who told another story is left out of the votes until its blocks have been the others' for this long. */
const FORGIVE_MS = 10_000;

export type SourceFault = "down" | "lagging" | "lying";

export interface SourceState {
  name: string;
  height: number;
  fault?: SourceFault;
  detail?: string;
}

/** A block that a quorum holds. */
export interface AgreedBlock {
  number: number;
  hash: string;
  timestamp: number;
  baseFeePerGas: bigint;
}

interface RpcBlock {
  number: string;
  hash: string;
  timestamp: string;
  baseFeePerGas?: string;
}

export interface SourcesOptions {
  /** How many must say the same. */
  quorum: number;
  /** Blocks behind the agreed one before a source is called lagging. */
  lagBlocks: number;
  timeoutMs: number;
}

export class Sources {
  readonly #sources: readonly Source[];
  readonly #options: SourcesOptions;
  readonly #log: Logger | undefined;
  readonly #states = new Map<Source, SourceState>();
  readonly #liedAt = new Map<Source, number>();
  #first = 0;

  constructor(sources: readonly Source[], options: SourcesOptions, log?: Logger) {
    this.#sources = sources;
    this.#options = options;
    this.#log = log;
    for (const source of sources) this.#states.set(source, { name: source.name, height: 0 });
  }

  get states(): SourceState[] {
    return [...this.#states.values()];
  }

  /** The highest block a quorum holds, the same one. @throws HostError E_SOURCES */
  async look(): Promise<AgreedBlock> {
    const tips = await this.#askAll(this.#sources, (source) => getBlock(source, "latest"));
    for (const [source, tip] of tips) this.#states.get(source)!.height = Number(tip.number);
    const heights = [...tips.values()].map(({ number }) => Number(number)).sort((a, b) => b - a);
    const height = heights[this.#options.quorum - 1];
    if (height === undefined) throw this.#noQuorum("the latest block", tips.size);
    this.#nameLaggards(height);
    const able = [...tips].filter(([, { number }]) => Number(number) >= height);
    const blocks = await this.#askAll(
      able.map(([source]) => source),
      async (source) => {
        const tip = tips.get(source)!;
        return Number(tip.number) === height ? tip : getBlock(source, `0x${height.toString(16)}`);
      },
    );
    const { number, hash, timestamp, baseFeePerGas } = this.#agreed(
      `block ${height}`,
      blocks,
      ({ hash }) => hash,
    );
    return {
      number: Number(number),
      hash,
      timestamp: Number(timestamp),
      baseFeePerGas: BigInt(baseFeePerGas ?? 0),
    };
  }

  /** What a quorum answers alike. Name a block in the question: "latest" means another one to every source. @throws HostError E_SOURCES */
  async agree(method: string, params: unknown[]): Promise<unknown> {
    const able = this.#sources.filter((source) => {
      const { fault } = this.#states.get(source)!;
      return fault !== "lagging" && fault !== "lying";
    });
    const answers = await this.#askAll(able, (source) => source.send(method, params));
    return this.#agreed(method, answers, (answer) => JSON.stringify(normal(answer)));
  }

  /** The first answer, in rotation: for what needs no agreement (fees, receipts of our own). @throws what the last source threw */
  async any(method: string, params: unknown[]): Promise<unknown> {
    let last: unknown;
    for (let i = 0; i < this.#sources.length; i += 1) {
      const source = this.#sources[(this.#first + i) % this.#sources.length]!;
      try {
        return await this.#timely(source.send(method, params));
      } catch (error) {
        last = error;
        // A refusal is an answer; a node that does not answer is not asked first again.
        if (isAnswer(error)) throw error;
        this.#first = (this.#first + i + 1) % this.#sources.length;
      }
    }
    throw last;
  }

  /** Tells every source; one that takes it is enough. @throws what the first one said, when none takes it */
  async tellAll(method: string, params: unknown[]): Promise<unknown> {
    const told = await Promise.allSettled(
      this.#sources.map((source) => this.#timely(source.send(method, params))),
    );
    const taken = told.find((answer) => answer.status === "fulfilled");
    if (taken !== undefined) return taken.value;
    const refusals = told.map((answer) => (answer as PromiseRejectedResult).reason);
    throw refusals.find(isAnswer) ?? refusals[0];
  }

  async #askAll<T>(sources: readonly Source[], ask: (source: Source) => Promise<T>): Promise<Map<Source, T>> {
    const answers = new Map<Source, T>();
    await Promise.all(
      sources.map(async (source) => {
        try {
          answers.set(source, await this.#timely(ask(source)));
          if (this.#states.get(source)!.fault === "down") this.#clear(source);
        } catch (error) {
          this.#blame(source, "down", causeText(error).slice(0, 200));
        }
      }),
    );
    return answers;
  }

  #agreed<T>(what: string, answers: Map<Source, T>, keyOf: (answer: T) => string): T {
    const groups = new Map<string, [Source, T][]>();
    for (const [source, answer] of answers) {
      const key = keyOf(answer);
      groups.set(key, [...(groups.get(key) ?? []), [source, answer]]);
    }
    const [first, second] = [...groups.values()].sort((a, b) => b.length - a.length);
    const isAgreed =
      first !== undefined && first.length >= this.#options.quorum && first.length !== second?.length;
    if (!isAgreed) {
      if (groups.size > 1) throw this.#disagreement(what, groups);
      throw this.#noQuorum(what, answers.size);
    }
    const agreed = keyOf(first[0]![1]);
    for (const [source, answer] of answers) {
      const key = keyOf(answer);
      if (key === agreed) {
        const since = performance.now() - (this.#liedAt.get(source) ?? 0);
        if (this.#states.get(source)!.fault === "lying" && since > FORGIVE_MS) this.#clear(source);
      } else
        this.#blame(
          source,
          "lying",
          `${what}: says ${key.slice(0, 100)}, the others ${agreed.slice(0, 100)}`,
        );
    }
    return first[0]![1];
  }

  #nameLaggards(height: number): void {
    for (const state of this.#states.values()) {
      const behind = height - state.height;
      const source = [...this.#states].find(([, other]) => other === state)![0];
      if (behind > this.#options.lagBlocks && state.fault === undefined) {
        this.#blame(source, "lagging", `${behind} blocks behind`);
      } else if (behind <= this.#options.lagBlocks && state.fault === "lagging") this.#clear(source);
    }
  }

  #blame(source: Source, fault: SourceFault, detail: string): void {
    const state = this.#states.get(source)!;
    if (fault === "lying") this.#liedAt.set(source, performance.now());
    if (state.fault !== fault)
      this.#log?.warn({ source: source.name, fault, detail }, "a chain source is not believed");
    Object.assign(state, { fault, detail });
  }

  #clear(source: Source): void {
    const state = this.#states.get(source)!;
    this.#log?.info({ source: source.name, fault: state.fault }, "a chain source is back");
    delete state.fault;
    delete state.detail;
  }

  #noQuorum(what: string, answered: number): HostError {
    const { quorum } = this.#options;
    const faults = this.states.filter(({ fault }) => fault !== undefined);
    const named = faults.map(({ name, fault, detail }) => `${name} is ${fault} (${detail})`).join("; ");
    return new HostError(
      "E_SOURCES",
      `${answered} of ${this.#sources.length} chain sources told ${what}, ${quorum} must: ${named || "no fault known"}.`,
      { fix: "Mend or replace the sources named in chain.rpcUrl and chain.rpcUrls." },
    );
  }

  #disagreement<T>(what: string, groups: Map<string, [Source, T][]>): HostError {
    const opinions = [...groups].map(
      ([key, members]) => `${members.map(([{ name }]) => name).join(", ")}: ${key.slice(0, 80)}`,
    );
    return new HostError("E_SOURCES", `Chain sources disagree on ${what}: ${opinions.join(" | ")}.`, {
      fix: "One of them lies or is on another fork. Add a third source, or take the wrong one out.",
    });
  }

  #timely<T>(answer: Promise<T>): Promise<T> {
    const { timeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, failed) => {
      timer = setTimeout(() => failed(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}

async function getBlock(source: Source, tag: string): Promise<RpcBlock> {
  const block = (await source.send("eth_getBlockByNumber", [tag, false])) as RpcBlock | null;
  if (block?.hash == null) throw new Error(`it has no block ${tag}`);
  return block;
}

/** A node's error answer, as opposed to no answer. */
export function isAnswer(error: unknown): boolean {
  return typeof error === "object" && error !== null && "rpcError" in error;
}

/** Key order and letter case of hex differ between nodes. */
function normal(value: unknown): unknown {
  if (typeof value === "string") return value.toLowerCase();
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, member]) => [key, normal(member)]));
  }
  return value;
}
