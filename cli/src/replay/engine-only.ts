/** The Rust engine in this process, through the development ABI of `enclave/include/sealbook_sim.h`: no host, no session, no chain. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  encodeCommand,
  encodeEnclaveConfig,
  type PublicMessage,
  parseAll,
  parsePublicMessage,
  parseSessionEvent,
  Reader,
  type SessionEvent,
} from "@sealbook/wire";
import koffi from "koffi";
import { Accounts, makersFor } from "./accounts.ts";
import { instrumentFor, levelChanges, tradeOf, wireCommand } from "./messages.ts";
import {
  type Outcome,
  type ReplayCommand,
  type ReplayMarket,
  type ReplayTarget,
  TargetError,
} from "./target.ts";

/** Room `sealbook_dev_engine_apply` wants. */
const OUT_BYTES = 262_144;
/** First code of the public messages (docs/wire.md). */
const PUBLIC_CODE_MIN = 160;
/** Collateral of each account, in 1e-6: far more than any flow needs, far less than a venue may hold. */
const DEPOSIT = 1n << 46n;

type Call = (...args: unknown[]) => number;

interface Library {
  create: Call;
  apply: Call;
  deposit: Call;
  destroy: Call;
}

/** Where cargo leaves the library. */
export function simLibraryPath(): string {
  const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../../enclave/target");
  return join(target, "release", `libsealbook_sim.${process.platform === "darwin" ? "dylib" : "so"}`);
}

function openLibrary(path: string): Library {
  if (!existsSync(path)) {
    const how = "cargo build --release --manifest-path enclave/Cargo.toml -p sealbook-sim";
    throw new TargetError("TARGET_MISSING", `the engine library is not built: run \`${how}\``);
  }
  const library = koffi.load(path);
  return {
    create: library.func("int32_t sealbook_dev_engine_new(const void *, uint64_t, void *)"),
    apply: library.func(
      "int32_t sealbook_dev_engine_apply(uintptr_t, uint32_t, uint64_t, const void *, uint64_t, void *, void *)",
    ),
    deposit: library.func(
      "int32_t sealbook_dev_engine_deposit(uintptr_t, const void *, uint8_t, uint64_t, void *)",
    ),
    destroy: library.func("void sealbook_dev_engine_destroy(uintptr_t)"),
  };
}

export class EngineTarget implements ReplayTarget {
  readonly name = "engine";
  readonly #library: Library;
  readonly #out = Buffer.alloc(OUT_BYTES);
  readonly #outLength = new BigUint64Array(1);
  readonly #accounts = new Accounts();
  #ids: number[] = []; // the engine's, by our place
  #handle = 0n;
  #timeUs = 0n;
  #onOutcome: (outcome: Outcome) => void = () => {};

  /** @throws {TargetError} `TARGET_MISSING` when the library is not built */
  constructor(libraryPath: string = simLibraryPath()) {
    this.#library = openLibrary(libraryPath);
  }

  async open(market: ReplayMarket, onOutcome: (outcome: Outcome) => void): Promise<void> {
    this.#onOutcome = onOutcome;
    const accounts = 1 + makersFor(market.ordersMax);
    const config = encodeEnclaveConfig({
      type: "enclave-config",
      chainId: 31_337n,
      registry: new Uint8Array(20),
      settlement: new Uint8Array(20),
      instruments: [instrumentFor(market)],
      oracleSigners: [],
      oracleThreshold: 1,
      oracleAgeUsMax: 60_000_000n,
      tickUsMax: 5_000_000n,
      accountsMax: accounts + 1,
      ordersMax: market.ordersMax + 1024,
      batchCommandsMax: 1,
      batchUsMax: 1n,
      platformSeed: new Uint8Array(32),
      isSimulated: true,
      instrumentsMax: 0,
      options: [],
    });
    const handle = new BigUint64Array(1);
    check("new", this.#library.create(config, config.length, handle));
    this.#handle = handle[0]!;
    this.#ids = Array.from({ length: accounts }, (_, place) => this.#deposit(place));
  }

  submit(command: ReplayCommand): undefined {
    const place = this.#accounts.assign(command);
    const bytes = encodeCommand(wireCommand(command, 1));
    this.#timeUs += 1n;
    this.#outLength[0] = BigInt(OUT_BYTES);
    const account = this.#ids[place]!;
    check(
      "apply",
      this.#library.apply(
        this.#handle,
        account,
        this.#timeUs,
        bytes,
        bytes.length,
        this.#out,
        this.#outLength,
      ),
    );
    const outcome = outcomeOf(this.#out.subarray(0, Number(this.#outLength[0])));
    this.#accounts.settle(command, outcome);
    this.#onOutcome(outcome);
  }

  async drain(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#handle !== 0n) this.#library.destroy(this.#handle);
    this.#handle = 0n;
  }

  #deposit(place: number): number {
    const owner = new Uint8Array(20).fill(place + 1);
    const account = new Uint32Array(1);
    check("deposit", this.#library.deposit(this.#handle, owner, place, DEPOSIT, account));
    return account[0]!;
  }
}

function check(call: string, result: number): void {
  if (result !== 0) throw new TargetError("TARGET_FAILED", `the engine answered ${call} with ${result}`);
}

/** Result, fills of both parties, closes and the public messages: one array. */
function outcomeOf(bytes: Uint8Array): Outcome {
  const messages = parseAll(bytes, (reader) => Array.from({ length: reader.array() }, () => next(reader)));
  let code = 0;
  const levels: Outcome["levels"][number][] = [];
  const trades: Outcome["trades"][number][] = [];
  for (const message of messages) {
    if (message.type === "result") code = message.code;
    else if (message.type === "market") levels.push(...levelChanges(message));
    else if (message.type === "fill" && message.role === "maker") trades.push(tradeOf(message));
  }
  return { code, levels, trades };
}

function next(reader: Reader): SessionEvent | PublicMessage {
  const ahead = new Reader(reader.bytes.subarray(reader.offset));
  ahead.array();
  return ahead.u32() >= PUBLIC_CODE_MIN ? parsePublicMessage(reader) : parseSessionEvent(reader);
}
