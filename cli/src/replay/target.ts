/**
 * What a replay drives. Three things can be driven: the naive book of this folder, the Rust engine in this process, and a running
 * venue through the SDK. All three answer each command once, in order, with what their *own* public feed said about it.
 */

import type { Side } from "./lobster.ts";

/** Who sends. Resting orders and takers belong to different accounts, so that no order can meet its own account's. */
export type Role = "maker" | "taker";

export type ReplayCommand =
  | {
      kind: "place";
      role: Role;
      clientId: string;
      side: Side;
      timeInForce: "good-till-cancel" | "immediate-or-cancel";
      priceTicks: number;
      lots: number;
    }
  | { kind: "amend"; role: Role; clientId: string; priceTicks: number; lots: number } // lots: new remaining size
  | { kind: "cancel"; role: Role; clientId: string };

/** A price level after the command; 0 lots removes it. */
export interface LevelChange {
  side: Side;
  priceTicks: number;
  lots: number;
}

export interface Trade {
  makerClientId: string;
  priceTicks: number;
  lots: number;
}

/** The answer to one command. */
export interface Outcome {
  code: number; // 0, or a reject code of docs/wire.md
  levels: readonly LevelChange[];
  trades: readonly Trade[];
}

/** The market the flow needs: chosen from the file, listed by the target. */
export interface ReplayMarket {
  priceTicksMax: number;
  lotsMax: number;
  ordersMax: number; // most that rest at once
  referenceTicks: number; // a price of the flow, to list the market at
}

/** What the chain holds. */
export interface Settled {
  batches: number;
  lastSequence: bigint;
}

export interface ReplayTarget {
  /** What is driven, for the report. */
  readonly name: string;
  /** Lists the market and calls `onOutcome` once for each later command, in the order of submission. */
  open(market: ReplayMarket, onOutcome: (outcome: Outcome) => void): Promise<void>;
  /** Submits; a returned promise means the window is full and resolves when it has room. */
  submit(command: ReplayCommand): Promise<void> | undefined;
  /** Resolves once every submitted command was answered. */
  drain(): Promise<void>;
  /** A target with a chain: waits until the last command is in a batch on it. */
  settled?(): Promise<Settled>;
  close(): Promise<void>;
}

/** The target is missing, stopped, or answered in a way that ends the replay. Exit code 3. */
export class TargetError extends Error {
  readonly code: "TARGET_MISSING" | "TARGET_FAILED";
  constructor(code: TargetError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TargetError";
    this.code = code;
  }
}
