import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { JsonRpcProvider, Wallet } from "ethers";

/** Anvil's first published account: worth nothing anywhere else. */
const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/** A fresh chain on a free port. */
export async function startAnvil(): Promise<{ wallet: Wallet; stop(): void }> {
  const port = await freePort();
  const anvil = spawn("anvil", ["--port", `${port}`, "--silent"], { stdio: "ignore" });
  const provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 31_337n, {
    staticNetwork: true,
    cacheTimeout: -1,
  });
  const stop = () => {
    provider.destroy();
    anvil.kill();
  };
  let failure: unknown = new Error("Anvil did not answer within 10 s.");
  anvil.once("error", (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 200 && anvil.exitCode === null; tries++) {
    const isUp = await provider.send("eth_chainId", []).then(
      () => true,
      () => false,
    );
    if (isUp) return { wallet: new Wallet(KEY, provider), stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  stop();
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
