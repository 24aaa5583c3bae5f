import { readFileSync } from "node:fs";
import { Contract, type ContractRunner, Interface, type InterfaceAbi } from "ethers";

export type ContractName =
  | "Certificates"
  | "Endorsements"
  | "QuoteVerifier"
  | "AttestationRegistry"
  | "Settlement"
  | "Inbox"
  | "Vault"
  | "EscapeHatch"
  | "Timelock"
  | "ReceiptCourt"
  | "ValidityPath"
  | "DevToken";

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: { readonly object: string };
}

/** The contracts have not been built. */
export class MissingArtifactError extends Error {
  readonly code = "MISSING_ARTIFACT";

  constructor(name: ContractName, cause: unknown) {
    super(`MISSING_ARTIFACT: no build of ${name}. Run: npx forge build --root contracts`, { cause });
    this.name = "MissingArtifactError";
  }
}

const interfaces = new Map<ContractName, Interface>();

/** The contract's interface, from `contracts/out`. Custom errors of a revert decode through it. @throws {MissingArtifactError} */
export function interfaceOf(name: ContractName): Interface {
  const known = interfaces.get(name);
  if (known) return known;
  const built = new Interface(readArtifact(name).abi);
  interfaces.set(name, built);
  return built;
}

/** Creation bytecode, 0x-hex. @throws {MissingArtifactError} */
export function bytecodeOf(name: ContractName): string {
  return readArtifact(name).bytecode.object;
}

/** The contract at `address`, for reading with a provider or for writing with a signer. */
export function contractAt(name: ContractName, address: string, runner: ContractRunner): Contract {
  return new Contract(address, interfaceOf(name), runner);
}

function readArtifact(name: ContractName): Artifact {
  const path = new URL(`../out/${name}.sol/${name}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Artifact;
  } catch (cause) {
    throw new MissingArtifactError(name, cause);
  }
}
