import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Deployment, type DeployOptions, deploy, simulatedOptions } from "@sealbook/contracts";
import { encodeEnclaveConfig, type InstrumentConfig, type OptionConfig } from "@sealbook/wire";
import { computeAddress, getBytes, type HDNodeWallet, hexlify } from "ethers";
import { step } from "../progress.ts";
import { fundAndDeposit, fundInsurance } from "./account.ts";
import { type LocalChain, startAnvil } from "./anvil.ts";
import { HostProcess, type HostReady } from "./host-process.ts";
import { markets as developmentMarkets } from "./markets.ts";
import { simulatedOracles } from "./oracle.ts";
import { OracleFeeder } from "./oracle-feeder.ts";

export interface VenueOptions {
  /** Seeds the simulated PKI, the platform, the oracles and the walk: 32 bytes. */
  seed?: Uint8Array;
  markets?: InstrumentConfig[];
  /** Options listed at genesis; unless told, none. */
  optionsListed?: OptionConfig[];
  /** Kept when given; otherwise a temporary folder that goes with the venue. */
  dataDir?: string;
  /** 0 mines a block per transaction. */
  blockSeconds?: number;
  batchCommandsMax?: number;
  batchUsMax?: bigint;
  accountsMax?: number;
  ordersMax?: number;
  /** Merged over the chain part of the host's configuration. */
  chain?: Record<string, unknown>;
  /** Delays of the exit contracts; production's unless told. */
  exit?: DeployOptions["exit"];
  /** Merged over the host's configuration. */
  host?: Record<string, unknown>;
  insurance?: bigint;
}

export const enclaveLibrary = resolve(
  import.meta.dirname,
  `../../../enclave/target/release/libsealbook_enclave.${process.platform === "darwin" ? "dylib" : "so"}`,
);

/** Wallet roles among Anvil's accounts: the first deploys, the second posts batches, the rest trade. */
const deployerIndex = 0;
const posterIndex = 1;
const firstTraderIndex = 2;

/**
 * A whole venue on loopback: Anvil, contracts, enclave, host, oracles. Everything in it is simulated or local and protects nothing.
 */
export class Venue {
  readonly seed: Uint8Array;
  readonly chainId: bigint;
  readonly chain: LocalChain;
  readonly contracts: Deployment;
  readonly markets: InstrumentConfig[];
  readonly options: OptionConfig[];
  readonly oracle: OracleFeeder;
  readonly dataDir: string;
  host: HostProcess;
  readonly #configFile: string;
  readonly #isTemporary: boolean;

  private constructor(parts: {
    seed: Uint8Array;
    chainId: bigint;
    chain: LocalChain;
    contracts: Deployment;
    markets: InstrumentConfig[];
    options: OptionConfig[];
    oracle: OracleFeeder;
    dataDir: string;
    isTemporary: boolean;
    host: HostProcess;
    configFile: string;
  }) {
    this.seed = parts.seed;
    this.chainId = parts.chainId;
    this.chain = parts.chain;
    this.contracts = parts.contracts;
    this.markets = parts.markets;
    this.options = parts.options;
    this.oracle = parts.oracle;
    this.dataDir = parts.dataDir;
    this.host = parts.host;
    this.#configFile = parts.configFile;
    this.#isTemporary = parts.isTemporary;
  }

