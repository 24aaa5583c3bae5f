import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusedStart } from "./refused-start.ts";
import { hostConfig } from "./unreachable-venue.ts";

/**
 * B53: a host with a bad configuration does not start. It ends with 78 (EX_CONFIG) before it opens a folder or a socket, and names every
 * fault with its path and what to write instead, so that the next attempt can be the last.
 */
let folder: string;
let good: ReturnType<typeof hostConfig>;
let secret: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sealbook-config-"));
  good = hostConfig(folder);
  secret = readFileSync(good.chain.posterKeyFile, "utf8");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(config: unknown) {
  const file = join(folder, "host.json");
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  return refusedStart(["--config", file]);
}

test("unknown keys, wrong types and values out of range: all at once, each with its path", async () => {
  const { exitCode, stderr } = await start({
    ...good,
    surprise: true,
    tickMs: "10",
    durability: "replicated",
    limits: { frameBytes: 1_000_000_000, framebytes: 1 },
    chain: { ...good.chain, settlement: "0x12", confirmations: -1 },
    listen: { http: { port: 65_536 } },
  });
  expect(exitCode).toBe(78);
  expect(stderr).toMatch(/^E_CONFIG: The configuration has 8 fault\(s\)/m);
  for (const path of [
    "/surprise",
    "/tickMs",
    "/durability",
    "/limits/frameBytes",
    "/limits/framebytes",
    "/chain/settlement",
    "/chain/confirmations",
    "/listen/http/port",
  ]) {
    expect(stderr).toContain(`  ${path}: `);
  }
});

test("a key that others can read, and files that are not there, with the command that mends it", async () => {
  const posterKeyFile = join(folder, "readable.key");
  writeFileSync(posterKeyFile, secret);
  chmodSync(posterKeyFile, 0o644);
  const { exitCode, stderr } = await start({
    ...good,
    enclave: { ...good.enclave, library: join(folder, "nowhere.so") },
    chain: { ...good.chain, posterKeyFile },
  });
  expect(exitCode).toBe(78);
  expect(stderr).toContain("2 fault(s)");
  expect(stderr).toContain("/enclave/library: ");
  expect(stderr).toContain(`chmod 600 ${posterKeyFile}`);
  expect(stderr).not.toContain(secret.slice(2));
});

test("a secret in the wrong field is not repeated on the terminal", async () => {
  const { exitCode, stderr } = await start({
    ...good,
    chain: { ...good.chain, rpcUrl: secret, [secret.slice(0, 12)]: 1 },
  });
  expect(exitCode).toBe(78);
  expect(stderr).toContain("/chain/rpcUrl");
  expect(stderr).not.toContain(secret);
});

test.each(["", "{", "[]", "null", '"text"', '{"dataDir": "a", "dataDir": 1}'])(
  "%j is no configuration",
  async (text) => {
    const { exitCode, stderr } = await start(text);
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(/^E_CONFIG: /m);
  },
);

test("no file, and no argument", async () => {
  const missing = await refusedStart(["--config", join(folder, "missing.json")]);
  expect([missing.exitCode, missing.stderr]).toEqual([78, expect.stringContaining("missing.json")]);
  const bare = await refusedStart([]);
  expect([bare.exitCode, bare.stderr]).toEqual([2, expect.stringContaining("--config FILE")]);
});

test("a key file that holds no key", async () => {
  const posterKeyFile = join(folder, "no.key");
  writeFileSync(posterKeyFile, "hunter2", { mode: 0o600 });
  const { exitCode, stderr } = await start({ ...good, chain: { ...good.chain, posterKeyFile } });
  expect(exitCode).toBe(78);
  expect(stderr).toContain(`E_CONFIG: ${posterKeyFile} does not hold a private key.`);
  expect(stderr).not.toContain("hunter2");
});
