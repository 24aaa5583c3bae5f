import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toBase64 } from "../src/bytes.ts";
import { type EndorsementSet, nodeCrypto, parseEvidence, type Verdict, verify } from "../src/node.ts";
import {
  SimulatedNitro,
  SimulatedQuotingEnclave,
  SimulatedSnpPlatform,
  simulatedEndorsements,
  simulatedReport,
  simulatedRoots,
  simulatedTdReport,
} from "../src/simulation/index.ts";
import { startServer } from "./server.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
if (!CHROMIUM)
  console.log(
    "No Chromium on this machine: the browser test is skipped. `apt-get install chromium` provides it.",
  );

const SEED = new Uint8Array(32).fill(31);
const AT = "2026-06-01T01:00:00.000Z";
const LIVE = simulatedRoots(SEED);
const ROOTS = { ...LIVE, amd: { ...LIVE.amd }, nitro: LIVE.nitro };

/** Evidence of every kind, genuine and damaged; the browser must say what Node says. */
function cases(): readonly (readonly [string, Uint8Array, EndorsementSet])[] {
  const enclave = new SimulatedQuotingEnclave(SEED, SEED);
  const sgx = enclave.quote(simulatedReport(SEED, enclave.targetInfo()));
  const chip = new SimulatedSnpPlatform(SEED);
  const damaged = sgx.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
  return [
    ["SGX", sgx, simulatedEndorsements(SEED)],
    ["SGX, damaged", damaged, simulatedEndorsements(SEED)],
    ["SGX, revoked", sgx, simulatedEndorsements(SEED, { isPckRevoked: true })],
    ["SGX, garbage list", sgx, { ...simulatedEndorsements(SEED), pckCrl: "00" }],
    [
      "TDX 1.5",
      enclave.quoteTd(simulatedTdReport({ version: "1.5" }), 5),
      simulatedEndorsements(SEED, { tee: "tdx", moduleStatus: "OutOfDate" }),
    ],
    ["SNP", chip.report({ version: 5 }), chip.endorsements()],
    ["Nitro", new SimulatedNitro(SEED).document(), {}],
  ];
}

describe.skipIf(!CHROMIUM)("in Chromium", () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    served = await startServer();
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    served?.server.close();
  });

  test("the unbundled core gives the verdicts Node gives", async () => {
    const page = await browser.newPage();
    await page.goto(served.url);
    await page.waitForFunction("globalThis.judge !== undefined");
    for (const [name, bytes, endorsements] of cases()) {
      const input = { evidence: toBase64(bytes), endorsements, roots: ROOTS, at: AT };
      const judged = await page.evaluate(`judge(${JSON.stringify(input)})`);
      expect(judged as Verdict, name).toEqual(
        verify(parseEvidence(bytes), endorsements, new Date(AT), ROOTS, nodeCrypto),
      );
    }
  }, 60_000);
});
