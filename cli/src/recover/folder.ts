import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keccak256 } from "ethers";
import { ChainError } from "../chain/errors.ts";

/** Up to which batch the leaves in the folder go. */
export interface Progress {
  version: 1;
  chainId: number;
  settlement: string;
  batch: number;
  stateRoot: string;
  /** Of the block that accepted `batch`: after a reorganisation it is another, and the leaves are of a history that is gone. */
  blockNumber: number;
  blockHash: string;
  /** Leaves as batch data (docs/state.md), and their keccak256. */
  leaves: string;
  leavesHash: string;
}

/**
 * What `recover` writes. Every file appears whole or not at all (written aside, then renamed), and `progress.json` is written last, so
 * a run that was killed leaves either the old state or the new one.
 */
export class RecoveryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(join(path, "batches"), { recursive: true });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** The data of a batch an earlier run fetched. Believed no more than a node: the caller compares its hash. */
  batch(number: number): Uint8Array | undefined {
    const file = this.file(batchName(number));
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  }

  keepBatch(number: number, bytes: Uint8Array): void {
    this.write(batchName(number), bytes);
  }

  /** Where an earlier run came to, and its leaves; undefined when there is nothing usable. @throws {ChainError} E_FOLDER if it is another venue's */
  resume(chainId: number, settlement: string): { progress: Progress; leaves: Uint8Array } | undefined {
    const file = this.file("progress.json");
    if (!existsSync(file)) return undefined;
    let progress: Progress;
    try {
      progress = JSON.parse(readFileSync(file, "utf8")) as Progress;
    } catch {
      return undefined;
    }
    if (progress.version !== 1) return undefined;
    if (progress.chainId !== chainId || progress.settlement !== settlement) {
      throw new ChainError(
        "E_FOLDER",
        `${this.path} holds settlement ${progress.settlement} of chain ${progress.chainId}, not ${settlement} of ${chainId}`,
      );
    }
    const leavesFile = this.file(progress.leaves);
    if (!existsSync(leavesFile)) return undefined;
    const leaves = new Uint8Array(readFileSync(leavesFile));
    return keccak256(leaves) === progress.leavesHash ? { progress, leaves } : undefined;
  }

  /** Keeps a state to go on from, and drops the one before. */
  checkpoint(progress: Omit<Progress, "version" | "leavesHash">, leaves: Uint8Array): void {
    this.write(progress.leaves, leaves);
    const whole: Progress = { version: 1, ...progress, leavesHash: keccak256(leaves) };
    this.write("progress.json", `${JSON.stringify(whole, null, 2)}\n`);
    for (const name of readdirSync(this.path)) {
      if (/^leaves-\d+\.bin$/.test(name) && name !== progress.leaves) rmSync(this.file(name));
    }
  }

  write(name: string, content: Uint8Array | string): void {
    const file = this.file(name);
    writeFileSync(`${file}.part`, content);
    renameSync(`${file}.part`, file);
  }
}

const batchName = (number: number): string => join("batches", `${String(number).padStart(9, "0")}.bin`);
