/** The leaves a venue in validity mode is deployed with: its instruments, and nobody's account. Their root is the contract's first. */
import { instrumentWords, stateRoot } from "@sealbook/circuits";
import type { InstrumentConfig } from "@sealbook/wire";
import { packData, packWords } from "@sealbook/wire/state";
import { Contract, type Provider, toBeHex } from "ethers";
import { settlementAbi } from "../chain/abi.ts";
import { ValiditySequencer } from "./sequencer.ts";

export interface Genesis {
  /** As `leaves.bin` holds them, and `recover --genesis` takes them. */
  readonly leaves: Uint8Array;
  readonly stateRoot: string;
}

/** What the engine makes of a configuration before anything has happened. */
export function genesisOf(markets: readonly InstrumentConfig[], library?: string): Genesis {
  const state = ValiditySequencer.genesis(markets, library);
  const instruments = [...state.instruments.values()].sort((a, b) => a.id - b.id);
  const leaves = packData({
    oracleRound: 0n,
    nextAccount: 1,
    accounts: [],
    instruments: instruments.map((one) => ({ index: one.id, packed: packWords(instrumentWords(one)) })),
    withdrawals: [],
  });
  return { leaves, stateRoot: toBeHex(stateRoot(state), 32) };
}

/** The root a settlement was deployed with; undefined if its first batch was a signed one, which begins with an enclave's genesis. */
export async function initialRoot(provider: Provider, settlement: string): Promise<string | undefined> {
  const contract = new Contract(settlement, settlementAbi, provider);
  const head = await contract.getFunction("head")();
  if (head.batchNumber === 0n) return head.stateRoot as string;
  const first = (await contract.queryFilter("BatchProven", 0)).find(
    (log) => "args" in log && (log.args.number as bigint) === 1n,
  );
  return first && "args" in first ? (first.args.batch.stateRootBefore as string) : undefined;
}
