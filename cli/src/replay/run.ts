/** One replay: files in, a target driven, a report out. Knows no terminal. */

import { type AdapterCounts, FlowAdapter, type Window } from "./adapter.ts";
import type { BookFile, BookRow, FlowRow } from "./lobster.ts";
import { chooseScale, type Scale, toTicks } from "./scale.ts";
import { bookBefore, preOpenOrders, seedAnonymous, seedPreOpen } from "./seed.ts";
import type { ReplayCommand, ReplayMarket, ReplayTarget, Settled } from "./target.ts";
import {
  type Comparison,
  compareStates,
  Judge,
  type JudgeCounts,
  RowComparison,
  truthState,
} from "./truth.ts";

/**
 * `rows`: the book file has one row for each message, so it is a window of the best levels. `states`: it has other rows, so only the
 * sequence of what it shows can be compared. `none`: no book file.
 */
export type Mode = "rows" | "states" | "none";

export interface ReplayInput {
  file: string; // for messages
  flow: readonly FlowRow[];
  book: BookFile | undefined;
  seed: BookFile | undefined; // whose first row is the book after the first message; the book file's own when absent
  priceTicksMax?: number;
}

export interface ReplayReport {
  target: string;
  mode: Mode;
  levels: number; // depth of the comparison
  scale: Scale;
  rows: number;
  rowsByType: Record<string, number>;
  seedOrders: number;
  commands: number;
  seconds: number;
  commandsPerSecond: number;
  adapter: AdapterCounts;
  engine: JudgeCounts;
  settled: Settled | undefined; // of a target with a chain
  comparison: Comparison | undefined;
  verdict: "equal" | "equal but for the file's gaps" | "different";
}

/**
 * In `states` mode orders older than the message file surface without a message (14 in an hour of AAPL), which no engine can know. Up to
 * this share of states may differ, provided the engine's book was the replay's own at every row.
 */
const GAPS_MAX = 0.01;

export async function run(
  input: ReplayInput,
  target: ReplayTarget,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ReplayReport> {
  const { flow, book } = input;
  const mode: Mode = !book ? "none" : book.rows.length === flow.length ? "rows" : "states";
  const levels = book?.levels ?? 1;
  const seedBook = input.seed ?? book;
  const truth = book?.rows ?? [];
  const scale = chooseScale(input.file, flow, [truth, seedBook?.rows.slice(0, 1) ?? []], input.priceTicksMax);

  const rowComparison = new RowComparison();
  const states: string[] = [];
  const onState = (row: number, state: string): void => {
    if (mode === "rows") rowComparison.add(row, state, truthState(scale, truth[row - 1]!));
    else if (mode === "states" && states.at(-1) !== state) states.push(state);
  };
  const judge = new Judge(levels, onState);
  const adapter = new FlowAdapter(scale, levels);
  const seeds = seedCommands(mode, adapter, flow, seedBook);
  const lotsMax = seeds.reduce(
    (most, seed) => (seed.kind === "cancel" ? most : Math.max(most, seed.lots)),
    scale.lotsMax,
  );
  const market: ReplayMarket = {
    priceTicksMax: scale.priceTicksMax,
    lotsMax,
    ordersMax: mostResting(mode, scale, levels, input),
    referenceTicks: toTicks(scale, flow.find((row) => row.type <= 4)!.price),
  };
  await target.open(market, (outcome) => judge.onOutcome(outcome));

  let commands = 0;
  const submit = async (batch: readonly ReplayCommand[]): Promise<void> => {
    for (const command of batch) {
      commands++;
      const wait = target.submit(command);
      if (wait) await wait;
    }
  };

  judge.expectUnjudged(seeds.length);
  await submit(seeds);
  await target.drain();
  commands = 0;
  const start = performance.now();
  for (const index of flow.keys()) {
    const step = adapter.step(rowToDrive(input, index), windowAt(mode, truth, index));
    judge.expect(index + 1, step.commands.length, step.execution, step.state);
    await submit(step.commands);
    if (step.repairs.length > 0) {
      judge.expectUnjudged(step.repairs.length);
      await submit(step.repairs);
    }
    if (index % 256 === 0) onProgress(index, flow.length);
  }
  await target.drain();
  const seconds = (performance.now() - start) / 1000;
  onProgress(flow.length, flow.length);
  const settled = await target.settled?.();

  const comparison =
    mode === "rows"
      ? rowComparison.result
      : mode === "states"
        ? compareStates(states, distinctStates(scale, truth))
        : undefined;
  return {
    target: target.name,
    mode,
    levels,
    scale,
    rows: flow.length,
    rowsByType: countTypes(flow),
    seedOrders: seeds.length,
    commands,
    seconds,
    commandsPerSecond: commands / seconds,
    adapter: adapter.counts,
    engine: judge.counts,
    settled,
    comparison,
    verdict: verdictOf(judge.counts, comparison),
  };
}

function seedCommands(
  mode: Mode,
  adapter: FlowAdapter,
  flow: readonly FlowRow[],
  seed: BookFile | undefined,
): ReplayCommand[] {
  const after = seed?.rows[0];
  const before = after && bookBefore(flow[0]!, after);
  if (mode === "rows") return seedAnonymous(adapter, before!);
  return seedPreOpen(adapter, before, seed?.levels ?? 0, preOpenOrders(flow));
}

/** What the row is for the book: a first row that is no order is already in the book the replay was seeded with. */
function rowToDrive({ flow, book, seed }: ReplayInput, index: number): FlowRow {
  const row = flow[index]!;
  return index === 0 && row.type !== 1 && (seed ?? book) !== undefined ? { ...row, type: 5 } : row;
}

function windowAt(mode: Mode, truth: readonly BookRow[], index: number): Window | undefined {
  return mode === "rows" ? { before: truth[index - 1], after: truth[index]! } : undefined;
}

/** A rehearsal without a target: accounts are capped in open orders, so a target must know how many it needs. */
function mostResting(mode: Mode, scale: Scale, levels: number, input: ReplayInput): number {
  const adapter = new FlowAdapter(scale, levels);
  seedCommands(mode, adapter, input.flow, input.seed ?? input.book);
  let most = adapter.resting;
  for (const index of input.flow.keys()) {
    adapter.step(rowToDrive(input, index), windowAt(mode, input.book?.rows ?? [], index));
    most = Math.max(most, adapter.resting);
  }
  return most;
}

function distinctStates(scale: Scale, rows: readonly BookRow[]): string[] {
  const states: string[] = [];
  for (const row of rows) {
    const state = truthState(scale, row);
    if (states.at(-1) !== state) states.push(state);
  }
  return states;
}

function countTypes(flow: readonly FlowRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of flow) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function verdictOf(engine: JudgeCounts, comparison: Comparison | undefined): ReplayReport["verdict"] {
  if (engine.rejects > 0 || engine.bookDifferences > 0) return "different";
  if (!comparison || comparison.equal === comparison.compared) return "equal";
  const gaps = 1 - comparison.equal / comparison.compared;
  return comparison.kind === "states" && gaps <= GAPS_MAX ? "equal but for the file's gaps" : "different";
}
