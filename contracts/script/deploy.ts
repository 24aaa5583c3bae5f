import { TCB_STATUSES, type TcbStatus } from "@sealbook/attestation";
import { ContractFactory, getCreateAddress, type Signer, ZeroAddress, ZeroHash } from "ethers";
import { bytecodeOf, type ContractName, interfaceOf } from "./artifacts.ts";
import { deployPath, deployVerifier, developmentVerifier } from "./validity.ts";

/** One enclave image that may sign. Hashes as 0x-hex 32 bytes, attributes as 0x-hex 16 bytes in memory order. */
export interface MeasurementOptions {
  /** SGX unless told. For a TD `mrEnclave` is the hash of its measurements, and the three fields after it are zero. */
  readonly tee?: "sgx" | "tdx";
  readonly mrEnclave: string;
  readonly mrSigner: string;
  readonly isvProdId: number;
  readonly isvSvnMin: number;
  /** Wanted where the mask has a 1; INIT and MODE64 by default. */
  readonly attributes?: string;
  /** All flags by default; XFRM, which follows the processor, is left free. */
  readonly attributesMask?: string;
  /** From 1, growing. */
  readonly version: number;
}

export interface DeployOptions {
  /** x‖y, 0x-hex 64 bytes. Intel's unless `isSimulated`. */
  readonly rootPublicKey: string;
  readonly isSimulated: boolean;
  readonly measurements: readonly MeasurementOptions[];
  /** Names of the TCB statuses that may register; default: UpToDate and SWHardeningNeeded. */
  readonly acceptedStatuses?: readonly TcbStatus[];
  /** Of the engine before any command (`boot-reply.state_root`). Without it the first opening, signed by an enclave, brings it. */
  readonly genesisStateRoot?: string;
  /** 0 is allowed on chain 31337 only. */
  readonly activationDelaySeconds: number;
  /** At most 90 days, the default. */
  readonly signerLifetimeSeconds?: number;
  /** May propose to the timelock, which is the registry's governor; default: the deployer. */
  readonly governor?: string;
  /** May only remove; default: the deployer. */
  readonly guardian?: string;
  /** Must send the first `openEpoch`; default: the deployer. */
  readonly operator?: string;
  /** How long inbox entries may wait, freeze and escape delays, outflow cap; production's unless told (docs/exit.md). */
  readonly exit?: Partial<ExitOptions>;
  /** How the venue goes on by proof when no enclave signs. On chain 31337 there is a development one unless told. */
  readonly validity?: ValidityFallback;
  /** A path deployed elsewhere instead; the zero address: this venue has none, and freezes when its enclaves are gone. */
  readonly validityPath?: string;
  /** Collateral token; by default a mintable DevToken is deployed (chain 31337 only). */
  readonly token?: string;
}

/** The validity path that is deployed with the venue. Replaceable through the timelock. */
export interface ValidityFallback {
  /** A verifier that is deployed, and the sizes of its statement. On chain 31337 the development verifier of `statement` unless told. */
  readonly verifier?: { readonly address: string; readonly instruments: number; readonly operations: number };
  /** `batch30` unless told. */
  readonly statement?: "batch2" | "batch8" | "batch30";
  /** Sign the prices of proven batches. On chain 31337 the deployer alone unless told. */
  readonly oracleSigners?: readonly string[];
  readonly oracleThreshold?: number;
  /** Without a batch for so long, anyone may prove: an hour unless told, or half of a shorter silence. */
  readonly proveAfterSeconds?: number;
  /** A venue without enclaves. */
  readonly isOpenAtBirth?: boolean;
}

/** A venue on a real chain says how it goes on without its enclaves, or that it does not. */
export class NoFallbackError extends Error {
  readonly code = "NO_FALLBACK";
  constructor(what: string) {
    super(
      `NO_FALLBACK: ${what}. Give \`validity\` the address of a verifier made from the public reference string and the oracles that sign ` +
        "its prices (docs/proof.md), or `validityPath`; the zero address there is a venue that can only freeze.",
    );
    this.name = "NoFallbackError";
  }
}

