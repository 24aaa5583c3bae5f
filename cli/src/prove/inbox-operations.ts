/** What each inbox entry becomes in a proven batch: the rules of `ValidityPath._isWhatItAsks`, the other way round. */
import { MODULUS, type Operation, type State } from "@sealbook/circuits";
import type { Entry } from "./path-chain.ts";

/** Kinds of docs/boundaries.md section 5. */
const KIND = { deposit: 1, forcedWithdraw: 2, registerKey: 5, insuranceDeposit: 6 } as const;

/** Owner and subaccount as a leaf's first word has them. */
export function identityOf(owner: string, subaccount: number): bigint {
  return BigInt(owner) + (BigInt(subaccount) << 160n);
}

/** Account ids by identity. */
export function accountsByIdentity(state: State): Map<bigint, number> {
  const ids = new Map<bigint, number>();
  for (const [id, account] of state.accounts)
    if (id !== 0 && account.identity !== 0n) ids.set(account.identity, id);
  return ids;
}

/**
 * Turns entries into operations, in order. Accounts that entries open get ids from the state's next on; the map gains them.
 */
export function inboxOperations(
  state: State,
  entries: readonly Entry[],
  ids: Map<bigint, number>,
): Operation[] {
  let next = state.nextAccount + [...ids.values()].filter((id) => id >= state.nextAccount).length;
  return entries.map((entry): Operation => {
    const identity = identityOf(entry.owner, entry.subaccount);
    const account = ids.get(identity);
    switch (entry.kind) {
      case KIND.insuranceDeposit:
        return { kind: "insurance", amount: entry.amount };
      case KIND.deposit: {
        if (account !== undefined)
          return { kind: "deposit", account, identity, amount: entry.amount, isNew: false };
        const opened = next++;
        ids.set(identity, opened);
        return { kind: "deposit", account: opened, identity, amount: entry.amount, isNew: true };
      }
      case KIND.forcedWithdraw:
        return account === undefined ? { kind: "skip" } : { kind: "forced", account, asked: entry.amount };
      case KIND.registerKey: {
        const data = BigInt(entry.data);
        if (account === undefined || data >= MODULUS) return { kind: "skip" };
        return { kind: "key", account, isY: entry.amount === 1n, data };
      }
      default:
        return { kind: "skip" };
    }
  });
}
