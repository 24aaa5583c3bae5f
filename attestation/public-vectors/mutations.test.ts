import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  AttestationError,
  addToPool,
  emptyPool,
  nodeCrypto,
  PRODUCTION_ROOTS,
  parseEvidence,
  type Roots,
  selectEndorsements,
  verify,
} from "../src/node.ts";
import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
  simulatedRoots,
} from "../src/simulation/index.ts";
import { VECTOR_CASES } from "./cases.ts";
import { VECTORS } from "./folder.ts";
import { mutationsOf, type Subject } from "./mutations.ts";

const CLASSES_MIN = 40;

/** Names of mutations that were accepted, and of how many. */
function accepted(subject: Subject, roots: Roots) {
  const judge = ({ quote, endorsements, at }: Subject) =>
    verify(parseEvidence(quote), endorsements, new Date(at), roots, nodeCrypto);
  expect(judge(subject).isGenuine).toBe(true);
  const wrong: string[] = [];
  let tried = 0;
  for (const mutation of mutationsOf(subject)) {
    tried++;
    try {
      if (judge(mutation).isGenuine) wrong.push(mutation.name);
    } catch (error) {
      if (!(error instanceof AttestationError)) wrong.push(`${mutation.name}: ${error}`);
    }
  }
  return { wrong, tried };
}

function subjectOf(vector: (typeof VECTOR_CASES)[number]): Subject {
  const pool = emptyPool();
  for (const name of vector.endorsements) addToPool(pool, new Uint8Array(readFileSync(join(VECTORS, name))));
  const quote = new Uint8Array(readFileSync(join(VECTORS, vector.file)));
  const at = vector.at * 1000;
  return { quote, at, endorsements: selectEndorsements(pool, parseEvidence(quote), at) };
}

describe.skipIf(!existsSync(VECTORS))("no mutation of a public vector is accepted", () => {
  const genuine = VECTOR_CASES.filter((vector) => vector.status !== undefined);
  test.each(genuine.map((vector) => [`${vector.file} at ${vector.at}`, vector] as const))(
    "%s",
    (_, vector) => {
      const { wrong, tried } = accepted(subjectOf(vector), PRODUCTION_ROOTS);
      expect(wrong).toEqual([]);
      expect(tried).toBeGreaterThan(CLASSES_MIN);
    },
  );
});

describe("no mutation of simulated evidence is accepted", () => {
  const seed = new Uint8Array(32).fill(5);
  const enclave = new SimulatedQuotingEnclave(seed, seed);
  const report = simulatedReport(seed, enclave.targetInfo());
  const td = (size: number) => {
    const body = new Uint8Array(size);
    body.set([4, 1, 2], 0);
    return body;
  };
  const cases = [
    ["SGX, version 3", enclave.quote(report), "sgx"],
    ["SGX, version 4", enclave.quote(report, 4), "sgx"],
    ["SGX, version 5", enclave.quote(report, 5), "sgx"],
    ["TDX 1.0, version 4", enclave.quoteTd(td(584)), "tdx"],
    ["TDX 1.0, version 5", enclave.quoteTd(td(584), 5), "tdx"],
    ["TDX 1.5, version 5", enclave.quoteTd(td(648), 5), "tdx"],
  ] as const;
  test.each(cases)("%s", (_, quote, tee) => {
    const subject = { quote, at: Date.UTC(2026, 5), endorsements: simulatedEndorsements(seed, { tee }) };
    // The simulated windows span decades: a year more or less is no mutation there.
    const { wrong, tried } = accepted(subject, simulatedRoots(seed));
    expect(wrong.filter((name) => !name.startsWith("time: a year"))).toEqual([]);
    expect(tried).toBeGreaterThan(CLASSES_MIN);
  });
});
