import { AttestationError, REASONS } from "../errors.ts";
import {
  type Fetched,
  fetchEndorsements,
  type PcsCache,
  PcsError,
  type PcsOptions,
  type Platform,
} from "../pcs/client.ts";
import { iso } from "../verdict.ts";
import { type Asked, reasonOfRevert } from "./reasons.ts";
import type { ReadRecord } from "./steps.ts";
import { numberOnChain, type Upkeep, upkeepOf } from "./upkeep.ts";

/** A chain as the keeper needs it; whoever has a chain library makes one of it. Anybody's account will do. */
export interface KeeperChain {
  readonly read: ReadRecord;
  /** Time of the latest block, Unix seconds: windows are judged by it. */
  now(): Promise<number>;
  /** Sends one transaction and waits for it. @throws {Refusal} when the contract says no; anything else is the chain's failure. */
  send(step: Pick<Upkeep, "name" | "contract" | "method" | "args">): Promise<void>;
}

/** A contract's refusal, by its error's name. */
export class Refusal extends Error {
  readonly errorName: string;
  readonly args: readonly unknown[];

  constructor(errorName: string, args: readonly unknown[], options?: ErrorOptions) {
    super(`the contract refused: ${errorName}(${args.join(", ")})`, options);
    this.errorName = errorName;
    this.args = args;
  }
}

/** What went wrong, and what a person should do. Codes are stable. */
export const KEEPER_FAULTS = {
  KEEPER_SERVICE:
    "The provisioning service failed. What is on chain stays until it ends; check the service before then.",
  KEEPER_ANSWER: "The service's answer cannot be split for the chain. Ask another service.",
  KEEPER_REFUSED:
    "A contract refused what the service answered. Nothing was lowered; find out which side is wrong.",
  KEEPER_CHAIN: "The chain could not be read or written. Check the node, and the account's balance.",
  KEEPER_LOWER:
    "The chain has a higher evaluation number than the service offers. It is never lowered: ask a service that has it.",
  KEEPER_LAPSING:
    "This ends soon and the service has nothing newer. When it lapses, so do all signers that rest on it.",
} as const;

export interface KeeperFault {
  readonly code: keyof typeof KEEPER_FAULTS;
  /** The platform or the thing it is about. */
  readonly about: string;
  readonly detail: string;
  readonly advice: string;
}

export interface KeptItem {
  readonly id: string;
  readonly name: string;
  /** `already`: somebody else sent it first. */
  readonly action: "current" | "sent" | "already" | "failed";
  /** End of what the chain has now, ISO 8601; null when it has nothing. */
  readonly until: string | null;
  readonly daysLeft: number | null;
}

export interface KeeperReport {
  /** The chain's time, ISO 8601; null when the chain did not say. */
  readonly at: string | null;
  readonly items: readonly KeptItem[];
  readonly faults: readonly KeeperFault[];
  /** The item that ends first; null when nothing is kept. */
  readonly earliest: KeptItem | null;
}

export interface KeeperOptions {
  readonly platforms: readonly Platform[];
  readonly chain: KeeperChain;
  readonly pcs: PcsOptions;
  readonly cache: PcsCache;
  /** Renew when what the chain has ends within this. Intel's endorsements last 30 days; a week leaves room for a bad one. */
  readonly marginMs: number;
}

/** Lost races: the chain knows as much already. */
const ALREADY = new Set(["CertificateNotNewer", "CrlNotNewer", "TcbInfoNotNewer", "QeIdentityNotNewer"]);
const ASKED: Readonly<Record<string, Asked>> = {
  upsertCrl: "crl",
  upsertTcbInfo: "tcbInfo",
  upsertQeIdentity: "qeIdentity",
};

/**
 * One round: asks for every platform's endorsements and sends what is due. A fault with one thing does not keep the others from being
 * renewed. Trusts nobody: the client believes signatures only, the contracts verify them again, and neither lets dates or numbers go back.
 */
