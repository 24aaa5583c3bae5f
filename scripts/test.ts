/**
 * `npm test`: everything that must hold before a change lands, cheapest first, one line a step and a closing count.
 * `--nightly` adds the long sweeps; `--only=a,b` runs the named steps. A step fails by its exit code alone.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

interface Step {
  name: string;
  command: string;
  nightly?: boolean;
  /** Runs while the next steps do, as far as those do not read what it makes; its output comes in one piece when it is done. */
  isBeside?: boolean;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const cargo = (verb: string, rest: string) =>
  `cargo ${verb} --locked --manifest-path enclave/Cargo.toml ${rest}`;

const steps: Step[] = [
  {
    name: "format",
    command:
      "biome check . && cargo fmt --all --check --manifest-path enclave/Cargo.toml && node contracts/script/forge.mjs fmt --check --root contracts",
  },
  { name: "types", command: "tsc -p ." },
  { name: "wire", command: "node wire/generate.ts --check" },
  // Compiling Solidity takes one core, and cargo waits for its linker on one: together they leave little of two idle.
  {
    name: "contracts",
    command: "node contracts/script/forge.mjs test --root contracts",
    isBeside: true,
  },
  { name: "lint", command: cargo("clippy", "--workspace --all-targets -- -D warnings") },
  { name: "enclave", command: cargo("test", "--workspace --features sealbook-runtime/buggify --quiet") },
  { name: "profiles", command: "node scripts/profiles.ts 20000 7" },
  { name: "typescript", command: "node scripts/chromium.ts && vitest run --project rooms" },
  { name: "end-to-end", command: "vitest run --project e2e" },
  {
    name: "nightly-engine",
    nightly: true,
    command: "enclave/target/release/sealbook-sim property --commands 10000000 --seed 1",
  },
  { name: "nightly-profiles", nightly: true, command: "node scripts/profiles.ts 1000000 8" },
  {
    name: "nightly-contracts",
    nightly: true,
    command: "FOUNDRY_PROFILE=nightly node contracts/script/forge.mjs test --root contracts",
  },
  {
    name: "nightly-differential",
    nightly: true,
    command: "node attestation/differential/run.ts 1 10000",
  },
  {
    name: "nightly-mutants",
    nightly: true,
    command: "SEALBOOK_MUTANTS=all vitest run --project rooms circuits/test/mutation/mutants.test.ts",
  },
  {
    name: "nightly-proof",
    nightly: true,
    command:
      "SEALBOOK_FLOW_SEEDS=20 SEALBOOK_FLOW_SOLVED=2 SEALBOOK_PROOF30=1 vitest run --project rooms circuits/test/engine.test.ts circuits/test/proof.test.ts && SEALBOOK_PROOF30=1 SEALBOOK_FIGURES=1 vitest run --project e2e test/e2e/thirty-operations.test.ts",
  },
  {
    name: "nightly-crash",
    nightly: true,
    command: "SEALBOOK_CYCLES=200 vitest run --project e2e test/e2e/killed-host.test.ts",
  },
];

const { values } = parseArgs({
  options: { only: { type: "string" }, nightly: { type: "boolean", default: false } },
});
const wanted = new Set(values.only?.split(","));
const chosen = steps.filter((step) =>
  wanted.size > 0 ? wanted.has(step.name) : values.nightly || !step.nightly,
);
if (chosen.length === 0) {
  console.error(`No such step. Steps: ${steps.map((step) => step.name).join(", ")}`);
  process.exit(2);
}
if (!existsSync(join(root, "..", "shared"))) {
  console.log("The shared reference data is not beside this clone: tests that need it are skipped by name.");
}

const logs = join(root, ".sealbook", "logs");
mkdirSync(logs, { recursive: true });
const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;

interface Result {
  step: Step;
  code: number;
  seconds: number;
}

function run(step: Step): Promise<Result> {
  const began = performance.now();
  return new Promise((done) => {
    const child = spawn("bash", ["-c", step.command], {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    const keep = (chunk: Buffer) => {
      chunks.push(chunk);
      if (!step.isBeside) process.stdout.write(chunk);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("close", (code) => {
      const output = Buffer.concat(chunks);
      writeFileSync(join(logs, `${step.name}.log`), output);
      if (step.isBeside) process.stdout.write(`\n[${step.name}, run beside]\n${output}`);
      done({ step, code: code ?? 1, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** What may run while contracts are compiled and tested: nothing that reads what they compile to. */
const besideContracts = new Set(["lint", "enclave", "profiles"]);

const running: Promise<Result>[] = [];
for (const [i, step] of chosen.entries()) {
  if (!besideContracts.has(step.name)) await Promise.all(running);
  console.log(`\n[${i + 1}/${chosen.length}] ${step.name}${step.isBeside ? ", beside the next" : ""}`);
  const result = run(step);
  running.push(result);
  if (!step.isBeside) await result;
}
const results = await Promise.all(running);

console.log("");
for (const { step, code, seconds } of results) {
  console.log(`${code === 0 ? "pass" : "FAIL"}  ${step.name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s`);
}
const failed = results.filter((result) => result.code !== 0).length;
if (failed > 0)
  console.log(
    "Each step's output is in .sealbook/logs; run one alone with `node scripts/test.ts --only=NAME`.",
  );
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
