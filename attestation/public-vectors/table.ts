/** Prints every public vector's verdict beside what its manifest expects. Exit code 1 when one differs. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { attestVerify } from "../cli/index.ts";
import { PRODUCTION_ROOTS } from "../src/node.ts";
import { VECTOR_CASES } from "./cases.ts";
import { VECTORS } from "./folder.ts";

if (!existsSync(VECTORS)) {
  process.stdout.write("The public vectors are not beside this repository: nothing to show.\n");
} else {
  const rows = VECTOR_CASES.map((vector) => {
    const below = (names: readonly string[]) => names.map((name) => join(VECTORS, name));
    const options = {
      endorsements: below(vector.endorsements),
      chain: below(vector.chain ?? []),
      at: new Date(vector.at * 1000),
      roots: PRODUCTION_ROOTS,
    };
    const result = attestVerify(join(VECTORS, vector.file), options);
    const isAsExpected =
      result.reason === (vector.reason ?? null) &&
      result.status === (vector.status ?? null) &&
      result.verdict?.isCryptoValid === vector.crypto &&
      (vector.advisories === undefined || String(result.advisoryIds) === String(vector.advisories));
    return {
      vector: vector.file,
      crypto: result.verdict?.isCryptoValid ?? false,
      status: result.status ?? "–",
      advisories: result.advisoryIds.map((id) => id.replace("INTEL-SA-", "")).join(" ") || "–",
      answer: result.reason ?? "accepted",
      expected: isAsExpected ? "same" : "DIFFERS",
    };
  });
  console.table(rows);
  process.exitCode = rows.every((row) => row.expected === "same") ? 0 : 1;
}
