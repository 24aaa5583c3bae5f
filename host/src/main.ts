import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type EnclaveConfig, toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import { bootEnclave, openEpoch } from "./boot.ts";
import { BlobProver, type Prover } from "./chain/blob-prover.ts";
import { Chain } from "./chain/client.ts";
import { registerSigner, type SignerClaim } from "./chain/registration.ts";
import { checkConfig, readConfig } from "./config.ts";
import type { Enclave } from "./enclave/enclave.ts";
import { readEnclaveConfig } from "./enclave-config.ts";
import { causeText, HostError } from "./errors.ts";
import { type HostParts, RunningHost } from "./host.ts";
import { createGuard } from "./http/guard.ts";
import { openHttp } from "./http/server.ts";
import { openDataFolder } from "./journal/folder.ts";
import { createLog } from "./log.ts";
import { gatherEvidence } from "./quote/evidence.ts";
import { createViews, type HostStatus, hostStatus } from "./views.ts";

/**
 * The host: `node host/src/main.ts --config FILE`. Everything it does, in the order it happens.
 */

export interface Endpoints {
  http: string;
  /** Orders over WebSocket. */
  ws: string;
  feed: string;
  tcp?: { host: string; port: number };
  unix?: string;
}

export interface Host {
  readonly endpoints: Endpoints;
  readonly ports: { http: number; tcp?: number };
  readonly epoch: number;
  readonly signer: string;
  /** MRENCLAVE, hex. */
  readonly measurement: string;
  readonly gas: { registration: number; openEpoch: number };
  status(): HostStatus;
  /** Asks the enclave to close a batch now. */
  closeBatch(): void;
  /** A signed `oracle-round` message. */
  pushOracleRound(message: Uint8Array): void;
  stop(): Promise<void>;
}

/** A configuration as `checkConfig` takes it, or one it returned. @throws HostError, with code and fix */
export async function startHost(
  input: unknown,
  options: { log?: Logger; onFatal?: (error: HostError) => void } = {},
): Promise<Host> {
  // 1. Configuration: checked whole, frozen.
  const config = checkConfig(input);
  const log = options.log ?? createLog(config.log);
  const { bytes: enclaveConfigBytes, message: enclaveConfig } = readEnclaveConfig(config);
  // 2. The data folder, ours alone.
  const folder = openDataFolder(config.dataDir);
  let enclave: Enclave | undefined;
  let chain: Chain | undefined;
  let running: RunningHost | undefined;
  // Reads the ceremony meanwhile: the first batch should not wait for it.
  const prover = config.chain.data === "blobs" ? new BlobProver() : NO_PROVER;
  try {
    // 3. The chain, and where it stands.
    const posterKey = readSecret(config.chain.posterKeyFile);
    chain = await Chain.connect({ ...config.chain, posterKey }, log);
    checkVenue(chain, enclaveConfig);
    // 4. The enclave: loaded, measured, booted with fresh keys, at the end of the journal and in agreement with the chain.
    const { boot, block, head, scan, ...booted } = await bootEnclave(
      config,
      enclaveConfigBytes,
      chain,
      folder,
      log,
    );
    enclave = booted.enclave;
    // 5. Evidence that those keys live in it.
    const { registry, settlement } = chain.addresses;
    const venue = { chainId: chain.chainId, registry, settlement };
    const seeds = { pkiSeed: config.quote.pkiSeed, platformSeed: enclaveConfig.platformSeed };
    const { quote, document } = gatherEvidence(enclave, boot, block, venue, seeds);
    // 6. A new epoch on chain, bound to this boot's key.
    const registration = await registerSigner(chain, { ...document, quote });
    const opened = await openEpoch(chain, enclave);
    const reopen = reopening(chain, enclave, { ...document, quote });
    // 7. Rings, rooms, threads.
    const onFatal = options.onFatal ?? (() => {});
    const parts: HostParts = {
      config,
      folder,
      chain,
      enclave,
      enclaveConfig,
      mrEnclave: enclave.measurement().mrEnclave,
      genesisHash: boot.genesisHash,
      scan,
      head,
      epoch: BigInt(opened.epoch),
      prover,
      reopen,
      log,
      onFatal,
    };
    const live = new RunningHost(parts);
    running = live;
    live.start();
    // 8. Doors: only now is anybody let in.
    const doors = await openDoors(live, document);
    log.info({ epoch: opened.epoch, sequence: scan.lastSequence, ...doors.endpoints }, "ready");
    return {
      ...doors,
      epoch: opened.epoch,
      signer: document.signer,
      measurement: toHex(live.parts.mrEnclave),
      gas: { registration: Number(registration.gasUsed), openEpoch: opened.gasUsed },
      status: () => hostStatus(live),
      closeBatch: () => live.ingress.closeBatch(),
      pushOracleRound: (message) => live.ingress.oracle(message),
      stop: async () => {
        await doors.close();
        await live.stop();
      },
    };
  } catch (error) {
    if (running !== undefined) await running.stop();
    else {
      prover.close();
      chain?.close();
      enclave?.destroy();
      folder.release();
    }
    throw error;
  }
}

