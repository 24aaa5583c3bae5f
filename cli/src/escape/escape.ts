import { paidOf, type VenueState } from "@sealbook/wire/state";
import type { InboxEntry, VenueChain } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import { type Recovered, type RecoverOptions, recover } from "../recover/recover.ts";
import type { Summary } from "../recover/report.ts";
import { debtorsOf, INSURANCE, planEscape, type Step } from "./plan.ts";
import type { Sender, Sent } from "./sender.ts";
import {
  type ExitStatus,
  expectedScale,
  type HatchStatus,
  isSettled,
  readExitStatus,
  readHatch,
} from "./status.ts";

export interface EscapeOptions extends Omit<RecoverOptions, "toBlock"> {
  /** `0x…` or `0x…/3`; undefined: every account that is owed something. */
  account?: string;
  canFreeze: boolean;
  provesDeficits: boolean;
}

/** What an account gets. Amounts in 1e-6. */
export interface Quote {
  index: number;
  owner: string;
  subaccount: number;
  collateral: bigint;
  equity: bigint;
  /** At the fixed scale, or the one to expect. */
  pays: bigint;
  status: ExitStatus;
}

export interface EscapePlan {
  chain: VenueChain;
  state: VenueState;
  status: HatchStatus;
  quotes: Quote[];
  isScaleFixed: boolean;
  steps: Step[];
  recovered: Summary;
  /** Deposits of the same owner that no batch has taken: `reclaim` returns them. */
  pending: InboxEntry[];
}

/** Rebuilds the state, reads where the hatch stands and says what is to be done. Sends nothing. */
export async function prepareEscape(options: EscapeOptions): Promise<EscapePlan> {
  const recovered = await recover({ ...options, toBlock: "latest" });
  return planFor(recovered, options);
}

async function planFor(recovered: Recovered, options: EscapeOptions): Promise<EscapePlan> {
  const { chain } = recovered;
  const { state } = recovered.rebuilt;
  const status = await readHatch(chain);
  const wanted = options.account === undefined ? creditorsOf(state) : accountsOf(state, options.account);
  const pending = recovered.pending.filter(
    ({ owner }) => options.account === undefined || isOwner(options.account, owner),
  );
  if (wanted.length === 0 && pending.length === 0) {
    throw new UsageError(
      `${options.account ?? "Nobody"} has no account in batch ${recovered.batches.length} and no deposit waiting. Is it the right venue and wallet?`,
    );
  }
  const exits = new Map<number, ExitStatus>();
  const settled = new Set<number>();
  if (status.frozenAt !== 0) {
    const debtors = options.provesDeficits ? debtorsOf(state) : [];
    for (const index of new Set([INSURANCE, ...debtors, ...wanted]))
      exits.set(index, await readExitStatus(chain, status.hatch, index));
    for (const { id } of state.instruments()) if (await isSettled(chain, status.hatch, id)) settled.add(id);
  }
  const scale = expectedScale(status, state);
  const quotes = wanted.map((index): Quote => {
    const account = state.account(index);
    if (account === undefined) throw new UsageError(`Account ${index} is not in use.`);
    const equity = state.equity(account);
    const { owner, subaccount, collateral } = account;
    return {
      index,
      owner,
      subaccount,
      collateral,
      equity,
      pays: paidOf(equity, scale),
      status: exits.get(index) ?? "none",
    };
  });
  const { canFreeze, provesDeficits } = options;
  const steps = planEscape({ state, status, exits, settled, wanted, canFreeze, provesDeficits });
  return {
    chain,
    state,
    status,
    quotes,
    isScaleFixed: status.scale !== undefined,
    steps,
    recovered: recovered.summary,
    pending,
  };
}

/** Everybody who is owed something; the insurance fund is paid nothing. */
const creditorsOf = (state: VenueState): number[] =>
  [...state.accounts()]
    .filter(({ index, account }) => index !== INSURANCE && state.equity(account) > 0n)
    .map(({ index }) => index);

/** Accounts of an owner: one sub-account, or all. */
function accountsOf(state: VenueState, text: string): number[] {
  const { owner, subaccount } = parseAccount(text);
  return [...state.accounts()]
    .filter(
      ({ index, account }) =>
        index !== INSURANCE &&
        account.owner === owner &&
        (subaccount === undefined || account.subaccount === subaccount),
    )
    .map(({ index }) => index);
}

export function parseAccount(text: string): { owner: string; subaccount: number | undefined } {
  const match = /^(0x[0-9a-fA-F]{40})(?:\/(\d{1,3}))?$/.exec(text);
  const subaccount = match?.[2] === undefined ? undefined : Number(match[2]);
  if (match?.[1] === undefined || (subaccount ?? 0) > 255) {
    throw new UsageError(
      `${text} is not an account: give 0x and 40 hex digits, then / and a sub-account from 0 to 255 if you want only that one.`,
    );
  }
  return { owner: match[1].toLowerCase(), subaccount };
}

const isOwner = (account: string, owner: string): boolean =>
  parseAccount(account).owner === owner.toLowerCase();

/** Sends the steps one after the other. */
export async function sendSteps(
  sender: Sender,
  steps: Step[],
  told: (step: Step, sent: Sent) => void,
): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const step of steps) {
    const done = await sender.send(step);
    told(step, done);
    sent.push(done);
  }
  return sent;
}
