import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { HDNodeWallet, JsonRpcProvider, Mnemonic } from "ethers";
import { DependencyError } from "../errors.ts";

/** Anvil's published development mnemonic: ten funded accounts that protect nothing. */
export const developmentMnemonic = "test test test test test test test test test test test junk";

export interface LocalChain {
  url: string;
  provider: JsonRpcProvider;
  wallet(index: number): HDNodeWallet;
  stop(): Promise<void>;
}

/**
 * Starts Anvil on a free loopback port. `blockSeconds` 0 mines one block per transaction (tests); otherwise one block every so many
 * seconds, as a chain would.
 */
export async function startAnvil(options: { blockSeconds: number; port?: number }): Promise<LocalChain> {
  const args = ["--port", String(options.port ?? 0), "--mnemonic", developmentMnemonic, "--accounts", "20"];
  if (options.blockSeconds > 0) args.push("--block-time", String(options.blockSeconds), "--mixed-mining");
  const binary = resolve(import.meta.dirname, "../../../node_modules/.bin/anvil");
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const url = await listening(child);
  const provider = new JsonRpcProvider(url, undefined, {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
  });
  provider.pollingInterval = 100;
  const mnemonic = Mnemonic.fromPhrase(developmentMnemonic);
  return {
    url,
    provider,
    wallet: (index) => HDNodeWallet.fromMnemonic(mnemonic, `m/44'/60'/0'/0/${index}`).connect(provider),
    stop: async () => {
      provider.destroy();
      await ended(child);
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let seen = "";
    child.stdout?.on("data", (chunk) => {
      seen = (seen + chunk).slice(-4096);
      const match = /Listening on (\S+)/.exec(seen);
      if (match) done(`http://${match[1]}`);
    });
    child.stderr?.on("data", (chunk) => {
      seen += chunk;
    });
    child.on("error", (cause) =>
      fail(new DependencyError("anvil", "could not be started; run `npm ci`", cause)),
    );
    child.on("exit", (code) =>
      fail(new DependencyError("anvil", `ended at once with code ${code}: ${seen.trim()}`)),
    );
  });
}

/** Asks the child to end and waits; after five seconds it is killed. */
export function ended(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const hard = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.once("exit", () => {
      clearTimeout(hard);
      done();
    });
    child.kill(signal);
  });
}
