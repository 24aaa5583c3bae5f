/**
 * The comparison. The engine's book is rebuilt from the engine's own public answers, level changes and trades, and held against
 * the file's at the file's depth: row by row when both files have the same rows, as sequences of distinct states otherwise.
 */

import { ANONYMOUS, type Execution } from "./adapter.ts";
import { Ladder } from "./ladder.ts";
import type { BookRow, Side } from "./lobster.ts";
import { type Scale, toTicks } from "./scale.ts";
import { stateOf } from "./shadow.ts";
import type { LevelChange, Outcome } from "./target.ts";

/** A book of sizes, as anyone can keep it who follows the public feed. */
export class EngineBook {
  readonly #sides = { buy: new Ladder<number>("buy"), sell: new Ladder<number>("sell") };

  apply({ side, priceTicks, lots }: LevelChange): void {
    if (lots === 0) this.#sides[side].delete(priceTicks);
    else this.#sides[side].set(priceTicks, lots);
  }

  best(side: Side): number | undefined {
    return this.#sides[side].best;
  }

  state(levels: number): string {
    return stateOf(this.#sides.sell.top(levels), this.#sides.buy.top(levels));
  }
}

/** A row of the file in the market's ticks, in the same form as {@link EngineBook.state}. */
export function truthState(scale: Scale, { asks, bids }: BookRow): string {
  const ticks = (levels: BookRow["asks"]): [number, number][] =>
    levels.map(({ price, size }) => [toTicks(scale, price), size]);
  return stateOf(ticks(asks), ticks(bids));
}

export interface JudgeCounts {
  answers: number;
  rejects: number;
  firstReject: { row: number; code: number } | undefined;
  trades: number;
  lotsTraded: number;
  executions: number;
  executionsAtBest: number; // traded in full, at the row's price, when that was the best
  headsKnown: number; // hit exactly the order the row names
  headsAnonymous: number; // the row names an order never seen, and an anonymous one was hit
  bookDifferences: number; // checkpoints at which the engine's book is not the replay's own
  firstBookDifference: { row: number; engine: string; expected: string } | undefined;
}

interface Checkpoint {
  row: number;
  answersBefore: number;
  answers: number; // total, once the step's commands are answered
  execution: Execution | undefined;
  expected: string; // the shadow's
}

/**
 * Follows the answers and stops at each row's last one. Rows arrive before their answers, so the target may run any number of
 * commands behind.
 */
export class Judge {
  readonly counts: JudgeCounts = {
    answers: 0,
    rejects: 0,
    firstReject: undefined,
    trades: 0,
    lotsTraded: 0,
    executions: 0,
    executionsAtBest: 0,
    headsKnown: 0,
    headsAnonymous: 0,
    bookDifferences: 0,
    firstBookDifference: undefined,
  };
  readonly #levels: number;
  readonly #book = new EngineBook();
  readonly #pending: Checkpoint[] = [];
  #pendingFrom = 0; // index of the first open checkpoint
  #submitted = 0;
  readonly #onState: (row: number, state: string) => void;

  /** `onState` gets the engine's book after each row, in order. */
  constructor(levels: number, onState: (row: number, state: string) => void) {
    this.#levels = levels;
    this.#onState = onState;
  }

  /** Announces commands that belong to no row: seeds and repairs. */
  expectUnjudged(commands: number): void {
    this.#submitted += commands;
  }

  /** Announces the commands of a row, before they are submitted. */
  expect(row: number, commands: number, execution: Execution | undefined, expected: string): void {
    const answersBefore = this.#submitted;
    this.#submitted += commands;
    this.#pending.push({ row, answersBefore, answers: this.#submitted, execution, expected });
    if (execution) this.counts.executions++;
    this.#settle();
  }

  onOutcome(outcome: Outcome): void {
    const { counts } = this;
    const open = this.#pending[this.#pendingFrom];
    const isExecution =
      open?.execution !== undefined && open.answersBefore + open.execution.command === counts.answers;
    if (isExecution) this.#judgeExecution(open.execution!, outcome);
    if (outcome.code !== 0) {
      counts.rejects++;
      counts.firstReject ??= { row: open?.row ?? 0, code: outcome.code };
    }
    for (const trade of outcome.trades) {
      counts.trades++;
      counts.lotsTraded += trade.lots;
    }
    for (const change of outcome.levels) this.#book.apply(change);
    counts.answers++;
    this.#settle();
  }

