import { Contract, ContractFactory } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tauG2, tauOf } from "../src/dev-crs.ts";
import { devProver, type HonkProver, type Proven } from "../src/prover.ts";
import type { StatementName } from "../src/shapes.ts";
import { compile, type Program, statement } from "../src/source.ts";
import { canonicalG2, compileVerifier, forDevelopment } from "../src/verifier.ts";
import { startAnvil } from "./anvil.ts";
import { batchOf, trade, withdrawal } from "./scenario.ts";

const seed = "development";
const abi = ["function verify(bytes proof, bytes32[] publicInputs) view returns (bool)"];

describe("a batch of two operations, on a chain", () => {
  let proven: Proven;
  let development: Contract;
  let production: Contract;
  let stop = () => {};

  beforeAll(async () => {
    const circuit = await compile(statement("batch2"));
    const prover = devProver(seed, 16);
    const batch = batchOf([trade(), withdrawal(2, 1_000n)]);
    proven = await prover.prove(circuit, batch.inputs);
    expect(proven.publicInputs.map(BigInt)).toEqual(batch.publicInputs);
    const source = await prover.verifierSource(circuit);
    const anvil = await startAnvil();
    stop = anvil.stop;
    const deploy = async (code: string) => {
      const deployed = await new ContractFactory(abi, code, anvil.wallet).deploy();
      await deployed.waitForDeployment();
      return new Contract(await deployed.getAddress(), abi, anvil.wallet);
    };
    development = await deploy(compileVerifier(forDevelopment(source, tauG2(tauOf(seed)))));
    production = await deploy(compileVerifier(source));
  }, 120_000);
  afterAll(() => stop());

  const accepts = (contract: Contract, proof: Buffer, inputs: readonly string[]): Promise<boolean> =>
    contract.verify!.staticCall(`0x${proof.toString("hex")}`, inputs).then(Boolean, () => false);

  test("the honest proof is accepted", async () => {
    expect(await accepts(development, proven.proof, proven.publicInputs)).toBe(true);
    const gas: bigint = await development.verify!.estimateGas(
      `0x${proven.proof.toString("hex")}`,
      proven.publicInputs,
    );
    expect(gas).toBeLessThan(900_000n);
    if (process.env.SEALBOOK_FIGURES) console.log(`verify transaction: ${gas} gas`);
  });

  test("no public input may differ", async () => {
    for (const at of proven.publicInputs.keys()) {
      const inputs = [...proven.publicInputs];
      inputs[at] = `0x${(BigInt(inputs[at]!) ^ 1n).toString(16).padStart(64, "0")}`;
      expect(await accepts(development, proven.proof, inputs), `input ${at}`).toBe(false);
    }
  });

  test("no byte of the proof may differ", async () => {
    for (const at of [31, 1_000, 4_031, proven.proof.length - 1]) {
      const proof = Buffer.from(proven.proof);
      proof[at]! ^= 1;
      expect(await accepts(development, proof, proven.publicInputs), `byte ${at}`).toBe(false);
    }
  });

  test("the production verifier rejects the development proof", async () => {
    expect(await accepts(production, proven.proof, proven.publicInputs)).toBe(false);
  });
});

/** The larger statements take a minute and a reference string of 2^19 points: nightly. */
const names: StatementName[] =
  process.env.SEALBOOK_PROOF30 === "1" ? ["batch2", "batch8", "batch30"] : ["batch2"];

describe.each(names)("%s", (name) => {
  const power = { batch2: 16, batch8: 18, batch30: 19 }[name];
  let circuit: Program;
  let prover: HonkProver;
  beforeAll(async () => {
    circuit = await compile(statement(name));
    prover = devProver(seed, power);
  }, 600_000);

  test("fits its domain", async () => expect(await prover.gates(circuit)).toBeLessThan(2 ** power), 120_000);

  test("has verifiers for development and for production that differ in exactly the four words of G2", async () => {
    const source = await prover.verifierSource(circuit);
    const [a, b] = [source, forDevelopment(source, tauG2(tauOf(seed)))].map((text) => text.split(/\b/));
    const differing = a!.filter((token, at) => token !== b![at]);
    expect(a!.length).toBe(b!.length);
    expect(differing).toEqual([...canonicalG2]);
  }, 600_000);
});
