/** The highest point of the venue's history this client has seen. History only grows; what contradicts that is evidence. */
import type { Head } from "@sealbook/wire";
import { SdkError } from "./errors.ts";

/** A point of the history, whether a signature comes with it or not. */
export type SeenHead = Omit<Head, "signature">;

export class HeadMemory {
  #highest: SeenHead | undefined;
  readonly #signed: () => Head | undefined;

  /** @param signed the highest head the enclave signed, as somebody else keeps it (`ReceiptBook.highestHead`) */
  constructor(highest?: SeenHead, signed: () => Head | undefined = () => undefined) {
    this.#highest = highest;
    this.#signed = signed;
  }

  /** What an opening carries: the highest seen, and the highest signed, which an enclave that contradicts it must halt for. */
  get claims(): Head[] {
    const signed = this.#signed();
    const seen = this.#highest;
    return [...(seen ? [{ ...seen, signature: null }] : []), ...(signed ? [signed] : [])];
  }

  /** Sent with every opening; keep it across restarts of the program to detect a rollback in between. */
  get highest(): SeenHead | undefined {
    return this.#highest;
  }

  /** The head an opening names: at or above ours. @throws {SdkError} E_ROLLBACK */
  observeOpening(head: SeenHead): void {
    this.#observe(head, false);
  }

  /** The head of a result: above ours, for each command moves the sequence. @throws {SdkError} E_ROLLBACK */
  observeResult(head: SeenHead): void {
    this.#observe(head, true);
  }

  #observe(head: SeenHead, isAbove: boolean): void {
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

function contradiction(seen: SeenHead, found: SeenHead, what: string): SdkError {
  const text = (head: SeenHead) =>
    `(${head.epoch}, ${head.sequence}, ${Buffer.from(head.chainHash).toString("hex")})`;
  return new SdkError("E_ROLLBACK", `${what}: seen ${text(seen)}, now ${text(found)}`);
}
