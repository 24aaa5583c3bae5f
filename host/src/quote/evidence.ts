import { SimulatedQuotingEnclave, simulatedEndorsements } from "@sealbook/attestation/simulation";
import { type BootReply, fromHex, toHex } from "@sealbook/wire";
import type { Enclave } from "../enclave/enclave.ts";
import { causeText, HostError } from "../errors.ts";

/** What `GET /v1/evidence` offers (docs/boundaries.md section 6). The host only carries it: nobody has to believe the host. */
export interface EvidenceDocument {
  kind: "sgx-v3";
  simulated: boolean;
  /** base64 */
  quote: string;
  endorsements: unknown;
  chainId: number;
  registry: string;
  settlement: string;
  signer: string;
  /** X25519, hex */
  encryptionKey: string;
  blockNumber: number;
  blockHash: string;
  configHash: string;
}

export interface Venue {
  chainId: bigint;
  registry: string;
  settlement: string;
}

/** Quotes the booted enclave with the simulated quoting enclave. @throws HostError E_QUOTE */
export function gatherEvidence(
  enclave: Enclave,
  boot: BootReply,
  block: { number: number; hash: string },
  venue: Venue,
  seeds: { pkiSeed: string; platformSeed: Uint8Array },
): { quote: Uint8Array; document: EvidenceDocument } {
  const pkiSeed = fromHex(seeds.pkiSeed, (seeds.pkiSeed.length - 2) / 2);
  let quote: Uint8Array;
  let endorsements: unknown;
  try {
    const quotingEnclave = new SimulatedQuotingEnclave(pkiSeed, seeds.platformSeed);
    quote = quotingEnclave.quote(enclave.report(quotingEnclave.targetInfo()));
    endorsements = simulatedEndorsements(pkiSeed);
  } catch (cause) {
    if (cause instanceof HostError) throw cause;
    throw new HostError("E_QUOTE", `The quoting enclave refused the report: ${causeText(cause)}.`, {
      fix: "Enclave config and quoting enclave must share one platform seed.",
      cause,
    });
  }
  const document: EvidenceDocument = {
    kind: "sgx-v3",
    simulated: true,
    quote: Buffer.from(quote).toString("base64"),
    endorsements,
    chainId: Number(venue.chainId),
    registry: venue.registry,
    settlement: venue.settlement,
    signer: toHex(boot.signer),
    encryptionKey: toHex(boot.encryptionKey),
    blockNumber: block.number,
    blockHash: block.hash,
    configHash: toHex(boot.configHash),
  };
  return { quote, document };
}
