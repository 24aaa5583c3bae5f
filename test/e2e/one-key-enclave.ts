import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
} from "@sealbook/attestation/simulation";
import {
  batchTypes,
  contractAt,
  type MeasurementOptions,
  openEpochTypes,
  registerEnclave,
  signatureDomain,
} from "@sealbook/contracts";
import {
  concat,
  type HDNodeWallet,
  keccak256,
  type Signer,
  sha256,
  type TypedDataDomain,
  toBeHex,
  toUtf8Bytes,
  Wallet,
  ZeroHash,
} from "ethers";

/** Where an enclave of the simulated platform signs for. */
export interface OneKeyVenue {
  chainId: bigint;
  registry: string;
  settlement: string;
  /** Seed of PKI and platform: whoever knows it can quote any key (docs/boundaries.md section 9). */
  seed: Uint8Array;
  measurement: MeasurementOptions;
  configHash: string;
}

const ENCRYPTION_KEY = sha256(toUtf8Bytes("x25519"));
const LABEL = toUtf8Bytes("sealbook.enclave.v1".padEnd(32, "\0"));
const bytes = (hex: string) => Buffer.from(hex.slice(2), "hex");

/**
 * An enclave that is a key in the test's hands and nothing else: attested on the simulated platform under the venue's measurement, so that
 * the chain takes it for the real one. It signs whatever the test wants; a stolen key would do the same. Registers it and opens an epoch where
 * the chain stands.
 */
export async function openOneKeyEpoch(venue: OneKeyVenue, sender: Signer): Promise<HDNodeWallet> {
  const enclave = Wallet.createRandom();
  await register(venue, sender, enclave.address);
  const settlement = contractAt("Settlement", venue.settlement, sender);
  const [previousEpoch, batchNumber, lastSequence, stateRoot] = await settlement.getFunction("head")();
  const opening = { epoch: previousEpoch + 1n, previousEpoch, batchNumber, lastSequence, stateRoot };
  const signature = await enclave.signTypedData(domainOf(venue), openEpochTypes, opening);
  await (await settlement.getFunction("openEpoch")(opening, signature)).wait();
  return enclave;
}

/** What a batch of such an enclave does: leaves as data, and the roots they lead between. It takes the whole inbox. */
export interface OneKeyBatch {
  data: Uint8Array;
  stateRootBefore: bigint;
  stateRootAfter: bigint;
  oracleRound: bigint;
  /** Unix seconds. */
  closedAt: bigint;
}

/** Signs a batch and has it accepted. The contract takes an attested key's word for what the leaves are. */
export async function acceptOneKeyBatch(
  venue: OneKeyVenue,
  enclave: HDNodeWallet,
  sender: Signer,
  { data, stateRootBefore, stateRootAfter, oracleRound, closedAt }: OneKeyBatch,
): Promise<void> {
  const settlement = contractAt("Settlement", venue.settlement, sender);
  const inbox = contractAt("Inbox", await settlement.getFunction("INBOX")(), sender);
  const [epoch, batchNumber, lastSequence] = await settlement.getFunction("head")();
  const length = await inbox.getFunction("length")();
  const header = {
    epoch,
    number: batchNumber + 1n,
    firstSequence: lastSequence + 1n,
    lastSequence: lastSequence + 10n,
    chainHash: venue.configHash,
    stateRootBefore: toBeHex(stateRootBefore, 32),
    stateRootAfter: toBeHex(stateRootAfter, 32),
    inboxCursor: length,
    inboxHash: await inbox.getFunction("hashAt")(length),
    withdrawalsRoot: ZeroHash,
    withdrawalsTotal: 0n,
    dataHash: keccak256(data),
    blobsHash: ZeroHash,
    oracleRound,
    closedAt,
  };
  const signature = await enclave.signTypedData(domainOf(venue), batchTypes, header);
  await (await settlement.getFunction("acceptBatch")(header, signature, data)).wait();
}

export const domainOf = ({ chainId, settlement }: OneKeyVenue): TypedDataDomain =>
  signatureDomain(chainId, settlement);

async function register(venue: OneKeyVenue, sender: Signer, signer: string): Promise<void> {
  const { chainId, registry, seed, measurement, configHash } = venue;
  const block = (await sender.provider!.getBlock("latest"))!;
  const quoting = new SimulatedQuotingEnclave(seed, seed);
  const words = [LABEL, toBeHex(chainId, 8), registry, signer, ENCRYPTION_KEY, block.hash!, configHash];
  const report = simulatedReport(seed, quoting.targetInfo(), {
    reportData: Buffer.concat([bytes(sha256(concat(words))), Buffer.alloc(32)]),
    mrEnclave: bytes(measurement.mrEnclave),
    mrSigner: bytes(measurement.mrSigner),
  });
  await registerEnclave(registry, sender, {
    quote: quoting.quote(report),
    endorsements: simulatedEndorsements(seed),
    signer,
    encryptionKey: ENCRYPTION_KEY,
    blockNumber: block.number,
    configHash,
  });
}
