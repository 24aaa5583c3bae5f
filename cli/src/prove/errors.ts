export type ProveCode =
  | "E_PATH_CLOSED"
  | "E_LEAVES"
  | "E_ROOT_MISMATCH"
  | "E_ORDERS_FILE"
  | "E_JOURNAL"
  | "E_PRICES_FILE"
  | "E_NOTHING"
  | "E_STATEMENT";

/** Proving cannot go on; the sentence says where and what to do. */
export class ProveError extends Error {
  readonly code: ProveCode;
  constructor(code: ProveCode, sentence: string, options?: ErrorOptions) {
    super(`${code}: ${sentence}`, options);
    this.name = "ProveError";
    this.code = code;
  }
}
