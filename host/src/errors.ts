/**
 * Every error the host raises. A code is stable and machine-readable; the message is a sentence for a person; `fix`, where there is
 * one, says what to do about it. Rejects are not here: they are the enclave's, and pass through unread.
 */

export type HostErrorCode =
  | "E_CONFIG"
  | "E_DATA_DIR"
  | "E_DATA_LOCKED"
  | "E_NOT_A_JOURNAL"
  | "E_WRONG_GENESIS"
  | "E_JOURNAL_GAP"
  | "E_JOURNAL_HOLE"
  | "E_JOURNAL_SEQUENCE"
  | "E_JOURNAL_WRITE"
  | "E_JOURNAL_SYNC"
  | "E_DISK_FULL"
  | "E_RING"
  | "E_ENCLAVE"
  | "E_ENCLAVE_FAULT"
  | "E_ABI_VERSION"
  | "E_CHAIN"
  | "E_CHAIN_MISMATCH"
  | "E_SOURCES"
  | "E_EPOCH_TAKEN"
  | "E_FROZEN"
  | "E_ROLLBACK"
  | "E_CONTRADICTION"
  | "E_PROVER"
  | "E_INBOX_HASH"
  | "E_INBOX_REORG"
  | "E_QUOTE"
  | "E_LISTEN"
  | "E_STATE";

/** Exit status of the process per code: sysexits(3), so that a supervisor can tell "fix me" from "start me again". */
const EXIT: Partial<Record<HostErrorCode, number>> = {
  E_CONFIG: 78, // EX_CONFIG
  E_DATA_DIR: 73, // EX_CANTCREAT
  E_DATA_LOCKED: 75, // EX_TEMPFAIL
  E_JOURNAL_WRITE: 74, // EX_IOERR: a standby may take over, this process may not go on
  E_JOURNAL_SYNC: 74,
  E_DISK_FULL: 74,
  E_ENCLAVE_FAULT: 70, // EX_SOFTWARE
  E_CHAIN: 69, // EX_UNAVAILABLE
  E_SOURCES: 69,
  E_PROVER: 70,
  E_EPOCH_TAKEN: 76, // EX_PROTOCOL: another enclave is this venue now; do not start this one again
  E_ROLLBACK: 76,
  E_CONTRADICTION: 76,
  E_FROZEN: 76,
};

export class HostError extends Error {
  readonly code: HostErrorCode;
  readonly fix: string | undefined;

  constructor(code: HostErrorCode, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HostError";
    this.code = code;
    this.fix = options.fix;
  }

  get exitCode(): number {
    return EXIT[this.code] ?? 65; // EX_DATAERR
  }
}

/** One fault of a configuration: where, what, and what to write instead. */
export interface ConfigProblem {
  path: string;
  problem: string;
  fix: string;
}

export class ConfigError extends HostError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map((p) => `  ${p.path}: ${p.problem}. ${p.fix}`);
    super("E_CONFIG", `The configuration has ${problems.length} fault(s):\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

export function causeText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `errno` name of a system error ("ENOSPC"), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
