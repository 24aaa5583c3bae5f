/** Batches to proofs to the chain, one after the other. A proof that is on disk is not made again. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StatementName } from "@sealbook/circuits";
import { keccak256, toUtf8Bytes } from "ethers";
import { type PathChain, stepOf } from "../prove/index.ts";
import type { NumberedCut } from "./desk.ts";
import type { ProofReply, ProofRequest } from "./prover-child.ts";

export interface ProofsOptions {
  readonly chain: PathChain;
  readonly statement: StatementName;
  readonly folder: string;
  readonly crs?: string;
  readonly devSeed: string;
  /** Another prover than `bb` in a process of its own. */
  readonly prove?: (cut: NumberedCut) => Promise<Buffer>;
  readonly signatures: (round: bigint) => readonly string[];
  /** The chain took it. */
  readonly proven: (cut: NumberedCut, accepted: { transaction: string; gas: bigint }) => Promise<void>;
  /** The chain will not take it: it went another way, or the batch is too old. */
  readonly refused: (cut: NumberedCut, reason: string) => void;
  /** No proof can be made: the venue must stop. */
  readonly failed: (error: Error) => void;
}

const RETRY_MS = 1_000;

/** A proof cannot be made of what was cut. */
export class ProvingError extends Error {
  readonly code: "E_UNPROVABLE" | "E_PROVER";
  constructor(code: ProvingError["code"], number: bigint, sentence: string) {
    super(`${code}: batch ${number}: ${sentence}`);
    this.name = "ProvingError";
    this.code = code;
  }
}

export class Proofs {
  readonly #options: ProofsOptions;
  #queue: NumberedCut[] = [];
  #child: ChildProcess | undefined;
  #isRunning = false;
  #isClosed = false;
  /** Of the last proof; 0 for one from the disk. */
  lastSeconds = 0;

  constructor(options: ProofsOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  push(cut: NumberedCut): void {
    this.#queue.push(cut);
    void this.#run();
  }

  /** Forgets what waits: the chain went another way. */
  clear(): void {
    this.#queue = [];
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.kill("SIGKILL");
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#queue.length > 0 && !this.#isClosed) await this.#next(this.#queue[0]!);
    } catch (error) {
      if (!this.#isClosed) this.#options.failed(error as Error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #next(cut: NumberedCut): Promise<void> {
    const proven = await this.#proof(cut);
    if (this.#queue[0] !== cut || this.#isClosed) return;
    const { round } = cut.batch.published;
    const step = stepOf(cut.batch, proven, cut.entries, [...this.#options.signatures(round)]);
    try {
      const sent = await this.#options.chain.path.advance!(step);
      const { hash, gasUsed } = (await sent.wait()) as { hash: string; gasUsed: bigint };
      // The chain went another way meanwhile: whoever reads it next finds this batch there.
      if (this.#queue[0] !== cut) return;
      this.#queue.shift();
      await this.#options.proven(cut, { transaction: hash, gas: gasUsed });
    } catch (error) {
      if (this.#isClosed || this.#queue[0] !== cut) return;
      const { revert, code, message } = error as {
        revert?: { name: string };
        code?: string;
        message: string;
      };
      if (revert || code === "CALL_EXCEPTION") {
        // Whoever takes up the chain's state again gives us what is to be proven then.
        this.#queue = [];
        this.#options.refused(cut, revert?.name ?? message);
        return;
      }
      await new Promise((next) => setTimeout(next, RETRY_MS));
    }
  }

  async #proof(cut: NumberedCut): Promise<{ proof: Buffer; publicInputs: string[] }> {
    const publicInputs = cut.batch.publicInputs.map((word) => `0x${word.toString(16).padStart(64, "0")}`);
    const file = join(
      this.#options.folder,
      `proof-${keccak256(toUtf8Bytes(publicInputs.join())).slice(2, 18)}`,
    );
    this.lastSeconds = 0;
    if (existsSync(file)) return { proof: readFileSync(file), publicInputs };
    const began = performance.now();
    if (this.#options.prove) return { proof: await this.#options.prove(cut), publicInputs };
    const reply = await this.#ask(cut);
    if (this.#isClosed) throw new ProvingError("E_PROVER", cut.number, "closed");
    if ("error" in reply)
      throw new ProvingError(reply.isUnprovable ? "E_UNPROVABLE" : "E_PROVER", cut.number, reply.error);
    const proof = Buffer.from(reply.proof, "hex");
    this.lastSeconds = (performance.now() - began) / 1_000;
    writeFileSync(`${file}.${process.pid}`, proof);
    renameSync(`${file}.${process.pid}`, file);
    return { proof, publicInputs };
  }

  #ask(cut: NumberedCut): Promise<ProofReply> {
    const child = this.#process();
    const { statement, devSeed, crs } = this.#options;
    const request: ProofRequest = {
      statement,
      devSeed,
      inputs: cut.batch.inputs as never,
      ...(crs ? { crs } : {}),
    };
    return new Promise((done) => {
      const ended = () => {
        this.#child = undefined;
        done({ error: "the prover's process ended", isUnprovable: false });
      };
      child.once("exit", ended);
      child.once("message", (reply: ProofReply) => {
        child.removeListener("exit", ended);
        done(reply);
      });
      child.send(request);
    });
  }

  #process(): ChildProcess {
    // Its compiler talks on standard output, which is the venue's for one line.
    this.#child ??= fork(join(import.meta.dirname, "prover-child.ts"), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return this.#child;
  }
}
