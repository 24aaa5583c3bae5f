import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { enclaveLibrary, markets } from "@sealbook/cli/devnet";
import { type EnclaveConfig, encodeEnclaveConfig, toHex } from "@sealbook/wire";

/** A venue whose chain does not exist: enough for everything that happens before the chain is asked. */
const contract = new Uint8Array(20).fill(0x22);

export const enclaveConfig: EnclaveConfig = {
  type: "enclave-config",
  chainId: 31_337n,
  registry: contract,
  settlement: contract,
  instruments: markets,
  oracleSigners: [new Uint8Array(20).fill(3)],
  oracleThreshold: 1,
  oracleAgeUsMax: 60_000_000n,
  tickUsMax: 5_000_000n,
  accountsMax: 64,
  ordersMax: 1_000,
  batchCommandsMax: 1_000_000,
  batchUsMax: 3_600_000_000n,
  platformSeed: new Uint8Array(32).fill(4),
  isSimulated: true,
  instrumentsMax: 0,
  options: [],
};

/** A good host configuration over files in `folder`, as an object to spoil. */
export function hostConfig(folder: string) {
  const posterKeyFile = join(folder, "poster.key");
  writeFileSync(posterKeyFile, `0x${"5e".repeat(32)}`, { mode: 0o600 });
  const address = toHex(contract);
  return {
    dataDir: join(folder, "data"),
    enclave: { library: enclaveLibrary, config: toHex(encodeEnclaveConfig(enclaveConfig)) },
    chain: {
      rpcUrl: "http://127.0.0.1:1",
      settlement: address,
      inbox: address,
      registry: address,
      posterKeyFile,
    },
    listen: { http: { port: 0 } },
    quote: { mode: "simulated", pkiSeed: "0x01" },
  };
}
