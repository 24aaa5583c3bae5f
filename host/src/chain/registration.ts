import type { Endorsements } from "@sealbook/attestation";
import {
  CERTIFICATES_ABI,
  ENDORSEMENTS_ABI,
  type OnchainEvidence,
  onchainEvidence,
  REGISTRY_VERDICT_ABI,
  registrationSteps,
} from "@sealbook/attestation/onchain";
import { Contract, Interface } from "ethers";
import { causeText, HostError } from "../errors.ts";
import { REGISTRY_ABI } from "./abi.ts";
import type { Chain } from "./client.ts";

/**
 * Registers an enclave's signer from its quote, and before it whatever the quote rests on and the chain does not know yet. The host
 * judges nothing: the contracts verify every signature themselves and refuse.
 */

export interface SignerClaim {
  /** DCAP quote with its PCK chain. */
  quote: Uint8Array;
  /** Of that quote; documents carry them as plain JSON. */
  endorsements: unknown;
  signer: string;
  encryptionKey: string;
  blockNumber: number;
  configHash: string;
}

const CONTRACT_ABI = {
  certificates: new Interface(CERTIFICATES_ABI),
  endorsements: new Interface(ENDORSEMENTS_ABI),
} as const;
const REGISTER_ABI = new Interface([
  ...REGISTRY_ABI.fragments,
  ...new Interface(REGISTRY_VERDICT_ABI).fragments,
]);
const VERIFIER_ABI = new Interface(["function ENDORSEMENTS() view returns (address)"]);

/** @throws HostError E_QUOTE when quote or endorsements cannot be split, E_CHAIN when a contract refuses */
export async function registerSigner(chain: Chain, claim: SignerClaim): Promise<{ gasUsed: bigint }> {
  const evidence = split(claim);
  const registry = new Contract(chain.addresses.registry, REGISTER_ABI, chain.provider);
  const verifier = new Contract(await registry.getFunction("VERIFIER")(), VERIFIER_ABI, chain.provider);
  const addresses = {
    certificates: (await registry.getFunction("CERTIFICATES")()) as string,
    endorsements: (await verifier.getFunction("ENDORSEMENTS")()) as string,
  };
  const now = (await chain.latestBlock()).timestamp;
  for (const step of registrationSteps(evidence)) {
    const abi = CONTRACT_ABI[step.contract];
    const isKnown = await step.isKnown(async (contract, method, args) => {
      const found = await new Contract(
        addresses[contract],
        CONTRACT_ABI[contract],
        chain.provider,
      ).getFunction(method)(...args);
      return found.head ?? found;
    }, now);
    if (isKnown) continue;
    const data = abi.encodeFunctionData(step.method, step.args);
    await chain.transact(`Registering ${step.name}`, addresses[step.contract], data, abi);
  }

  const { signer, encryptionKey, blockNumber, configHash } = claim;
  const { quote, pckKey } = evidence;
  const registration = { quote, pckKey, signer, encryptionKey, blockNumber, configHash };
  const data = REGISTRY_ABI.encodeFunctionData("register", [registration]);
  const receipt = await chain.transact(
    "Registering the enclave",
    chain.addresses.registry,
    data,
    REGISTER_ABI,
  );
  await untilActive(chain, signer);
  return { gasUsed: receipt.gasUsed };
}

function split(claim: SignerClaim): OnchainEvidence {
  try {
    return onchainEvidence(claim.quote, claim.endorsements as Endorsements);
  } catch (cause) {
    throw new HostError("E_QUOTE", `The quote cannot be registered: ${causeText(cause)}.`, { cause });
  }
}

/** The registry may delay a new signer; a batch it signed earlier would be refused. */
async function untilActive(chain: Chain, signer: string): Promise<void> {
  while (!(await chain.isActive(signer))) await new Promise((next) => setTimeout(next, 500));
}
