/** A venue on a chain of its own, born without an enclave, that `sealbook bench proof` fills and moves: what a real batch takes. */
import {
  applyBatch,
  type Batch,
  compileVerifier,
  emitQuote,
  forDevelopment,
  type HonkProver,
  type Operation,
  type Order,
  openState,
  orderMessage,
  type Prices,
  type Program,
  type Proven,
  publicKey,
  putInstrument,
  type Shape,
  type SignedOrder,
  type State,
  samplePerpetual,
  sign,
  stateRoot,
  tauG2,
  tauOf,
  withdrawMessage,
} from "@sealbook/circuits";
import {
  contractAt,
  deploy,
  deployValidityPath,
  predictValidityPath,
  provenPricesTypes,
  signatureDomain,
  simulatedOptions,
} from "@sealbook/contracts";
import { type HDNodeWallet, NonceManager, toBeHex, toUtf8Bytes } from "ethers";
import { type LocalChain, startAnvil } from "../devnet/anvil.ts";
import { accountsByIdentity, inboxOperations } from "./inbox-operations.ts";
import { type Entry, PathChain } from "./path-chain.ts";
import { calldataOf, stepOf } from "./step.ts";

const CRS_SEED = "development";
const DEPOSIT = 1_000_000_000n;
const MARK = 50_000_000n;
/** Wallets of the development mnemonic: the deployer's, the path's, two oracles', and from here on traders'. */
const FIRST_TRADER = 4;

export interface Advanced {
  readonly gas: bigint;
  /** Of it, for the transaction and its calldata. */
  readonly gasIntrinsic: bigint;
  readonly calldataBytes: number;
}

export class BenchVenue {
  readonly #chain: LocalChain;
  readonly #prover: HonkProver;
  readonly #program: Program;
  readonly #shape: Shape;
  readonly #state: State;
  readonly #traders: { wallet: NonceManager; owner: string; secret: bigint }[] = [];
  #addresses = { settlement: "", inbox: "", token: "", vault: "" };
  #path!: PathChain;
  #orders = 0n;

