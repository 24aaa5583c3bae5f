/**
 * LOBSTER files (lobsterdata.com): a message file and the order book after each of its events. Plain or gzip, with or without a
 * header line, any symbol, any number of levels.
 */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export type Side = "buy" | "sell";

/** What happened, in LOBSTER's numbering. */
export type FlowType = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One row of a message file. Prices in 1e-4 dollars; `side` is the *resting* order's. */
export interface FlowRow {
  row: number; // from 1, header not counted
  type: FlowType;
  orderId: number;
  size: number;
  price: number;
  side: Side;
}

export interface Level {
  price: number; // 1e-4 dollars
  size: number;
}

/** One row of an orderbook file: occupied levels only, best first. */
export interface BookRow {
  asks: Level[];
  bids: Level[];
}

export interface BookFile {
  levels: number; // columns / 4: the depth at which it speaks
  rows: BookRow[];
}

export type FlowErrorCode =
  | "FLOW_UNREADABLE"
  | "FLOW_BAD_GZIP"
  | "FLOW_EMPTY"
  | "FLOW_COLUMNS"
  | "FLOW_NUMBER"
  | "FLOW_TYPE"
  | "FLOW_TIME"
  | "FLOW_CROSSED"
  | "FLOW_RANGE";

/** A file that cannot be replayed; the message starts with `file:row`. */
export class FlowError extends Error {
  readonly code: FlowErrorCode;
  readonly file: string;
  readonly row: number; // 0: the file as a whole
  constructor(code: FlowErrorCode, file: string, row: number, reason: string, options?: ErrorOptions) {
    super(`${file}${row > 0 ? `:${row}` : ""}: ${reason}`, options);
    this.name = "FlowError";
    this.code = code;
    this.file = file;
    this.row = row;
  }
}

/** LOBSTER's price of a level that does not exist, negative on the bid side. */
const NO_LEVEL = 9_999_999_999;
const MESSAGE_COLUMNS = 6;

/** Reads a message file. Throws {@link FlowError}. */
export function readFlow(file: string): FlowRow[] {
  const rows: FlowRow[] = [];
  let lastTime = Number.NEGATIVE_INFINITY;
  for (const [index, line] of lines(file).entries()) {
    const row = index + 1;
    const columns = line.split(",");
    // Six columns; LOBSTER appends a seventh (the participant) to some files.
    if (columns.length !== MESSAGE_COLUMNS && columns.length !== MESSAGE_COLUMNS + 1) {
      throw new FlowError(
        "FLOW_COLUMNS",
        file,
        row,
        `a message row has 6 columns, this one ${columns.length}`,
      );
    }
    const time = Number(columns[0]);
    if (!Number.isFinite(time) || columns[0]!.trim() === "") {
      throw new FlowError("FLOW_NUMBER", file, row, `"${columns[0]}" is not a time in seconds`);
    }
    if (time < lastTime) throw new FlowError("FLOW_TIME", file, row, "time goes backwards");
    lastTime = time;
    rows.push(parseMessage(file, row, columns));
  }
  return rows;
}

function parseMessage(file: string, row: number, columns: string[]): FlowRow {
  const [type, orderId, size, price, direction] = [1, 2, 3, 4, 5].map((column) =>
    integer(file, row, columns[column]!),
  ) as [number, number, number, number, number];
  if (type < 1 || type > 7)
    throw new FlowError("FLOW_TYPE", file, row, `event types are 1 to 7, not ${type}`);
  if (direction !== 1 && direction !== -1) {
    throw new FlowError("FLOW_TYPE", file, row, `a direction is 1 or -1, not ${direction}`);
  }
  // Cross trades and halts carry their meaning in odd columns (a halt has price -1); only orders have bounds.
  if (type <= 4 && (size < 1 || price < 1 || orderId < 0)) {
    throw new FlowError(
      "FLOW_NUMBER",
      file,
      row,
      "size and price are at least 1, the order id is not negative",
    );
  }
  return { row, type: type as FlowType, orderId, size, price, side: direction === 1 ? "buy" : "sell" };
}

/** Reads an orderbook file. Throws {@link FlowError}. */
export function readBook(file: string, rowsMax = Number.POSITIVE_INFINITY): BookFile {
  const rows: BookRow[] = [];
  let width = 0;
  for (const [index, line] of lines(file).entries()) {
    if (index >= rowsMax) break;
    const columns = line.split(",");
    if (index === 0) width = columns.length;
    if (columns.length !== width || width % 4 !== 0) {
      throw new FlowError(
        "FLOW_COLUMNS",
        file,
        index + 1,
        `expected a multiple of 4 columns, as in row 1, not ${columns.length}`,
      );
    }
    rows.push(parseBookRow(file, index + 1, columns));
  }
  return { levels: width / 4, rows };
}

function parseBookRow(file: string, row: number, columns: string[]): BookRow {
  const asks: Level[] = [];
  const bids: Level[] = [];
  for (let column = 0; column < columns.length; column += 4) {
    const [askPrice, askSize, bidPrice, bidSize] = columns
      .slice(column, column + 4)
      .map((text) => integer(file, row, text)) as [number, number, number, number];
    append(file, row, asks, askPrice, askSize, 1);
    append(file, row, bids, bidPrice, bidSize, -1);
  }
  const [ask, bid] = [asks[0], bids[0]];
  if (ask && bid && bid.price >= ask.price)
    throw new FlowError("FLOW_CROSSED", file, row, "the book is crossed");
  return { asks, bids };
}

/** Appends an occupied level, which must be worse than the one before it. */
function append(
  file: string,
  row: number,
  levels: Level[],
  price: number,
  size: number,
  direction: 1 | -1,
): void {
  if (Math.abs(price) === NO_LEVEL || size === 0) return;
  const previous = levels.at(-1);
  if (price < 1 || size < 1 || (previous && (price - previous.price) * direction <= 0)) {
    throw new FlowError("FLOW_NUMBER", file, row, `level ${price} × ${size} is not a price level in order`);
  }
  levels.push({ price, size });
}

function integer(file: string, row: number, text: string): number {
  const value = Number(text);
  if (!/^\s*-?\d+\s*$/.test(text) || !Number.isSafeInteger(value)) {
    throw new FlowError("FLOW_NUMBER", file, row, `"${text}" is not a whole number`);
  }
  return value;
}

/** The lines that carry data. A first line that starts with a letter is a header; a missing last newline is fine. */
function lines(file: string): string[] {
  const text = decompressed(file).toString("latin1");
  const all = text.split(/\r?\n/);
  if (all.at(-1) === "") all.pop();
  if (/^\s*"?[A-Za-z_]/.test(all[0] ?? "")) all.shift();
  if (all.length === 0) throw new FlowError("FLOW_EMPTY", file, 0, "no rows");
  return all;
}

function decompressed(file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new FlowError("FLOW_UNREADABLE", file, 0, (cause as Error).message, { cause });
  }
  // By content, not by name: a renamed file is still what it is.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new FlowError("FLOW_BAD_GZIP", file, 0, `not a whole gzip file (${(cause as Error).message})`, {
      cause,
    });
  }
}
