import type { VenueState } from "@sealbook/wire/state";
import type { Interface } from "ethers";
import { hatchAbi } from "../chain/abi.ts";
import type { ExitStatus, HatchStatus } from "./status.ts";

/** One transaction of the way out. */
export interface Step {
  /** For a person: what it does and why it is needed. */
  what: string;
  to: string;
  call: string;
  data: string;
  /** For decoding a revert. */
  abi: Interface;
}

export interface PlanInput {
  state: VenueState;
  status: HatchStatus;
  /** Accounts that want out, and the insurance fund: what the contract knows of them. */
  exits: Map<number, ExitStatus>;
  /** Instruments the contract has settled already. */
  settled: Set<number>;
  wanted: number[];
  canFreeze: boolean;
  provesDeficits: boolean;
}

/** Instruments settled in one transaction: some 240,000 gas each. */
const SETTLED_AT_A_TIME = 16;
export const INSURANCE = 0;

/** Accounts that owe: proving them in the window is what keeps the scale true. */
export const debtorsOf = (state: VenueState): number[] =>
  [...state.accounts()].filter(({ account }) => state.equity(account) < 0n).map(({ index }) => index);

/**
 * The transactions that lead from where the contract stands to where the wanted accounts are paid, or as far as time allows: freeze,
 * name the trees, settle the instruments, prove (insurance fund and debtors first), collect.
 */
export function planEscape(input: PlanInput): Step[] {
  const { state, status, exits } = input;
  const steps: Step[] = [];
  const step = (what: string, name: string, args: unknown[]) =>
    steps.push({
      what,
      to: status.hatch,
      call: name,
      data: hatchAbi.encodeFunctionData(name, args),
      abi: hatchAbi,
    });

  if (status.frozenAt === 0) {
    if (!input.canFreeze || status.freezeReason === "none") return [];
    step(`freeze the venue: ${status.freezeReason}`, "freeze", []);
  }
  if (!status.isSplit) {
    const venue = state.oracleRound | (BigInt(state.nextAccount) << 64n);
    step("name the parts of the last state root", "splitRoot", [
      state.accountsRoot,
      state.instrumentsRoot,
      venue,
    ]);
  }

  // Debtors before creditors: a creditor who is paid first would fix the scale without them.
  const debtors = input.provesDeficits && !status.isWindowOver ? debtorsOf(state) : [];
  const proving = [...new Set([INSURANCE, ...debtors, ...input.wanted])].filter(
    (index) => (exits.get(index) ?? "none") === "none",
  );
  for (const ids of portions(instrumentsOf(state, proving, input.settled), SETTLED_AT_A_TIME)) {
    const proofs = ids.map((id) => state.proveInstrument(id));
    const args = [ids, proofs.map(({ words }) => words), proofs.map(({ path }) => path)];
    step(
      `settle ${ids.length === 1 ? `instrument ${ids[0]}` : `instruments ${ids.join(", ")}`} at the last mark`,
      "settleInstruments",
      args,
    );
  }
  for (const index of proving) {
    const { words, path } = state.proveAccount(index);
    step(reasonOf(index, input.wanted, status), "escape", [index, words, path]);
  }
  if (status.isWindowOver) {
    for (const index of input.wanted) {
      if (exits.get(index) === "proven") step(`pay account ${index}`, "collect", [index]);
    }
  }
  return steps;
}

function reasonOf(index: number, wanted: number[], { isWindowOver }: HatchStatus): string {
  if (wanted.includes(index)) return `prove account ${index}${isWindowOver ? " and pay it" : ""}`;
  return index === INSURANCE
    ? "prove the insurance fund, which must be before anybody is paid"
    : `prove account ${index}, which owes`;
}

/** Instruments the accounts hold and the contract has not settled, ascending. */
function instrumentsOf(state: VenueState, accounts: number[], settled: Set<number>): number[] {
  const held = accounts.flatMap(
    (index) => state.account(index)?.positions.map(({ instrument }) => instrument) ?? [],
  );
  return [...new Set(held)].filter((id) => !settled.has(id)).sort((a, b) => a - b);
}

function* portions<T>(list: T[], size: number): IterableIterator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
