import { readFileSync } from "node:fs";
import {
  AbiCoder,
  ContractFactory,
  getCreateAddress,
  keccak256,
  type Provider,
  type Signer,
  toUtf8Bytes,
} from "ethers";
import { bytecodeOf, interfaceOf } from "./artifacts.ts";

const DEVELOPMENT_CHAIN_ID = 31_337n;

/** tau · G2 of the public ceremony, as a production verifier's code holds it. */
const CANONICAL_G2 = [
  "260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1",
  "0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0",
  "04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4",
  "22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55",
] as const;

export interface ValidityOptions {
  readonly settlement: string;
  /** Creation code of the generated verifier, 0x-hex. */
  readonly verifierCode: string;
  /** Instruments and operations of the statement the verifier is for. */
  readonly instruments: number;
  readonly operations: number;
  /** Without a batch for so long, anyone may prove. Below the settlement's silence. */
  readonly proveAfterSeconds: number;
  /** A venue without enclaves. */
  readonly isOpenAtBirth?: boolean;
  readonly oracleSigners: readonly string[];
  readonly oracleThreshold: number;
}

/** The verifier accepts proofs that anyone can forge, and the chain is not the development chain. */
export class DevelopmentVerifierError extends Error {
  readonly code = "DEVELOPMENT_VERIFIER";
  constructor(chainId: bigint) {
    super(
      `DEVELOPMENT_VERIFIER: this verifier is made for a development reference string and chain ${chainId} is not 31337. ` +
        "Deploy the verifier as Barretenberg wrote it.",
    );
    this.name = "DevelopmentVerifierError";
  }
}

/** A development verifier as `npm run verifiers` keeps it in contracts/verifiers. */
export interface VerifierArtifact {
  readonly statement: string;
  /** Hash of the circuit's sources. */
  readonly circuit: string;
  readonly instruments: number;
  readonly operations: number;
  /** Creation code, 0x-hex. */
  readonly code: string;
}

/** The development verifier of a statement: for chain 31337 alone, since anyone can forge proofs for it. */
export function developmentVerifier(statement: "batch2" | "batch8" | "batch30"): VerifierArtifact {
  const path = new URL(`../verifiers/${statement}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as VerifierArtifact;
}

/** Where `deployValidityPath` will put both contracts. @param nonce Of the deployer's next transaction. */
export function predictValidityPath(deployer: string, nonce: number): { verifier: string; path: string } {
  const place = (offset: number) => getCreateAddress({ from: deployer, nonce: nonce + offset });
  return { verifier: place(0), path: place(1) };
}

/** Deploys the verifier and the path. @throws {DevelopmentVerifierError} before anything is sent */
export async function deployValidityPath(
  signer: Signer,
  options: ValidityOptions,
): Promise<{ verifier: string; path: string }> {
  const verifier = await deployVerifier(signer, options.verifierCode);
  const path = await deployPath(signer, verifier, options);
  return { verifier, path };
}

/** @throws {DevelopmentVerifierError} before anything is sent */
export async function deployVerifier(signer: Signer, code: string): Promise<string> {
  const { chainId } = await (signer.provider as Provider).getNetwork();
  const isCanonical = CANONICAL_G2.every((word) => code.toLowerCase().includes(word));
  if (!isCanonical && chainId !== DEVELOPMENT_CHAIN_ID) throw new DevelopmentVerifierError(chainId);
  const verifier = await new ContractFactory([], code, signer).deploy();
  await verifier.waitForDeployment();
  return verifier.getAddress();
}

/** The path over a verifier that is there; its constructor checks what the verifier is made for. */
export async function deployPath(
  signer: Signer,
  verifier: string,
  options: Omit<ValidityOptions, "verifierCode">,
): Promise<string> {
  const code = await (signer.provider as Provider).getCode(verifier);
  const config = {
    instruments: options.instruments,
    operations: options.operations,
    proveAfter: options.proveAfterSeconds,
    isOpenAtBirth: options.isOpenAtBirth ?? false,
    oracleThreshold: options.oracleThreshold,
    oracleSigners: options.oracleSigners,
    canonicalAt: CANONICAL_G2.map((word) => Math.max(0, (code.toLowerCase().indexOf(word) - 2) / 2)),
  };
  const factory = new ContractFactory(interfaceOf("ValidityPath"), bytecodeOf("ValidityPath"), signer);
  const path = await factory.deploy(options.settlement, verifier, config);
  await path.waitForDeployment();
  return path.getAddress();
}

const VALIDITY_TAG = keccak256(toUtf8Bytes("sealbook.validity.v1"));

/** What signatures of an epoch are bound to: `ValidityPath.domain()`, for those who do not want to ask. */
export function validityDomain(chainId: bigint, settlement: string, epoch: bigint): bigint {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "uint256", "address", "uint64"],
    [VALIDITY_TAG, chainId, settlement, epoch],
  );
  return BigInt(keccak256(encoded)) >> 8n;
}

/** EIP-712 types of what oracles sign for a proven batch, in the settlement's domain. */
export const provenPricesTypes = {
  ProvenPrices: [
    { name: "round", type: "uint64" },
    { name: "time", type: "uint64" },
    { name: "instruments", type: "uint256[]" },
  ],
};
