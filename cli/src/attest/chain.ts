import {
  CERTIFICATES_ABI,
  ENDORSEMENTS_ABI,
  type KeeperChain,
  QUOTE_VERIFIER_ABI,
  REGISTRY_VERDICT_ABI,
  Refusal,
} from "@sealbook/attestation/onchain";
import { Contract, Interface, isError, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { DependencyError } from "../errors.ts";

const ABI = {
  certificates: new Interface(CERTIFICATES_ABI),
  endorsements: new Interface(ENDORSEMENTS_ABI),
} as const;

export interface OpenedChain extends KeeperChain {
  close(): void;
}

/**
 * The contracts that keep endorsements, found from the registry that relies on them, as the keeper needs them. The key pays for the
 * transactions and is trusted with nothing else: anybody may send them.
 * @throws DependencyError when the node does not answer or has no registry there.
 */
export async function openChain(rpcUrl: string, registry: string, key: string): Promise<OpenedChain> {
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 250 });
  try {
    const wallet = new NonceManager(new Wallet(key, provider));
    const addresses = await addressesOf(provider, registry);
    return {
      now: async () => (await provider.getBlock("latest"))!.timestamp,
      read: async (contract, method, args) => {
        const found = await new Contract(addresses[contract], ABI[contract], provider).getFunction(method)(
          ...args,
        );
        return typeof found === "object" ? (found.head ?? found) : { [method]: found };
      },
      send: async ({ contract, method, args }) => {
        const target = new Contract(addresses[contract], ABI[contract], wallet);
        try {
          await (await target.getFunction(method)(...args)).wait();
        } catch (error) {
          wallet.reset(); // what was not sent used no nonce
          throw refusalOf(error, ABI[contract]) ?? error;
        }
      },
      close: () => provider.destroy(),
    };
  } catch (cause) {
    provider.destroy();
    throw new DependencyError(
      "the chain",
      `at ${rpcUrl} has no registry at ${registry} or does not answer`,
      cause,
    );
  }
}

async function addressesOf(provider: JsonRpcProvider, registry: string) {
  const verifier = (await new Contract(registry, REGISTRY_VERDICT_ABI, provider).getFunction(
    "VERIFIER",
  )()) as string;
  const contract = new Contract(verifier, QUOTE_VERIFIER_ABI, provider);
  const [certificates, endorsements] = await Promise.all(
    ["CERTIFICATES", "ENDORSEMENTS"].map((name) => contract.getFunction(name)() as Promise<string>),
  );
  return { certificates: certificates!, endorsements: endorsements! };
}

/** A contract's own error, wherever the node put its bytes. */
function refusalOf(error: unknown, abi: Interface): Refusal | null {
  if (!isError(error, "CALL_EXCEPTION") || !error.data) return null;
  const found = abi.parseError(error.data);
  return found && new Refusal(found.name, [...found.args], { cause: error });
}
