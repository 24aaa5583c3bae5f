/** The two ways a codec fails: bytes that are not a message, and a value that cannot become one. */
import { REJECTS, type RejectName } from "./generated/reject.ts";

export type ParseReject =
  | "BAD_FRAME"
  | "BAD_TYPE"
  | "OUT_OF_RANGE"
  | "BAD_STRING"
  | "UNKNOWN_OP"
  | "FRAME_TOO_LARGE";

/**
 * Why bytes are not the message they should be.
 *
 * A fault of structure anywhere in the input (cut short, trailing, not minimal, too deep, a map, an extension) is reported
 * before a fault of type or range, wherever that stands: see `structure.ts`. The Rust codec gives the same reject and offset.
 */
export class ParseError extends Error {
  readonly reject: ParseReject;
  /** Offset of the first byte of the token at fault; for `UNKNOWN_OP` the code itself. */
  readonly offset: number;
  /** The stable number of `reject`. */
  readonly code: number;

  constructor(reject: ParseReject, offset: number) {
    super(reject === "UNKNOWN_OP" ? `UNKNOWN_OP ${offset}` : `${reject} at byte ${offset}`);
    this.name = "ParseError";
    this.reject = reject;
    this.offset = offset;
    this.code = CODES.get(reject)!;
  }
}

/** A value that its field cannot hold: a fraction, a negative, a float, a bad id, a list beyond its bound. */
export class EmitError extends Error {
  readonly reject: "OUT_OF_RANGE" | "BAD_STRING" | "BAD_TYPE";
  /** The field, as in docs/wire.md. */
  readonly field: string;

  constructor(reject: EmitError["reject"], field: string, problem: string) {
    super(`${reject}: ${field} ${problem}`);
    this.name = "EmitError";
    this.reject = reject;
    this.field = field;
  }
}

const CODES = new Map<string, number>(Object.values(REJECTS).map(({ code, wire }) => [wire, code]));

export type { RejectName };
