/** A proven batch as the data of a signed one, for whoever rebuilds leaves from the chain: `recover` and `escape`. */
import { type Effect, leafDiffs, parseWords } from "@sealbook/circuits";
import {
  ACCOUNT_WORDS,
  type BatchData,
  type DataWithdrawal,
  INSTRUMENT_WORDS,
  packWords,
  type VenueState,
} from "@sealbook/wire/state";

/**
 * What the words of `Advanced` did to the leaves: apply it like a signed batch's data, then compare the root with the event's.
 * @param instruments of the path's statement (`ValidityPath.INSTRUMENTS()`)
 */
export function provenData(state: VenueState, words: readonly bigint[], instruments: number): BatchData {
  const parsed = parseWords(words, instruments);
  const diffs = leafDiffs(
    parsed,
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
    withdrawals: provenWithdrawals(parsed.effects),
  };
}

/** What a proven batch pays, in the order of its operations: the leaves under its `withdrawalsRoot`. */
export function provenWithdrawals(effects: readonly Effect[]): DataWithdrawal[] {
  return effects.flatMap((effect) => {
    if ((effect.kind !== "withdraw" && effect.kind !== "forced") || effect.paid === 0n) return [];
    const owner = `0x${BigInt.asUintN(160, effect.identity).toString(16).padStart(40, "0")}`;
    return [{ owner, amount: effect.paid }];
  });
}

function used(words: readonly bigint[], count: number): readonly bigint[] | undefined {
  return words.length === count && words.some((word) => word !== 0n) ? words : undefined;
}