/** Delays of the exit side, in seconds, and the outflow cap. Their relations are checked by the contracts (docs/exit.md). */
export interface ExitOptions {
  /** Deadline of an inbox entry once the delay buffer is spent: confirmations and one batch. */
  readonly forcedShortSeconds: number;
  /** Deadline with a full buffer; at most an hour. */
  readonly forcedFullSeconds: number;
  /** How long past its deadline an unconsumed entry lets anyone freeze. */
  readonly freezeGraceSeconds: number;
  /** How long without a batch lets anyone freeze; at most a day. */
  readonly silenceMaxSeconds: number;
  /** How long after a freeze accounts are proven before the first is paid; at most a day. */
  readonly deficitWindowSeconds: number;
  /** How long a change of verifier or measurements waits: longer than a freeze and its window together. */
  readonly timelockSeconds: number;
  /** Receipt court: what a wrong challenge costs (token units), the time to answer, the bond's delay, the reporter's share. */
  readonly challengeStake: bigint;
  readonly answerMaxSeconds: number;
  readonly bondDelaySeconds: number;
  readonly rewardPpm: number;
  /** Outflow of signed batches per window: the larger of a fixed amount (1e-6 of the token) and a share of the vault. */
  readonly outflowAmountMin: bigint;
  readonly outflowSharePpm: number;
  readonly outflowWindowSeconds: number;
}

export const PRODUCTION_EXIT: ExitOptions = {
  forcedShortSeconds: 600,
  forcedFullSeconds: 3_600,
  freezeGraceSeconds: 43_200,
  silenceMaxSeconds: 86_400,
  deficitWindowSeconds: 86_400,
  timelockSeconds: 7 * 86_400,
  challengeStake: 100_000_000n,
  answerMaxSeconds: 86_400,
  bondDelaySeconds: 7 * 86_400,
  rewardPpm: 250_000,
  outflowAmountMin: 1_000_000_000_000n,
  outflowSharePpm: 100_000,
  outflowWindowSeconds: 3_600,
};

export interface Deployment {
  /** Intel's X.509 half: root, CAs, PCK and signing certificates, revocation lists. */
  readonly certificates: string;
  /** Intel's JSON half: TCB info and identities. */
  readonly endorsements: string;
  readonly verifier: string;
  readonly registry: string;
  readonly settlement: string;
  readonly inbox: string;
  readonly vault: string;
  readonly escapeHatch: string;
  readonly timelock: string;
  readonly receiptCourt: string;
  /** Verifies proofs of batches; the zero address if the path was deployed elsewhere, or there is none. */
  readonly proofVerifier: string;
  readonly validityPath: string;
  readonly token: string;
}

const FLAGS_INIT_MODE64 = `0x0500000000000000${"0".repeat(16)}`;
const MASK_ALL_FLAGS = `0xffffffffffffffff${"0".repeat(16)}`;
const DEVELOPMENT_CHAIN_ID = 31_337n;
const PROVE_AFTER_SECONDS = 3_600;
const SIGNER_LIFETIME_SECONDS = 90 * 86_400;

/**
 * Where `deploy` will put everything, without sending anything: the enclave's configuration names these addresses, and the
 * settlement's constructor wants the state root of an enclave that has that configuration.
 * @param nonce Of the deployer's next transaction.
 * @param given What is there already.
 */
