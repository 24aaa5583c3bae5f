import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { SIMULATED_QE, SimulatedQuotingEnclave, simulatedReport } from "@sealbook/attestation/simulation";
import {
  getBytes,
  type HDNodeWallet,
  JsonRpcProvider,
  NonceManager,
  sha256,
  solidityPacked,
  toUtf8Bytes,
  Wallet,
  ZeroHash,
  zeroPadBytes,
} from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Deployment,
  type BatchHeader,
  batchTypes,
  contractAt,
  deploy,
  openEpochTypes,
  predictAddresses,
  quoteCalldata,
  registerEnclave,
  signatureDomain,
  withdrawalLeaf,
  withdrawalProof,
  withdrawalsRoot,
} from "../src/index.ts";

/** Anvil's first published account. */
const DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const START = 1_790_000_000;
const SEED = new Uint8Array(32).fill(7);
const GENESIS_ROOT = sha256(toUtf8Bytes("genesis"));
const CONFIG_HASH = sha256(toUtf8Bytes("config"));
const ENCRYPTION_KEY = sha256(toUtf8Bytes("x25519"));

let anvil: ChildProcess;
let provider: JsonRpcProvider;
let deployer: NonceManager;
let addresses: Deployment;
let enclaveSigner: HDNodeWallet;

