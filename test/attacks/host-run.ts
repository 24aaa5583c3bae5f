import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const hostMain = resolve(import.meta.dirname, "../../host/src/main.ts");

/** A host of which the test does not know whether it will serve or refuse. */
export class HostRun {
  stderr = "";
  isReady = false;
  exitCode: number | undefined;
  readonly #child: ChildProcess;
  readonly ended: Promise<number | undefined>;

  constructor(configFile: string) {
    const child = spawn(process.execPath, [hostMain, "--config", configFile], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    child.stdout?.on("data", () => {
      this.isReady = true;
    });
    this.ended = new Promise((done) =>
      child.on("close", (code) => {
        this.exitCode = code ?? undefined;
        done(this.exitCode);
      }),
    );
  }

  async stop(): Promise<void> {
    if (this.exitCode === undefined) this.#child.kill("SIGTERM");
    await this.ended;
  }
}

/** Writes a host's configuration anew with another data folder and socket; returns its path. */
export function cloneConfig(from: string, to: string, dataDir: string): string {
  const config = JSON.parse(readFileSync(from, "utf8"));
  config.dataDir = dataDir;
  config.listen.unix = `${dataDir}.sock`;
  writeFileSync(to, JSON.stringify(config), { mode: 0o600 });
  return to;
}
