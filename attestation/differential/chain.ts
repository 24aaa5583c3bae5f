import { existsSync, readFileSync } from "node:fs";
import { type Block, createBlock } from "@ethereumjs/block";
import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import {
  createEVM,
  type EVM,
  type ExecResult,
  getActivePrecompiles,
  type PrecompileInput,
} from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { Account, Address, bytesToHex, hexToBytes } from "@ethereumjs/util";
import { AbiCoder, Interface, type InterfaceAbi } from "ethers";

/**
 * The contracts in this process, under Osaka rules: no node, no mining, any timestamp, and a state that is put back after each question.
 * Artifacts are read as data from where forge leaves them.
 */
const OUT = new URL("../../contracts/out/", import.meta.url);
const SENDER = new Address(hexToBytes("0x000000000000000000000000000000005ea1b00c"));
const GAS_LIMIT = 1_000_000_000n;

const P256_ADDRESS = `0x${"0".repeat(37)}100` as const;
/** The precompile's answers by its input: it is a pure function and by far the slowest thing asked of this EVM. */
const P256_ANSWERS_MAX = 50_000;
const P256VERIFY = getActivePrecompiles(new Common({ chain: Mainnet, hardfork: Hardfork.Osaka })).get(
  P256_ADDRESS.slice(2),
)!;
const p256Answers = new Map<string, ExecResult>();

function rememberedP256(input: PrecompileInput): ExecResult {
  const key = `${input.gasLimit >= 6900n} ${bytesToHex(input.data)}`;
  const known = p256Answers.get(key);
  if (known) return { ...known, returnValue: known.returnValue.slice() };
  const answer = P256VERIFY(input) as ExecResult;
  if (p256Answers.size >= P256_ANSWERS_MAX) p256Answers.clear();
  p256Answers.set(key, answer);
  return answer;
}

const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka });

export type ContractName = "certificates" | "endorsements" | "verifier";

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: { readonly object: string };
}

const artifact = (name: string): Artifact =>
  JSON.parse(readFileSync(new URL(`${name}.sol/${name}.json`, OUT), "utf8"));

/** Have the contracts been built? Without artifacts there is nothing to run. */
export const IS_BUILT = existsSync(new URL("QuoteVerifier.sol", OUT));

const NAMES = {
  certificates: "Certificates",
  endorsements: "Endorsements",
  verifier: "QuoteVerifier",
} as const;
const loaded = IS_BUILT ? load() : null;

/** Read once, and not at all where nothing is built: tests skip there by name. */
function load() {
  const artifacts = mapNames((name) => artifact(name));
  const interfaces = mapNames((name) => new Interface(artifact(name).abi));
  return { artifacts, interfaces, all: [...Object.values(interfaces), libraryErrors()] };
}

function mapNames<T>(make: (name: string) => T): Record<ContractName, T> {
  const { certificates, endorsements, verifier } = NAMES;
  return { certificates: make(certificates), endorsements: make(endorsements), verifier: make(verifier) };
}

function contracts() {
  if (loaded === null) throw new Error("the contracts are not built: forge build --root contracts");
  return loaded;
}

/** A call that was refused, by the error's name; `Panic` and unnamed failures keep their own. */
export interface Refusal {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly refusal: Refusal | null;
  readonly data: string;
  readonly gas: bigint;
  /** Advisory lists announced by the call: set id to the ids' text. */
  readonly advisories: readonly (readonly [string, string])[];
}

export class ChainInProcess {
  readonly #evm: EVM;
  readonly #addresses: Readonly<Record<ContractName, Address>>;
  #block: Block | null = null;

  private constructor(evm: EVM, addresses: Record<ContractName, Address>) {
    this.#evm = evm;
    this.#addresses = addresses;
  }