beforeAll(async () => {
  const port = await freePort();
  anvil = spawn("anvil", ["--port", `${port}`, "--timestamp", `${START}`, "--silent"], { stdio: "ignore" });
  provider = new JsonRpcProvider(`http://127.0.0.1:${port}`, 31_337n, {
    staticNetwork: true,
    cacheTimeout: -1,
  });
  for (let tries = 0; tries < 100; tries++) {
    if (
      await provider.send("eth_chainId", []).then(
        () => true,
        () => false,
      )
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  deployer = new NonceManager(new Wallet(DEPLOYER_KEY, provider));
}, 30_000);

afterAll(() => {
  provider?.destroy();
  anvil?.kill();
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

test("deploys where it predicted", async () => {
  const qe = new SimulatedQuotingEnclave(SEED, SEED);
  const body = simulatedReport(SEED, qe.targetInfo());
  const predicted = predictAddresses(await deployer.getAddress(), await deployer.getNonce());
  addresses = await deploy(deployer, {
    rootPublicKey: hex(qe.pki.root.key.publicKey),
    isSimulated: true,
    measurements: [
      {
        mrEnclave: hex(body.subarray(64, 96)),
        mrSigner: hex(body.subarray(128, 160)),
        isvProdId: 1,
        isvSvnMin: 1,
        version: 1,
      },
    ],
    quotingEnclave: {
      mrSigner: hex(SIMULATED_QE.mrSigner),
      isvProdId: SIMULATED_QE.isvProdId,
      isvSvnMin: SIMULATED_QE.isvSvn,
    },
    genesisStateRoot: GENESIS_ROOT,
    activationDelaySeconds: 0,
  });
  expect(addresses).toEqual(predicted);
  const settlement = contractAt("Settlement", addresses.settlement, provider);
  expect(await settlement.getFunction("INBOX")()).toBe(addresses.inbox);
  expect(await settlement.getFunction("VAULT")()).toBe(addresses.vault);
}, 30_000);

test("registers a simulated enclave, settles a deposit and a withdrawal", async () => {
  enclaveSigner = Wallet.createRandom();
  const block = (await provider.getBlock("latest"))!;
  const reportData = sha256(
    solidityPacked(
      ["bytes32", "uint64", "address", "address", "bytes32", "bytes32", "bytes32"],
      [
        zeroPadBytes(toUtf8Bytes("sealbook.enclave.v1"), 32),
        31_337n,
        addresses.registry,
        enclaveSigner.address,
        ENCRYPTION_KEY,
        block.hash,
        CONFIG_HASH,
      ],
    ),
  );
  const qe = new SimulatedQuotingEnclave(SEED, SEED);
  const quote = qe.quote(
    simulatedReport(SEED, qe.targetInfo(), { reportData: getBytes(zeroPadBytes(reportData, 64)) }),
  );
  const gas = await registerEnclave(addresses.registry, deployer, {
    quote,
    signer: enclaveSigner.address,
    encryptionKey: ENCRYPTION_KEY,
    blockNumber: block.number,
    configHash: CONFIG_HASH,
  });
  const registry = contractAt("AttestationRegistry", addresses.registry, deployer);
  expect(await registry.getFunction("isActive")(enclaveSigner.address)).toBe(true);
  expect(gas.register).toBeLessThanOrEqual(300_000n);
  expect(gas.registerPck! + gas.register).toBeLessThanOrEqual(700_000n);

  const domain = signatureDomain(31_337n, addresses.settlement);
  const settlement = contractAt("Settlement", addresses.settlement, deployer);
  const opening = {
    epoch: 1n,
    previousEpoch: 0n,
    batchNumber: 0n,
    lastSequence: 0n,
    stateRoot: GENESIS_ROOT,
  };
  const openGas = await mined(
    settlement.getFunction("openEpoch")(
      opening,
      await enclaveSigner.signTypedData(domain, openEpochTypes, opening),
    ),
  );

  const owner = await deployer.getAddress();
  const token = contractAt("DevToken", addresses.token, deployer);
  await mined(token.getFunction("mint")(owner, 100_000_000n));
  await mined(token.getFunction("approve")(addresses.vault, 100_000_000n));
  const inbox = contractAt("Inbox", addresses.inbox, deployer);
  const depositGas = await mined(inbox.getFunction("deposit")(0, 100_000_000n));

  const leaves = [
    withdrawalLeaf(0n, owner, 40_000_000n),
    withdrawalLeaf(1n, owner, 2n),
    withdrawalLeaf(2n, owner, 3n),
  ];
  const header: BatchHeader = {
    epoch: 1n,
    number: 1n,
    firstSequence: 1n,
    lastSequence: 50n,
    chainHash: CONFIG_HASH,
    stateRootBefore: GENESIS_ROOT,
    stateRootAfter: CONFIG_HASH,
    inboxCursor: 1n,
    inboxHash: await inbox.getFunction("hashAt")(1n),
    withdrawalsRoot: withdrawalsRoot(leaves),
    dataCommitment: ZeroHash,
    oracleRound: 0n,
    closedAt: BigInt((await provider.getBlock("latest"))!.timestamp),
  };
  const batchGas = await mined(
    settlement.getFunction("acceptBatch")(
      header,
      await enclaveSigner.signTypedData(domain, batchTypes, header),
    ),
  );
  expect(batchGas).toBeLessThanOrEqual(120_000n);

  const claimGas = await mined(
    settlement.getFunction("claim")(1n, 0n, owner, 40_000_000n, withdrawalProof(leaves, 0)),
  );
  expect(await token.getFunction("balanceOf")(owner)).toBe(40_000_000n);
  await mined(settlement.getFunction("claim")(1n, 2n, owner, 3n, withdrawalProof(leaves, 2)));
  expect(await token.getFunction("balanceOf")(owner)).toBe(40_000_003n);
  process.stdout.write(
    `gas: ${JSON.stringify({ ...gas, openGas, depositGas, batchGas, claimGas }, (_, v) => (typeof v === "bigint" ? Number(v) : v))}\n`,
  );
}, 30_000);

test("a quote cut anywhere is refused by name", () => {
  const qe = new SimulatedQuotingEnclave(SEED, SEED);
  const quote = qe.quote(simulatedReport(SEED, qe.targetInfo()));
  for (const length of [0, 431, 1013, 1045, 1051, 2000, quote.length - 1]) {
    expect(() => quoteCalldata(quote.subarray(0, length))).toThrow(/^BAD_QUOTE/);
  }
});

async function mined(sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>): Promise<bigint> {
  return (await (await sent).wait())!.gasUsed;
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
