import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { hashLeaves, type PackedLeaf, WORD_LENGTH } from "@sealbook/wire/state";

/** Leaves a thread takes at a time: a fifth of a second's work, so that a progress bar moves. */
const PORTION = 500;
/** Below this the threads cost more than they bring. */
const WORTHWHILE = 2 * PORTION;

/** Hashes leaves on all cores; small lists here and now. */
export class HashPool {
  #workers: Worker[] = [];

  async hash(
    leaves: PackedLeaf[],
    words: number,
    at: (done: number) => void = () => {},
  ): Promise<Uint8Array> {
    if (leaves.length < WORTHWHILE || availableParallelism() < 2) return hashLeaves(leaves, words);
    while (this.#workers.length < availableParallelism()) {
      this.#workers.push(new Worker(new URL("./hash-worker.ts", import.meta.url)));
    }
    const hashes = new Uint8Array(WORD_LENGTH * leaves.length);
    let next = 0;
    let done = 0;
    const serve = async (worker: Worker) => {
      while (next < leaves.length) {
        const from = next;
        next += PORTION;
        const portion = leaves.slice(from, from + PORTION);
        hashes.set(await ask(worker, portion, words), WORD_LENGTH * from);
        done += portion.length;
        at(done);
      }
    };
    await Promise.all(this.#workers.map(serve));
    return hashes;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }
}

/** Copied first: a view would be sent with the whole buffer it looks into. */
function ask(worker: Worker, leaves: PackedLeaf[], words: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    worker.once("message", (hashes: Uint8Array) => {
      worker.removeListener("error", reject);
      resolve(hashes);
    });
    worker.once("error", reject);
    worker.postMessage({
      leaves: leaves.map(({ index, packed }) => ({ index, packed: packed.slice() })),
      words,
    });
  });
}
