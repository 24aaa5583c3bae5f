import { writeFileSync } from "node:fs";
import { JsonRpcProvider } from "ethers";
import { exit, UsageError } from "../errors.ts";
import { readMarkets } from "../validity/config.ts";
import { genesisOf, initialRoot } from "../validity/genesis.ts";

/** `sealbook prove genesis`: the file is written only if the contract, where one is named, began with its root. */
export async function writeGenesis(options: {
  readonly config: string;
  readonly to: string;
  readonly rpc?: string | undefined;
  readonly settlement?: string;
}): Promise<number> {
  const { leaves, stateRoot } = genesisOf(readMarkets(options.config));
  if (options.settlement !== undefined) {
    if (options.rpc === undefined) throw new UsageError("--settlement wants --rpc URL before `genesis`");
    const provider = new JsonRpcProvider(options.rpc);
    try {
      const found = await initialRoot(provider, options.settlement);
      if (found !== stateRoot) {
        console.error(
          `These markets have the root ${stateRoot}, the contract began with ${found ?? "an enclave's"}: another configuration, or another venue.`,
        );
        return exit.no;
      }
    } finally {
      provider.destroy();
    }
  }
  writeFileSync(options.to, leaves);
  console.log(stateRoot);
  return exit.yes;
}
