import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { VECTOR_CASES } from "../public-vectors/cases.ts";
import { VECTORS } from "../public-vectors/folder.ts";
import { mutationsOf, type Subject } from "../public-vectors/mutations.ts";
import type { Endorsements } from "../src/node.ts";
import { addToPool, emptyPool, PRODUCTION_ROOTS, parseEvidence, selectEndorsements } from "../src/node.ts";
import { onchainEvidence } from "../src/onchain/index.ts";
import { ChainInProcess, IS_BUILT } from "./chain.ts";
import { compare, emptyTally, runDifferential } from "./run.ts";

/** Ten thousand take ten minutes of one processor; `NIGHTLY=1` asks for them. */
const count = process.env.NIGHTLY ? 10_000 : 200;
const stride = process.env.NIGHTLY ? 1 : 7;

describe.skipIf(!IS_BUILT)("TypeScript and Solidity agree (skipped: contracts are not built)", () => {
  test(`on ${count} seeded mutations`, async () => {
    const tally = await runDifferential(1, count, { stride });
    expect(tally.differences).toEqual([]);
    expect(tally.tried).toBe(count);
    // A comparison of nothing but early refusals would be cheap to pass.
    expect(tally.byContract).toBeGreaterThan(count / 5);
  }, 3_600_000);

  const genuine = VECTOR_CASES.filter(
    (vector) => vector.endorsements.length > 0 && /^(?:sgx|tdx)/.test(vector.file),
  );
  test
    .skipIf(!existsSync(VECTORS))
    .each(genuine.map((vector) => [`${vector.file} at ${vector.at}`, vector] as const))(
    "on %s and every fifteenth of its mutations",
    async (_, vector) => {
      const subject = subjectOf(vector);
      const evidence = onchainEvidence(subject.quote, subject.endorsements as Endorsements);
      const chain = await ChainInProcess.deploy(evidence.rootKey);
      const tally = emptyTally();
      await compare(tally, chain, { ...subject, name: "as it is" }, PRODUCTION_ROOTS);
      let index = 0;
      for (const mutation of mutationsOf(subject))
        if (process.env.NIGHTLY || index++ % 15 === vector.at % 15)
          await compare(tally, chain, mutation, PRODUCTION_ROOTS);
      expect(tally.differences).toEqual([]);
    },
    600_000,
  );
});

function subjectOf(vector: (typeof VECTOR_CASES)[number]): Subject {
  const pool = emptyPool();
  for (const name of vector.endorsements) addToPool(pool, new Uint8Array(readFileSync(join(VECTORS, name))));
  const quote = new Uint8Array(readFileSync(join(VECTORS, vector.file)));
  const at = vector.at * 1000;
  return { quote, at, endorsements: selectEndorsements(pool, parseEvidence(quote), at) };
}
