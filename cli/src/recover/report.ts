import { type AccountLeaf, packData, type VenueState } from "@sealbook/wire/state";
import { keccak256 } from "ethers";
import type { BlobSource } from "../chain/blobs.ts";
import type { InboxEntry, VenueChain } from "../chain/venue-chain.ts";
import type { RecoveryFolder } from "./folder.ts";
import { hex32, type Rebuilt } from "./rebuild.ts";

/** Collateral as a person writes it: millionths after a point. */
export function money(amount: bigint): string {
  const [sign, magnitude] = amount < 0n ? ["-", -amount] : ["", amount];
  const whole = (magnitude / 1_000_000n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${(magnitude % 1_000_000n).toString().padStart(6, "0")}`;
}

export interface Summary {
  chainId: number;
  settlement: string;
  block: number;
  batch: number;
  stateRoot: string;
  accounts: number;
  instruments: number;
  /** Sum of all equities, the insurance fund's among them, 1e-6. */
  equityTotal: string;
  /** Sum of the negative ones, as a positive number. */
  deficitTotal: string;
  /** Deposits the last batch has not taken: they are not in the state, and after a freeze their owners reclaim them. */
  depositsPending: string;
  batchesApplied: number;
  /** Of these, moved by a validity proof. */
  provenApplied: number;
  resumedFrom: number;
  leavesHashed: number;
  seconds: number;
  bytes: Rebuilt["bytes"];
  /** Sources that did not have every blob they were asked for, or gave others. */
  blobFailures: { source: string; missing: number; wrong: number }[];
  folder: string;
}

/** One account as `balances.json` has it; amounts are decimal strings in 1e-6 of the token. */
function balanceOf(index: number, account: AccountLeaf, state: VenueState) {
  return {
    index,
    owner: account.owner,
    subaccount: account.subaccount,
    collateral: String(account.collateral),
    equity: String(state.equity(account)),
    nonce: String(account.nonce),
    positions: account.positions.map(({ instrument, size, cost, fundingIndex }) => ({
      instrument,
      size: String(size),
      cost: String(cost),
      fundingIndex: String(fundingIndex),
    })),
  };
}

export type Balance = ReturnType<typeof balanceOf>;

export const balancesOf = (state: VenueState): Balance[] =>
  [...state.accounts()].map(({ index, account }) => balanceOf(index, account, state));

/** Kinds of inbox entries that carried tokens in. */
const DEPOSIT_KINDS = new Set([1, 6]);

export const pendingDeposits = (entries: InboxEntry[], cursor: number): InboxEntry[] =>
  entries.filter(({ index, kind }) => index >= cursor && DEPOSIT_KINDS.has(kind));

/** Writes `tree.json` and `balances.json` beside `leaves.bin`, and says what is in them. */
export function writeReport(
  folder: RecoveryFolder,
  chain: VenueChain,
  rebuilt: Rebuilt,
  batch: number,
  pending: InboxEntry[],
  sources: BlobSource[],
  seconds: number,
): { summary: Summary; balances: Balance[] } {
  const { state } = rebuilt;
  const balances = balancesOf(state);
  const equities = balances.map(({ equity }) => BigInt(equity));
  const sum = (amounts: bigint[]) => String(amounts.reduce((total, amount) => total + amount, 0n));
  const summary: Summary = {
    chainId: chain.chainId,
    settlement: chain.settlement,
    block: chain.block.number,
    batch,
    stateRoot: hex32(state.stateRoot),
    accounts: balances.length,
    instruments: state.size.instruments,
    equityTotal: sum(equities),
    deficitTotal: sum(equities.filter((equity) => equity < 0n).map((equity) => -equity)),
    depositsPending: sum(pending.map(({ amount }) => amount)),
    batchesApplied: rebuilt.applied,
    provenApplied: rebuilt.proven,
    resumedFrom: rebuilt.resumedFrom,
    leavesHashed: rebuilt.leaves,
    seconds: Math.round(seconds * 1000) / 1000,
    bytes: rebuilt.bytes,
    blobFailures: sources
      .filter(({ failures }) => failures.missing + failures.wrong > 0)
      .map(({ name, failures }) => ({ source: name, ...failures })),
    folder: folder.path,
  };
  folder.write("tree.json", `${JSON.stringify(treeOf(chain, state, batch), null, 2)}\n`);
  folder.write("balances.json", balancesText(state, balances, pending));
  return { summary, balances };
}

/** What `leaves.bin` hashes to, for whoever wants to prove a leaf without this program. */
function treeOf(chain: VenueChain, state: VenueState, batch: number) {
  return {
    chainId: chain.chainId,
    settlement: chain.settlement,
    block: chain.block,
    batch,
    stateRoot: hex32(state.stateRoot),
    accountsRoot: hex32(state.accountsRoot),
    instrumentsRoot: hex32(state.instrumentsRoot),
    oracleRound: String(state.oracleRound),
    nextAccount: state.nextAccount,
    leaves: {
      file: "leaves.bin",
      keccak256: keccak256(packData(state.data())),
      encoding: "docs/state.md, Data",
    },
    accounts: state.size.accounts,
    instruments: state.size.instruments,
  };
}

/** One account a line, so that a large venue's file can be searched with the plainest tools. */
function balancesText(state: VenueState, balances: Balance[], pending: InboxEntry[]): string {
  const instruments = [...state.instruments()].map(({ id, instrument }) => ({
    id,
    mark: String(instrument.mark),
    fundingIndex: String(instrument.fundingIndex),
    kind: instrument.kind,
  }));
  const lines = (list: unknown[]) => list.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  const deposits = pending.map((entry) => ({ ...entry, amount: String(entry.amount) }));
  return (
    `{\n  "unit": "1e-6 of the collateral token",\n  "accounts": [\n${lines(balances)}\n  ],\n` +
    `  "instruments": [\n${lines(instruments)}\n  ],\n  "pendingDeposits": [\n${lines(deposits)}\n  ]\n}\n`
  );
}

const blobFailureText = ({ source, missing, wrong }: Summary["blobFailures"][number]): string =>
  [
    ...(missing > 0 ? [`did not have ${missing} blobs (any more); the next source had them`] : []),
    ...(wrong > 0 ? [`gave ${wrong} blobs that are not the ones committed to: do not ask it again`] : []),
  ]
    .map((what) => `  ${source} ${what}`)
    .join("\n");

/** Accounts a screen can hold. */
const SHOWN = 20;

export function summaryText(summary: Summary, balances: Balance[]): string {
  const shown = balances
    .slice(0, SHOWN)
    .map(({ index, owner, subaccount, collateral, equity, positions }) => {
      const who = index === 0 ? "insurance fund".padEnd(46) : `${owner}/${subaccount}`.padEnd(46);
      return `  ${String(index).padStart(7)}  ${who} ${money(BigInt(collateral)).padStart(22)} ${money(BigInt(equity)).padStart(22)}  ${positions.length}`;
    });
  const rate = summary.seconds > 0 ? Math.round(summary.leavesHashed / summary.seconds) : 0;
  return [
    "",
    `  account  ${"owner/sub-account".padEnd(46)} ${"collateral".padStart(22)} ${"exit value".padStart(22)}  positions`,
    ...shown,
    ...(balances.length > SHOWN ? [`  … ${balances.length - SHOWN} more in balances.json`] : []),
    "",
    `  batch ${summary.batch} of settlement ${summary.settlement}, chain ${summary.chainId}, block ${summary.block}`,
    `  state root ${summary.stateRoot}: the contract's, and every root before it was checked`,
    `  ${summary.accounts} accounts, ${summary.instruments} instruments, equity ${money(BigInt(summary.equityTotal))}, deficits ${money(BigInt(summary.deficitTotal))}, deposits not yet taken ${money(BigInt(summary.depositsPending))}`,
    `  ${summary.batchesApplied} batches${summary.provenApplied > 0 ? ` (${summary.provenApplied} by proof)` : ""}, ${summary.leavesHashed} leaves in ${summary.seconds.toFixed(1)} s (${rate} leaves/s)`,
    ...summary.blobFailures.map(blobFailureText),
    `  written: ${summary.folder}/leaves.bin, tree.json, balances.json`,
    "",
  ].join("\n");
}
