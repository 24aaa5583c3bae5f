import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";
import { writeDevCrs } from "./dev-crs.ts";
import { cache, type Program } from "./source.ts";

/** A proof and the public inputs it is for, 32 bytes each. */
export interface Proven {
  readonly proof: Buffer;
  readonly publicInputs: readonly string[];
}

/** A proving system. */
export interface Prover {
  /**
   * @param kept Where the witness is kept, and found by a run after one that was stopped: name it by the inputs.
   * @throws {WitnessError} if the inputs do not satisfy the circuit. @throws {ProverError} if the prover fails.
   */
  prove(circuit: Program, inputs: InputMap, kept?: string): Promise<Proven>;
}

/** The inputs do not satisfy the circuit: the statement is false. */
export class WitnessError extends Error {
  readonly code = "WITNESS";
  constructor(cause: unknown) {
    super(
      `WITNESS: the inputs do not satisfy the circuit. ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
    this.name = "WitnessError";
  }
}

/** The native prover ended with an error. */
export class ProverError extends Error {
  readonly code = "PROVER";
  constructor(command: string, output: string) {
    super(`PROVER: bb ${command} failed. ${output.trim()}`);
    this.name = "ProverError";
  }
}

/** Solves the circuit: gzip of the witness. @throws {WitnessError} */
export async function solve(circuit: Program, inputs: InputMap): Promise<Uint8Array> {
  const noir = new Noir({ bytecode: circuit.bytecode, abi: circuit.abi } as CompiledCircuit);
  try {
    const { witness } = await noir.execute(inputs);
    return witness;
  } catch (cause) {
    throw new WitnessError(cause);
  }
}

/** UltraHonk by the native `bb`, without zero knowledge: the state is public. */
export class HonkProver implements Prover {
  readonly #crs: string;
  /** What the last `bb` process took, where the system tells (Linux); for benchmarks. */
  lastUsage?: { readonly cpuSeconds: number; readonly memoryMib: number };

  /** `crs`: folder of the reference string. */
  constructor(crs: string) {
    this.#crs = crs;
  }

  async prove(circuit: Program, inputs: InputMap, kept?: string): Promise<Proven> {
    const witness = kept && existsSync(kept) ? readFileSync(kept) : await solve(circuit, inputs);
    if (kept && !existsSync(kept)) writeWhole(kept, witness);
    const folder = this.#folder(circuit);
    const keys = await this.#keyed(circuit);
    const out = join(folder, `proof.${process.pid}`);
    mkdirSync(out, { recursive: true });
    try {
      writeFileSync(join(out, "witness.gz"), witness);
      const files = [
        "-b",
        join(folder, "circuit.json"),
        "-k",
        join(keys, "vk"),
        "-w",
        join(out, "witness.gz"),
      ];
      await this.#bb("prove", ...files, "-o", out);
      const inputsBytes = readFileSync(join(out, "public_inputs")).toString("hex");
      const publicInputs = (inputsBytes.match(/.{64}/g) ?? []).map((word) => `0x${word}`);
      return { proof: readFileSync(join(out, "proof")), publicInputs };
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }

  /** Source of the Solidity verifier of a circuit, as Barretenberg writes it: for the canonical reference string. */
  async verifierSource(circuit: Program): Promise<string> {
    const folder = await this.#keyed(circuit);
    const out = join(folder, `verifier.${process.pid}.sol`);
    await this.#bb("write_solidity_verifier", "-k", join(folder, "vk"), "-o", out, "--optimized");
    const source = readFileSync(out, "utf8");
    rmSync(out);
    return source;
  }

  /** Gates of a circuit. */
  async gates(circuit: Program): Promise<number> {
    const folder = this.#folder(circuit);
    const output = await this.#bb("gates", "-b", join(folder, "circuit.json"));
    return Number(/"circuit_size": (\d+)/.exec(output)?.[1]);
  }

  #folder(circuit: Program): string {
    const folder = join(cache, circuit.hash);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "circuit.json");
    if (!existsSync(file))
      writeFileSync(file, JSON.stringify({ bytecode: circuit.bytecode, abi: circuit.abi }));
    return folder;
  }

  /** Folder of the circuit's key under this reference string: another string, another key. */
  async #keyed(circuit: Program): Promise<string> {
    const folder = this.#folder(circuit);
    const keys = join(
      folder,
      `key-${createHash("sha256")
        .update(readFileSync(join(this.#crs, "bn254_g2.dat")))
        .digest("hex")
        .slice(0, 16)}`,
    );
    if (existsSync(join(keys, "vk_hash"))) return keys;
    // Two processes may make it at once: each in a folder of its own.
    const draft = `${keys}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    await this.#bb("write_vk", "-b", join(folder, "circuit.json"), "-o", draft);
    try {
      renameSync(draft, keys);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // the other was faster, with equal bytes
    }
    return keys;
  }

  #bb(command: string, ...more: string[]): Promise<string> {
    const target = ["-t", "evm-no-zk"];
    const child = spawn(bbPath(), [command, ...target, ...more], {
      env: { ...process.env, CRS_PATH: this.#crs },
    });
    let output = "";
    const watching = setInterval(() => this.#watch(child.pid), 50);
    child.stdout.on("data", (part) => (output += part));
    child.stderr.on("data", (part) => (output += part));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        clearInterval(watching);
        code === 0 ? resolve(output) : reject(new ProverError(command, output));
      });
    });
  }

  #watch(pid: number | undefined): void {
    try {
      const ticks = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      const peak = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      const cpuSeconds = (Number(ticks[11]) + Number(ticks[12])) / 100;
      if (peak) this.lastUsage = { cpuSeconds, memoryMib: Number(peak) / 1024 };
    } catch {
      // Ended meanwhile, or no /proc: a figure less.
    }
  }
}

/** Whole or not at all: a run that is killed leaves no half witness. */
function writeWhole(file: string, bytes: Uint8Array): void {
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
}

/** Points of the largest reference string that is looked for, as a power of two. */
const CRS_POWER_MAX = 22;

/** Folder of the development reference string of a word, 2^`power` points or more, made on first use. */
export function devCrs(seed: string, power = 17, at?: (share: number) => void): string {
  for (let larger = power; larger <= CRS_POWER_MAX; larger++) {
    const made = join(cache, `crs-${seed}-${larger}`);
    if (existsSync(join(made, "bn254_g1.dat"))) return made;
  }
  const folder = join(cache, `crs-${seed}-${power}`);
  writeDevCrs(folder, seed, 2 ** power, at);
  return folder;
}

/** The prover over the development reference string of a word: 2^17 points hold `batch2`, 2^19 `batch30`. */
export function devProver(seed: string, power = 17): HonkProver {
  return new HonkProver(devCrs(seed, power));
}

function bbPath(): string {
  const entry = createRequire(import.meta.url).resolve("@aztec/bb.js");
  const platform = `${process.arch === "x64" ? "amd64" : process.arch}-${process.platform === "darwin" ? "macos" : "linux"}`;
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "build", platform, "bb");
    if (existsSync(path)) return path;
  }
  throw new ProverError("lookup", `No native bb for ${platform}.`);
}
