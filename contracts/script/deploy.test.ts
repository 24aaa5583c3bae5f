import { onchainEvidence } from "@sealbook/attestation/onchain";
import {
  SIMULATED_CPU_SVN,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
} from "@sealbook/attestation/simulation";
import {
  AbiCoder,
  type ContractTransactionResponse,
  type HDNodeWallet,
  keccak256,
  sha256,
  toUtf8Bytes,
  Wallet,
  ZeroHash,
} from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BatchHeader,
  batchTypes,
  contractAt,
  type Deployment,
  deploy,
  openEpochTypes,
  predictAddresses,
  registerEnclave,
  signatureDomain,
  simulatedMeasurement,
  simulatedOptions,
  withdrawalLeaf,
  withdrawalProof,
  withdrawalsRoot,
} from "../src/index.ts";
import { type Anvil, startAnvil } from "./anvil.ts";
import { reportData } from "./fixtures.ts";

const START = 1_790_000_000;
const CHAIN_ID = 31_337n;
const SEED = new Uint8Array(32).fill(7);
const IMAGE = toUtf8Bytes("an enclave library");
const GENESIS_ROOT = sha256(toUtf8Bytes("genesis"));
const CONFIG_HASH = sha256(toUtf8Bytes("config"));
const DATA = toUtf8Bytes("data");
const ENCRYPTION_KEY = sha256(toUtf8Bytes("x25519"));

let anvil: Anvil;
let addresses: Deployment;
let enclaveSigner: HDNodeWallet;

beforeAll(async () => {
  anvil = await startAnvil(START);
}, 30_000);

afterAll(() => anvil?.stop());

const at = (name: Parameters<typeof contractAt>[0], address: string) =>
  contractAt(name, address, anvil.deployer);

/** A quote of the simulated platform for the image above. */
function simulatedQuote(body: Uint8Array): Uint8Array {
  const enclave = new SimulatedQuotingEnclave(SEED, SEED);
  const mrEnclave = Buffer.from(simulatedMeasurement(IMAGE).mrEnclave.slice(2), "hex");
  const mrSigner = Buffer.from(simulatedMeasurement(IMAGE).mrSigner.slice(2), "hex");
  return enclave.quote(
    simulatedReport(SEED, enclave.targetInfo(), { reportData: body, mrEnclave, mrSigner }),
  );
}

test("deploys where it predicted", async () => {
  const { deployer } = anvil;
  const predicted = predictAddresses(await deployer.getAddress(), await deployer.getNonce());
  addresses = await deploy(deployer, {
    ...simulatedOptions({ seed: SEED, image: IMAGE }),
    genesisStateRoot: GENESIS_ROOT,
  });
  expect(addresses).toEqual(predicted);
  const settlement = at("Settlement", addresses.settlement);
  expect(await settlement.getFunction("INBOX")()).toBe(addresses.inbox);
  expect(await settlement.getFunction("VAULT")()).toBe(addresses.vault);
  expect(await settlement.getFunction("validityPath")()).toBe(addresses.validityPath);
  const path = at("ValidityPath", addresses.validityPath);
  expect(await path.getFunction("VERIFIER")()).toBe(addresses.proofVerifier);
  expect(await path.getFunction("OPERATIONS")()).toBe(30n);
  expect(await path.getFunction("PROVE_AFTER")()).toBe(3_600n);
  expect(await path.getFunction("isOpen")(), "no enclave has opened an epoch").toBe(false);
}, 30_000);

test("a real chain has no fallback by default: who deploys names a verifier, or says that there is none", async () => {
  const provider = { getNetwork: async () => ({ chainId: 1n }) };
  const signer = { provider, getAddress: async () => Wallet.createRandom().address } as never;
  const options = simulatedOptions({ seed: SEED, image: IMAGE });
  await expect(deploy(signer, options)).rejects.toThrow(/NO_FALLBACK: no proof verifier/);
  const verifier = { address: addresses.proofVerifier, instruments: 8, operations: 30 };
  await expect(deploy(signer, { ...options, validity: { verifier } })).rejects.toThrow(
    /NO_FALLBACK: no oracle/,
  );
});