  private constructor(chain: LocalChain, prover: HonkProver, program: Program, shape: Shape) {
    this.#chain = chain;
    this.#prover = prover;
    this.#program = program;
    this.#shape = shape;
    this.#state = openState();
    putInstrument(this.#state, { ...perpetual });
  }

  /** Deploys everything, lets so many traders in, and proves their deposits and keys. */
  static async open(
    prover: HonkProver,
    program: Program,
    shape: Shape,
    traders: number,
  ): Promise<BenchVenue> {
    const venue = new BenchVenue(await startAnvil({ blockSeconds: 0 }), prover, program, shape);
    try {
      await venue.#deploy();
      for (let at = 0; at < traders; at++) await venue.#join(at);
      for (let entries = await venue.#pending(); entries.length > 0; entries = await venue.#pending()) {
        const taken = entries.slice(0, shape.operations);
        const operations = inboxOperations(venue.#state, taken, accountsByIdentity(venue.#state));
        const batch = await venue.#batch(operations, 0n);
        await venue.advance(batch, await prover.prove(program, batch.inputs), taken);
      }
      return venue;
    } catch (error) {
      await venue.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#chain.stop();
  }

  /** As many trades as fit at a new round of prices, and a withdrawal by each trader at the end. */
  async busiest(): Promise<Batch> {
    const count = this.#traders.length;
    const { domain } = await this.#path.present();
    const operations: Operation[] = [];
    const withdrawals = Math.min(count, this.#shape.operations / 2);
    for (let at = 0; operations.length < this.#shape.operations - withdrawals; at++) {
      const [maker, taker] = [at % count, (at + 1) % count];
      const isBuy = at % 2 === 0;
      operations.push({
        kind: "trade",
        maker: this.#order(domain, maker, isBuy),
        taker: this.#order(domain, taker, !isBuy),
        price: MARK / 1_000n,
        lots: 1n,
      });
    }
    for (let at = 0; at < withdrawals; at++) {
      const [account, amount] = [at + 1, 1_000_000n];
      const message = withdrawMessage(domain, account, 1n, amount);
      const signature = sign(this.#traders[at]!.secret, message);
      operations.push({ kind: "withdraw", account, amount, signature });
    }
    return this.#batch(operations, 1n);
  }

  /** Sends a proven batch. @throws if the chain does not take it */
  async advance(batch: Batch, proven: Proven, entries: readonly Entry[] = []): Promise<Advanced> {
    const signatures = batch.published.round === 0n ? [] : await this.#signed(batch);
    const step = stepOf(batch, proven, entries, signatures);
    const sent = await this.#path.path.advance!(step);
    const txReceipt = await sent.wait();
    const { stateRoot: reached } = await this.#path.present();
    if (reached !== stateRoot(this.#state)) throw new Error("The chain stands at another root.");
    const calldata = Buffer.from(calldataOf(step).slice(2), "hex");
    const zeros = calldata.filter((byte) => byte === 0).length;
    return {
      gas: txReceipt.gasUsed,
      gasIntrinsic: 21_000n + BigInt(4 * zeros + 16 * (calldata.length - zeros)),
      calldataBytes: calldata.length,
    };
  }

  async #deploy(): Promise<void> {
    const [deployer, second] = [this.#chain.wallet(0), this.#chain.wallet(1)];
    const predicted = predictValidityPath(second.address, 0);
    const source = await this.#prover.verifierSource(this.#program);
    const seed = new Uint8Array(32).fill(7);
    const addresses = await deploy(new NonceManager(deployer), {
      ...simulatedOptions({ seed, image: toUtf8Bytes("no enclave") }),
      genesisStateRoot: toBeHex(stateRoot(this.#state), 32),
      validityPath: predicted.path,
    });
    this.#addresses = addresses;
    const { path } = await deployValidityPath(new NonceManager(second), {
      settlement: addresses.settlement,
      verifierCode: compileVerifier(forDevelopment(source, tauG2(tauOf(CRS_SEED)))),
      instruments: this.#shape.instruments,
      operations: this.#shape.operations,
      proveAfterSeconds: 3_600,
      isOpenAtBirth: true,
      oracleSigners: this.#oracles().map(({ address }) => address),
      oracleThreshold: 2,
    });
    this.#path = new PathChain(path, second);
    const token = contractAt("DevToken", addresses.token, new NonceManager(deployer));
    for (let at = FIRST_TRADER; at < FIRST_TRADER + 6; at++)
      await (await token.getFunction("mint")(this.#chain.wallet(at).address, DEPOSIT)).wait();
  }

  async #join(at: number): Promise<void> {
    const wallet = new NonceManager(this.#chain.wallet(FIRST_TRADER + at));
    const trader = { wallet, owner: await wallet.getAddress(), secret: 77_777n + BigInt(at) };
    this.#traders.push(trader);
    const { inbox, token, vault } = this.#addresses;
    const send = async (name: "DevToken" | "Inbox", to: string, call: string, ...args: unknown[]) =>
      (await contractAt(name, to, wallet).getFunction(call)(...args)).wait();
    await send("DevToken", token, "approve", vault, DEPOSIT);
    await send("Inbox", inbox, "deposit", 0, DEPOSIT);
    await send(
      "Inbox",
      inbox,
      "registerKey",
      0,
      ...publicKey(trader.secret).map((word) => toBeHex(word, 32)),
    );
  }

  #oracles(): HDNodeWallet[] {
    return [2, 3]
      .map((at) => this.#chain.wallet(at))
      .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  }

  async #pending(): Promise<Entry[]> {
    return this.#path.entries((await this.#path.present()).inboxCursor);
  }

  async #batch(operations: readonly Operation[], round: bigint): Promise<Batch> {
    const { domain } = await this.#path.present();
    const block = await this.#chain.provider.getBlock("latest");
    const quotes = [{ instrument: 1, mark: MARK, index: MARK, fundingIndex: 0n }];
    const prices: Prices = { time: BigInt(block!.timestamp) * 1_000_000n, round, quotes };
    return applyBatch(this.#state, this.#shape, domain, prices, operations);
  }

  async #signed(batch: Batch): Promise<string[]> {
    const { time, round, quotes } = batch.published;
    const message = { round, time, instruments: quotes.map(emitQuote) };
    const domain = signatureDomain(31_337n, this.#addresses.settlement);
    return Promise.all(this.#oracles().map((one) => one.signTypedData(domain, provenPricesTypes, message)));
  }

  #order(domain: bigint, trader: number, isBuy: boolean): SignedOrder {
    this.#orders += 1n;
    const wanted: Order = {
      account: trader + 1,
      id: this.#orders,
      instrument: 1,
      isBuy,
      price: MARK / 1_000n,
      lots: 1n,
      expiry: 2n ** 63n,
    };
    return { ...wanted, signature: sign(this.#traders[trader]!.secret, orderMessage(domain, wanted)) };
  }
}

const perpetual = samplePerpetual({ mark: MARK, index: MARK });
