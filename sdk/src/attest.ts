/** From a document nobody has to believe to an enclave somebody may trade with. Runs in browsers too. */
import {
  type Appraisal,
  AttestationError,
  appraise,
  type CryptoBackend,
  nobleCrypto,
  parseEvidence,
  type Roots,
  type SgxPolicy,
  type TdxPolicy,
  type Verdict,
  verify,
} from "@sealbook/attestation";
import { fromHex, reportPreimage, toHex } from "@sealbook/wire";
import { SdkError } from "./errors.ts";
import type { EvidenceDocument } from "./evidence.ts";

/** The contracts a client means to trade under. It learns them from its own configuration, never from the venue. */
export interface VenueIdentity {
  chainId: bigint;
  registry: string;
  settlement: string;
}

/** What a client demands of an enclave. Every field is a decision; a missing one is an error. */
export interface Trust {
  venue: VenueIdentity;
  roots: Roots;
  /** All of an attestation policy but the report data, which follows from the venue and the keys. */
  policy: Omit<SgxPolicy, "reportData"> | Omit<TdxPolicy, "reportData">;
  /** SHA-256 of the enclave's configuration, 0x-hex; "any" accepts every market list and oracle set. */
  configHash: string | "any";
  /** A last question, with a chain at hand: is the signer registered, is the block recent? Throw to refuse. */
  confirm?: (enclave: AttestedEnclave) => Promise<void>;
}

/** An enclave whose evidence verified and whose keys the evidence vouches for. */
export interface AttestedEnclave extends VenueIdentity {
  /** Per-boot secp256k1 signer, 0x-hex address. */
  signer: string;
  /** Per-boot X25519 key. */
  encryptionKey: Uint8Array;
  blockNumber: number;
  blockHash: string;
  configHash: string;
  isSimulated: boolean;
  verdict: Verdict;
  appraisal: Appraisal;
}

/**
 * Is this the evidence of an enclave that `trust` accepts, at `at`?
 * @throws {SdkError} E_EVIDENCE, E_VENUE, E_NOT_GENUINE or E_NOT_TRUSTED; what `trust.confirm` throws.
 */
export async function attest(
  document: EvidenceDocument,
  trust: Trust,
  at: Date,
  crypto: CryptoBackend = nobleCrypto,
): Promise<AttestedEnclave> {
  // 1. The venue: the chain and the contracts are ours, not the host's choice.
  for (const name of ["chainId", "registry", "settlement"] as const) {
    const [wanted, found] = [String(trust.venue[name]).toLowerCase(), String(document[name])];
    if (wanted !== found) throw new SdkError("E_VENUE", `${name} is ${found}, wanted ${wanted}`);
  }
  if (trust.configHash !== "any" && trust.configHash.toLowerCase() !== document.configHash) {
    throw new SdkError("E_VENUE", `configHash is ${document.configHash}, wanted ${trust.configHash}`);
  }

  // 2. Genuine at this time, under the pinned roots.
  const verdict = asSdkError("E_EVIDENCE", () =>
    verify(parseEvidence(document.quote), document.endorsements, at, trust.roots, crypto),
  );
  if (!verdict.isGenuine) throw new SdkError("E_NOT_GENUINE", verdict.reason ?? "a rule failed");

  // 3. The enclave we want, vouching for exactly these keys, this chain, this registry and this configuration.
  const reportData = await expectedReportData(document);
  const appraisal = asSdkError("E_NOT_TRUSTED", () => appraise(verdict, { ...trust.policy, reportData }));
  if (!appraisal.isAccepted) throw new SdkError("E_NOT_TRUSTED", appraisal.reason ?? "a rule failed");

  // 4. What only the caller can know.
  const { chainId, registry, settlement, signer, blockNumber, blockHash, configHash } = document;
  const encryptionKey = fromHex(document.encryptionKey, 32);
  const isSimulated = verdict.isSimulated;
  const enclave = {
    chainId,
    registry,
    settlement,
    signer,
    blockNumber,
    blockHash,
    configHash,
    encryptionKey,
    isSimulated,
    verdict,
    appraisal,
  };
  await trust.confirm?.(enclave);
  return enclave;
}

/** Report data the enclave of this document must have: 64 bytes, hex. */
export async function expectedReportData(document: EvidenceDocument): Promise<string> {
  const preimage = reportPreimage({
    chainId: document.chainId,
    registry: fromHex(document.registry, 20),
    signer: fromHex(document.signer, 20),
    encryptionKey: fromHex(document.encryptionKey, 32),
    blockHash: fromHex(document.blockHash, 32),
    configHash: fromHex(document.configHash, 32),
  });
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", preimage as BufferSource));
  return toHex(digest).slice(2) + "00".repeat(32);
}

function asSdkError<T>(code: "E_EVIDENCE" | "E_NOT_TRUSTED", work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause;
    throw new SdkError(code, cause.message, { cause });
  }
}
