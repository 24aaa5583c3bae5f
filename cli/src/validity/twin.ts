/**
 * The leaves ahead of the batches, in the circuit's own arithmetic. Every command of the engine is repeated here before anybody hears of
 * it: what the twin cannot follow, a proof could not carry, and the venue would stand still.
 */
import {
  absolute,
  accountAt,
  accountWords,
  applyEffect,
  applyQuotes,
  type Effect,
  effectOf,
  emptyAccount,
  health,
  instrumentOf,
  instrumentWords,
  type Operation,
  openState,
  putInstrument,
  type Quote,
  type State,
  touchedBy,
} from "@sealbook/circuits";
import { ValidityRefusal } from "./refusal.ts";

/** The engine's leaves, as `ValidityEngine` reads them. */
export interface Leaves {
  account(id: number): bigint[] | undefined;
  instrument(id: number): bigint[] | undefined;
}

const PPM = 1_000_000n;
/** enclave/engine/src/limits.rs: CLOSE_OUT_PPM and UNIT_VALUE_MAX. */
const CLOSE_OUT_PPM = 666_667n;
const UNIT_VALUE_MAX = 1n << 40n;

/** Leaves without trees: those follow with the batches. */
export function leavesOnly(state: State): State {
  const copy = openState();
  for (const [id, account] of state.accounts) copy.accounts.set(id, structuredClone(account));
  for (const [id, one] of state.instruments) copy.instruments.set(id, structuredClone(one));
  copy.round = state.round;
  copy.nextAccount = state.nextAccount;
  copy.held = state.held;
  return copy;
}

export class Twin {
  readonly state: State;

  constructor(state: State) {
    this.state = leavesOnly(state);
  }

  /**
   * What the operations do, if each is legal for a proof and the engine's leaves say the same afterwards; only then it has happened here.
   * `prices`: of a new round, before the operations.
   * @throws {ValidityRefusal} `UNPROVABLE`
   */
  follow(
    engine: Leaves,
    operations: readonly Operation[],
    prices?: { round: bigint; quotes: readonly Quote[] },
  ): Effect[] {
    const draft = this.#draft(operations);
    if (prices) {
      applyQuotes(draft, prices.quotes);
      draft.round = prices.round;
    }
    const effects = operations.map((operation) => {
      const effect = effectOf(draft, operation);
      carryOut(draft, operation, effect, prices !== undefined);
      return effect;
    });
    compare(draft, engine);
    for (const [id, account] of draft.accounts) this.state.accounts.set(id, account);
    for (const [id, one] of draft.instruments) this.state.instruments.set(id, one);
    this.state.round = draft.round;
    this.state.nextAccount = draft.nextAccount;
    this.state.held = draft.held;
    return effects;
  }

  /** Copies of what the operations touch. */
  #draft(operations: readonly Operation[]): State {
    const draft = openState();
    const ids = new Set([0]);
    for (const operation of operations) for (const id of accountsOf(operation)) ids.add(id);
    for (const id of ids)
      draft.accounts.set(id, structuredClone(this.state.accounts.get(id) ?? emptyAccount()));
    for (const [id, one] of this.state.instruments) draft.instruments.set(id, structuredClone(one));
    draft.round = this.state.round;
    draft.nextAccount = this.state.nextAccount;
    draft.held = this.state.held;
    return draft;
  }
}

/** Accounts an operation names, the insurance fund aside. */
export function accountsOf(operation: Operation): number[] {
  if (operation.kind === "trade") return [operation.maker.account, operation.taker.account];
  return "account" in operation ? [operation.account] : [];
}

function carryOut(draft: State, operation: Operation, effect: Effect, isNewRound: boolean): void {
  const parties = touchedBy(effect);
  const before = parties.map((id) => statusOf(draft, id, operation));
  applyEffect(draft, effect);
  if (effect.kind === "trade") {
    const shared = draft.instruments.get(effect.instrument)!;
    const unit = effect.price * shared.tickValue;
    const isFit = unit > 0n && unit <= UNIT_VALUE_MAX && parties[0] !== parties[1];
    const isLegal = parties.every((id, at) => mayTrade(before[at]!, statusOf(draft, id, operation)));
    if (!isFit || !isLegal) throw unprovable("a trade", effect.maker, effect.taker);
  }
  if (effect.kind === "withdraw" && (effect.debit !== effect.asked || effect.paid === 0n))
    throw unprovable("a withdrawal", effect.account);
  if (effect.kind === "liquidate") {
    const { equity, maintenance, flags } = before[0]!;
    const isClosedOut = equity * PPM * PPM < maintenance * CLOSE_OUT_PPM;
    if (!isNewRound || !isClosedOut || flags !== 0) throw unprovable("a liquidation", effect.account);
  }
}

interface Status {
  readonly equity: bigint;
  readonly initial: bigint;
  readonly maintenance: bigint;
  readonly flags: number;
  readonly size: bigint;
}

function statusOf(state: State, id: number, operation: Operation): Status {
  const account = accountAt(state, id);
  const traded = operation.kind === "trade" ? operation.maker.instrument : 0;
  const size = account.positions.find((one) => one.instrument === traded)?.size ?? 0n;
  return { ...health(account, state.instruments), flags: account.flags, size };
}

/** docs/proof.md, "Trade": healthy after, or unhealthy before, reducing without crossing zero, and no worse in equity over maintenance. */
function mayTrade(before: Status, after: Status): boolean {
  if (before.flags !== 0) return false;
  if (after.equity * PPM >= after.initial) return true;
  const wasUnhealthy = before.equity * PPM < before.initial;
  const isReduced = absolute(after.size) < absolute(before.size) && after.size * before.size >= 0n;
  const isNoWorse = after.equity * before.maintenance >= before.equity * after.maintenance;
  return wasUnhealthy && isReduced && isNoWorse;
}

function compare(draft: State, engine: Leaves): void {
  for (const [id, account] of draft.accounts) {
    const words = engine.account(id);
    const isUnused = words === undefined || words.every((word) => word === 0n);
    const expected = accountWords(account);
    const isSame = isUnused ? expected.every((word) => word === 0n) : areEqual(words, expected);
    if (!isSame) throw unprovable("what the engine did", id);
  }
  for (const [id, one] of draft.instruments)
    if (!areEqual(engine.instrument(id) ?? [], instrumentWords(one)))
      throw new ValidityRefusal(
        "UNPROVABLE",
        `the engine's leaf of instrument ${id} is not what a proof shows`,
      );
}

const areEqual = (a: readonly bigint[], b: readonly bigint[]): boolean =>
  a.length === b.length && a.every((word, at) => word === b[at]);

function unprovable(what: string, ...accounts: number[]): ValidityRefusal {
  return new ValidityRefusal("UNPROVABLE", `${what} of account ${accounts.join(" and ")} has no proof`);
}

/** Leaves of an engine to which nothing has happened: its instruments. */
export function genesisState(engine: Leaves, instruments: readonly number[]): State {
  const state = openState();
  for (const id of instruments) putInstrument(state, instrumentOf(engine.instrument(id)!));
  return state;
}
