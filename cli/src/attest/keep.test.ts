import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { simulatedEndorsements, simulatedPki } from "@sealbook/attestation/simulation";
import { emitPem, type SmallService, startSmallService } from "@sealbook/attestation/testing";
import { type Deployment, deploy, simulatedOptions } from "@sealbook/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Anvil, startAnvil } from "../../../contracts/script/anvil.ts";

const SEED = new Uint8Array(32).fill(0x2a);
const PKI = simulatedPki(SEED);
const START = Date.UTC(2026, 5, 1) / 1000;
const DAY = 86_400;
/** Anvil's second published account: whoever pays needs no role. */
const STRANGER_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

let anvil: Anvil;
let service: SmallService;
let addresses: Deployment;
let folder: string;

beforeAll(async () => {
  anvil = await startAnvil(START);
  addresses = await deploy(anvil.deployer, simulatedOptions({ seed: SEED, image: new Uint8Array(8) }));
  const from = new Date((START - DAY) * 1000);
  service = await startSmallService({
    crlChain: emitPem(PKI.platformCa.certificate, PKI.root.certificate),
    answer: () =>
      simulatedEndorsements(SEED, { issuedAt: from, nextUpdate: new Date((START + 29 * DAY) * 1000) }),
  });
  folder = mkdtempSync(join(tmpdir(), "sealbook-keep-"));
  writeFileSync(join(folder, "key"), STRANGER_KEY);
}, 120_000);

afterAll(() => {
  anvil?.stop();
  service?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

function keepOnce(...more: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { provider } = anvil;
  const args = [
    resolve(import.meta.dirname, "../../bin/sealbook.mjs"),
    ...["attest", "keep", "--once", "--rpc", provider._getConnection().url, "--registry", addresses.registry],
    ...["--platform", `sgx:${PKI.platform.fmspc}:platform`, "--key-file", join(folder, "key")],
    ...["--pcs", service.url, "--simulated-seed", Buffer.from(SEED).toString("hex"), ...more],
  ];
  return new Promise((done) => {
    execFile(process.execPath, args, { encoding: "utf8" }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

test("a stranger keeps a chain's endorsements, and pays once", async () => {
  const first = await keepOnce("--json");
  expect(first).toMatchObject({ code: 0, err: "" });
  const report = JSON.parse(first.out);
  expect(report.items.map((item: { action: string }) => item.action)).toEqual(Array(7).fill("sent"));
  expect(report.earliest.daysLeft).toBe(28);
  const second = await keepOnce();
  expect(second.code).toBe(0);
  expect(second.out).not.toContain("sent");
  expect(second.out).toContain("until 2026-06-30T00:00:00Z");
}, 120_000);

test("near the end with nothing newer the answer is no; a dead service or chain is a dependency's failure", async () => {
  await anvil.provider.send("evm_setNextBlockTimestamp", [START + 25 * DAY]);
  await anvil.provider.send("evm_mine", []);
  const late = await keepOnce();
  expect(late.code).toBe(1);
  expect(late.out).toContain("KEEPER_LAPSING");
  service.status = 500;
  expect((await keepOnce()).code).toBe(3);
  expect((await keepOnce("--rpc", "http://127.0.0.1:1")).code).toBe(3);
  expect((await keepOnce("--platform", "sgx")).code).toBe(2);
}, 120_000);
