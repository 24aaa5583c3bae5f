import { spawn } from "node:child_process";
import { resolve } from "node:path";

const hostMain = resolve(import.meta.dirname, "../../host/src/main.ts");

export interface RefusedStart {
  /** Undefined if it started after all; it was killed then. */
  exitCode: number | undefined;
  stderr: string;
}

/** Starts a host that is expected not to: what it said, and with which status it ended. */
export function refusedStart(args: string[], as: { uid?: number; gid?: number } = {}): Promise<RefusedStart> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [hostMain, ...args], { stdio: ["ignore", "pipe", "pipe"], ...as });
    let stderr = "";
    let hasStarted = false;
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdout.on("data", () => {
      hasStarted = true;
      child.kill("SIGKILL");
    });
    child.on("error", failed);
    child.on("close", (code) => done({ exitCode: hasStarted ? undefined : (code ?? undefined), stderr }));
  });
}
