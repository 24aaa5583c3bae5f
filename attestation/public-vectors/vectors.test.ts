import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attestVerify } from "../cli/index.ts";
import { PRODUCTION_ROOTS } from "../src/node.ts";
import { VECTOR_CASES, type VectorCase } from "./cases.ts";
import { VECTORS } from "./folder.ts";

const below = (names: readonly string[]) => names.map((name) => join(VECTORS, name));

function judge(
  vector: VectorCase,
  endorsements = below(vector.endorsements),
  chain = below(vector.chain ?? []),
) {
  const at = new Date(vector.at * 1000);
  return attestVerify(join(VECTORS, vector.file), { endorsements, chain, at, roots: PRODUCTION_ROOTS });
}

function expectVerdict(vector: VectorCase, result: ReturnType<typeof attestVerify>): void {
  expect(result.verdict?.isCryptoValid).toBe(vector.crypto);
  expect(result.reason).toBe(vector.reason ?? null);
  expect(result.isAccepted).toBe(vector.reason === undefined);
  expect(result.status).toBe(vector.status ?? null);
  if (vector.advisories) expect(result.advisoryIds).toEqual(vector.advisories);
  if (vector.claims) expect(result.verdict?.claims).toMatchObject(vector.claims);
}

describe.skipIf(!existsSync(VECTORS))("public vectors, each as its manifest says", () => {
  test.each(VECTOR_CASES.map((vector) => [`${vector.file} at ${vector.at}`, vector] as const))(
    "%s",
    (_, vector) => {
      expectVerdict(vector, judge(vector));
    },
  );

  const endorsed = VECTOR_CASES.filter((vector) => vector.endorsements.length > 0);
  test.each(endorsed.map((vector) => [`${vector.file} at ${vector.at}`, vector] as const))(
    "%s, given every endorsement there is",
    (_, vector) => {
      expectVerdict(vector, judge(vector, below(["collateral", "roots"]), []));
    },
  );

  test("the bound SNP report binds what its note says", () => {
    const note = readFileSync(join(VECTORS, "sev-snp/milan-v5-gcp-bound.txt"), "utf8");
    const field = (name: string) => Buffer.from(new RegExp(`${name}=([0-9a-f]+)`).exec(note)![1]!, "hex");
    const expected = createHash("sha512").update(field("NONCE")).update(field("X25519_KEY")).digest("hex");
    const vector = VECTOR_CASES.find((candidate) => candidate.file.includes("gcp-bound"))!;
    expect(judge(vector).verdict?.claims).toMatchObject({ reportData: expected });
  });
});