/** Calldata needs no proofs. */
const NO_PROVER: Prover = { prove: async () => [], close: () => {} };

/** What a reorganisation deeper than our opening undid is done again: the registration too, if that is gone. */
function reopening(chain: Chain, enclave: Enclave, claim: SignerClaim): () => Promise<void> {
  return async () => {
    if (!(await chain.isActive(claim.signer))) await registerSigner(chain, claim);
    await openEpoch(chain, enclave);
  };
}

function readSecret(file: string): string {
  const text = readFileSync(file, "utf8").trim();
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    throw new HostError("E_CONFIG", `${file} does not hold a private key.`, {
      fix: "Write 32 bytes in hex, nothing else.",
    });
  }
  return text.startsWith("0x") ? text : `0x${text}`;
}

/** The attested configuration and the host's must mean the same venue, or every signature would be for another one. */
function checkVenue(chain: Chain, enclaveConfig: EnclaveConfig): void {
  const { registry, settlement } = chain.addresses;
  const pairs: [string, string, string][] = [
    ["chain id", String(enclaveConfig.chainId), String(chain.chainId)],
    ["registry", toHex(enclaveConfig.registry), registry.toLowerCase()],
    ["settlement", toHex(enclaveConfig.settlement), settlement.toLowerCase()],
  ];
  for (const [name, attested, ours] of pairs) {
    if (attested === ours) continue;
    throw new HostError(
      "E_CHAIN_MISMATCH",
      `The enclave is configured for ${name} ${attested}, the host for ${ours}.`,
      {
        fix: "Use the enclave config that was made for these contracts.",
      },
    );
  }
}

async function openDoors(
  running: RunningHost,
  evidence: unknown,
): Promise<{ endpoints: Endpoints; ports: Host["ports"]; close(): Promise<void> }> {
  const { config, log } = running.parts;
  const { tcp, unix, http, hosts, origins } = config.listen;
  let isReady = false;
  const views = createViews(running, evidence, () => isReady);
  const upgrades = {
    "/v1/session": running.gateway.upgrade.bind(running.gateway),
    "/v1/feed": running.feed.upgrade.bind(running.feed),
  };
  const options = { ...http, requestsPerSecond: config.limits.httpPerSecond, upgrades };
  const server = await openHttp(views, createGuard(hosts, origins), options, log);
  const endpoints: Endpoints = {
    http: `http://${http.host}:${server.port}`,
    ws: `ws://${http.host}:${server.port}/v1/session`,
    feed: `ws://${http.host}:${server.port}/v1/feed`,
  };
  const ports: Host["ports"] = { http: server.port };
  if (tcp !== undefined) {
    ports.tcp = await running.gateway.listenTcp(tcp.host, tcp.port);
    endpoints.tcp = { host: tcp.host, port: ports.tcp };
  }
  if (unix !== undefined) {
    await running.gateway.listenUnix(unix);
    endpoints.unix = unix;
  }
  isReady = true;
  return {
    endpoints,
    ports,
    close: async () => {
      isReady = false;
      await server.app.close();
    },
  };
}

/** Runs until SIGINT or SIGTERM. Prints one JSON line when ready; ends with the exit status of the fault, if there is one. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) {
    process.stderr.write("Usage: node host/src/main.ts --config FILE\n");
    process.exit(2);
  }
  try {
    const host = await startHost(readConfig(values.config), { onFatal: (error) => end(error.exitCode) });
    const { endpoints, epoch, signer, measurement, gas } = host;
    process.stdout.write(
      `${JSON.stringify({ event: "ready", endpoints, epoch, signer, measurement, gas })}\n`,
    );
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        host.stop().then(
          () => process.exit(0),
          () => process.exit(70),
        );
      });
    }
  } catch (error) {
    const fault =
      error instanceof HostError ? error : new HostError("E_STATE", causeText(error), { cause: error });
    const fix = fault.fix === undefined ? "" : `\n  fix: ${fault.fix}`;
    process.stderr.write(`${fault.code}: ${fault.message}${fix}\n`);
    end(fault.exitCode);
  }
}

/** Gives the log a moment to reach stderr, then leaves without touching the journal again. */
function end(status: number): void {
  setTimeout(() => process.exit(status), 50);
}

if (import.meta.main) await main();
