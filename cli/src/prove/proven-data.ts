/** A proven batch as the data of a signed one, for whoever rebuilds leaves from the chain: `recover` and `escape`. */
import { leafDiffs, parseWords } from "@sealbook/circuits";
import {
  ACCOUNT_WORDS,
  type BatchData,
  INSTRUMENT_WORDS,
  packWords,
  type VenueState,
} from "@sealbook/wire/state";

/**
 * What the words of `Advanced` did to the leaves: apply it like a signed batch's data, then compare the root with the event's.
 * @param instruments of the path's statement (`ValidityPath.INSTRUMENTS()`)
 */
export function provenData(state: VenueState, words: readonly bigint[], instruments: number): BatchData {
  const diffs = leafDiffs(
    parseWords(words, instruments),
    state.nextAccount,
    (id) => used(state.proveAccount(id).words, ACCOUNT_WORDS),
    (id) => used(state.proveInstrument(id).words, INSTRUMENT_WORDS),
  );
  const packed = (leaves: readonly (readonly [number, readonly bigint[]])[]) =>
    leaves.map(([index, leaf]) => ({ index, packed: packWords(leaf) }));
  return {
    oracleRound: diffs.round,
    nextAccount: diffs.nextAccount,
    accounts: packed(diffs.accounts),
    instruments: packed(diffs.instruments),
    // Credited by the vault at once: there is nothing to claim with a proof.
    withdrawals: [],
  };
}

function used(words: readonly bigint[], count: number): readonly bigint[] | undefined {
  return words.length === count && words.some((word) => word !== 0n) ? words : undefined;
}
