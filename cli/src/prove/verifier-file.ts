import { writeFileSync } from "node:fs";
import {
  compile,
  devCrs,
  forDevelopment,
  HonkProver,
  type StatementName,
  shapes,
  statement,
  tauG2,
  tauOf,
} from "@sealbook/circuits";
import { UsageError } from "../errors.ts";
import { step } from "../progress.ts";
import { CRS_POWER } from "./prove.ts";

/**
 * Writes the verifier's source. Its key commits to the circuit under a reference string, so a production verifier is made from the public
 * one; made from a development string it must also carry that string's G2, and is good for chain 31337 alone.
 */
export async function writeVerifier(
  name: string,
  using: { readonly devSeed?: string; readonly crs?: string | undefined },
  file: string,
): Promise<void> {
  if (!(name in shapes)) throw new UsageError(`no statement is called ${name}`);
  const { devSeed, crs } = using;
  if (devSeed === undefined && crs === undefined)
    throw new UsageError("a production verifier wants --crs FOLDER, the public reference string");
  const chosen = name as StatementName;
  const program = await step(`compiling ${chosen}`, () => compile(statement(chosen)));
  const prover = new HonkProver(crs ?? devCrs(devSeed!, CRS_POWER[chosen]));
  const source = await step("writing the verifier", () => prover.verifierSource(program));
  writeFileSync(file, devSeed === undefined ? source : forDevelopment(source, tauG2(tauOf(devSeed))));
}
