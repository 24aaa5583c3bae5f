import { X509Certificate } from "node:crypto";
import { concat, dataSlice, hexlify, keccak256 } from "ethers";
import { HostError } from "../errors.ts";
import { REGISTRY_ABI } from "./abi.ts";
import type { Chain } from "./client.ts";

/**
 * Registers an enclave's signer from its quote. Certificates come out of the quote's own chain, so this says nothing about whether they are
 * any good: the registry verifies every signature itself and refuses.
 */

export interface SignerClaim {
  /** SGX quote v3 with its PCK chain (certification data type 5). */
  quote: Uint8Array;
  signer: string;
  encryptionKey: string;
  blockNumber: number;
  configHash: string;
}

// Quote v3 (Intel SGX ECDSA QuoteLibReference DCAP API, appendix A): header 48, report 384, u32 length, then signature data.
const SIGNATURE_DATA_AT = 48 + 384 + 4;
const QE_AUTH_LENGTH_AT = SIGNATURE_DATA_AT + 64 + 64 + 384 + 64;
const CERTIFICATION_PCK_CHAIN = 5;

/** @throws HostError E_QUOTE when the quote carries no chain, E_CHAIN when the registry refuses */
export async function registerSigner(chain: Chain, claim: SignerClaim): Promise<{ gasUsed: bigint }> {
  const { evidence, certificates } = splitQuote(claim.quote);
  const [pck, ca] = certificates as [X509Certificate, X509Certificate];
  const pckKey = publicKey(pck);
  const caKey = publicKey(ca);
  const now = BigInt((await chain.latestBlock()).timestamp);
  const registry = chain.addresses.registry;

  if ((await chain.caNotAfter(keyId(caKey))) < now) {
    await chain.transact(
      "Registering the CA",
      registry,
      REGISTRY_ABI.encodeFunctionData("registerCa", [ca.raw]),
      REGISTRY_ABI,
    );
  }
  if ((await chain.pckNotAfter(keyId(pckKey))) < now) {
    const data = REGISTRY_ABI.encodeFunctionData("registerPck", [pck.raw, caKey.x, caKey.y]);
    await chain.transact("Registering the PCK certificate", registry, data, REGISTRY_ABI);
  }
  const registration = {
    quote: hexlify(evidence),
    pckKey,
    signer: claim.signer,
    encryptionKey: claim.encryptionKey,
    blockNumber: claim.blockNumber,
    configHash: claim.configHash,
  };
  const data = REGISTRY_ABI.encodeFunctionData("register", [registration]);
  const receipt = await chain.transact("Registering the enclave", registry, data, REGISTRY_ABI);
  await untilActive(chain, claim.signer);
  return { gasUsed: receipt.gasUsed };
}

/** The quote up to its certification data, and the certificates in it: leaf, CA, root. */
export function splitQuote(quote: Uint8Array): { evidence: Uint8Array; certificates: X509Certificate[] } {
  const bytes = Buffer.from(quote.buffer, quote.byteOffset, quote.byteLength);
  if (bytes.length < QE_AUTH_LENGTH_AT + 2) throw new HostError("E_QUOTE", "The quote is cut short.");
  const certificationAt = QE_AUTH_LENGTH_AT + 2 + bytes.readUInt16LE(QE_AUTH_LENGTH_AT);
  if (bytes.length < certificationAt + 6 || bytes.readUInt16LE(certificationAt) !== CERTIFICATION_PCK_CHAIN) {
    throw new HostError("E_QUOTE", "The quote carries no PCK certificate chain.");
  }
  const text = bytes.toString("latin1", certificationAt + 6);
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (pems.length < 2)
    throw new HostError("E_QUOTE", `The quote's chain has ${pems.length} certificates; 3 were expected.`);
  return {
    evidence: quote.subarray(0, certificationAt),
    certificates: pems.map((pem) => new X509Certificate(pem)),
  };
}

function publicKey(certificate: X509Certificate): { x: string; y: string } {
  const { x, y } = certificate.publicKey.export({ format: "jwk" });
  if (x === undefined || y === undefined)
    throw new HostError("E_QUOTE", "A certificate in the quote has no EC key.");
  return { x: hexlify(Buffer.from(x, "base64url")), y: hexlify(Buffer.from(y, "base64url")) };
}

function keyId(key: { x: string; y: string }): string {
  return keccak256(concat([dataSlice(key.x, 0, 32), dataSlice(key.y, 0, 32)]));
}

/** The registry may delay a new signer; a batch it signed earlier would be refused. */
async function untilActive(chain: Chain, signer: string): Promise<void> {
  while (!(await chain.isActive(signer))) await new Promise((next) => setTimeout(next, 500));
}
