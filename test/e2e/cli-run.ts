import { spawn } from "node:child_process";
import { resolve } from "node:path";

const bin = resolve(import.meta.dirname, "../../cli/bin/sealbook.mjs");

export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** `sealbook …` as a user runs it: a process of its own. */
export function sealbook(...args: string[]): Promise<CliRun> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const run: CliRun = { code: -1, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    run.stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    run.stderr += chunk.toString();
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ ...run, code: code ?? -1 }));
  });
}