export function predictAddresses(
  deployer: string,
  nonce: number,
  given: {
    token?: string | undefined;
    proofVerifier?: string | undefined;
    validityPath?: string | undefined;
  } = {},
): Deployment {
  const at = (offset: number) => getCreateAddress({ from: deployer, nonce: nonce + offset });
  const first = given.token === undefined ? 1 : 0;
  const settlement = at(first + 4);
  // The settlement creates the inbox, the inbox the vault; a contract's own nonces start at 1 (EIP-161).
  const inbox = getCreateAddress({ from: settlement, nonce: 1 });
  const vault = getCreateAddress({ from: inbox, nonce: 1 });
  const [certificates, endorsements, verifier, registry] = [0, 1, 2, 3].map((i) => at(first + i)) as [
    string,
    string,
    string,
    string,
  ];
  const [escapeHatch, timelock, receiptCourt] = [at(first + 5), at(first + 6), at(first + 7)];
  const evidence = { certificates, endorsements, verifier, registry };
  const exits = { escapeHatch, timelock, receiptCourt };
  const isMade = given.proofVerifier === undefined && given.validityPath === undefined;
  const proof = {
    proofVerifier: given.proofVerifier ?? (isMade ? at(first + 8) : ZeroAddress),
    validityPath: given.validityPath ?? at(first + (isMade ? 9 : 8)),
  };
  return { ...evidence, settlement, inbox, vault, ...exits, ...proof, token: given.token ?? at(0) };
}

/**
 * Deploys token (unless given), certificates, endorsements, verifier, registry, settlement, escape hatch, timelock, receipt court, and, unless
 * one is given, proof verifier and validity path, in this order, and waits for each. Hatch, timelock and path check what the settlement
 * was told of them.
 * @throws {NoFallbackError} before anything is sent
 */
export async function deploy(signer: Signer, options: DeployOptions): Promise<Deployment> {
  const deployer = await signer.getAddress();
  const fallback = await fallbackOf(signer, options, deployer);
  const addresses = predictAddresses(deployer, await signer.getNonce(), {
    token: options.token,
    proofVerifier: fallback?.verifier,
    validityPath: options.validityPath,
  });
  if (options.token === undefined) await create(signer, "DevToken", [], addresses.token);
  const { certificates, endorsements, verifier } = addresses;
  const root = options.rootPublicKey.replace(/^0x/, "");
  const rootKey = { x: `0x${root.slice(0, 64)}`, y: `0x${root.slice(64)}` };
  await create(signer, "Certificates", [rootKey, options.guardian ?? deployer], certificates);
  await create(signer, "Endorsements", [certificates], endorsements);
  await create(signer, "QuoteVerifier", [endorsements], verifier);
  const registry = registryArguments(options, addresses, deployer);
  await create(signer, "AttestationRegistry", registry, addresses.registry);
  await create(signer, "Settlement", [venueConfig(options, deployer, addresses)], addresses.settlement);
  await deployExits(signer, options, deployer, addresses);
  if (fallback) await deployFallback(signer, fallback, addresses);
  return addresses;
}

interface Fallback {
  readonly verifier: string | undefined;
  readonly code: string | undefined;
  readonly path: Omit<Parameters<typeof deployPath>[2], "settlement">;
}

/** What is deployed for going on by proof; undefined if the caller sees to it. */
async function fallbackOf(
  signer: Signer,
  options: DeployOptions,
  deployer: string,
): Promise<Fallback | undefined> {
  if (options.validityPath !== undefined) return undefined;
  const chain = await signer.provider?.getNetwork();
  const isDevelopment = chain?.chainId === DEVELOPMENT_CHAIN_ID;
  const { validity = {} } = options;
  if (!isDevelopment && !validity.verifier) throw new NoFallbackError("no proof verifier is given");
  if (!isDevelopment && !validity.oracleSigners)
    throw new NoFallbackError("no oracle signs prices of proven batches");
  const made = validity.verifier ? undefined : developmentVerifier(validity.statement ?? "batch30");
  const { instruments, operations } = validity.verifier ?? made!;
  const oracleSigners = validity.oracleSigners ?? [deployer];
  const silence = options.exit?.silenceMaxSeconds ?? PRODUCTION_EXIT.silenceMaxSeconds;
  return {
    verifier: validity.verifier?.address,
    code: made?.code,
    path: {
      instruments,
      operations,
      oracleSigners,
      oracleThreshold: validity.oracleThreshold ?? oracleSigners.length,
      proveAfterSeconds: validity.proveAfterSeconds ?? Math.min(PROVE_AFTER_SECONDS, Math.floor(silence / 2)),
      isOpenAtBirth: validity.isOpenAtBirth ?? false,
    },
  };
}