export async function keep(options: KeeperOptions): Promise<KeeperReport> {
  const faults: KeeperFault[] = [];
  const items = new Map<string, KeptItem>();
  let now: number;
  try {
    now = await options.chain.now();
  } catch (error) {
    note(faults, "KEEPER_CHAIN", "the latest block", (error as Error).message);
    return { at: null, items: [], faults, earliest: null };
  }
  for (const platform of options.platforms) {
    for (const upkeep of await gather(platform, options, faults)) {
      const item = await renew(upkeep, options, now, faults);
      // Shared things come once a platform: what was done to them counts, not that it was done before.
      if (item && !(items.has(item.id) && item.action === "current")) items.set(item.id, item);
    }
  }
  const found = [...items.values()];
  const ending = found.filter(({ daysLeft }) => daysLeft !== null);
  return {
    at: iso(now * 1000),
    items: found,
    faults,
    earliest: ending.reduce<KeptItem | null>(
      (first, item) => (first === null || item.until! < first.until! ? item : first),
      null,
    ),
  };
}

/** What there is to keep for a platform; nothing, and a fault, when the service or its answer fails. */
async function gather(
  platform: Platform,
  options: KeeperOptions,
  faults: KeeperFault[],
): Promise<readonly Upkeep[]> {
  const about = `${platform.tee} platform ${platform.fmspc}`;
  try {
    return upkeepOf(platform, await fetchUpwards(platform, options, about, faults));
  } catch (error) {
    if (error instanceof PcsError) note(faults, "KEEPER_SERVICE", about, error.message);
    else if (error instanceof AttestationError) note(faults, "KEEPER_ANSWER", about, error.message);
    else note(faults, "KEEPER_CHAIN", about, (error as Error).message);
    return [];
  }
}

/** The chain may have been given a newer number by somebody who asked for `early`: then that number is what must be renewed. */
async function fetchUpwards(
  platform: Platform,
  { chain, pcs, cache }: KeeperOptions,
  about: string,
  faults: KeeperFault[],
): Promise<Fetched> {
  const ask = async (update: PcsOptions["update"]) =>
    fetchEndorsements(platform, cache, new Date((await chain.now()) * 1000), { ...pcs, update });
  const fetched = await ask(pcs.update);
  const number = await numberOnChain(platform, chain.read);
  if (number <= fetched.evaluationNumber) return fetched;
  try {
    return await ask(number);
  } catch (error) {
    if (!(error instanceof PcsError)) throw error;
    note(
      faults,
      "KEEPER_LOWER",
      about,
      `chain ${number}, service ${fetched.evaluationNumber}; ${error.message}`,
    );
    return fetched;
  }
}

async function renew(
  upkeep: Upkeep,
  { chain, marginMs }: KeeperOptions,
  now: number,
  faults: KeeperFault[],
): Promise<KeptItem | null> {
  const marginS = Math.ceil(marginMs / 1000);
  try {
    const action = (await upkeep.isDue(chain.read, now, marginS))
      ? await send(upkeep, chain, faults)
      : "current";
    const until = await upkeep.until(chain.read);
    if (until < now + marginS && action !== "failed") {
      const detail = until === 0 ? "the chain has none" : `ends ${iso(until * 1000)}`;
      note(faults, "KEEPER_LAPSING", upkeep.name, detail);
    }
    return {
      id: upkeep.id,
      name: upkeep.name,
      action,
      until: until === 0 ? null : iso(until * 1000),
      daysLeft: until === 0 ? null : Math.floor((until - now) / 86_400),
    };
  } catch (error) {
    note(faults, "KEEPER_CHAIN", upkeep.name, (error as Error).message);
    return null;
  }
}

async function send(upkeep: Upkeep, chain: KeeperChain, faults: KeeperFault[]): Promise<KeptItem["action"]> {
  try {
    await chain.send(upkeep);
    return "sent";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (ALREADY.has(error.errorName)) return "already";
    const reason = reasonOfRevert(error.errorName, error.args, ASKED[upkeep.method] ?? "certificate");
    const meaning = reason === null ? "" : `; ${reason}: ${REASONS[reason]}`;
    note(faults, "KEEPER_REFUSED", upkeep.name, `${error.message}${meaning}`);
    return "failed";
  }
}

function note(faults: KeeperFault[], code: KeeperFault["code"], about: string, detail: string): void {
  faults.push({ code, about, detail, advice: KEEPER_FAULTS[code] });
}
