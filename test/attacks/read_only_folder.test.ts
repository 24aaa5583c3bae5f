import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enclaveLibrary, markets } from "@sealbook/cli/devnet";
import { encodeEnclaveConfig, toHex } from "@sealbook/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refusedStart } from "./refused-start.ts";

/**
 * F15: a data folder that cannot be written is found at start, before a key is drawn or the chain is asked: E_DATA_DIR, exit 73
 * (EX_CANTCREAT), one line that says how to mend it. Root may write anywhere, so as root the host is started as `nobody`, whom chmod
 * does bind; things that are in the way (a file where a folder belongs) bind everyone. What a disk that fails later does is
 * host/src/journal/journal.test.ts (F07, F08).
 */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const as = isRoot ? { uid: nobody, gid: nobody } : {};

const enclaveConfig = toHex(
  encodeEnclaveConfig({
    type: "enclave-config",
    chainId: 31_337n,
    registry: new Uint8Array(20).fill(0x22),
    settlement: new Uint8Array(20).fill(0x22),
    instruments: markets,
    oracleSigners: [new Uint8Array(20).fill(3)],
    oracleThreshold: 1,
    oracleAgeUsMax: 60_000_000n,
    tickUsMax: 5_000_000n,
    accountsMax: 64,
    ordersMax: 64,
    batchCommandsMax: 1_000,
    batchUsMax: 60_000_000n,
    platformSeed: new Uint8Array(32).fill(4),
    isSimulated: true,
  }),
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealbook-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configFor(dataDir: string): string {
  chmodSync(folder, 0o755);
  const posterKeyFile = join(folder, "poster.key");
  writeFileSync(posterKeyFile, `0x${"11".repeat(32)}`, { mode: 0o600 });
  if (isRoot) chownSync(posterKeyFile, nobody, nobody);
  // A copy: the build's own folder need not be open to others.
  const library = join(folder, "enclave.so");
  cpSync(enclaveLibrary, library);
  chmodSync(library, 0o755);
  const address = `0x${"22".repeat(20)}`;
  const file = join(folder, "host.json");
  writeFileSync(
    file,
    JSON.stringify({
      dataDir,
      enclave: { library, config: enclaveConfig },
      chain: { rpcUrl: "http://127.0.0.1:1", settlement: address, inbox: address, registry: address, posterKeyFile },
      listen: { http: { port: 0 } },
      quote: { mode: "simulated", pkiSeed: "0x01" },
    }),
    { mode: 0o644 },
  );
  return file;
}

async function expectRefused(dataDir: string): Promise<void> {
  const { exitCode, stderr } = await refusedStart(["--config", configFor(dataDir)], as);
  expect(stderr).toMatch(/^E_DATA_DIR: .* cannot be written/m);
  expect(stderr).toContain("fix: ");
  expect(stderr).toContain(dataDir);
  expect(exitCode).toBe(73);
}

test("no permission to make the folder", async () => {
  const parent = join(folder, "parent");
  mkdirSync(parent);
  chmodSync(parent, 0o555);
  await expectRefused(join(parent, "data"));
});

test("a folder that may be read and not written", async () => {
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  chmodSync(dataDir, 0o555);
  await expectRefused(dataDir);
});

test.each(["journal", "snapshots", "batches"])("%s inside it may not be written", async (name) => {
  const dataDir = join(folder, "data");
  mkdirSync(join(dataDir, name), { recursive: true });
  if (isRoot) chownSync(dataDir, nobody, nobody);
  chmodSync(join(dataDir, name), 0o555);
  await expectRefused(dataDir);
});

test("a lock file that may not be opened", async () => {
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "host.lock"), "", { mode: 0o400 });
  if (isRoot) chownSync(dataDir, nobody, nobody);
  chmodSync(join(dataDir, "host.lock"), 0o444);
  await expectRefused(dataDir);
});

test.each(["data", "data/journal", "data/snapshots", "data/batches"])("a file where the folder %s belongs", async (name) => {
  const dataDir = join(folder, "data");
  if (name !== "data") mkdirSync(dataDir);
  writeFileSync(join(folder, name), "");
  if (isRoot && name !== "data") chownSync(dataDir, nobody, nobody);
  await expectRefused(dataDir);
});

test("a link that leads nowhere", async () => {
  const dataDir = join(folder, "data");
  symlinkSync(join(folder, "gone", "away"), dataDir);
  await expectRefused(dataDir);
});
