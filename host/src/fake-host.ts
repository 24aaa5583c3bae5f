import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import type { PosterChain } from "./chain/poster.ts";
import type { Config } from "./config.ts";
import { checkConfig } from "./config.ts";
import type { HostError } from "./errors.ts";
import { RunningHost } from "./host.ts";
import { openDataFolder } from "./journal/folder.ts";
import { scanJournal } from "./journal/reader.ts";
import { FakeEnclave } from "./ring/fake-enclave.ts";

/** A whole running host around a fake enclave and a chain where nothing happens; for tests and for measuring the gateway alone. */

export const FAKE_GENESIS = Buffer.alloc(32, 7);
const ADDRESS = `0x${"11".repeat(20)}`;

export function fakeConfig(dataDir: string, changes: Record<string, unknown> = {}): Config {
  const keyFile = join(dataDir, "poster.key");
  writeFileSync(keyFile, `0x${"22".repeat(32)}\n`, { mode: 0o600 });
  return checkConfig({
    dataDir,
    enclave: { library: keyFile, config: "0x00", ringBytes: { in: 65_536, out: 1 << 20 } },
    chain: {
      rpcUrl: "http://127.0.0.1:1",
      settlement: ADDRESS,
      inbox: ADDRESS,
      registry: ADDRESS,
      posterKeyFile: keyFile,
    },
    listen: { http: {} },
    journal: { segmentBytes: 1 << 20, reserveBytes: 4096 },
    quote: { mode: "simulated", pkiSeed: "0x01" },
    log: "silent",
    ...changes,
  });
}

const folders = new Set<string>();

/** Lives until `removeTemporaryFolders`: journals are megabytes of zeros, so every test file ends with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sealbook-host-"));
  folders.add(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** Opens the data folder, scans the journal and starts; nothing listens yet. */
export function startFakeHost(
  dataDir = temporaryFolder(),
  changes: Record<string, unknown> = {},
): { host: RunningHost; enclave: FakeEnclave; faults: HostError[] } {
  const config = fakeConfig(dataDir, changes);
  const folder = openDataFolder(dataDir);
  const scan = scanJournal(folder.journal, FAKE_GENESIS.toString("hex"));
  const enclave = new FakeEnclave(scan.lastSequence);
  const faults: HostError[] = [];
  const host = new RunningHost({
    config,
    folder,
    chain: quietChain(),
    enclave,
    enclaveConfig: { instruments: [], options: [] },
    mrEnclave: Buffer.alloc(32),
    genesisHash: FAKE_GENESIS,
    scan,
    head: {
      epoch: 0n,
      batchNumber: 0n,
      lastSequence: 0n,
      stateRoot: `0x${"00".repeat(32)}`,
      inboxCursor: 0n,
      signer: ADDRESS,
    },
    epoch: 0n,
    prover: { prove: async () => [], close: () => {} },
    reopen: async () => {},
    log: pino({ level: "silent" }),
    onFatal: (error) => faults.push(error),
  });
  host.start();
  return { host, enclave, faults };
}

function quietChain() {
  const posting: PosterChain = {
    look: async () => ({
      block: { number: 0, hash: "0x", timestamp: 0, baseFeePerGas: 0n },
      epoch: 0n,
      isEpochEnded: false,
      isFrozen: false,
      accepted: 0n,
      deep: 0n,
      nonce: 0,
    }),
    fees: async () => ({ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, maxFeePerBlobGas: 0n }),
    wouldRevert: async () => "nothing is deployed",
    send: async () => "0x",
    receipt: async () => undefined,
    isKnown: async () => false,
  };
  return {
    ...posting,
    blockNumber: async () => 0,
    inboxHashAt: async () => `0x${"00".repeat(32)}`,
    inboxEvents: async () => [],
    addresses: { settlement: ADDRESS, inbox: ADDRESS, registry: ADDRESS },
    succession: async () => ({ epoch: 0n, isEpochEnded: false }),
    chainId: 31_337n,
    close: () => {},
  };
}
