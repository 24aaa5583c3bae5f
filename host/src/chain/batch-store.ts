import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Batch, parseBatch } from "@sealbook/wire";
import { writeAtomically } from "../journal/atomic-file.ts";

/**
 * Batches on disk, one file each, written before they are posted: the leaf diffs and withdrawals in them are what users need to rebuild
 * the state and to claim. The chain is the truth about which ones count; the store only remembers contents.
 */
export class BatchStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  async put(batchNumber: number, record: Uint8Array): Promise<void> {
    await writeAtomically(this.#pathOf(batchNumber), record);
  }

  get(batchNumber: number): Batch | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#pathOf(batchNumber));
    } catch {
      return undefined;
    }
    return parseBatch(bytes);
  }

  numbers(): number[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".batch"))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b);
  }

  /** Drops batches the chain never took: after a restart the enclave closes them anew, under its new epoch. */
  discardAfter(batchNumber: number): number {
    const stale = this.numbers().filter((number) => number > batchNumber);
    for (const number of stale) rmSync(this.#pathOf(number), { force: true });
    return stale.length;
  }

  #pathOf(batchNumber: number): string {
    return join(this.#folder, `${String(batchNumber).padStart(12, "0")}.batch`);
  }
}
