import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { blobsOf } from "@sealbook/wire/state";
import { HostError } from "../errors.ts";
import type { ProofReply, ProofRequest } from "./blob-prover-child.ts";

/**
 * Blobs with everything the network wants beside them: commitments and cell proofs (EIP-7594). A quarter of a second of arithmetic a blob,
 * in a process of its own that stands back for the rest: on the host's thread it would hold up every order, and in its thread pool every sync of
 * the journal. Nothing here is trusted: the network checks the proofs, the contract the commitments.
 */

/** A blob as a transaction carries it. 0x-hex. */
export interface ProvenBlob {
  data: string;
  commitment: string;
  /** 128 cell proofs of 48 bytes, joined. */
  proof: string;
}

export interface Prover {
  prove(data: Uint8Array): Promise<ProvenBlob[]>;
  close(): void;
}

export class BlobProver implements Prover {
  #child: ChildProcess | undefined;
  #waiting = new Map<number, { done: (reply: ProofReply) => void; failed: (error: Error) => void }>();
  #last = 0;

  /** Starts the process: it reads the ceremony (about a second) while the host does other things. */
  constructor() {
    this.#start();
  }

  /** @throws HostError E_PROVER when the process ended on the way; the next call starts another */
  async prove(data: Uint8Array): Promise<ProvenBlob[]> {
    const child = this.#child ?? this.#start();
    this.#last += 1;
    const id = this.#last;
    const request: ProofRequest = { id, blobs: blobsOf(data) };
    const reply = await new Promise<ProofReply>((done, failed) => {
      this.#waiting.set(id, { done, failed });
      child.send(request, (error) => error && this.#fail(id, error));
    });
    if ("error" in reply) throw new HostError("E_PROVER", `No proofs for a batch's blobs: ${reply.error}.`);
    return reply.blobs;
  }

  close(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
  }

  #start(): ChildProcess {
    const child = fork(join(import.meta.dirname, "blob-prover-child.ts"), {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.unref();
    child.channel?.unref();
    child.on("message", (reply: ProofReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      waiting?.done(reply);
    });
    child.on("exit", (code, signal) => {
      if (this.#child === child) this.#child = undefined;
      for (const id of this.#waiting.keys()) this.#fail(id, new Error(`it ended (${signal ?? code})`));
    });
    this.#child = child;
    return child;
  }

  #fail(id: number, cause: Error): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.failed(
      new HostError("E_PROVER", `The blob prover does not answer: ${cause.message}.`, { cause }),
    );
  }
}
