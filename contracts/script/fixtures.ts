import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { onchainEvidence } from "@sealbook/attestation/onchain";
import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
} from "@sealbook/attestation/simulation";
import {
  computeAddress,
  getBytes,
  getCreateAddress,
  sha256,
  solidityPacked,
  toUtf8Bytes,
  zeroPadBytes,
} from "ethers";

/**
 * Evidence of the simulated platform for the Solidity tests: `test/fixtures/sgx-v3.json`, the same bytes in every run.
 * `node contracts/script/fixtures.ts` writes it; a test compares.
 */
export const fixturePath = fileURLToPath(new URL("../test/fixtures/sgx-v3.json", import.meta.url));

const SEED = getBytes(sha256(toUtf8Bytes("sealbook contract fixtures")));
/** The Solidity test deploys the registry from here, so that its address is in the report data. */
const DEPLOYER = "0x000000000000000000000000000000005ea1b00c";
const CHAIN_ID = 31_337n;

/** Report data of docs/boundaries.md section 6, all 64 bytes. */
export function reportData(parts: {
  readonly chainId: bigint;
  readonly registry: string;
  readonly signer: string;
  readonly encryptionKey: string;
  readonly blockHash: string;
  readonly configHash: string;
}): Uint8Array {
  const tag = zeroPadBytes(toUtf8Bytes("sealbook.enclave.v1"), 32);
  const digest = sha256(
    solidityPacked(
      ["bytes32", "uint64", "address", "address", "bytes32", "bytes32", "bytes32"],
      [
        tag,
        parts.chainId,
        parts.registry,
        parts.signer,
        parts.encryptionKey,
        parts.blockHash,
        parts.configHash,
      ],
    ),
  );
  return getBytes(zeroPadBytes(digest, 64));
}

export function fixture(): Record<string, string> {
  const enclave = new SimulatedQuotingEnclave(SEED, SEED);
  const claim = {
    chainId: CHAIN_ID,
    registry: getCreateAddress({ from: DEPLOYER, nonce: 0 }),
    signer: computeAddress(sha256(toUtf8Bytes("signer"))),
    encryptionKey: sha256(toUtf8Bytes("x25519")),
    blockHash: sha256(toUtf8Bytes("block")),
    configHash: sha256(toUtf8Bytes("config")),
  };
  const report = simulatedReport(SEED, enclave.targetInfo(), { reportData: reportData(claim) });
  const debug = simulatedReport(SEED, enclave.targetInfo(), { reportData: reportData(claim), isDebug: true });
  const endorsements = simulatedEndorsements(SEED);
  const parts = onchainEvidence(enclave.quote(report), endorsements);
  return {
    deployer: DEPLOYER,
    registry: claim.registry,
    signer: claim.signer,
    encryptionKey: claim.encryptionKey,
    blockHash: claim.blockHash,
    configHash: claim.configHash,
    root: hex(enclave.pki.root.key.publicKey),
    mrEnclave: hex(report.subarray(64, 96)),
    mrSigner: hex(report.subarray(128, 160)),
    rootCertificate: parts.root,
    tcbSigner: parts.tcbSigner,
    tcbSignerKey: parts.tcbSignerKey.x + parts.tcbSignerKey.y.slice(2),
    rootCrl: parts.rootCrl.der,
    pckCrl: parts.pckCrl.der,
    tcbInfo: parts.tcbInfo.text,
    tcbInfoSignature: parts.tcbInfo.signature.r + parts.tcbInfo.signature.s.slice(2),
    qeIdentity: parts.qeIdentity.text,
    qeIdentitySignature: parts.qeIdentity.signature.r + parts.qeIdentity.signature.s.slice(2),
    ca: parts.ca,
    caKey: parts.caKey.x + parts.caKey.y.slice(2),
    pck: parts.pck,
    pckKey: parts.pckKey.x + parts.pckKey.y.slice(2),
    fmspc: `0x${enclave.pki.platform.fmspc}`,
    quote: parts.quote,
    debugQuote: onchainEvidence(enclave.quote(debug), endorsements).quote,
  };
}

export function fixtureText(): string {
  return `${JSON.stringify(fixture(), null, 2)}\n`;
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

if (import.meta.main) {
  writeFileSync(fixturePath, fixtureText());
  process.stdout.write(`${fixturePath}: ${readFileSync(fixturePath).length} bytes\n`);
}
