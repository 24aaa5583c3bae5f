import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { applyBatch, effectOf, type Prices } from "../src/batch.ts";
import { accountWords, instrumentWords } from "../src/leaf.ts";
import {
  type Operation,
  type Order,
  orderMessage,
  type SignedOrder,
  withdrawMessage,
} from "../src/orders.ts";
import { solve } from "../src/prover.ts";
import { publicKey, sign } from "../src/schnorr.ts";
import { shapes } from "../src/shapes.ts";
import { compile, type Program, statement } from "../src/source.ts";
import { accountAt, replayBatch, type State, stateOf, stateRoot } from "../src/state.ts";

/** Built by `npm test`'s first steps; a debug build serves too. */
const simulator = ["release", "debug"]
  .map((profile) => resolve(import.meta.dirname, `../../enclave/target/${profile}/sealbook-sim`))
  .find((path) => existsSync(path));
const domain = 0x5ea1n;
const secrets = Array.from({ length: 10 }, (_, at) => 1_000_003n * BigInt(at + 1));
const seeds = process.env.SEALBOOK_FLOW_SEEDS ?? "2";
const batches = process.env.SEALBOOK_FLOW_BATCHES ?? "16";
/** Batches of each seed whose witness is solved: that takes a second each, the comparison of leaves a fraction of it. */
const solved = Number(process.env.SEALBOOK_FLOW_SOLVED ?? 1);

/** What the engine did: kinds of `sealbook-sim proof-flow`, numbers as strings. */
interface Done {
  readonly kind: string;
  readonly account: number;
  readonly instrument: number;
  readonly maker: number;
  readonly taker: number;
  readonly isTakerBuy: boolean;
  readonly isNew: boolean;
  readonly identity: string;
  readonly amount: string;
  readonly asked: string;
  readonly price: string;
  readonly lots: string;
}

interface Line {
  readonly time: string;
  readonly round: string;
  readonly held: string;
  readonly quotes: { instrument: number; mark: string; index: string; fundingIndex: string }[];
  readonly operations: Done[];
  readonly accounts: string[][];
  readonly instruments: string[][];
  readonly root: string;
}

