// Installs and builds whatever is missing before `npm start` and `npm test`. Plain JavaScript, because on a fresh clone
// the only Node is the machine's own (20 or later); it brings Node 24 with the other packages. A step whose inputs have
// not changed since it last succeeded is skipped, so a second run is over in well under two seconds.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const stamps = join(root, ".sealbook", "stamps");

const cargoBuild = ["cargo", "build", "--release", "--locked", "--manifest-path", "enclave/Cargo.toml"];

/** One step: what a person reads, the inputs whose change makes it run, the outputs that must exist, the command. */
const steps = [
  {
    name: "packages",
    title: "npm packages (Node 24, Foundry, compilers)",
    inputs: ["package-lock.json", "package.json"],
    outputs: ["node_modules/.bin/node", "node_modules/.bin/anvil", "node_modules/.bin/forge"],
    command: ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
  },
  // The measured library is built alone: in one build with other crates cargo would give it their features too, and its measurement
  // would move with code it does not contain.
  {
    name: "enclave",
    title: "enclave (Rust, release)",
    inputs: ["enclave"],
    outputs: [`enclave/target/release/${library("sealbook_enclave")}`, "enclave/target/release/ring-latency"],
    command: [...cargoBuild, "--package", "sealbook-runtime"],
  },
  {
    name: "tools",
    title: "simulator and load generator (Rust, release)",
    inputs: ["enclave"],
    outputs: [
      `enclave/target/release/${library("sealbook_sim")}`,
      "enclave/target/release/sealbook-sim",
      "enclave/target/release/sealbook-load",
    ],
    command: [...cargoBuild, "--package", "sealbook-sim", "--package", "sealbook-client"],
  },
  {
    name: "contracts",
    title: "contracts (Solidity)",
    inputs: ["contracts/src", "contracts/foundry.toml", "contracts/solc", "package-lock.json"],
    outputs: ["contracts/out/Settlement.sol/Settlement.json"],
    command: [
      join(root, "node_modules/.bin/node"),
      "contracts/script/forge.mjs",
      "build",
      "--root",
      "contracts",
      "--skip",
      "test", // a venue needs no test; `npm test` compiles them
    ],
  },
];

function library(name) {
  return process.platform === "darwin" ? `lib${name}.dylib` : `lib${name}.so`;
}

/** Path, size and modification time of every input file: cheap, and wrong only by rebuilding too often. */
function fingerprint(inputs) {
  const hash = createHash("sha256");
  const visit = (path) => {
    if (!existsSync(path)) return;
    const stat = statSync(path);
    if (stat.isDirectory()) {
      if (/(^|\/)(target|out|cache|node_modules)$/.test(path)) return;
      for (const entry of readdirSync(path).sort()) visit(join(path, entry));
    } else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const input of inputs) visit(join(root, input));
  return hash.digest("hex");
}

function isFresh(step) {
  const stamp = join(stamps, step.name);
  return (
    step.outputs.every((output) => existsSync(join(root, output))) &&
    existsSync(stamp) &&
    readFileSync(stamp, "utf8") === fingerprint(step.inputs)
  );
}

/** Runs the command quietly; its output is shown only if it fails. On a terminal the line counts seconds. */
function run(step, label) {
  return new Promise((done) => {
    const began = Date.now();
    const seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;
    const [file, ...args] = step.command;
    const child = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    const ticking = process.stderr.isTTY
      ? setInterval(() => process.stderr.write(`\r${label} … ${seconds()} `), 500)
      : undefined;
    if (!ticking) process.stderr.write(`${label} …\n`);
    const finish = (code, trouble) => {
      clearInterval(ticking);
      process.stderr.write(
        `${ticking ? "\r" : ""}${label} ${code === 0 ? "done" : "FAILED"}, ${seconds()}\n`,
      );
      if (code !== 0) process.stderr.write(`${output}\n${trouble ?? ""}`);
      done(code);
    };
    child.on("error", (error) => finish(3, `${file} could not be started (${error.message}).\n`));
    child.on("close", (code) => finish(code ?? 3));
  });
}

function demand(tool, advice) {
  if (spawnSync(tool, ["--version"], { stdio: "ignore" }).status === 0) return;
  process.stderr.write(`sealbook needs ${tool}: ${advice}\n`);
  process.exit(3);
}

const stale = steps.filter((step, i) => !isFresh(step) || (i > 0 && !isFresh(steps[0])));
if (stale.length > 0) {
  demand("cargo", "install Rust 1.95 or later (rustup.rs), then run this again.");
  demand("cc", "install a C toolchain (Debian: build-essential), then run this again.");
  mkdirSync(stamps, { recursive: true });
}
for (const [i, step] of stale.entries()) {
  const code = await run(step, `[${i + 1}/${stale.length}] ${step.title}`);
  if (code !== 0) process.exit(3);
  writeFileSync(join(stamps, step.name), fingerprint(step.inputs));
}
