/** `sealbook replay`: files and a target in, a table or JSON and an exit code out. */

import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DependencyError, exit } from "../errors.ts";
import { progressBar } from "../progress.ts";
import { type BookFile, FlowError, readBook, readFlow } from "./lobster.ts";
import { renderReport } from "./report.ts";
import { type ReplayReport, run } from "./run.ts";
import { type ReplayTarget, TargetError } from "./target.ts";

export interface ReplayOptions {
  flowFile: string;
  /** The ground truth; without it the flow is driven and only rejects are a mismatch. */
  bookFile?: string;
  /** A deeper book whose first row is the book after the first message; found beside the book file when not given. */
  seedFile?: string;
  isEngineOnly: boolean;
  isJson: boolean;
  /** Replaces the target, for tests. */
  target?: ReplayTarget;
  /** Where the report goes; standard output when not given. */
  print?: (text: string) => void;
}

/** Replays and reports. Gives the exit code: 0 equal, 1 different, 2 a file cannot be replayed, 3 the target failed. */
export async function replay(options: ReplayOptions): Promise<number> {
  const print = options.print ?? console.log;
  try {
    const report = await replayFiles(options);
    print(options.isJson ? JSON.stringify(report, jsonValue, 2) : renderReport(report));
    return report.verdict === "different" ? exit.no : exit.yes;
  } catch (error) {
    const code =
      error instanceof FlowError
        ? exit.usage
        : error instanceof TargetError || error instanceof DependencyError
          ? exit.dependency
          : undefined;
    if (code === undefined) throw error;
    const failure = error as FlowError | TargetError | DependencyError;
    const cause = failure.cause instanceof Error ? ` (${failure.cause.message})` : "";
    console.error(`${failure.message}${cause}`);
    return code;
  }
}

/** Reads, drives, compares. @throws {FlowError}, {TargetError} */
export async function replayFiles(options: ReplayOptions): Promise<ReplayReport> {
  const flow = readFlow(options.flowFile);
  const book = options.bookFile === undefined ? undefined : readBook(options.bookFile);
  const seed =
    options.seedFile !== undefined
      ? readBook(options.seedFile, 1)
      : book && options.bookFile !== undefined && book.rows.length !== flow.length
        ? deepestSibling(options.bookFile, book)
        : undefined;
  const target = options.target ?? (await openTarget(options.isEngineOnly));
  const bar = progressBar("replay", flow.length);
  try {
    return await run({ file: options.flowFile, flow, book, seed }, target, (done) => bar.at(done));
  } finally {
    bar.end();
    await target.close();
  }
}

/** Loaded only when asked for: the venue brings a chain with it. */
async function openTarget(isEngineOnly: boolean): Promise<ReplayTarget> {
  if (isEngineOnly) return new (await import("./engine-only.ts")).EngineTarget();
  return new (await import("./venue.ts")).VenueTarget();
}

/**
 * The deepest orderbook file of the same symbol and day in the same folder that agrees with `book` where both speak: its first row
 * knows more of what rested at the open.
 */
function deepestSibling(bookFile: string, book: BookFile): BookFile | undefined {
  const [symbol, day] = basename(bookFile).split("_");
  const isSibling = (name: string): boolean =>
    name.startsWith(`${symbol}_${day}_`) && name.includes("orderbook") && name !== basename(bookFile);
  let best: BookFile | undefined;
  for (const name of readdirSync(dirname(bookFile)).filter(isSibling).sort()) {
    const other = readBook(join(dirname(bookFile), name), 1);
    if (other.levels <= (best ?? book).levels || !agrees(book, other)) continue;
    best = other;
  }
  return best;
}

function agrees(book: BookFile, deeper: BookFile): boolean {
  const [row, other] = [book.rows[0]!, deeper.rows[0]!];
  return (["asks", "bids"] as const).every((side) =>
    row[side].every(({ price, size }, level) => {
      const match = other[side][level];
      return match?.price === price && match.size === size;
    }),
  );
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
