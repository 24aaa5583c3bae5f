/**
 * How long a verdict takes, beside the raw cost of its own signature checks and beside `@phala/dcap-qvl`, in one run.
 * Medians over interleaved rounds, so that a busy machine slows all alike. Simulated evidence: it needs no files.
 *
 * `node attestation/bench.ts [--json] [--rounds N]`
 */
import { createPublicKey, generateKeyPairSync, sign, verify as verifyRaw } from "node:crypto";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import dcapQvl from "@phala/dcap-qvl";
import { fromHex } from "./src/bytes.ts";
import {
  authenticate,
  type CryptoBackend,
  nobleCrypto,
  nodeCrypto,
  parseEvidence,
  verify,
} from "./src/node.ts";
import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedPki,
  simulatedReport,
  simulatedRoots,
} from "./src/simulation/index.ts";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "300" } },
});

/** Parsing is far below the clock's noise: timed in batches. */
const PARSES = 50;
const SEED = new Uint8Array(32).fill(1);
const AT = new Date("2026-06-01T00:00:00Z");
const ROOTS = simulatedRoots(SEED);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const PKI = simulatedPki(SEED);

interface Case {
  readonly name: string;
  readonly quote: Uint8Array;
  readonly tee: "sgx" | "tdx";
}

const TD = new Uint8Array(584);
TD.set([4, 1, 2], 0);
TD.set(fromHex("0000001000000000"), 120);

const CASES: readonly Case[] = [
  { name: "SGX v3", quote: ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo())), tee: "sgx" },
  { name: "TDX v4", quote: ENCLAVE.quoteTd(TD), tee: "tdx" },
];

/** One P-256 verification by `node:crypto` with the key at hand: the floor. */
function rawFloor(): () => boolean {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const message = new Uint8Array(432);
  const signature = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
  const key = createPublicKey(publicKey.export({ type: "spki", format: "pem" }));
  return () => verifyRaw("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/** How many signature checks a verification makes: counted, not assumed. */
function countSignatures(run: (crypto: CryptoBackend) => void): number {
  let count = 0;
  run({
    ...nodeCrypto,
    verifyP256: (...args) => {
      count++;
      return nodeCrypto.verifyP256(...args);
    },
  });
  return count;
}

function peer(test: Case): () => unknown {
  const endorsements = simulatedEndorsements(SEED, { tee: test.tee });
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
  const verifier = dcapQvl.QuoteVerifier.newWithRootCa(Buffer.from(PKI.root.certificate));
  return () => verifier.verify(test.quote, collateral, AT.getTime() / 1000);
}

function measure(test: Case, rounds: number) {
  const endorsements = simulatedEndorsements(SEED, { tee: test.tee });
  const evidence = parseEvidence(test.quote);
  const handle = authenticate(endorsements, ROOTS, nodeCrypto);
  if (!verify(evidence, handle, AT, ROOTS).isGenuine) throw new Error(`${test.name} is not genuine`);
  const checks = countSignatures((crypto) => verify(evidence, endorsements, AT, ROOTS, crypto));
  const jobs = {
    floor_us: rawFloor(),
    parse_us: () => {
      for (let i = 0; i < PARSES; i++) parseEvidence(test.quote);
    },
    cold_us: () => verify(parseEvidence(test.quote), endorsements, AT, ROOTS, nodeCrypto),
    warm_us: () => verify(parseEvidence(test.quote), handle, AT, ROOTS),
    cold_noble_us: () => verify(parseEvidence(test.quote), endorsements, AT, ROOTS, nobleCrypto),
    dcap_qvl_us: peer(test),
  };
  const samples = Object.fromEntries(Object.keys(jobs).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds + 20; round++) {
    for (const [name, job] of Object.entries(jobs)) {
      const began = performance.now();
      job();
      if (round >= 20) samples[name]!.push((performance.now() - began) * 1000);
    }
  }
  samples.parse_us = samples.parse_us!.map((sample) => sample / PARSES);
  const median = (name: keyof typeof jobs) =>
    Math.round(samples[name]!.sort((a, b) => a - b)[rounds >> 1]! * 10) / 10;
  const floor = median("floor_us");
  return {
    case: test.name,
    floor_us_p50: floor,
    signature_checks: checks,
    parse_us_p50: median("parse_us"),
    cold_us_p50: median("cold_us"),
    cold_per_floor: Math.round((median("cold_us") / (checks * floor)) * 100) / 100,
    warm_us_p50: median("warm_us"),
    cold_noble_us_p50: median("cold_noble_us"),
    dcap_qvl_us_p50: median("dcap_qvl_us"),
  };
}

const rows = CASES.map((test) => measure(test, Number(values.rounds)));
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
if (values.json) process.stdout.write(`${JSON.stringify({ machine, rows }, null, 2)}\n`);
else {
  process.stdout.write(
    `${machine}; simulated evidence; medians of ${values.rounds} interleaved rounds, µs\n`,
  );
  console.table(rows);
}
