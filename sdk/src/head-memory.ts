/** The highest point of the venue's history this client has seen. History only grows; what contradicts that is evidence. */
import type { Head as WireHead } from "@sealbook/wire";
import { SdkError } from "./errors.ts";

/** A point of the history, as a result or an opening names it. */
export type Head = Pick<WireHead, "epoch" | "sequence" | "chainHash">;

export class HeadMemory {
  #highest: Head | undefined;

  constructor(highest?: Head) {
    this.#highest = highest;
  }

  /** Sent with every opening; keep it across restarts of the program to detect a rollback in between. */
  get highest(): Head | undefined {
    return this.#highest;
  }

  /** The head an opening names: at or above ours. @throws {SdkError} E_ROLLBACK */
  observeOpening(head: Head): void {
    this.#observe(head, false);
  }

  /** The head of a result: above ours, for each command moves the sequence. @throws {SdkError} E_ROLLBACK */
  observeResult(head: Head): void {
    this.#observe(head, true);
  }

  #observe(head: Head, isAbove: boolean): void {
    const seen = this.#highest;
    if (seen) {
      if (head.epoch < seen.epoch) throw contradiction(seen, head, "the epoch went back");
      if (head.sequence < seen.sequence) throw contradiction(seen, head, "the sequence went back");
      if (head.sequence === seen.sequence) {
        if (isAbove) throw contradiction(seen, head, "the sequence stood still");
        if (!isEqual(head.chainHash, seen.chainHash))
          throw contradiction(seen, head, "one sequence has two chain hashes");
      }
    }
    this.#highest = { epoch: head.epoch, sequence: head.sequence, chainHash: head.chainHash };
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

function contradiction(seen: Head, found: Head, what: string): SdkError {
  const text = (head: Head) =>
    `(${head.epoch}, ${head.sequence}, ${Buffer.from(head.chainHash).toString("hex")})`;
  return new SdkError("E_ROLLBACK", `${what}: seen ${text(seen)}, now ${text(found)}`);
}
