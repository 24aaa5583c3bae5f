/** What the host needs of whoever sequences: it knows sockets, the disk and who listens, and nothing of orders. */
import type { ValidityCommand, ValidityEvent } from "@sealbook/wire/validity";

/** What became of a command. Nobody is told before the records are synced. */
export interface Handled {
  readonly reply: ValidityEvent;
  readonly records: readonly Uint8Array[];
  /** For whoever watches these accounts. */
  readonly notices: readonly Notice[];
  /** The sender watches this account from now on. */
  readonly watch?: number;
  /** For the sender alone, behind the reply. */
  readonly more?: readonly ValidityEvent[];
}

/** `account` undefined: for everybody. */
export interface Notice {
  readonly account?: number;
  readonly event: ValidityEvent;
}

export interface Desk {
  /** Applies a command at once. Never throws for what a client sent: a refusal is a reply without records. */
  handle(command: ValidityCommand): Handled;
  /** For GET /v1/status. */
  status(): object;
  /** For GET /v1/book/{instrument}: [price, lots] from the best on. */
  book(instrument: number): { bids: [string, string][]; asks: [string, string][] } | undefined;
  /** Marks and funding the engine would make of index prices: what oracles recompute and sign. Throws what is wrong with the question. */
  quotes(text: string): object;
  /** A round of prices as the oracles signed it (docs/proof.md, "prices.json"). Rejects with what is wrong with it. */
  prices(text: string): Promise<void>;
}
