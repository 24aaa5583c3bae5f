import {
  accountWords,
  type BatchWords,
  emitWords,
  emptyAccount,
  openState,
  parseWords,
  putAccount,
  replayBatch,
  type State,
  stateRoot,
} from "@sealbook/circuits";
import { type BatchData, packWords } from "@sealbook/wire/state";
import { expect, it } from "vitest";
import type { PathChain, ProvenWords } from "./path-chain.ts";
import { provenState } from "./state-of-chain.ts";

const INSTRUMENTS = 2;

/** Account 1 deposits and nothing else happens. */
const depositOf = (amount: bigint): bigint[] =>
  emitWords({
    domain: 1n,
    time: 0n,
    round: 0n,
    fillsBefore: 0n,
    fillsAfter: 0n,
    held: 0n,
    quotes: [undefined, undefined],
    effects: [{ kind: "deposit", account: 1, identity: 5n, amount, isNew: false }],
  } satisfies BatchWords);

/** A proven batch of this state, which moves to it. */
function proven(state: State, number: bigint, amount: bigint): ProvenWords {
  const words = depositOf(amount);
  replayBatch(state, parseWords(words, INSTRUMENTS));
  return { number, stateRoot: stateRoot(state), words };
}

/** A signed batch: no word of it is on the path. */
const signed = (state: State) => {
  const account = state.accounts.get(1)!;
  putAccount(state, 1, { ...account, collateral: account.collateral + 3n });
};

const leavesOf = (state: State): BatchData => ({
  oracleRound: state.round,
  nextAccount: state.nextAccount,
  accounts: [0, 1].map((index) => ({
    index,
    packed: packWords(accountWords(state.accounts.get(index) ?? emptyAccount())),
  })),
  instruments: [],
  withdrawals: [],
});

const chainOf = (state: State, batches: ProvenWords[]) =>
  ({
    present: async () => ({ stateRoot: stateRoot(state), domain: 1n, held: 9n }),
    advanced: async () => batches,
  }) as unknown as PathChain;

function venue(): State {
  const state = openState();
  putAccount(state, 1, { ...emptyAccount(), identity: 5n, collateral: 100n });
  return state;
}

it("leaves that stand where the chain does are taken as they are, whatever was proven before them", async () => {
  const state = venue();
  const batches = [proven(state, 1n, 7n)];
  signed(state);
  const found = await provenState(chainOf(state, batches), leavesOf(state), INSTRUMENTS);
  expect(found.accounts.get(1)!.collateral).toBe(110n);
  expect([stateRoot(found), found.held]).toEqual([stateRoot(state), 9n]);
});

it("leaves of before the last proven batches are brought up to the chain", async () => {
  const state = venue();
  const old = leavesOf(state);
  const first = proven(state, 1n, 7n);
  const middle = leavesOf(state);
  const batches = [first, proven(state, 2n, 8n)];
  for (const leaves of [old, middle]) {
    const found = await provenState(chainOf(state, batches), leaves, INSTRUMENTS);
    expect(found.accounts.get(1)!.collateral).toBe(115n);
  }
});

it("leaves a signed batch has passed say so", async () => {
  const state = venue();
  const old = leavesOf(state);
  signed(state);
  const batches = [proven(state, 2n, 7n)];
  await expect(provenState(chainOf(state, batches), old, INSTRUMENTS)).rejects.toThrow(/E_ROOT_MISMATCH/);
});
