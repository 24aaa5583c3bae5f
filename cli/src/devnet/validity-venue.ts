/** A whole venue without an enclave on loopback: Anvil, contracts whose path is open from birth, the server as a process, oracles. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Deployment, deploy, simulatedOptions } from "@sealbook/contracts";
import { connectValidity, type ValidityClient } from "@sealbook/sdk";
import type { InstrumentConfig } from "@sealbook/wire";
import { sessionKeyOf } from "@sealbook/wire/validity";
import { Contract, computeAddress, type HDNodeWallet, NonceManager, toBeHex, toUtf8Bytes } from "ethers";
import { DependencyError } from "../errors.ts";
import { PathChain } from "../prove/index.ts";
import { emitValidityConfig, type ValidityConfig } from "../validity/config.ts";
import { genesisOf } from "../validity/genesis.ts";
import { fundAndDeposit, fundInsurance } from "./account.ts";
import { ended, type LocalChain, startAnvil } from "./anvil.ts";
import { simulatedOracles } from "./oracle.ts";
import { ProvenPriceFeeder } from "./proven-price-feeder.ts";

export interface ValidityVenueParts {
  readonly markets: readonly InstrumentConfig[];
  readonly statement?: "batch2" | "batch8" | "batch30";
  readonly seed?: Uint8Array;
  readonly dataDir?: string;
  readonly blockSeconds?: number;
  readonly batchMs?: number;
}

const deployerIndex = 0;
const posterIndex = 1;
const firstTraderIndex = 2;
const main = resolve(import.meta.dirname, "../../bin/sealbook.mjs");
const inboxAbi = ["function registerKey(uint8 subaccount, bytes32 x, bytes32 y)"];

export interface ValidityReady {
  readonly endpoints: {
    readonly tcp: { host: string; port: number };
    readonly http: string;
    readonly ws: string;
  };
  readonly resumed: { readonly taken: number; readonly voided: string[]; readonly changed: string[] };
}

export class ValidityDevnet {
  readonly chain: LocalChain;
  readonly contracts: Deployment;
  readonly path: PathChain;
  readonly markets: readonly InstrumentConfig[];
  readonly statement: string;
  readonly dataDir: string;
  readonly prices: ProvenPriceFeeder;
  ready!: ValidityReady;
  #server: ChildProcess | undefined;
  readonly #configFile: string;
  readonly #isTemporary: boolean;

  private constructor(
    chain: LocalChain,
    contracts: Deployment,
    parts: ValidityVenueParts,
    seed: Uint8Array,
    dataDir: string,
    configFile: string,
  ) {
    this.chain = chain;
    this.contracts = contracts;
    this.path = new PathChain(contracts.validityPath, chain.provider);
    this.markets = parts.markets;
    this.statement = parts.statement ?? "batch8";
    this.dataDir = dataDir;
    this.#configFile = configFile;
    this.#isTemporary = parts.dataDir === undefined;
    this.prices = new ProvenPriceFeeder({
      oracles: simulatedOracles(seed, 3).slice(0, 2),
      settlement: contracts.settlement,
      markets: parts.markets,
      httpUrl: () => this.ready.endpoints.http,
      path: this.path,
    });
  }

  static async start(parts: ValidityVenueParts): Promise<ValidityDevnet> {
    const seed =
      parts.seed ?? new Uint8Array(createHash("sha256").update("sealbook validity venue").digest());
    const dataDir = parts.dataDir ?? mkdtempSync(join(tmpdir(), "sealbook-validity-"));
    mkdirSync(dataDir, { recursive: true });
    const chain = await startAnvil({ blockSeconds: parts.blockSeconds ?? 0 });
    try {
      const genesis = genesisOf(parts.markets);
      const oracles = simulatedOracles(seed, 3).map((key) => computeAddress(key.publicKey));
      const contracts = await deploy(new NonceManager(chain.wallet(deployerIndex)), {
        ...simulatedOptions({ seed, image: toUtf8Bytes("no enclave") }),
        genesisStateRoot: genesis.stateRoot,
        validity: {
          statement: parts.statement ?? "batch8",
          oracleSigners: oracles,
          oracleThreshold: 2,
          isOpenAtBirth: true,
        },
      });
      const configFile = writeConfig(chain, contracts, parts, genesis.leaves, dataDir);
      const venue = new ValidityDevnet(chain, contracts, parts, seed, dataDir, configFile);
      await venue.serve();
      return venue;
    } catch (error) {
      await chain.stop();
      throw error;
    }
  }

  trader(index: number): HDNodeWallet {
    return this.chain.wallet(firstTraderIndex + index);
  }

  /** Starts the server, on the data folder that is there. */
  async serve(): Promise<void> {
    const child = spawn(process.execPath, [main, "serve", "--validity", "--config", this.#configFile], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(join(this.dataDir, "server.log"), { flags: "a" });
    let tail = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-2_000);
    });
    this.#server = child;
    this.ready = await new Promise<ValidityReady>((done, fail) => {
      child.once("error", (cause) => fail(new DependencyError("server", "could not be started", cause)));
      child.once("exit", (code) => fail(new DependencyError("server", `ended with code ${code}\n${tail}`)));
      createInterface({ input: child.stdout! }).on("line", (line) => {
        if (line.startsWith("{")) done(JSON.parse(line) as ValidityReady);
      });
    });
  }

  /** SIGKILL: nothing is flushed. */
  async kill(): Promise<void> {
    if (this.#server) await ended(this.#server, "SIGKILL");
  }

  /** Resolves with the exit code or signal when the server is gone. */
  exited(): Promise<number | string> {
    const child = this.#server!;
    return new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal ?? "unknown")));
  }

  /** Deposits for the trader and registers its session key: three inbox entries. */
  async join(index: number, amount: bigint, secret: bigint): Promise<void> {
    const wallet = this.trader(index);
    await fundAndDeposit(wallet, this.contracts, amount);
    const inbox = new Contract(this.contracts.inbox, inboxAbi, new NonceManager(wallet));
    const [x, y] = sessionKeyOf(secret);
    await (await inbox.getFunction("registerKey")(0, toBeHex(x, 32), toBeHex(y, 32))).wait();
  }

  insurance(amount: bigint): Promise<void> {
    return fundInsurance(this.chain.wallet(deployerIndex), this.contracts, amount);
  }

  /** As a user connects: what is signed is bound to this chain and this contract. */
  connect(account: number, secret: bigint): Promise<ValidityClient> {
    const { host, port } = this.ready.endpoints.tcp;
    return connectValidity({
      address: `tcp://${host}:${port}`,
      venue: { chainId: 31_337n, settlement: this.contracts.settlement },
      account,
      secret,
    });
  }

  async status(): Promise<Record<string, unknown>> {
    return (await (await fetch(`${this.ready.endpoints.http}/v1/status`)).json()) as Record<string, unknown>;
  }

  async stop(): Promise<void> {
    this.prices.stop();
    if (this.#server) await ended(this.#server);
    await this.chain.stop();
    if (this.#isTemporary) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

function writeConfig(
  chain: LocalChain,
  contracts: Deployment,
  parts: ValidityVenueParts,
  leaves: Uint8Array,
  dataDir: string,
): string {
  const posterKeyFile = join(dataDir, "poster.key");
  writeFileSync(posterKeyFile, chain.wallet(posterIndex).privateKey, { mode: 0o600 });
  const genesis = join(dataDir, "genesis.bin");
  writeFileSync(genesis, leaves);
  const config: ValidityConfig = {
    rpcUrl: chain.url,
    path: contracts.validityPath,
    posterKeyFile,
    genesis,
    markets: parts.markets,
    dataDir: join(dataDir, "server"),
    listen: { host: "127.0.0.1", tcp: 0, http: 0 },
    ...(parts.batchMs === undefined ? {} : { batchMs: parts.batchMs }),
  };
  const file = join(dataDir, "validity.json");
  writeFileSync(file, emitValidityConfig(config));
  return file;
}
