import { owedOf, type Scale, scaleOf, type VenueState } from "@sealbook/wire/state";
import { getAddress } from "ethers";
import { hatchAbi, inboxAbi, settlementAbi, vaultAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { readBlock, type VenueChain } from "../chain/venue-chain.ts";

export type ExitStatus = "none" | "proven" | "paid";
const STATUSES: ExitStatus[] = ["none", "proven", "paid"];

/** Where the escape hatch stands, and what the books of the venue say. Times in Unix seconds, amounts in 1e-6. */
export interface HatchStatus {
  hatch: string;
  /** Block time of this reading. */
  now: number;
  frozenAt: number;
  /** Whether `freeze` would work now, and why. */
  freezeReason: "none" | "silence" | "overdue entry";
  silentFrom: number;
  windowUntil: number;
  isWindowOver: boolean;
  isSplit: boolean;
  /** Fixed once the first account is paid. */
  scale: Scale | undefined;
  held: bigint;
  /** All that was deposited and taken, less all that was promised to withdrawals. */
  net: bigint;
}

const REASONS = ["none", "silence", "overdue entry"] as const;

export async function readHatch(chain: VenueChain): Promise<HatchStatus> {
  const { rpc, settlement, inbox, vault } = chain;
  const venue = async (name: string) => read(rpc, settlementAbi, settlement, name);
  const hatch = getAddress(String((await venue("ESCAPE_HATCH"))[0]));
  const ask = async (name: string) => read(rpc, hatchAbi, hatch, name);
  const big = async (answer: Promise<{ [at: number]: unknown }>) => BigInt(String((await answer)[0]));

  const frozenAt = Number(await big(ask("frozenAt")));
  const windowUntil = frozenAt + Number(await big(ask("DEFICIT_WINDOW")));
  const [acceptedAt] = await venue("clocks");
  const { inboxCursor } = await chain.head();
  const fixed = await ask("scale");
  const apart =
    (await big(read(rpc, vaultAbi, vault, "unpaidTotal"))) +
    (await big(venue("outstanding"))) +
    (await big(read(rpc, inboxAbi, inbox, "unconsumedDeposits", [inboxCursor])));
  const holdings = await big(read(rpc, vaultAbi, vault, "holdings"));
  const credited = await big(read(rpc, inboxAbi, inbox, "creditedAt", [inboxCursor]));
  const { timestamp: now } = await readBlock(rpc, "latest");
  return {
    hatch,
    now,
    frozenAt,
    freezeReason: REASONS[Number(await big(ask("freezeReason")))] ?? "none",
    silentFrom: Number(acceptedAt) + Number(await big(ask("SILENCE_MAX"))),
    windowUntil,
    isWindowOver: frozenAt !== 0 && now > windowUntil,
    isSplit: (await big(ask("accountsRoot"))) !== 0n,
    scale:
      fixed.denominator === 0n ? undefined : { numerator: fixed.numerator, denominator: fixed.denominator },
    held: holdings > apart ? holdings - apart : 0n,
    net: credited - (await big(venue("promised"))),
  };
}

export async function readExitStatus(chain: VenueChain, hatch: string, account: number): Promise<ExitStatus> {
  const [found] = await read(chain.rpc, hatchAbi, hatch, "accountOf", [account]);
  return STATUSES[Number(found.status)] ?? "none";
}

export async function isSettled(chain: VenueChain, hatch: string, instrument: number): Promise<boolean> {
  const [found] = await read(chain.rpc, hatchAbi, hatch, "instrumentOf", [instrument]);
  return Boolean(found.isSettled);
}

/** The scale as it is, or as it will be once every account that owes is proven. */
export function expectedScale(status: HatchStatus, state: VenueState): Scale {
  if (status.scale) return status.scale;
  const equities = [...state.accounts()].map(({ index, account }) => ({
    index,
    equity: state.equity(account),
  }));
  const deficit = equities.reduce((sum, { equity }) => (equity < 0n ? sum - equity : sum), 0n);
  const insurance = equities.find(({ index }) => index === 0)?.equity ?? 0n;
  return scaleOf(status.held, owedOf(status.net, deficit, insurance));
}
