import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { DependencyError } from "../errors.ts";
import { ended } from "./anvil.ts";

/** What the host prints once it serves; every address is loopback. */
export interface HostReady {
  endpoints: { http: string; ws: string; feed: string; tcp: { host: string; port: number }; unix: string };
  epoch: number;
  signer: string;
  measurement: string;
  gas: { registration: number; openEpoch: number };
}

const hostMain = resolve(import.meta.dirname, "../../../host/src/main.ts");

/** A host as a process of its own, so that killing it is killing it. */
export class HostProcess {
  readonly ready: HostReady;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ready: HostReady) {
    this.#child = child;
    this.ready = ready;
  }

  /** Starts a host on a configuration file and waits until it serves. Its log goes to `logFile`. */
  static async start(configFile: string, logFile: string): Promise<HostProcess> {
    const child = spawn(process.execPath, [hostMain, "--config", configFile], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(logFile, { flags: "a" });
    let tail = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log.write(chunk);
      tail = (tail + chunk.toString()).slice(-2000);
    });
    const ready = await new Promise<HostReady>((done, fail) => {
      child.once("error", (cause) => fail(new DependencyError("host", "could not be started", cause)));
      child.once("exit", (code) => {
        setTimeout(
          () =>
            fail(
              new DependencyError(
                "host",
                `ended before it served (code ${code}); its log: ${logFile}\n${tail}`,
              ),
            ),
          50,
        );
      });
      if (!child.stdout) return fail(new DependencyError("host", "has no standard output"));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const said = parseReady(line);
        if (said) done(said);
      });
    });
    return new HostProcess(child, ready);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with the exit code (or signal name) when the process is gone. */
  exited(): Promise<number | string> {
    if (this.#child.exitCode !== null) return Promise.resolve(this.#child.exitCode);
    return new Promise((done) =>
      this.#child.once("exit", (code, signal) => done(code ?? signal ?? "unknown")),
    );
  }

  /** SIGKILL, as a crash: nothing is flushed. */
  kill(): Promise<void> {
    return ended(this.#child, "SIGKILL");
  }

  stop(): Promise<void> {
    return ended(this.#child);
  }
}

function parseReady(line: string): HostReady | undefined {
  if (!line.startsWith("{")) return undefined;
  const said = JSON.parse(line) as { event?: string } & HostReady;
  return said.event === "ready" ? said : undefined;
}
