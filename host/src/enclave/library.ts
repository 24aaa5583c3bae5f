import koffi, { type LibraryHandle } from "koffi";
import { causeText, HostError } from "../errors.ts";

/**
 * The C ABI of enclave/include/sealbook_enclave.h, declared once for koffi. Handles and addresses are bigints; lengths are numbers,
 * because nothing here comes near 2^53.
 */

export const ABI_VERSION = 1;
export const MEASUREMENT_BYTES = 64;
export const TARGET_INFO_BYTES = 512;
export const REPORT_BYTES = 432;

/** Results by number: the name without `SEALBOOK_`, and a sentence for a person. */
const RESULTS: Record<number, [name: string, sentence: string]> = {
  [-1]: ["E_NULL", "a pointer is null"],
  [-2]: ["E_ALIGN", "a pointer is not aligned"],
  [-3]: ["E_LENGTH", "a length is zero or absurd"],
  [-4]: ["E_OVERLAP", "input and output share bytes"],
  [-5]: ["E_BUFFER", "the output buffer is too small"],
  [-6]: ["E_STATE", "the call is not legal in this state"],
  [-7]: ["E_BUSY", "another call is under way"],
  [-8]: ["E_POISONED", "a fault happened before; only status, stop and destroy still work"],
  [-9]: ["E_CONFIG", "the enclave configuration does not parse or contradicts itself"],
  [-10]: ["E_FORMAT", "a request, record or snapshot does not parse"],
  [-11]: ["E_RING", "a ring header or cursor is wrong"],
  [-12]: ["E_HANDLE", "this is not a live enclave"],
  [-13]: ["E_ROLLBACK", "the chain has accepted a state this journal does not lead to"],
  [-14]: ["E_CHAIN", "a journal record is missing or does not continue the hash chain"],
  [-15]: ["E_SEAL", "sealed bytes do not open under this enclave's key"],
  [-16]: ["E_DIVERGED", "a replayed command gave another result than the journal says"],
  [-17]: ["E_POISON", "the command is poisoned"],
  [-18]: ["E_MEMORY", "the enclave could not get memory"],
  [-19]: ["E_PLATFORM", "the platform refused randomness, report or key"],
  [-20]: ["E_FAULT", "an invariant of the enclave is broken; it has stopped"],
};

/** What an operator can do about it, where there is something. */
const FIXES: Record<string, string> = {
  E_ROLLBACK: "Restore the newest journal of this venue; an older copy can never be opened again.",
  E_CHAIN: "Restore the missing or damaged segment from a replica or backup.",
  E_SEAL: "Use the enclave image and configuration the data folder was written with.",
  E_DIVERGED: "Use the enclave image the journal was written with, and report this.",
};

export class EnclaveError extends HostError {
  /** Name of the C result, E_ROLLBACK say. */
  readonly result: string;

  constructor(call: string, status: number) {
    const [name, sentence] = RESULTS[status] ?? ["E_UNKNOWN", `unknown result ${status}`];
    const fix = FIXES[name];
    super("E_ENCLAVE", `${call}: ${name}, ${sentence}.`, fix === undefined ? {} : { fix });
    this.name = "EnclaveError";
    this.result = name;
  }
}

export interface EnclaveLibrary {
  abiVersion(): number;
  load(
    image: Uint8Array,
    imageLength: number,
    config: Uint8Array,
    configLength: number,
    handle: BigUint64Array,
  ): number;
  measurement(handle: bigint, out: Uint8Array): number;
  boot(
    handle: bigint,
    request: Uint8Array,
    length: number,
    reply: Uint8Array,
    replyLength: BigUint64Array,
  ): number;
  report(handle: bigint, targetInfo: Uint8Array, report: Uint8Array): number;
  recover(handle: bigint, bytes: Uint8Array, length: number): number;
  openEpoch(handle: bigint, reply: Uint8Array, replyLength: BigUint64Array): number;
  sharedAllocate(length: number, memory: BigUint64Array): number;
  sharedFree(memory: bigint, length: number): number;
  ringAttach(handle: bigint, ring: number, memory: bigint, length: number): number;
  start(handle: bigint, callback: bigint, context: bigint): number;
  doorbell(handle: bigint): number;
  status(handle: bigint, reply: Uint8Array, replyLength: BigUint64Array): number;
  stop(handle: bigint): Promise<number>;
  destroy(handle: bigint): number;
}

/** @throws HostError E_ENCLAVE when the library cannot be loaded, E_ABI_VERSION when it speaks another ABI */
export function openLibrary(path: string): EnclaveLibrary {
  let library: LibraryHandle;
  try {
    library = koffi.load(path);
  } catch (cause) {
    throw new HostError("E_ENCLAVE", `The enclave library ${path} cannot be loaded: ${causeText(cause)}.`, {
      fix: "Build it: cargo build --release --manifest-path enclave/Cargo.toml",
      cause,
    });
  }
  const bind = (name: string, parameters: string[]) =>
    library.func(`sealbook_${name}`, "int32_t", parameters);
  const buffer = ["void *", "uint64_t"];
  const output = ["void *", "void *"];
  const stop = bind("stop", ["void *"]);
  const bound: EnclaveLibrary = {
    abiVersion: bind("abi_version", []),
    load: bind("load", [...buffer, ...buffer, "void *"]),
    measurement: bind("measurement", ["void *", "void *"]),
    boot: bind("boot", ["void *", ...buffer, ...output]),
    report: bind("report", ["void *", "void *", "void *"]),
    recover: bind("recover", ["void *", ...buffer]),
    openEpoch: bind("open_epoch", ["void *", ...output]),
    sharedAllocate: bind("shared_allocate", ["uint64_t", "void *"]),
    sharedFree: bind("shared_free", ["void *", "uint64_t"]),
    ringAttach: bind("ring_attach", ["void *", "int32_t", "void *", "uint64_t"]),
    start: bind("start", ["void *", "void *", "void *"]),
    doorbell: bind("doorbell", ["void *"]),
    status: bind("status", ["void *", ...output]),
    // On a thread of its own: it waits for rings that only this thread empties.
    stop: (handle) =>
      new Promise((done, failed) => {
        stop.async(handle, (error: unknown, status: number) =>
          error ? failed(error as Error) : done(status),
        );
      }),
    destroy: bind("destroy", ["void *"]),
  };
  const version = bound.abiVersion();
  if (version !== ABI_VERSION) {
    throw new HostError(
      "E_ABI_VERSION",
      `The enclave library speaks ABI ${version}; this host speaks ${ABI_VERSION}.`,
      {
        fix: "Build host and enclave from the same commit.",
      },
    );
  }
  return bound;
}