test("verifies a simulated enclave on chain, within the gas bars", async () => {
  enclaveSigner = Wallet.createRandom();
  const block = (await anvil.provider.getBlock("latest"))!;
  const quote = simulatedQuote(
    reportData({
      chainId: CHAIN_ID,
      registry: addresses.registry,
      signer: enclaveSigner.address,
      encryptionKey: ENCRYPTION_KEY,
      blockHash: block.hash!,
      configHash: CONFIG_HASH,
    }),
  );
  const gas = await registerEnclave(addresses.registry, anvil.deployer, {
    quote,
    endorsements: simulatedEndorsements(SEED),
    signer: enclaveSigner.address,
    encryptionKey: ENCRYPTION_KEY,
    blockNumber: block.number,
    configHash: CONFIG_HASH,
  });
  const registry = at("AttestationRegistry", addresses.registry);
  expect(await registry.getFunction("isActive")(enclaveSigner.address)).toBe(true);
  const { pckKey } = onchainEvidence(quote, simulatedEndorsements(SEED));
  const pck = await at("Certificates", addresses.certificates).getFunction("pckOf")(pckKey.id);
  expect(pck.components).toBe(`0x${Buffer.from(SIMULATED_CPU_SVN).toString("hex")}`);
  report(gas);
  expect(gas.register).toBeLessThanOrEqual(300_000n);
  expect(gas.registerPck!).toBeLessThanOrEqual(400_000n);
}, 30_000);

test("settles a deposit and withdrawals signed by that enclave", async () => {
  const domain = signatureDomain(CHAIN_ID, addresses.settlement);
  const settlement = at("Settlement", addresses.settlement);
  const opening = {
    epoch: 1n,
    previousEpoch: 0n,
    batchNumber: 0n,
    lastSequence: 0n,
    stateRoot: GENESIS_ROOT,
  };
  const opened = await enclaveSigner.signTypedData(domain, openEpochTypes, opening);
  const openEpoch = await mined(settlement.getFunction("openEpoch")(opening, opened));

  const owner = await anvil.deployer.getAddress();
  const token = at("DevToken", addresses.token);
  const inbox = at("Inbox", addresses.inbox);
  await mined(token.getFunction("mint")(owner, 100_000_000n));
  await mined(token.getFunction("approve")(addresses.vault, 100_000_000n));
  const deposit = await mined(inbox.getFunction("deposit")(0, 100_000_000n));
  const { timestamp } = (await anvil.provider.getBlock("latest"))!;
  const inboxHash = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "uint64", "uint8", "address", "uint8", "uint64", "bytes32", "uint64"],
      [ZeroHash, 0n, 1, owner, 0, 100_000_000n, ZeroHash, timestamp],
    ),
  );
  expect(await inbox.getFunction("hashAt")(1n)).toBe(inboxHash);

  const amounts = [40_000_000n, 2n, 3n];
  const leaves = amounts.map((amount, index) => withdrawalLeaf(BigInt(index), owner, amount));
  const header: BatchHeader = {
    epoch: 1n,
    number: 1n,
    firstSequence: 1n,
    lastSequence: 50n,
    chainHash: CONFIG_HASH,
    stateRootBefore: GENESIS_ROOT,
    stateRootAfter: CONFIG_HASH,
    inboxCursor: 1n,
    inboxHash,
    withdrawalsRoot: withdrawalsRoot(leaves),
    withdrawalsTotal: 40_000_005n,
    dataHash: keccak256(DATA),
    blobsHash: ZeroHash,
    oracleRound: 0n,
    closedAt: BigInt(timestamp),
  };
  const signature = await enclaveSigner.signTypedData(domain, batchTypes, header);
  const acceptBatch = await mined(settlement.getFunction("acceptBatch")(header, signature, DATA));
  // A venue's first batch, which also consumes and promises for the first time; the bar of later ones, 120,000, is gas.t.sol's.
  expect(acceptBatch).toBeLessThanOrEqual(125_000n);

  const claims = [];
  for (const [index, amount] of amounts.entries()) {
    const proof = withdrawalProof(leaves, index);
    claims.push(await mined(settlement.getFunction("claim")(header, index, owner, amount, proof)));
  }
  expect(await token.getFunction("balanceOf")(owner)).toBe(40_000_005n);
  report({ openEpoch, deposit, acceptBatch, claimFirst: claims[0], claim: claims[1] });
}, 30_000);

test("a quote cut anywhere is refused by name", () => {
  const quote = simulatedQuote(new Uint8Array(64));
  const endorsements = simulatedEndorsements(SEED);
  for (let length = 0; length < quote.length; length += 7) {
    expect(() => onchainEvidence(quote.subarray(0, length), endorsements)).toThrow(/^EVIDENCE_/);
  }
});

async function mined(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await (await sent).wait())!.gasUsed;
}

function report(gas: Record<string, bigint | undefined>): void {
  const figures = Object.entries(gas).map(([name, used]) => `${name} ${used}`);
  process.stdout.write(`gas on Anvil: ${figures.join(", ")}\n`);
}
