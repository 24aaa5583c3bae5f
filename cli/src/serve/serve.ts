import { readFileSync } from "node:fs";
import { HostError } from "@sealbook/host";
import { unpackData } from "@sealbook/wire/state";
import { JsonRpcProvider, Wallet } from "ethers";
import { exit, UsageError } from "../errors.ts";
import { readValidityConfig, type ValidityConfig } from "../validity/config.ts";
import { ValidityVenue } from "../validity/venue.ts";

/** Serves until a signal comes or something is lost that was promised; the exit code. */
export async function serveConfigured(file: string): Promise<number> {
  const config = readValidityConfig(file);
  const provider = new JsonRpcProvider(config.rpcUrl, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
  provider.pollingInterval = 250;
  let end: (code: number) => void = () => {};
  const ended = new Promise<number>((done) => {
    end = done;
  });
  try {
    const venue = await ValidityVenue.start({
      path: config.path,
      poster: new Wallet(keyOf(config), provider),
      leaves: unpackData(readFileSync(config.genesis)),
      markets: config.markets,
      dataDir: config.dataDir,
      serve: {
        host: config.listen.host,
        tcpPort: config.listen.tcp,
        httpPort: config.listen.http,
        ...(config.listen.unix ? { unix: config.listen.unix } : {}),
      },
      ...(config.crs ? { crs: config.crs } : {}),
      ...(config.devSeed ? { devSeed: config.devSeed } : {}),
      ...(config.batchMs === undefined ? {} : { batchMs: config.batchMs }),
      ...(config.confirmations === undefined ? {} : { confirmations: config.confirmations }),
      onFatal: (error) => end(error instanceof HostError ? error.exitCode : UNPROVABLE),
    });
    process.once("SIGINT", () => end(exit.yes));
    process.once("SIGTERM", () => end(exit.yes));
    const { resumed, endpoints } = venue;
    console.log(JSON.stringify({ event: "ready", mode: "validity", endpoints, resumed }, plain));
    const code = await ended;
    await venue.close();
    return code;
  } finally {
    provider.destroy();
  }
}

/** EX_SOFTWARE, as a broken invariant of the enclave ends with. */
const UNPROVABLE = 70;

const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

function keyOf({ posterKeyFile }: ValidityConfig): string {
  const key = readFileSync(posterKeyFile, "utf8").trim();
  if (!/^(0x)?[0-9a-f]{64}$/i.test(key))
    throw new UsageError(`${posterKeyFile} holds no key of 64 hex digits`);
  return key.startsWith("0x") ? key : `0x${key}`;
}
