/** The state a proof starts from: leaves of `sealbook recover`, and every proven batch after them. */
import {
  clearFills,
  parseWords,
  replayBatch,
  replayFills,
  type State,
  stateOf,
  stateRoot,
} from "@sealbook/circuits";
import { accountWordsOf, type BatchData, instrumentWordsOf } from "@sealbook/wire/state";
import { toBeHex } from "ethers";
import { ProveError } from "./errors.ts";
import type { PathChain } from "./path-chain.ts";

/** Leaves as `leaves.bin` holds them (docs/state.md, "Data"). */
export function stateOfData(data: BatchData): State {
  return stateOf({
    round: data.oracleRound,
    nextAccount: data.nextAccount,
    held: 0n,
    accounts: data.accounts.map(({ index, packed }) => [index, accountWordsOf(packed)] as const),
    instruments: data.instruments.map(({ index, packed }) => [index, instrumentWordsOf(packed)] as const),
  });
}

/**
 * Brings the leaves up to the chain by replaying proven batches from their published words, and with them the fills of this epoch's
 * orders. @throws {ProveError} if they do not lead to the chain's root
 */
export async function provenState(chain: PathChain, data: BatchData, instruments: number): Promise<State> {
  const state = stateOfData(data);
  const present = await chain.present();
  const batches = await chain.advanced();
  // A signed batch may stand after the last proven one, so leaves at the chain's root need not be at a root of these.
  const first =
    stateRoot(state) === present.stateRoot
      ? batches.length
      : batches.findLastIndex((batch) => batch.stateRoot === stateRoot(state)) + 1;
  for (const [place, batch] of batches.entries()) {
    const words = parseWords(batch.words, instruments);
    if (words.domain !== present.domain) clearFills(state);
    if (place < first) {
      replayFills(state, words);
      continue;
    }
    replayBatch(state, words);
    if (stateRoot(state) !== batch.stateRoot) {
      const found = toBeHex(stateRoot(state), 32);
      const sentence = `proven batch ${batch.number} leads to ${found}, the chain says ${toBeHex(batch.stateRoot, 32)}`;
      throw new ProveError(
        "E_ROOT_MISMATCH",
        `${sentence}. Recover the leaves again: they are not of this venue or too old.`,
      );
    }
  }
  if (batches.at(-1) && parseWords(batches.at(-1)!.words, instruments).domain !== present.domain)
    clearFills(state);
  if (stateRoot(state) !== present.stateRoot) {
    const sentence = `the leaves hash to ${toBeHex(stateRoot(state), 32)}, the chain stands at ${toBeHex(present.stateRoot, 32)}`;
    throw new ProveError("E_ROOT_MISMATCH", `${sentence}. Run \`sealbook recover\` again.`);
  }
  state.held = present.held;
  return state;
}
