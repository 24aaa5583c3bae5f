/** The matching engine in this process, as validity mode needs it: orders and inbox entries in, fills and leaves out. */
import { existsSync } from "node:fs";
import {
  type Command,
  encodeCommand,
  encodeEnclaveConfig,
  encodeSystemCommand,
  type InstrumentConfig,
  type PublicMessage,
  parseAll,
  parsePublicMessage,
  parseSessionEvent,
  Reader,
  type SessionEvent,
  type SystemCommand,
} from "@sealbook/wire";
import koffi from "koffi";
import { DependencyError } from "../errors.ts";
import { simLibraryPath } from "../replay/engine-only.ts";

/** Room `sealbook_dev_engine_apply` wants. */
const OUT_BYTES = 262_144;
const LEAF_BYTES = 640;
const WORD_BYTES = 32;
/** First code of the public messages (docs/wire.md). */
const PUBLIC_CODE_MIN = 160;

type Call = (...args: unknown[]) => number;

/** Words of every account from 0 on and of every instrument, and where the venue stands with them. */
export interface EngineLeaves {
  readonly accounts: readonly (readonly bigint[])[];
  readonly instruments: readonly (readonly [id: number, words: readonly bigint[]])[];
  readonly epoch: bigint;
  readonly sequence: bigint;
  /** µs. */
  readonly time: bigint;
  readonly round: bigint;
  readonly inboxCursor: bigint;
}
export type EngineEvent = SessionEvent | PublicMessage;

export class ValidityEngine {
  readonly #apply: Call;
  readonly #leaf: Call;
  readonly #destroy: Call;
  readonly #handle: bigint;
  readonly #out = Buffer.alloc(OUT_BYTES);
  readonly #length = new BigUint64Array(1);

  /**
   * With `leaves`, the engine of these, its books empty: the instruments are theirs.
   * @throws {DependencyError} when the library is not built, or refuses the instruments or the leaves
   */
  constructor(
    instruments: readonly InstrumentConfig[],
    libraryPath = simLibraryPath(),
    leaves?: EngineLeaves,
  ) {
    if (!existsSync(libraryPath))
      throw new DependencyError(
        "the engine library",
        "is not built: run `cargo build --release --manifest-path enclave/Cargo.toml -p sealbook-sim`",
      );
    const library = koffi.load(libraryPath);
    const create: Call = library.func("int32_t sealbook_dev_engine_new(const void *, uint64_t, void *)");
    const restore: Call = library.func(
      "int32_t sealbook_dev_engine_from_leaves(const void *, uint64_t, const void *, uint64_t, const void *, void *)",
    );
    this.#apply = library.func(
      "int32_t sealbook_dev_engine_apply(uintptr_t, uint32_t, uint64_t, const void *, uint64_t, void *, void *)",
    );
    this.#leaf = library.func("int32_t sealbook_dev_engine_leaf(uintptr_t, uint32_t, uint32_t, void *)");
    this.#destroy = library.func("void sealbook_dev_engine_destroy(uintptr_t)");
    const config = encodeEnclaveConfig({
      type: "enclave-config",
      chainId: 31_337n,
      registry: new Uint8Array(20),
      settlement: new Uint8Array(20),
      instruments: [...instruments],
      oracleSigners: [],
      oracleThreshold: 1,
      oracleAgeUsMax: 900_000_000n,
      tickUsMax: 5_000_000n,
      accountsMax: 65_536,
      ordersMax: 65_536,
      batchCommandsMax: 1,
      batchUsMax: 1n,
      platformSeed: new Uint8Array(32),
      isSimulated: true,
      instrumentsMax: 0,
      options: [],
    });
    const handle = new BigUint64Array(1);
    const packed = leaves && packLeaves(leaves);
    const code =
      leaves && packed
        ? restore(config, config.length, packed, packed.length, headOf(leaves), handle)
        : create(config, config.length, handle);
    if (code !== 0)
      throw new DependencyError(
        "the engine",
        `refused its ${leaves ? "leaves" : "configuration"} with ${code}`,
      );
    this.#handle = handle[0]!;
  }

  command(account: number, timeUs: bigint, command: Command): EngineEvent[] {
    return this.#step(account, timeUs, encodeCommand(command));
  }

  system(timeUs: bigint, command: SystemCommand): EngineEvent[] {
    return this.#step(0, timeUs, encodeSystemCommand(command));
  }

  /** Words of an account's leaf; undefined if there is no such account. */
  account(index: number): bigint[] | undefined {
    return this.#words(0, index, 20);
  }

  /** Words of an instrument's leaf; undefined if it is not listed. */
  instrument(id: number): bigint[] | undefined {
    return this.#words(1, id, 9);
  }

  close(): void {
    this.#destroy(this.#handle);
  }

  #step(account: number, timeUs: bigint, bytes: Uint8Array): EngineEvent[] {
    this.#length[0] = BigInt(OUT_BYTES);
    const code = this.#apply(this.#handle, account, timeUs, bytes, bytes.length, this.#out, this.#length);
    if (code !== 0) throw new DependencyError("the engine", `answered a command with ${code}`);
    const events = this.#out.subarray(0, Number(this.#length[0]));
    return parseAll(events, (reader) => Array.from({ length: reader.array() }, () => next(reader)));
  }

  #words(isInstrument: number, index: number, count: number): bigint[] | undefined {
    const out = Buffer.alloc(LEAF_BYTES);
    if (this.#leaf(this.#handle, isInstrument, index, out) !== 0) return undefined;
    return Array.from({ length: count }, (_, place) => {
      const word = out.subarray(WORD_BYTES * place, WORD_BYTES * (place + 1));
      return BigInt(`0x${Buffer.from(word).reverse().toString("hex")}`);
    });
  }
}

function next(reader: Reader): EngineEvent {
  const ahead = new Reader(reader.bytes.subarray(reader.offset));
  ahead.array();
  return ahead.u32() >= PUBLIC_CODE_MIN ? parsePublicMessage(reader) : parseSessionEvent(reader);
}

function headOf({ epoch, sequence, time, round, inboxCursor }: EngineLeaves): BigUint64Array {
  return BigUint64Array.of(epoch, sequence, time, round, inboxCursor);
}

/** As `sealbook_dev_engine_from_leaves` reads them (enclave/include/sealbook_sim.h). */
function packLeaves({ accounts, instruments }: EngineLeaves): Buffer {
  const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const words = (leaf: readonly bigint[]) =>
    leaf.map((word) => Buffer.from(word.toString(16).padStart(2 * WORD_BYTES, "0"), "hex").reverse());
  return Buffer.concat([
    number(accounts.length),
    ...accounts.flatMap(words),
    number(instruments.length),
    ...instruments.flatMap(([id, leaf]) => [number(id), ...words(leaf)]),
  ]);
}
