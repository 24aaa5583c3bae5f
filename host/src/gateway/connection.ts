import type { HeldTarget } from "../journal/release.ts";

/** One client socket of any kind. The gateway gives it whole frame bodies and flushes it once per pass. */
export interface Connection extends HeldTarget {
  /** Counts from 1 over the life of the process; never reused. */
  readonly id: number;
  readonly address: string;
  readonly kind: "tcp" | "unix" | "ws";
  isOpen: boolean;
  /** Close as soon as no reply is held any more. */
  hangUpCode: number | undefined;
  /** Time of the first byte that still waits for a whole frame, or of the connect; undefined when nothing is due. */
  dueSince: number | undefined;
  /** Adds one frame body to this pass's output. */
  send(bytes: Buffer, offset: number, length: number): void;
  /** Hands this pass's output to the kernel in one write. False when the unsent output passed its bound. */
  flush(): boolean;
  /** Offers refused frames again; true when none is left. */
  resume(): boolean;
  /** Periodic upkeep: pings, say. False: the peer is gone. */
  upkeep(now: number): boolean;
  /** Ends it after what was sent. */
  end(status: number, reason: string): void;
  destroy(): void;
}

/** What a connection tells the gateway. */
export interface ConnectionEvents {
  /** A frame body to push; false: the ring is full, stop reading. */
  frame(connection: Connection, source: Buffer, start: number, end: number): boolean;
  /** The chunk is finished. */
  chunkDone(connection: Connection): void;
  refused(connection: Connection): void;
  tooLarge(connection: Connection): void;
  closed(connection: Connection): void;
  /** Output was added: flush me at the end of the pass. */
  dirty(connection: Connection): void;
}