  static async start(options: VenueOptions = {}): Promise<Venue> {
    const seed =
      options.seed ?? new Uint8Array(createHash("sha256").update("sealbook development venue").digest());
    const markets = options.markets ?? developmentMarkets;
    const optionsListed = options.optionsListed ?? [];
    const isTemporary = options.dataDir === undefined;
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "sealbook-"));
    mkdirSync(dataDir, { recursive: true });

    const chain = await step("chain (Anvil)", () => startAnvil({ blockSeconds: options.blockSeconds ?? 0 }));
    try {
      const { chainId } = await chain.provider.getNetwork();
      const oracles = simulatedOracles(seed, 3);
      const contracts = await step("contracts", () =>
        deployVenue(
          chain,
          seed,
          oracles.map((key) => computeAddress(key.publicKey)),
          options.exit,
        ),
      );
      const configFile = writeHostConfig({
        chain,
        chainId,
        contracts,
        markets,
        optionsListed,
        oracles: oracles.map((key) => computeAddress(key.publicKey)),
        seed,
        dataDir,
        options,
      });
      const host = await step("enclave, evidence, epoch, host", () =>
        HostProcess.start(configFile, join(dataDir, "host.log")),
      );
      const oracle = new OracleFeeder({
        domain: { chainId, settlement: contracts.settlement },
        oracles,
        markets,
        options: optionsListed,
        httpUrl: () => venue.host.ready.endpoints.http,
      });
      const venue: Venue = new Venue({
        seed,
        chainId,
        chain,
        contracts,
        markets,
        options: optionsListed,
        oracle,
        dataDir,
        isTemporary,
        host,
        configFile,
      });
      if (options.insurance) await fundInsurance(chain.wallet(deployerIndex), contracts, options.insurance);
      return venue;
    } catch (error) {
      await chain.stop();
      throw error;
    }
  }

  get ready(): HostReady {
    return this.host.ready;
  }

  /** The i-th trader's wallet. */
  trader(index: number): HDNodeWallet {
    return this.chain.wallet(firstTraderIndex + index);
  }

  deposit(trader: number, amount: bigint): Promise<void> {
    return fundAndDeposit(this.trader(trader), this.contracts, amount);
  }

  /** Starts the host again on the same data folder, with changes to its configuration if any. */
  async restartHost(
    changes: { chain?: Record<string, unknown>; host?: Record<string, unknown> } = {},
  ): Promise<void> {
    const config = JSON.parse(readFileSync(this.#configFile, "utf8"));
    Object.assign(config.chain, changes.chain);
    Object.assign(config, changes.host);
    writeFileSync(this.#configFile, JSON.stringify(config, null, 2), { mode: 0o600 });
    this.host = await HostProcess.start(this.#configFile, join(this.dataDir, "host.log"));
  }

  async stop(): Promise<void> {
    this.oracle.stop();
    await this.host.stop();
    await this.chain.stop();
    if (this.#isTemporary) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** With a validity path of thirty operations: when the enclave is gone, `sealbook prove` goes on. */
function deployVenue(
  chain: LocalChain,
  seed: Uint8Array,
  oracleSigners: readonly string[],
  exit: DeployOptions["exit"],
): Promise<Deployment> {
  const operator = chain.wallet(posterIndex).address;
  return deploy(chain.wallet(deployerIndex), {
    ...simulatedOptions({ seed, image: readFileSync(enclaveLibrary) }),
    operator,
    validity: { oracleSigners, oracleThreshold: 2 },
    ...(exit === undefined ? {} : { exit }),
  });
}

interface HostConfigParts {
  chain: LocalChain;
  chainId: bigint;
  contracts: Deployment;
  markets: InstrumentConfig[];
  optionsListed: OptionConfig[];
  oracles: string[];
  seed: Uint8Array;
  dataDir: string;
  options: VenueOptions;
}

/** Writes the enclave's attested configuration and the host's own; returns the latter's path. */
function writeHostConfig(parts: HostConfigParts): string {
  const { chain, contracts, dataDir, options } = parts;
  const enclaveConfig = encodeEnclaveConfig({
    type: "enclave-config",
    chainId: parts.chainId,
    registry: getBytes(contracts.registry),
    settlement: getBytes(contracts.settlement),
    instruments: parts.markets,
    oracleSigners: parts.oracles.map((address) => getBytes(address)),
    oracleThreshold: 2,
    oracleAgeUsMax: 60_000_000n,
    tickUsMax: 5_000_000n,
    accountsMax: options.accountsMax ?? 4_096,
    ordersMax: options.ordersMax ?? 200_000,
    batchCommandsMax: options.batchCommandsMax ?? 100_000,
    batchUsMax: options.batchUsMax ?? 2_000_000n,
    platformSeed: parts.seed,
    isSimulated: true,
    // Room for expiries listed while it runs.
    instrumentsMax: 64,
    options: parts.optionsListed,
  });
  const keyFile = join(dataDir, "poster.key");
  writeFileSync(keyFile, chain.wallet(posterIndex).privateKey, { mode: 0o600 });
  const config = {
    dataDir: join(dataDir, "host"),
    enclave: { library: enclaveLibrary, config: hexlify(enclaveConfig) },
    chain: {
      rpcUrl: chain.url,
      settlement: contracts.settlement,
      inbox: contracts.inbox,
      registry: contracts.registry,
      posterKeyFile: keyFile,
      confirmations: 0,
      pollMs: 100,
      ...options.chain,
    },
    listen: { tcp: { port: 0 }, unix: join(dataDir, "orders.sock"), http: { port: 0 } },
    quote: { mode: "simulated", pkiSeed: hexlify(parts.seed) },
    ...options.host,
  };
  mkdirSync(config.dataDir, { recursive: true });
  const file = join(dataDir, "host.json");
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}
