import { type BootReply, fromHex, toHex } from "@sealbook/wire";
import type { Logger } from "pino";
import { SETTLEMENT_ABI } from "./chain/abi.ts";
import type { Chain, ChainHead } from "./chain/client.ts";
import type { Config } from "./config.ts";
import { Enclave } from "./enclave/enclave.ts";
import type { DataFolder } from "./journal/folder.ts";
import type { JournalScan } from "./journal/reader.ts";
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
  const receipt = await chain.transact("Opening the epoch", chain.addresses.settlement, data, SETTLEMENT_ABI);
  return { epoch: Number(opening.epoch), gasUsed: Number(receipt.gasUsed) };
}

/** A settlement deployed without a genesis root takes it from the first opening, which an enclave signs: so it is ours to name. */
function withGenesisRoot(head: ChainHead, boot: BootReply): ChainHead {
  const isUnset = head.epoch === 0n && BigInt(head.stateRoot) === 0n;
  return isUnset ? { ...head, stateRoot: toHex(boot.stateRoot) } : head;
}
