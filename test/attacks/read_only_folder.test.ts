import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enclaveLibrary } from "@sealbook/cli/devnet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refusedStart } from "./refused-start.ts";
import { hostConfig } from "./unreachable-venue.ts";

/**
 * F15: a data folder that cannot be written is found at start, before a key is drawn or the chain is asked: E_DATA_DIR, exit 73
 * (EX_CANTCREAT), one line that says how to mend it. Root may write anywhere, so as root the host is started as `nobody`, whom chmod
 * does bind; things that are in the way (a file where a folder belongs) bind everyone. What a disk that fails later does is
 * host/src/journal/journal.test.ts (F07, F08).
 */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const as = isRoot ? { uid: nobody, gid: nobody } : {};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sealbook-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configFor(dataDir: string): string {
  chmodSync(folder, 0o755);
  const config = hostConfig(folder);
  if (isRoot) chownSync(config.chain.posterKeyFile, nobody, nobody);
  // A copy: the build's own folder need not be open to others.
  const library = join(folder, "enclave.so");
  cpSync(enclaveLibrary, library);
  chmodSync(library, 0o755);
  const file = join(folder, "host.json");
  writeFileSync(file, JSON.stringify({ ...config, dataDir, enclave: { ...config.enclave, library } }), {
    mode: 0o644,
  });
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

test.each(["data", "data/journal", "data/snapshots", "data/batches"])(
  "a file where the folder %s belongs",
  async (name) => {
    const dataDir = join(folder, "data");
    if (name !== "data") mkdirSync(dataDir);
    writeFileSync(join(folder, name), "");
    if (isRoot && name !== "data") chownSync(dataDir, nobody, nobody);
    await expectRefused(dataDir);
  },
);

test("a link that leads nowhere", async () => {
  const dataDir = join(folder, "data");
  symlinkSync(join(folder, "gone", "away"), dataDir);
  await expectRefused(dataDir);
});
