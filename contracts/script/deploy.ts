import { TCB_STATUSES, type TcbStatus } from "@sealbook/attestation";
import { ContractFactory, getCreateAddress, type Signer, ZeroAddress, ZeroHash } from "ethers";
import { bytecodeOf, type ContractName, interfaceOf } from "./artifacts.ts";

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
  /** May prove batches; none unless told. Replaceable through the timelock. */
  readonly validityPath?: string;
  /** Collateral token; by default a mintable DevToken is deployed (chain 31337 only). */
  readonly token?: string;
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
  readonly token: string;
}

const FLAGS_INIT_MODE64 = `0x0500000000000000${"0".repeat(16)}`;
const MASK_ALL_FLAGS = `0xffffffffffffffff${"0".repeat(16)}`;
const SIGNER_LIFETIME_SECONDS = 90 * 86_400;

/**
 * Where `deploy` will put everything, without sending anything: the enclave's configuration names these addresses, and the
 * settlement's constructor wants the state root of an enclave that has that configuration.
 * @param nonce Of the deployer's next transaction.
 */
export function predictAddresses(deployer: string, nonce: number, token?: string): Deployment {
  const at = (offset: number) => getCreateAddress({ from: deployer, nonce: nonce + offset });
  const first = token === undefined ? 1 : 0;
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
  return { ...evidence, settlement, inbox, vault, ...exits, token: token ?? at(0) };
}

/**
 * Deploys token (unless given), certificates, endorsements, verifier, registry, settlement, escape hatch, timelock and receipt court, in
 * this order, and waits for each. Hatch and timelock check what the settlement was told of them.
 */
export async function deploy(signer: Signer, options: DeployOptions): Promise<Deployment> {
  const deployer = await signer.getAddress();
  const addresses = predictAddresses(deployer, await signer.getNonce(), options.token);
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
  return addresses;
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
    validityPath: options.validityPath ?? ZeroAddress,
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
  const actual = txReceipt?.contractAddress ?? ZeroAddress;
  if (actual !== expected) {
    // Another transaction of the same deployer slipped in: the predicted addresses are already in somebody's configuration.
    throw new Error(
      `ADDRESS_MISMATCH: ${name} is at ${actual}, ${expected} was predicted. Deploy with an idle account.`,
    );
  }
}
