import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { DependencyError } from "../errors.ts";

export interface NodeEcho {
  tcp: { host: string; port: number };
  unix: string;
  stop(): Promise<void>;
}

/** Starts `node-echo.ts` and waits until it listens. */
export async function startNodeEcho(): Promise<NodeEcho> {
  const folder = mkdtempSync(join(tmpdir(), "sealbook-echo-"));
  const unix = join(folder, "echo.sock");
  const script = resolve(import.meta.dirname, "node-echo.ts");
  const child = spawn(process.execPath, [script, unix], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const port = await new Promise<number>((done, fail) => {
    child.once("error", (cause) => fail(new DependencyError("node echo", "could not be started", cause)));
    child.once("exit", (code) => fail(new DependencyError("node echo", `ended at once with code ${code}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      const said = JSON.parse(line) as { event: string; tcp: { port: number } };
      done(said.tcp.port);
    });
  });
  return {
    tcp: { host: "127.0.0.1", port },
    unix,
    async stop() {
      child.stdin.end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
