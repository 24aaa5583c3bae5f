import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { JsonRpcProvider, NonceManager, Wallet } from "ethers";

/** Anvil's first published account: worth nothing anywhere else. */
const DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const DEVELOPMENT_CHAIN_ID = 31_337n;

export interface Anvil {
  readonly provider: JsonRpcProvider;
  readonly deployer: NonceManager;
  stop(): void;
}

/** A fresh Anvil on a free port whose first block is at `timestamp` (Unix seconds), for tests. */
export async function startAnvil(timestamp: number): Promise<Anvil> {
  const port = await freePort();
  const anvil = spawn("anvil", ["--port", `${port}`, "--timestamp", `${timestamp}`, "--silent"], {
    stdio: "ignore",
  });
  const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, DEVELOPMENT_CHAIN_ID, {
    staticNetwork: true,
    cacheTimeout: -1,
  });
  const stop = () => {
    provider.destroy();
    anvil.kill();
  };
  try {
    await untilListening(provider, anvil);
  } catch (error) {
    stop();
    throw error;
  }
  return { provider, deployer: new NonceManager(new Wallet(DEPLOYER_KEY, provider)), stop };
}

async function untilListening(provider: JsonRpcProvider, anvil: ChildProcess): Promise<void> {
  let failure: unknown = new Error("Anvil did not answer within 10 s.");
  anvil.once("error", (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 200 && anvil.exitCode === null; tries++) {
    const isUp = await provider.send("eth_chainId", []).then(
      () => true,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw failure;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
