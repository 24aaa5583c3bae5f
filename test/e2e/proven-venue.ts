/** A venue whose enclave is one key, so that it can be revoked, and whose state is held by the test: what a proof starts from. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accountAt,
  accountWords,
  type Batch,
  clearFills,
  compile,
  compileVerifier,
  devProver,
  effectOf,
  emitQuote,
  forDevelopment,
  type HonkProver,
  type Instrument,
  instrumentWords,
  type Operation,
  type Order,
  openState,
  orderMessage,
  type Prices,
  type Program,
  publicKey,
  putInstrument,
  replayBatch,
  type Shape,
  type SignedOrder,
  type State,
  type StatementName,
  samplePerpetual,
  shapes,
  sign,
  statement,
  stateRoot,
  tauG2,
  tauOf,
  withdrawMessage,
} from "@sealbook/circuits";
import { type Entry, PathChain, type Step } from "@sealbook/cli/prove";
import {
  contractAt,
  type Deployment,
  deploy,
  deployValidityPath,
  predictValidityPath,
  provenPricesTypes,
  signatureDomain,
  simulatedMeasurement,
  simulatedOptions,
} from "@sealbook/contracts";
import { type BatchData, packData, packWords } from "@sealbook/wire/state";
import {
  type Contract,
  type HDNodeWallet,
  keccak256,
  NonceManager,
  type Provider,
  sha256,
  toBeHex,
  toUtf8Bytes,
  Wallet,
} from "ethers";
import { httpRpc } from "../../cli/src/chain/rpc.ts";
import { VenueChain } from "../../cli/src/chain/venue-chain.ts";
import { claimSteps } from "../../cli/src/escape/claim-steps.ts";
import { type Anvil, startAnvil } from "../../contracts/script/anvil.ts";
import { acceptOneKeyBatch, type OneKeyVenue, openOneKeyEpoch } from "./one-key-enclave.ts";

export const START = 1_790_000_000;
const SEED = new Uint8Array(32).fill(7);
const IMAGE = toUtf8Bytes("an enclave library");
const CONFIG_HASH = sha256(toUtf8Bytes("config"));
const CHAIN_ID = 31_337n;
/** Of the development reference string: anybody knows its tau. */
const CRS_SEED = "development";
/** Points a statement's proof needs. */
const CRS_POWER: Record<StatementName, number> = { batch2: 16, batch8: 18, batch30: 19 };

export const perpetual = samplePerpetual();

export interface Trader {
  readonly wallet: HDNodeWallet;
  readonly secret: bigint;
}

export class ProvenVenue {
  readonly shape: Shape;
  readonly state: State;
  /** The leaves it is deployed with, as `recover` takes them. */
  readonly genesis: Uint8Array;
  readonly anvil: Anvil;
  readonly program: Program;
  readonly prover: HonkProver;
  readonly traders: Trader[] = [];
  readonly oracles = [1, 2, 3].map((n) => new Wallet(keccak256(toUtf8Bytes(`oracle ${n}`))));
  addresses!: Deployment;
  chain!: PathChain;
  enclave!: HDNodeWallet;
  verifierSource!: string;
  path!: { verifier: string; path: string };
  #nonces = new Map<number, bigint>();
  #ids = 0n;

  private constructor(
    shape: Shape,
    anvil: Anvil,
    program: Program,
    prover: HonkProver,
    instrument: Instrument,
  ) {
    this.shape = shape;
    this.anvil = anvil;
    this.program = program;
    this.prover = prover;
    this.state = openState();
    putInstrument(this.state, { ...instrument });
    this.genesis = packData(this.data());
  }

  /** Deploys everything; the enclave opens the first epoch. `isOpenAtBirth`: there is none and never was. */
  static async start(
    name: StatementName,
    isOpenAtBirth = false,
    instrument = perpetual,
  ): Promise<ProvenVenue> {
    const program = await compile(statement(name));
    const prover = devProver(CRS_SEED, CRS_POWER[name]);
    const anvil = await startAnvil(START);
    const venue = new ProvenVenue(shapes[name], anvil, program, prover, instrument);
    await venue.#deploy(isOpenAtBirth);
    if (!isOpenAtBirth) await venue.openEpoch();
    return venue;
  }

  get provider(): Provider {
    return this.anvil.provider;
  }

  stop(): void {
    this.anvil.stop();
  }

