import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { DependencyError } from "../errors.ts";

/** The measured programs, by the cargo package that builds each. */
const packages = {
  "sealbook-sim": "sealbook-sim",
  "sealbook-load": "sealbook-client",
  "ring-latency": "sealbook-runtime",
} as const;

export type Program = keyof typeof packages;

/** Runs a measured program and gives what it printed as JSON. */
export type RunProgram = (program: Program, args: string[], options?: RunOptions) => Promise<unknown>;

export interface RunOptions {
  /** Added to the environment: secrets travel here, because a command line is in every process list. */
  environment?: Record<string, string>;
  /** Exit code 1 is an answer ("commands were refused") that still comes with figures. */
  mayRefuse?: boolean;
}

const root = resolve(import.meta.dirname, "../../..");

/** Where a measured program is. @throws DependencyError when it is not built */
export function programPath(program: Program): string {
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "enclave/target");
  const path = join(target, "release", program + (process.platform === "win32" ? ".exe" : ""));
  if (existsSync(path)) return path;
  const how = `cargo build --release --manifest-path enclave/Cargo.toml -p ${packages[program]} --bins`;
  throw new DependencyError(program, `is not built: run \`${how}\``);
}

/**
 * Runs one program to its end.
 *
 * @throws DependencyError when it is missing, fails, or prints no JSON
 */
export const runProgram: RunProgram = async (program, args, options = {}) => {
  const path = programPath(program);
  const { code, stdout, stderr } = await new Promise<{ code: number | null; stdout: string; stderr: string }>(
    (done, fail) => {
      const environment = { ...process.env, ...options.environment };
      const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"], env: environment });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        stdout += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        stderr = (stderr + chunk).slice(-4000);
      });
      child.on("error", (cause) => fail(new DependencyError(program, "could not be started", cause)));
      child.on("close", (code) => done({ code, stdout, stderr }));
    },
  );
  if (code !== 0 && !(code === 1 && options.mayRefuse)) {
    throw new DependencyError(program, `failed with code ${code}: ${stderr.trim() || "it said nothing"}`);
  }
  return lastJson(program, stdout);
};

/** Programs print one object; what a progress line may have put before it is passed over. */
function lastJson(program: Program, stdout: string): unknown {
  const text = stdout.trim();
  for (const candidate of [text, text.split("\n").at(-1) ?? ""]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Not JSON as a whole: the last line may be.
    }
  }
  throw new DependencyError(program, `printed no JSON: ${text.slice(-200)}`);
}