  /** Called before the outcome's level changes are applied: the book is still the one the taker met. */
  #judgeExecution({ side, priceTicks, lots, makerClientId }: Execution, { trades }: Outcome): void {
    const traded = trades.reduce((sum, trade) => sum + trade.lots, 0);
    const isAtBest =
      this.#book.best(side) === priceTicks && trades.every((trade) => trade.priceTicks === priceTicks);
    if (!isAtBest || traded !== lots) return;
    this.counts.executionsAtBest++;
    if (makerClientId === undefined) {
      if (trades.every((trade) => trade.makerClientId.startsWith(ANONYMOUS))) this.counts.headsAnonymous++;
    } else if (trades.every((trade) => trade.makerClientId === makerClientId)) {
      this.counts.headsKnown++;
    }
  }

  #settle(): void {
    for (;;) {
      const checkpoint = this.#pending[this.#pendingFrom];
      if (!checkpoint || checkpoint.answers > this.counts.answers) break;
      this.#pendingFrom++;
      const state = this.#book.state(this.#levels);
      if (state !== checkpoint.expected) {
        this.counts.bookDifferences++;
        this.counts.firstBookDifference ??= {
          row: checkpoint.row,
          engine: state,
          expected: checkpoint.expected,
        };
      }
      this.#onState(checkpoint.row, state);
    }
    // Settled checkpoints hold strings; let go of them in blocks rather than one by one.
    if (this.#pendingFrom > 4096) {
      this.#pending.splice(0, this.#pendingFrom);
      this.#pendingFrom = 0;
    }
  }
}

export interface Comparison {
  kind: "rows" | "states";
  compared: number;
  equal: number;
  prefixEqual: number; // equal from the first on, without interruption
  resyncs: number;
  firstDifference: { at: number; engine: string; truth: string } | undefined;
}

/** Row by row: the engine's book after row n is the file's row n. */
export class RowComparison {
  readonly result: Comparison = {
    kind: "rows",
    compared: 0,
    equal: 0,
    prefixEqual: 0,
    resyncs: 0,
    firstDifference: undefined,
  };

  add(row: number, engine: string, truth: string): void {
    const { result } = this;
    result.compared++;
    if (engine === truth) {
      result.equal++;
      if (!result.firstDifference) result.prefixEqual++;
    } else {
      result.firstDifference ??= { at: row, engine, truth };
    }
  }
}

/** How far to look for the place where both sequences go on together, and how many states must agree there. */
const RESYNC_REACH = 256;
const RESYNC_RUN = 3;

/**
 * Sequences of distinct states. The message file may report events below the book file's depth and the book file may go on longer,
 * so the sequences are compared up to the end of the engine's. Where they part (an order that entered the window with no message), they
 * are aligned again at the nearest place from which several states agree.
 */
export function compareStates(engine: readonly string[], truth: readonly string[]): Comparison {
  const result: Comparison = {
    kind: "states",
    compared: 0,
    equal: 0,
    prefixEqual: 0,
    resyncs: 0,
    firstDifference: undefined,
  };
  let [e, t] = [0, 0];
  while (e < engine.length && t < truth.length) {
    if (engine[e] === truth[t]) {
      result.equal++;
      if (!result.firstDifference) result.prefixEqual++;
      e++;
      t++;
      continue;
    }
    result.firstDifference ??= { at: t + 1, engine: engine[e]!, truth: truth[t]! };
    const [skipEngine, skipTruth] = findMeeting(engine, e, truth, t);
    result.resyncs++;
    e += skipEngine;
    t += skipTruth;
  }
  result.compared = e; // what the engine still shows after the file has ended is nothing to compare with
  return result;
}

/** The least skips after which both agree for a run; both to the end when there are none within reach. */
function findMeeting(
  engine: readonly string[],
  e: number,
  truth: readonly string[],
  t: number,
): [number, number] {
  for (let total = 1; total <= 2 * RESYNC_REACH; total++) {
    // Even skips first: a wrong size leaves both sequences equally long.
    const middle = Math.floor(total / 2);
    for (let step = 0; step <= total; step++) {
      const skipEngine = middle + (step % 2 === 0 ? -step / 2 : (step + 1) / 2);
      if (skipEngine < 0 || skipEngine > total) continue;
      if (agrees(engine, e + skipEngine, truth, t + total - skipEngine))
        return [skipEngine, total - skipEngine];
    }
  }
  return [engine.length - e, Math.min(truth.length - t, engine.length - e)];
}

function agrees(engine: readonly string[], e: number, truth: readonly string[], t: number): boolean {
  const run = Math.min(RESYNC_RUN, engine.length - e, truth.length - t);
  if (run < 1) return false;
  for (let step = 0; step < run; step++) if (engine[e + step] !== truth[t + step]) return false;
  return true;
}
