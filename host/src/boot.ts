import { type BootReply, fromHex, toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import { SETTLEMENT_ABI } from "./chain/abi.ts";
import type { Chain, ChainHead } from "./chain/client.ts";
import type { Config } from "./config.ts";
import { Enclave } from "./enclave/enclave.ts";
import { HostError } from "./errors.ts";
import type { DataFolder } from "./journal/folder.ts";
import { type JournalScan, scanJournal } from "./journal/reader.ts";
import { adoptLeaves } from "./leaves.ts";
import { recover, SnapshotRefused } from "./recovery.ts";

/** From the library on disk to an enclave that stands at the end of the journal, agreed with the chain. */

export interface BootedEnclave {
  enclave: Enclave;
  boot: BootReply;
  /** The recent block its report names. */
  block: { number: number; hash: string };
  /** Where the chain stood; nothing was on its way to it. */
  head: ChainHead;
  scan: JournalScan;
}

/**
 * Loads, boots and recovers; begins anew without a snapshot that does not open, until one does or the journal alone must do.
 *
 * @throws HostError, EnclaveError as `recover` does
 */
export async function bootEnclave(
  config: Config,
  enclaveConfig: Uint8Array,
  chain: Chain,
  folder: DataFolder,
  log: Logger,
): Promise<BootedEnclave> {
  const { library, image } = config.enclave;
  const refused = new Set<string>();
  await chain.settlePending();
  for (;;) {
    const block = await chain.latestBlock();
    const enclave = Enclave.load(library, image ?? library, enclaveConfig);
    try {
      const boot = enclave.boot(fromHex(block.hash, 32), BigInt(Date.now()) * 1000n);
      const head = withGenesisRoot(await chain.head(), boot);
      if (config.leavesFile !== undefined) {
        const hasJournal = scanJournal(folder.journal).segments.length > 0;
        await adoptLeaves(config.leavesFile, folder, hasJournal, chain, boot.genesisHash);
      }
      const scan = recover(enclave, folder, boot.genesisHash, head, refused, log);
      return { enclave, boot, block, head, scan };
    } catch (error) {
      enclave.destroy();
      if (!(error instanceof SnapshotRefused)) throw error;
    }
  }
}

/** Sends the enclave's claim to go on from the chain's head. @throws HostError E_CHAIN when the chain has moved or refuses the signer */
export async function openEpoch(chain: Chain, enclave: Enclave): Promise<{ epoch: number; gasUsed: number }> {
  const { signature, stateRoot, ...opening } = enclave.openEpoch();
  const claim = { ...opening, stateRoot: toHex(stateRoot) };
  const data = SETTLEMENT_ABI.encodeFunctionData("openEpoch", [claim, toHex(signature)]);
  try {
    const receipt = await chain.transact(
      "Opening the epoch",
      chain.addresses.settlement,
      data,
      SETTLEMENT_ABI,
    );
    return { epoch: Number(opening.epoch), gasUsed: Number(receipt.gasUsed) };
  } catch (error) {
    throw (await epochTaken(chain, opening, error)) ?? error;
  }
}

/** How long another's opening may be on its way before a failure of ours is taken for something else. */
const TAKEN_TRIES = 20;

/**
 * An opening is a compare-and-swap: when it fails and the chain no longer stands where it named, somebody else's won, and this enclave can
 * never anchor anything (F23).
 */
async function epochTaken(
  chain: Chain,
  opening: { epoch: bigint; previousEpoch: bigint; batchNumber: bigint },
  cause: unknown,
): Promise<HostError | undefined> {
  for (let tries = 0; tries < TAKEN_TRIES; tries += 1) {
    const head = await chain.head();
    const isTaken = head.epoch !== opening.previousEpoch || head.batchNumber !== opening.batchNumber;
    if (isTaken) {
      return new HostError(
        "E_EPOCH_TAKEN",
        `Epoch ${opening.epoch} was to follow epoch ${opening.previousEpoch} at batch ${opening.batchNumber}, but the chain stands at epoch ${head.epoch}, batch ${head.batchNumber}, signer ${head.signer}: another enclave went on from this state first.`,
        {
          fix: "Two hosts run on copies of one data folder. Leave the other one running and do not start this one again.",
          cause,
        },
      );
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  return undefined;
}

/** A settlement deployed without a genesis root takes it from the first opening, which an enclave signs: so it is ours to name. */
function withGenesisRoot(head: ChainHead, boot: BootReply): ChainHead {
  const isUnset = head.epoch === 0n && BigInt(head.stateRoot) === 0n;
  return isUnset ? { ...head, stateRoot: toHex(boot.stateRoot) } : head;
}
