/**
 * `forge` with its exit code. The launcher npm puts in `node_modules/.bin` (1.7.1) spawns the binary and then exits 0 whatever
 * became of it, so a failing test suite would look like a passing one. This runs the same binary and repeats its verdict.
 *
 *   node contracts/script/forge.mjs test --root contracts
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const architecture = process.arch === "x64" ? "amd64" : process.arch;
const launcher = createRequire(import.meta.url).resolve("@foundry-rs/forge/package.json");
const binary = createRequire(launcher).resolve(
  `@foundry-rs/forge-${process.platform}-${architecture}/bin/forge`,
);

const { status, signal, error } = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (error) throw error;
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