  /** Certificates, endorsements and verifier under a root key (0x-hex halves). */
  static async deploy(root: { readonly x: string; readonly y: string }): Promise<ChainInProcess> {
    const evm = await createEVM({
      common,
      stateManager: new SimpleStateManager({ common }),
      customPrecompiles: [{ address: new Address(hexToBytes(P256_ADDRESS)), function: rememberedP256 }],
    });
    await evm.stateManager.putAccount(SENDER, new Account(0n, 10n ** 20n));
    const create = async (name: ContractName, types: readonly string[], args: readonly unknown[]) => {
      const code =
        contracts().artifacts[name].bytecode.object + AbiCoder.defaultAbiCoder().encode(types, args).slice(2);
      const sender = await evm.stateManager.getAccount(SENDER);
      const result = await evm.runCall({
        caller: SENDER,
        data: hexToBytes(code as `0x${string}`),
        gasLimit: GAS_LIMIT,
      });
      if (result.execResult.exceptionError || !result.createdAddress)
        throw new Error(`${name} does not deploy: ${result.execResult.exceptionError?.error}`);
      const account = (await evm.stateManager.getAccount(SENDER))!;
      account.nonce = sender!.nonce + 1n;
      await evm.stateManager.putAccount(SENDER, account);
      return result.createdAddress;
    };
    const certificates = await create(
      "certificates",
      ["tuple(bytes32, bytes32)", "address"],
      [[root.x, root.y], SENDER.toString()],
    );
    const endorsements = await create("endorsements", ["address"], [certificates.toString()]);
    const verifier = await create("verifier", ["address"], [endorsements.toString()]);
    return new ChainInProcess(evm, { certificates, endorsements, verifier });
  }

  checkpoint(): Promise<void> {
    return this.#evm.stateManager.checkpoint();
  }

  revert(): Promise<void> {
    return this.#evm.stateManager.revert();
  }

  /** Calls at `now` (Unix seconds); what it wrote stays. */
  async call(contract: ContractName, method: string, args: readonly unknown[], now: number): Promise<Answer> {
    const data = contracts().interfaces[contract].encodeFunctionData(method, args);
    const result = await this.#evm.runCall({
      caller: SENDER,
      to: this.#addresses[contract],
      data: hexToBytes(data as `0x${string}`),
      gasLimit: GAS_LIMIT,
      block: this.#blockAt(now),
    });
    this.#evm.journal.cleanup && (await this.#evm.journal.cleanup());
    const { exceptionError, returnValue, executionGasUsed, logs } = result.execResult;
    const answer = bytesToHex(returnValue);
    return {
      refusal: exceptionError ? refusalOf(answer, exceptionError.error) : null,
      data: answer,
      gas: executionGasUsed,
      advisories: (logs ?? []).flatMap(([, topics, body]) => {
        const log = contracts().interfaces.endorsements.parseLog({
          topics: topics.map((topic) => bytesToHex(topic)),
          data: bytesToHex(body),
        });
        return log?.name === "AdvisorySet" ? [[log.args.advisorySet, log.args.ids] as const] : [];
      }),
    };
  }

  /** Hundreds of calls are at the same second. */
  #blockAt(now: number): Block {
    if (this.#block?.header.timestamp !== BigInt(now))
      this.#block = createBlock(
        { header: { timestamp: now, number: 30_000_000, gasLimit: GAS_LIMIT } },
        { common },
      );
    return this.#block;
  }

  decode(contract: ContractName, method: string, data: string) {
    return contracts().interfaces[contract].decodeFunctionResult(method, data);
  }
}

function refusalOf(data: string, fault: string): Refusal {
  for (const contract of contracts().all) {
    const found = contract.parseError(data);
    if (found) return { name: found.name, args: [...found.args] };
  }
  return { name: `unnamed: ${fault} ${data.slice(0, 10)}`, args: [] };
}

/** Errors of internal libraries are in the libraries' artifacts, not always in the contracts'. */
function libraryErrors(): Interface {
  const names = ["Der", "PckCertificate", "RevocationList", "JsonText", "TcbInfoText", "DcapQuote"];
  const fragments = names.flatMap((name) => new Interface(artifact(name).abi).fragments);
  return new Interface(fragments.filter((fragment) => fragment.type === "error"));
}
