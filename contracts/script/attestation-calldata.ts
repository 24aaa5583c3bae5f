import type { EndorsementSet, Endorsements } from "@sealbook/attestation";
import { onchainEvidence, registrationSteps } from "@sealbook/attestation/onchain";
import type { Contract, Signer, TransactionReceipt } from "ethers";
import { contractAt } from "./artifacts.ts";

/** What the enclave's report data commits to, the quote that carries it, and what the quote rests on. */
export interface Registration {
  readonly quote: Uint8Array;
  readonly endorsements: EndorsementSet;
  readonly signer: string;
  /** X25519, 0x-hex. */
  readonly encryptionKey: string;
  readonly blockNumber: number;
  readonly configHash: string;
}

/** Gas of the transactions sent, by the contracts' functions; absent where the chain already knew as much. */
export type RegistrationGas = Readonly<Partial<Record<string, bigint>>> & { readonly register: bigint };

/** Registers whatever the chain does not know yet: certificates, lists, TCB info, identity, and the signer. */
export async function registerEnclave(
  registryAddress: string,
  sender: Signer,
  registration: Registration,
): Promise<RegistrationGas> {
  const evidence = onchainEvidence(registration.quote, registration.endorsements as Endorsements);
  const registry = contractAt("AttestationRegistry", registryAddress, sender);
  const gas = await registerEndorsements(registry, sender, evidence);
  const { signer, encryptionKey, blockNumber, configHash } = registration;
  const { quote, pckKey } = evidence;
  const register = await send(registry, "register", [
    { quote, pckKey, signer, encryptionKey, blockNumber, configHash },
  ]);
  return { ...gas, register };
}

/** The part of a registration that outlives the signer. */
export async function registerEndorsements(
  registry: Contract,
  sender: Signer,
  evidence: ReturnType<typeof onchainEvidence>,
): Promise<Record<string, bigint>> {
  const certificates = contractAt("Certificates", await registry.getFunction("CERTIFICATES")(), sender);
  const verifier = contractAt("QuoteVerifier", await registry.getFunction("VERIFIER")(), sender);
  const endorsements = contractAt("Endorsements", await verifier.getFunction("ENDORSEMENTS")(), sender);
  const contracts = { certificates, endorsements };
  const now = (await sender.provider!.getBlock("latest"))!.timestamp;
  const gas: Record<string, bigint> = {};
  for (const step of registrationSteps(evidence)) {
    const isKnown = await step.isKnown(async (contract, method, args) => {
      const found = await contracts[contract].getFunction(method)(...args);
      return found.head ?? found;
    }, now);
    if (isKnown) continue;
    const used = await send(contracts[step.contract], step.method, step.args);
    gas[step.method] = (gas[step.method] ?? 0n) + used;
  }
  return gas;
}

async function send(contract: Contract, name: string, args: readonly unknown[]): Promise<bigint> {
  const response = await contract.getFunction(name)(...args);
  const txReceipt: TransactionReceipt = await response.wait();
  return txReceipt.gasUsed;
}