function flow(seed: number): Line[] {
  const keys = join(mkdtempSync(join(tmpdir(), "sealbook-keys-")), "keys");
  const hex = (word: bigint) => word.toString(16).padStart(64, "0");
  writeFileSync(keys, secrets.map((secret) => publicKey(secret).map(hex).join(" ")).join("\n"));
  const files = ["proof-flow", "--keys", keys, "--seed", `${seed}`];
  const output = execFileSync(simulator!, [...files, "--rounds", batches, "--commands", "8"]);
  return output
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const words = (leaf: string[]) => leaf.map(BigInt);

function opened(line: Line): State {
  return stateOf({
    round: BigInt(line.round),
    nextAccount: line.accounts.length,
    held: BigInt(line.held),
    accounts: line.accounts.map((leaf, id) => [id, words(leaf)] as const),
    instruments: line.instruments.map((leaf, at) => [at + 1, words(leaf)] as const),
  });
}

/** The engine's operation with the signatures that a proof wants beside it. */
function signedOperation(state: State, ids: Map<number, bigint>, time: bigint, one: Done): Operation {
  const order = (account: number, isBuy: boolean): SignedOrder => {
    const id = (ids.get(account) ?? 0n) + 1n;
    ids.set(account, id);
    const wanted: Order = {
      account,
      id,
      instrument: one.instrument,
      isBuy,
      price: BigInt(one.price),
      lots: BigInt(one.lots),
      expiry: time,
    };
    return { ...wanted, signature: sign(secrets[account - 1]!, orderMessage(domain, wanted)) };
  };
  switch (one.kind) {
    case "trade": {
      const [maker, taker] = [order(one.maker, !one.isTakerBuy), order(one.taker, one.isTakerBuy)];
      return { kind: "trade", maker, taker, price: BigInt(one.price), lots: BigInt(one.lots) };
    }
    case "withdraw": {
      const nonce = accountAt(state, one.account).nonce + 1n;
      const message = withdrawMessage(domain, one.account, nonce, BigInt(one.amount));
      const signature = sign(secrets[one.account - 1]!, message);
      return { kind: "withdraw", account: one.account, amount: BigInt(one.amount), signature };
    }
    case "deposit":
      return {
        kind: "deposit",
        account: one.account,
        identity: BigInt(one.identity),
        amount: BigInt(one.amount),
        isNew: one.isNew,
      };
    case "insurance":
      return { kind: "insurance", amount: BigInt(one.amount) };
    case "forced":
      return { kind: "forced", account: one.account, asked: BigInt(one.asked) };
    case "liquidate":
      return {
        kind: "liquidate",
        account: one.account,
        instrument: one.instrument,
        lots: BigInt(one.lots),
      };
    default:
      return { kind: "skip" };
  }
}

describe.skipIf(!simulator)("the engine and the circuit", () => {
  const kinds = new Set<string>();
  let circuit: Program;
  beforeAll(async () => {
    circuit = await compile(statement("batch8"));
  }, 240_000);

  for (let seed = 1; seed <= Number(seeds); seed++)
    test(`agree on the root after every batch of seed ${seed}`, async () => {
      const [first, ...rest] = flow(seed);
      const state = opened(first!);
      const watcher = opened(first!);
      const seen = new Set<string>();
      const ids = new Map<number, bigint>();
      expect(stateRoot(state)).toBe(BigInt(first!.root));
      for (const [at, line] of rest.entries()) {
        const quotes = line.quotes.map((one) => ({
          instrument: one.instrument,
          mark: BigInt(one.mark),
          index: BigInt(one.index),
          fundingIndex: BigInt(one.fundingIndex),
        }));
        const prices: Prices = { time: BigInt(line.time), round: BigInt(line.round), quotes };
        // Signatures follow nonces, which follow the operations before: a copy runs ahead of the batch.
        const ahead = structuredCopy(state, prices);
        const operations = line.operations.map((one) => {
          const operation = signedOperation(ahead, ids, prices.time, one);
          const effect = effectOf(ahead, operation);
          replayBatch(ahead, { ...header(prices, ahead), quotes: [], effects: [effect] });
          if (effect.kind === "liquidate") expect(effect.price, "zero price").toBe(BigInt(one.price));
          seen.add(operation.kind);
          kinds.add(operation.kind);
          return operation;
        });
        const batch = applyBatch(state, shapes.batch8, domain, prices, operations);
        for (const [id, leaf] of line.accounts.entries())
          expect(accountWords(accountAt(state, id)), `account ${id}, batch ${at}`).toEqual(words(leaf));
        for (const [row, leaf] of line.instruments.entries())
          expect(instrumentWords(state.instruments.get(row + 1)!), `instrument ${row + 1}`).toEqual(
            words(leaf),
          );
        expect(batch.publicInputs[3], `batch ${at}`).toBe(BigInt(line.root));
        expect(state.held).toBe(BigInt(line.held));
        if (at < solved) await solve(circuit, batch.inputs);
        // Whoever holds the leaves and the published words ends at the same root.
        replayBatch(watcher, batch.published);
        expect(stateRoot(watcher)).toBe(BigInt(line.root));
      }
      expect([...seen]).toEqual(expect.arrayContaining(["trade", "deposit", "withdraw", "forced"]));
    }, 240_000);

  test("and met every kind of operation on the way", () => {
    expect([...kinds].sort()).toEqual([
      "deposit",
      "forced",
      "insurance",
      "liquidate",
      "skip",
      "trade",
      "withdraw",
    ]);
  });
});

function header(prices: Prices, state: State) {
  return {
    domain,
    time: prices.time,
    round: prices.round,
    fillsBefore: 0n,
    fillsAfter: 0n,
    held: state.held,
  };
}

function structuredCopy(state: State, prices: Prices): State {
  const copy = stateOf({
    round: prices.round,
    nextAccount: state.nextAccount,
    held: state.held,
    accounts: [...state.accounts]
      .filter(([id]) => id < state.nextAccount)
      .map(([id, account]) => [id, accountWords(account)] as const),
    instruments: [...state.instruments].map(([id, one]) => [id, instrumentWords(one)] as const),
  });
  replayBatch(copy, { ...header(prices, state), quotes: prices.quotes, effects: [] });
  return copy;
}