async function deployFallback(signer: Signer, fallback: Fallback, addresses: Deployment): Promise<void> {
  const { settlement, proofVerifier, validityPath } = addresses;
  if (fallback.code !== undefined)
    expectAt("the proof verifier", await deployVerifier(signer, fallback.code), proofVerifier);
  const path = await deployPath(signer, proofVerifier, { ...fallback.path, settlement });
  expectAt("ValidityPath", path, validityPath);
}

async function deployExits(
  signer: Signer,
  options: DeployOptions,
  deployer: string,
  addresses: Deployment,
): Promise<void> {
  const exit = { ...PRODUCTION_EXIT, ...options.exit };
  const delays = {
    freezeGrace: exit.freezeGraceSeconds,
    silenceMax: exit.silenceMaxSeconds,
    deficitWindow: exit.deficitWindowSeconds,
  };
  const court = {
    challengeStake: exit.challengeStake,
    answerMax: exit.answerMaxSeconds,
    withdrawDelay: exit.bondDelaySeconds,
    rewardPpm: exit.rewardPpm,
  };
  const [governor, guardian] = [options.governor ?? deployer, options.guardian ?? deployer];
  const { settlement, escapeHatch, timelock, receiptCourt } = addresses;
  await create(signer, "EscapeHatch", [settlement, delays], escapeHatch);
  await create(signer, "Timelock", [escapeHatch, governor, guardian, exit.timelockSeconds], timelock);
  await create(signer, "ReceiptCourt", [settlement, court], receiptCourt);
}

function venueConfig(options: DeployOptions, deployer: string, addresses: Deployment): object {
  const exit = { ...PRODUCTION_EXIT, ...options.exit };
  return {
    registry: addresses.registry,
    token: addresses.token,
    genesisStateRoot: options.genesisStateRoot ?? ZeroHash,
    operator: options.operator ?? deployer,
    escapeHatch: addresses.escapeHatch,
    timelock: addresses.timelock,
    validityPath: addresses.validityPath,
    forced: { short: exit.forcedShortSeconds, full: exit.forcedFullSeconds },
    outflow: {
      amountMin: exit.outflowAmountMin,
      sharePpm: exit.outflowSharePpm,
      window: exit.outflowWindowSeconds,
    },
  };
}

function registryArguments(options: DeployOptions, addresses: Deployment, deployer: string): unknown[] {
  const accepted = options.acceptedStatuses ?? ["UpToDate", "SWHardeningNeeded"];
  const config = {
    verifier: addresses.verifier,
    isSimulated: options.isSimulated,
    governor: addresses.timelock,
    guardian: options.guardian ?? deployer,
    activationDelay: options.activationDelaySeconds,
    signerLifetimeMax: options.signerLifetimeSeconds ?? SIGNER_LIFETIME_SECONDS,
    acceptedStatuses: accepted.reduce((mask, status) => mask | (1 << TCB_STATUSES.indexOf(status)), 0),
  };
  const measurements = options.measurements.map((measurement) => ({
    ...measurement,
    tee: measurement.tee === "tdx" ? 1 : 0,
    attributes: measurement.attributes ?? FLAGS_INIT_MODE64,
    attributesMask: measurement.attributesMask ?? MASK_ALL_FLAGS,
  }));
  return [config, measurements];
}

async function create(signer: Signer, name: ContractName, args: unknown[], expected: string): Promise<void> {
  const factory = new ContractFactory(interfaceOf(name), bytecodeOf(name), signer);
  const contract = await factory.deploy(...args);
  const txReceipt = await contract.deploymentTransaction()?.wait();
  expectAt(name, txReceipt?.contractAddress ?? ZeroAddress, expected);
}

function expectAt(name: string, actual: string, expected: string): void {
  if (actual !== expected) {
    // Another transaction of the same deployer slipped in: the predicted addresses are already in somebody's configuration.
    throw new Error(
      `ADDRESS_MISMATCH: ${name} is at ${actual}, ${expected} was predicted. Deploy with an idle account.`,
    );
  }
}
