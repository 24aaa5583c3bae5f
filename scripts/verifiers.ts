/**
 * Writes the development verifier of each statement to contracts/verifiers: creation code that a development chain deploys without
 * compiling a circuit. Run it when a circuit has changed: `npm run verifiers`. It takes some minutes; arguments name statements.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  compile,
  compileVerifier,
  devCrs,
  forDevelopment,
  HonkProver,
  type StatementName,
  shapes,
  statement,
  statementHash,
  tauG2,
  tauOf,
} from "@sealbook/circuits";
import { CRS_POWER } from "../cli/src/prove/prove.ts";

/** The word everybody's development reference string is made of. */
const SEED = "development";
const folder = resolve(import.meta.dirname, "../contracts/verifiers");
const asked = process.argv.slice(2);
const names = (asked.length > 0 ? asked : Object.keys(shapes)) as StatementName[];
// The largest first: a smaller statement takes what it needs of the same string.
names.sort((a, b) => CRS_POWER[b] - CRS_POWER[a]);
for (const name of names) {
  const prover = new HonkProver(devCrs(SEED, CRS_POWER[name]));
  const source = await prover.verifierSource(await compile(statement(name)));
  const code = compileVerifier(forDevelopment(source, tauG2(tauOf(SEED))));
  const { instruments, operations } = shapes[name];
  const file = { statement: name, circuit: statementHash(name), crs: SEED, instruments, operations, code };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(file, null, 2)}\n`);
  console.log(`${name}: ${(code.length - 2) / 2} bytes of code`);
}