  async #deploy(isOpenAtBirth: boolean): Promise<void> {
    const { deployer } = this.anvil;
    this.verifierSource = await this.prover.verifierSource(this.program);
    const verifierCode = compileVerifier(forDevelopment(this.verifierSource, tauG2(tauOf(CRS_SEED))));
    // Another account deploys the path, whose address the settlement wants before it is there.
    const second = Wallet.createRandom(this.provider);
    await (await deployer.sendTransaction({ to: second.address, value: 10n ** 20n })).wait();
    const predicted = predictValidityPath(second.address, 0);
    this.addresses = await deploy(deployer, {
      ...simulatedOptions({ seed: SEED, image: IMAGE }),
      genesisStateRoot: toBeHex(stateRoot(this.state), 32),
      validityPath: predicted.path,
    });
    this.path = await deployValidityPath(new NonceManager(second), {
      settlement: this.addresses.settlement,
      verifierCode,
      instruments: this.shape.instruments,
      operations: this.shape.operations,
      proveAfterSeconds: 3_600,
      isOpenAtBirth,
      oracleSigners: this.oracles.map((oracle) => oracle.address),
      oracleThreshold: 2,
    });
    this.chain = new PathChain(this.path.path, deployer);
  }

  contract(name: Parameters<typeof contractAt>[0]): Contract {
    const at: Partial<Record<typeof name, string>> = {
      Settlement: this.addresses.settlement,
      Inbox: this.addresses.inbox,
      Vault: this.addresses.vault,
      DevToken: this.addresses.token,
      AttestationRegistry: this.addresses.registry,
    };
    return contractAt(name, at[name]!, this.anvil.deployer);
  }

  async now(): Promise<number> {
    return (await this.provider.getBlock("latest"))!.timestamp;
  }

  /** Registers a fresh enclave key and opens an epoch where the chain stands. */
  async openEpoch(): Promise<void> {
    this.enclave = await openOneKeyEpoch(this.#oneKey(), this.anvil.deployer);
  }

  #oneKey(): OneKeyVenue {
    const { registry, settlement } = this.addresses;
    const measurement = simulatedMeasurement(IMAGE);
    return { chainId: CHAIN_ID, registry, settlement, seed: SEED, measurement, configHash: CONFIG_HASH };
  }

  /** The guardian takes the enclave's key away. */
  async revoke(): Promise<void> {
    await (
      await this.contract("AttestationRegistry").getFunction("revokeSigner")(this.enclave.address)
    ).wait();
  }

  /** A trader with a wallet, tokens, a deposit and a registered session key: three inbox entries. */
  async join(amount: bigint): Promise<Trader> {
    const trader = {
      wallet: Wallet.createRandom(this.provider) as HDNodeWallet,
      secret: 77_777n + BigInt(this.traders.length),
    };
    this.traders.push(trader);
    const { deployer } = this.anvil;
    await (await deployer.sendTransaction({ to: trader.wallet.address, value: 10n ** 18n })).wait();
    await (await this.contract("DevToken").getFunction("mint")(trader.wallet.address, amount)).wait();
    const [x, y] = publicKey(trader.secret);
    await this.send(trader, "DevToken", "approve", this.addresses.vault, amount);
    await this.send(trader, "Inbox", "deposit", 0, amount);
    await this.send(trader, "Inbox", "registerKey", 0, toBeHex(x, 32), toBeHex(y, 32));
    return trader;
  }

  async send(trader: Trader, name: Parameters<typeof contractAt>[0], call: string, ...args: unknown[]) {
    const contract = this.contract(name).connect(trader.wallet) as Contract;
    return await (await contract.getFunction(call)(...args)).wait();
  }

  /** Entries that no batch has consumed. */
  async pending(): Promise<Entry[]> {
    return this.chain.entries((await this.chain.present()).inboxCursor);
  }

  /** A batch of the enclave: the operations happen to the state, and the leaves they changed are its data. */
  async signedBatch(operations: readonly Operation[], prices: Prices): Promise<void> {
    const before = stateRoot(this.state);
    const empty = { domain: 0n, time: prices.time, fillsBefore: 0n, fillsAfter: 0n, held: 0n };
    replayBatch(this.state, { ...empty, round: prices.round, quotes: prices.quotes, effects: [] });
    const touched = new Set<number>([0]);
    for (const operation of operations) {
      const effect = effectOf(this.state, operation);
      const one = { ...empty, round: prices.round, quotes: [], effects: [effect] };
      for (const id of replayBatch(this.state, one).accounts) touched.add(id);
    }
    replayBatch(this.state, { ...empty, round: prices.round, quotes: prices.quotes, effects: [] });
    // A signed batch knows no fills of signed orders.
    clearFills(this.state);
    const data = packData({
      oracleRound: this.state.round,
      nextAccount: this.state.nextAccount,
      accounts: [...touched]
        .sort((a, b) => a - b)
        .map((index) => ({ index, packed: packWords(accountWords(accountAt(this.state, index))) })),
      instruments: [...this.state.instruments.values()].map((one) => ({
        index: one.id,
        packed: packWords(instrumentWords(one)),
      })),
      withdrawals: [],
    });
    await acceptOneKeyBatch(this.#oneKey(), this.enclave, this.anvil.deployer, {
      data,
      stateRootBefore: before,
      stateRootAfter: stateRoot(this.state),
      oracleRound: this.state.round,
      closedAt: BigInt(await this.now()),
    });
  }

  /** Prices of a round, now. */
  async prices(round: bigint, mark: bigint): Promise<Prices> {
    const time = BigInt(await this.now()) * 1_000_000n;
    return { time, round, quotes: [{ instrument: 1, mark, index: mark, fundingIndex: 0n }] };
  }

  /** Two oracles sign the instruments' words, by ascending address. */
  async oracleSignatures(batch: Batch): Promise<string[]> {
    const { time, round, quotes } = batch.published;
    const domain = signatureDomain(CHAIN_ID, this.addresses.settlement);
    const message = { round, time, instruments: quotes.map(emitQuote) };
    const signers = [...this.oracles]
      .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
      .slice(0, 2);
    return Promise.all(signers.map((oracle) => oracle.signTypedData(domain, provenPricesTypes, message)));
  }

  /** A signed order of the nth trader. */
  async order(trader: number, change: Partial<Order> & Pick<Order, "isBuy">): Promise<SignedOrder> {
    const { domain } = await this.chain.present();
    this.#ids += 1n;
    const wanted: Order = {
      account: trader + 1,
      id: this.#ids,
      instrument: 1,
      price: 50_000n,
      lots: 10n,
      expiry: 2n ** 63n,
      ...change,
    };
    return { ...wanted, signature: sign(this.traders[trader]!.secret, orderMessage(domain, wanted)) };
  }

  /** A signed withdrawal of the nth trader. */
  async withdrawal(trader: number, amount: bigint): Promise<Operation> {
    const { domain } = await this.chain.present();
    const account = trader + 1;
    const last = this.#nonces.get(account) ?? this.state.accounts.get(account)?.nonce ?? 0n;
    this.#nonces.set(account, last + 1n);
    const message = withdrawMessage(domain, account, last + 1n, amount);
    const signature = sign(this.traders[trader]!.secret, message);
    return { kind: "withdraw", account, amount, signature };
  }

  /** All leaves as data. */
  data(): BatchData {
    const accounts = [...this.state.accounts].filter(([id]) => id < this.state.nextAccount);
    return {
      oracleRound: this.state.round,
      nextAccount: this.state.nextAccount,
      accounts: accounts
        .sort(([a], [b]) => a - b)
        .map(([index, account]) => ({ index, packed: packWords(accountWords(account)) })),
      instruments: [...this.state.instruments.values()].map((one) => ({
        index: one.id,
        packed: packWords(instrumentWords(one)),
      })),
      withdrawals: [],
    };
  }

  async advance(step: Step): Promise<bigint> {
    const sent = await this.chain.path.advance!(step);
    return (await sent.wait()).gasUsed as bigint;
  }

  /** Tokens in a trader's wallet after `sealbook claim`, which anybody may send. */
  async collect(trader: Trader): Promise<bigint> {
    const rpc = httpRpc(this.anvil.provider._getConnection().url);
    const chain = await VenueChain.open(rpc, this.addresses.settlement);
    const state = mkdtempSync(join(tmpdir(), "sealbook-claims-"));
    const owner = trader.wallet.address;
    for (const { to, data } of await claimSteps(chain, { owner, fromBlock: 0, state, blobs: [] }))
      await (await this.anvil.deployer.sendTransaction({ to, data })).wait();
    return this.contract("DevToken").getFunction("balanceOf")(owner);
  }
}
