import { execFileSync } from "node:child_process";
import { X509Certificate as NodeCertificate } from "node:crypto";
import { fileURLToPath } from "node:url";
import dcapQvl from "@phala/dcap-qvl";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../bytes.ts";
import { parseReportBody } from "../evidence/report-body.ts";
import { nodeCrypto, PRODUCTION_ROOTS, parseEvidence, verify } from "../node.ts";
import {
  openReport,
  ReportError,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedPki,
  simulatedReport,
  simulatedRoots,
} from "./index.ts";

const SEED = new Uint8Array(32).fill(3);
const PLATFORM_SEED = new Uint8Array(32).fill(4);
const AT = new Date("2026-06-01T00:00:00Z");
const ENCLAVE = new SimulatedQuotingEnclave(SEED, PLATFORM_SEED);
const REPORT = simulatedReport(PLATFORM_SEED, ENCLAVE.targetInfo());

test("two processes make the same bytes from the same seed", () => {
  const script = `
    import { createHash } from "node:crypto";
    import * as simulation from ${JSON.stringify(fileURLToPath(new URL("./index.ts", import.meta.url)))};
    const seed = new Uint8Array(32).fill(3), platformSeed = new Uint8Array(32).fill(4);
    const enclave = new simulation.SimulatedQuotingEnclave(seed, platformSeed);
    const quote = enclave.quote(simulation.simulatedReport(platformSeed, enclave.targetInfo()));
    const endorsements = JSON.stringify([simulation.simulatedEndorsements(seed), simulation.simulatedEndorsements(seed, { tee: "tdx" })]);
    console.log(createHash("sha256").update(quote).update(endorsements).digest("hex"));`;
  const run = () =>
    execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  const first = run();
  expect(first).toMatch(/^[0-9a-f]{64}\n$/);
  expect(run()).toBe(first);
});

test("another seed makes another root", () => {
  expect(simulatedRoots(SEED).intelSgx).not.toBe(simulatedRoots(PLATFORM_SEED).intelSgx);
});

test("the simulated roots refuse a quote whose chain is Intel's, and the production roots refuse ours", () => {
  expect(simulatedRoots(SEED).intelSgx).not.toBe(PRODUCTION_ROOTS.intelSgx);
  const verdict = verify(
    parseEvidence(ENCLAVE.quote(REPORT)),
    simulatedEndorsements(SEED),
    AT,
    PRODUCTION_ROOTS,
    nodeCrypto,
  );
  expect(verdict.reason).toBe("CHAIN_ROOT");
});

test("every subject says that it is simulated", () => {
  const { root, platformCa, pck, tcbSigning } = simulatedPki(SEED);
  for (const { commonName } of [root, platformCa, pck, tcbSigning]) expect(commonName).toContain("Simulated");
});

test("OpenSSL agrees with the chain", () => {
  const { root, platformCa, pck, tcbSigning } = simulatedPki(SEED);
  const [rootX, caX, pckX, tcbX] = [root, platformCa, pck, tcbSigning].map(
    ({ certificate }) => new NodeCertificate(certificate),
  );
  expect(rootX!.verify(rootX!.publicKey)).toBe(true);
  expect(caX!.checkIssued(rootX!) && caX!.verify(rootX!.publicKey)).toBe(true);
  expect(pckX!.checkIssued(caX!) && pckX!.verify(caX!.publicKey)).toBe(true);
  expect(tcbX!.checkIssued(rootX!) && tcbX!.verify(rootX!.publicKey)).toBe(true);
});

test("an independent verifier accepts the quotes under the simulated root, and refuses them under Intel's", () => {
  const td = new Uint8Array(584);
  td.set([4, 1, 2], 0); // TEE_TCB_SVN
  td.set(fromHex("0000001000000000"), 120); // SEPT_VE_DISABLE
  for (const [tee, quote] of [
    ["sgx", ENCLAVE.quote(REPORT)],
    ["tdx", ENCLAVE.quoteTd(td)],
  ] as const) {
    const endorsements = simulatedEndorsements(SEED, { tee });
    const split = (text: string, member: string) => {
      const { [member]: body, signature } = JSON.parse(text);
      return [JSON.stringify(body), [...fromHex(signature)]] as [string, number[]];
    };
    const [tcb_info, tcb_info_signature] = split(endorsements.tcbInfo, "tcbInfo");
    const [qe_identity, qe_identity_signature] = split(endorsements.qeIdentity, "enclaveIdentity");
    const collateral = {
      pck_crl_issuer_chain: endorsements.tcbInfoChain,
      root_ca_crl: [...fromHex(endorsements.rootCrl)],
      pck_crl: [...fromHex(endorsements.pckCrl)],
      tcb_info_issuer_chain: endorsements.tcbInfoChain,
      tcb_info,
      tcb_info_signature,
      qe_identity_issuer_chain: endorsements.qeIdentityChain,
      qe_identity,
      qe_identity_signature,
    };
    const root = Buffer.from(simulatedPki(SEED).root.certificate);
    const at = AT.getTime() / 1000;
    expect(dcapQvl.QuoteVerifier.newWithRootCa(root).verify(quote, collateral, at).status).toBe("UpToDate");
    expect(() => dcapQvl.QuoteVerifier.newProd().verify(quote, collateral, at)).toThrow();
  }
});

test("a REPORT is quoted byte for byte, once its MAC verifies", () => {
  const body = openReport(REPORT, PLATFORM_SEED, ENCLAVE.targetInfo().subarray(0, 32));
  const quote = ENCLAVE.quote(REPORT);
  expect(toHex(quote.subarray(48, 432))).toBe(toHex(body));
  expect(parseReportBody(body).attributes[0]).toBe(5);
});

test("a REPORT that is forged, short, for another enclave or of another platform is not quoted", () => {
  for (const offset of [0, 64, 320, 384, 416, 431]) {
    const forged = REPORT.slice();
    forged[offset] = forged[offset]! ^ 1;
    expect(() => ENCLAVE.quote(forged)).toThrow(ReportError);
  }
  expect(() => ENCLAVE.quote(REPORT.subarray(0, 431))).toThrow(ReportError);
  expect(() => ENCLAVE.quote(simulatedReport(PLATFORM_SEED, new Uint8Array(512)))).toThrow(ReportError);
  expect(() => ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo()))).toThrow(ReportError);
});

test("golden: the default quote of this seed has not changed", () => {
  expect(toHex(nodeCrypto.sha256(ENCLAVE.quote(REPORT)))).toBe(
    "2e6ff6be75c0a2d559aeb543091b34d6c8cc312f63654aabd2e7bd9e890c3437",
  );
});
