import { readFileSync } from "node:fs";
import { type Interface, JsonRpcProvider, Wallet } from "ethers";
import type { Rpc } from "../chain/rpc.ts";
import { DependencyError, UsageError } from "../errors.ts";
import type { Step } from "./plan.ts";

/** Who sends: a key of one's own, or an account the node keeps. */
export interface SenderOptions {
  keyFile?: string;
  from?: string;
}

export interface Sent {
  hash: string;
  gasUsed: bigint;
}

export interface Sender {
  address: string;
  send(step: Step): Promise<Sent>;
  close(): void;
}

/** The contract said no. */
export class RevertError extends Error {
  readonly code = "E_REVERTED";
  constructor(step: Step, reason: string) {
    super(
      `E_REVERTED: "${step.what}" (${step.call}) would fail: ${reason}. Nothing was sent. Run again: what was done is not done twice.`,
    );
    this.name = "RevertError";
  }
}

/** Environment variables a key may come from; never an argument, which every user of the machine can read. */
const KEY_VARIABLE = "SEALBOOK_KEY";
const PASSWORD_VARIABLE = "SEALBOOK_KEY_PASSWORD";

export async function openSender(rpc: Rpc, options: SenderOptions): Promise<Sender> {
  const provider = new JsonRpcProvider(rpc.url, undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    batchMaxCount: 1,
  });
  provider.pollingInterval = 250;
  if (options.from !== undefined) {
    const address = options.from;
    const signer = await provider.getSigner(address).catch((cause) => {
      throw new UsageError(
        `--from ${address}: the node has no such account (${String((cause as Error).message).slice(0, 80)}).`,
      );
    });
    return senderOf(address, provider, (step) => signer.sendTransaction({ to: step.to, data: step.data }));
  }
  const wallet = (await readKey(options.keyFile)).connect(provider);
  return senderOf(wallet.address, provider, (step) =>
    wallet.sendTransaction({ to: step.to, data: step.data }),
  );
}

function senderOf(
  address: string,
  provider: JsonRpcProvider,
  submit: (
    step: Step,
  ) => Promise<{ hash: string; wait(): Promise<{ status: number | null; gasUsed: bigint } | null> }>,
): Sender {
  return {
    address,
    async send(step) {
      // Asked first, so that a refusal costs nothing and has a name.
      await provider.call({ from: address, to: step.to, data: step.data }).catch((error: unknown) => {
        throw new RevertError(step, reasonOf(step.abi, error));
      });
      const sent = await submit(step).catch((cause) => {
        throw new DependencyError(
          "chain",
          `did not take "${step.what}"; is there gas money in ${address}?`,
          cause,
        );
      });
      const txReceipt = await sent.wait();
      if (txReceipt?.status !== 1)
        throw new DependencyError("chain", `mined "${step.what}" (${sent.hash}) and reverted it; run again`);
      return { hash: sent.hash, gasUsed: txReceipt.gasUsed };
    },
    close: () => provider.destroy(),
  };
}

/** A revert in the contract's words: `NotYet(silentFrom 1, …)`. */
function reasonOf(abi: Interface, error: unknown): string {
  const data = (error as { data?: unknown }).data;
  if (typeof data === "string" && data.length >= 10) {
    const parsed = abi.parseError(data);
    if (parsed) {
      const args = parsed.fragment.inputs.map(({ name }, at) => `${name} ${String(parsed.args[at])}`);
      return `${parsed.name}(${args.join(", ")})`;
    }
    return `reverted with ${data.slice(0, 10)}`;
  }
  return error instanceof Error ? error.message.slice(0, 200) : String(error);
}

/** A key as 64 hex digits, or a JSON keystore with its password in the environment. */
async function readKey(keyFile: string | undefined): Promise<Wallet> {
  const text = keyFile === undefined ? process.env[KEY_VARIABLE] : readText(keyFile);
  if (text === undefined)
    throw new UsageError(
      `Who sends? Give --key-file FILE, set ${KEY_VARIABLE}, or give --from ADDRESS for an account the node keeps. --dry-run needs none.`,
    );
  const trimmed = text.trim();
  if (/^(0x)?[0-9a-fA-F]{64}$/.test(trimmed))
    return new Wallet(trimmed.startsWith("0x") ? trimmed : `0x${trimmed}`);
  const password = process.env[PASSWORD_VARIABLE];
  if (!trimmed.startsWith("{"))
    throw new UsageError("The key file holds neither 64 hex digits nor a JSON keystore.");
  if (password === undefined)
    throw new UsageError(`The key file is a keystore: put its password into ${PASSWORD_VARIABLE}.`);
  try {
    return new Wallet((await Wallet.fromEncryptedJson(trimmed, password)).privateKey);
  } catch {
    throw new UsageError(`The keystore does not open with the password in ${PASSWORD_VARIABLE}.`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`--key-file ${file} cannot be read.`);
  }
}
