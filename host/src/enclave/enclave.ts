import { readFileSync } from "node:fs";
import {
  type BootReply,
  decodeBootReply,
  decodeEnclaveStatus,
  decodeOpenEpoch,
  type EnclaveStatus,
  encodeBootRequest,
  encodePoisonList,
  encodeRecoveryEnd,
  type OpenEpoch,
  type PoisonList,
  type RecoveryEnd,
} from "@sealbook/wire";
import koffi from "koffi";
import { formatRing, RING_HEADER_BYTES, type RingMemory, ringBytes } from "../ring/layout.ts";
import { type Doorbell, openDoorbell } from "./doorbell.ts";
import {
  EnclaveError,
  type EnclaveLibrary,
  MEASUREMENT_BYTES,
  openLibrary,
  REPORT_BYTES,
} from "./library.ts";

const REPLY_BYTES = 4096;
const PIECE = { snapshot: 1, journal: 2, poison: 3, end: 4, leaves: 6 } as const;

/** One enclave, typed: every call of the C ABI, its results as values or `EnclaveError`. */
export class Enclave {
  readonly #library: EnclaveLibrary;
  readonly #handle: bigint;
  readonly #shared: { address: bigint; length: number }[] = [];
  readonly #reply = Buffer.alloc(REPLY_BYTES);
  readonly #replyLength = new BigUint64Array(1);
  #doorbell: Doorbell | undefined;
  #isStarted = false;

  private constructor(library: EnclaveLibrary, handle: bigint) {
    this.#library = library;
    this.#handle = handle;
  }

  /** Loads the library at `libraryPath`; `imagePath` names the bytes that are measured. */
  static load(libraryPath: string, imagePath: string, config: Uint8Array): Enclave {
    const library = openLibrary(libraryPath);
    const image = readFileSync(imagePath);
    const handle = new BigUint64Array(1);
    check("load", library.load(image, image.length, config, config.length, handle));
    return new Enclave(library, handle[0]!);
  }

  /** MRENCLAVE and MRSIGNER, 32 bytes each. */
  measurement(): { mrEnclave: Buffer; mrSigner: Buffer } {
    const out = Buffer.alloc(MEASUREMENT_BYTES);
    check("measurement", this.#library.measurement(this.#handle, out));
    return { mrEnclave: out.subarray(0, 32), mrSigner: out.subarray(32) };
  }

  /** Generates the boot keys. `timeUs`: Unix time. */
  boot(blockHash: Uint8Array, timeUs: bigint): BootReply {
    const request = encodeBootRequest({ type: "boot-request", blockHash, timeUs, isDebug: false });
    const library = this.#library;
    return decodeBootReply(
      this.#call("boot", (reply, length) =>
        library.boot(this.#handle, request, request.length, reply, length),
      ),
    );
  }

  /** A REPORT (432 bytes) aimed at `targetInfo` (512 bytes). */
  report(targetInfo: Uint8Array): Buffer {
    const report = Buffer.alloc(REPORT_BYTES);
    check("report", this.#library.report(this.#handle, targetInfo, report));
    return report;
  }

  recoverPoison(list: PoisonList): void {
    this.#recover(PIECE.poison, encodePoisonList(list));
  }

  recoverSnapshot(sealed: Uint8Array): void {
    this.#recover(PIECE.snapshot, sealed);
  }

  /** Every leaf behind the place it belongs to (`leaves.ts`). */
  recoverLeaves(piece: Uint8Array): void {
    this.#recover(PIECE.leaves, piece);
  }

  /** Whole journal records, one or more, in order. */
  recoverJournal(records: Uint8Array): void {
    this.#recover(PIECE.journal, records);
  }

  /** @throws EnclaveError E_ROLLBACK when the journal does not lead to the chain's head */
  recoverEnd(head: RecoveryEnd): void {
    this.#recover(PIECE.end, encodeRecoveryEnd(head));
  }

  openEpoch(): OpenEpoch {
    return decodeOpenEpoch(
      this.#call("open_epoch", (reply, length) => this.#library.openEpoch(this.#handle, reply, length)),
    );
  }

  /** Allocates, formats and attaches a ring of `capacity` data bytes. */
  attachRing(ring: number, capacity: number): RingMemory {
    const length = ringBytes(capacity);
    const address = new BigUint64Array(1);
    check("shared_allocate", this.#library.sharedAllocate(length, address));
    this.#shared.push({ address: address[0]!, length });
    const memory = formatRing(koffi.view(address[0]!, RING_HEADER_BYTES + capacity), capacity);
    check("ring_attach", this.#library.ringAttach(this.#handle, ring, address[0]!, length));
    return memory;
  }

  /** Starts the enclave's threads; `onRing` is called when it rings for a consumer that sleeps. */
  start(onRing: () => void): void {
    this.#doorbell = openDoorbell(onRing);
    check("start", this.#library.start(this.#handle, this.#doorbell.callback, this.#doorbell.context));
    this.#isStarted = true;
  }

  /** Wakes the matching thread. */
  ringDoorbell(): void {
    this.#library.doorbell(this.#handle);
  }

  status(): EnclaveStatus {
    return decodeEnclaveStatus(
      this.#call("status", (reply, length) => this.#library.status(this.#handle, reply, length)),
    );
  }

  /** Drains and stops its threads. The rings must be emptied meanwhile: keep the pump going until this resolves. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    check("stop", await this.#library.stop(this.#handle));
  }

  /** Frees everything. Ring views of this enclave must not be touched afterwards. */
  destroy(): void {
    check("destroy", this.#library.destroy(this.#handle));
    this.#doorbell?.close();
    for (const { address, length } of this.#shared.splice(0)) this.#library.sharedFree(address, length);
  }

  #recover(piece: number, bytes: Uint8Array): void {
    const whole = Buffer.allocUnsafe(1 + bytes.length);
    whole[0] = piece;
    whole.set(bytes, 1);
    check("recover", this.#library.recover(this.#handle, whole, whole.length));
  }

  #call(name: string, call: (reply: Uint8Array, length: BigUint64Array) => number): Uint8Array {
    this.#replyLength[0] = BigInt(REPLY_BYTES);
    check(name, call(this.#reply, this.#replyLength));
    return Uint8Array.from(this.#reply.subarray(0, Number(this.#replyLength[0])));
  }
}

function check(call: string, status: number): void {
  if (status !== 0) throw new EnclaveError(`sealbook_${call}`, status);
}
