import type { Subject } from "../public-vectors/mutations.ts";
import { toHex } from "../src/bytes.ts";
import { AttestationError, nodeCrypto, parseEvidence, verify } from "../src/node.ts";
import type { Roots } from "../src/roots.ts";
import { simulatedPki, simulatedRoots } from "../src/simulation/index.ts";
import { ChainInProcess } from "./chain.ts";
import { judgeOnChain, type Outcome } from "./judge.ts";
import { cases, SEED } from "./subjects.ts";

/**
 * The chain keeps endorsements by what they are for, so one for another platform or enclave is one that is missing:
 * the only reasons that are spelt differently on the two sides.
 */
const SAME: Readonly<Record<string, string>> = {
  TCB_INFO_KIND: "TCB_INFO_MISSING",
  TCB_INFO_FMSPC: "TCB_INFO_MISSING",
  QE_IDENTITY_KIND: "QE_IDENTITY_MISSING",
};

export interface Tally {
  tried: number;
  accepted: number;
  byBuilder: number;
  byContract: number;
  /** How often each reason was agreed on. */
  readonly reasons: Record<string, number>;
  readonly differences: string[];
}

/** The same question to TypeScript. */
export function judgeHere(subject: Subject, roots: Roots): Outcome {
  try {
    const evidence = parseEvidence(subject.quote);
    const verdict = verify(evidence, subject.endorsements, new Date(subject.at), roots, nodeCrypto);
    if (!verdict.isGenuine) return { status: null, advisoryIds: [], reason: verdict.reason, by: "builder" };
    const { status, advisoryIds } = verdict.tcb!;
    return { status, advisoryIds, reason: null, by: "builder" };
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    return { status: null, advisoryIds: [], reason: error.code, by: "builder" };
  }
}

export async function compare(
  tally: Tally,
  chain: ChainInProcess,
  subject: Subject & { readonly name: string },
  roots: Roots,
): Promise<void> {
  const here = judgeHere(subject, roots);
  const there = await judgeOnChain(chain, subject.quote, subject.endorsements, subject.at);
  tally.tried++;
  const spelt = (reason: string | null) => (reason === null ? null : (SAME[reason] ?? reason));
  const reason = spelt(here.reason);
  const isSame =
    reason === spelt(there.reason) &&
    here.status === there.status &&
    JSON.stringify(here.advisoryIds) === JSON.stringify(there.advisoryIds);
  if (!isSame) {
    tally.differences.push(`${subject.name}: TypeScript ${say(here)}, Solidity ${say(there)} (${there.by})`);
    return;
  }
  if (there.reason === null) tally.accepted++;
  else if (there.by === "builder") tally.byBuilder++;
  else tally.byContract++;
  const key = reason ?? there.status!;
  tally.reasons[key] = (tally.reasons[key] ?? 0) + 1;
}

export function emptyTally(): Tally {
  return { tried: 0, accepted: 0, byBuilder: 0, byContract: 0, reasons: {}, differences: [] };
}

export interface Slice {
  /** Every `stride`-th case from the `skip`-th on: two processes share a run. */
  readonly skip?: number;
  readonly stride?: number;
  readonly tally?: Tally;
  /** Asked before each case: time to stop? */
  readonly isOver?: () => boolean;
}

/** The first `count` cases of a seed against the simulated roots. */
export async function runDifferential(seed: number, count: number, slice: Slice = {}): Promise<Tally> {
  const { skip = 0, stride = 1, tally = emptyTally(), isOver = () => false } = slice;
  const root = simulatedPki(SEED).root.key.publicKey;
  const chain = await ChainInProcess.deploy({
    x: `0x${toHex(root.subarray(0, 32))}`,
    y: `0x${toHex(root.subarray(32))}`,
  });
  const roots = simulatedRoots(SEED);
  let index = 0;
  for (const subject of cases(seed)) {
    if (tally.tried >= count || isOver()) break;
    if (index++ % stride === skip) await compare(tally, chain, subject, roots);
  }
  return tally;
}

function say({ status, advisoryIds, reason }: Outcome): string {
  return reason ?? `${status} [${advisoryIds.join(", ")}]`;
}

/** `node attestation/differential/run.ts [seed] [count] [skip] [stride] [seconds]`: as many cases as fit, and what came of them. */
if (import.meta.main) {
  const [seed = 1, count = 10_000, skip = 0, stride = 1, limit = 36_000] = process.argv.slice(2).map(Number);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const tally = await runDifferential(seed, count, { skip, stride, isOver: () => seconds() > limit });
  process.stdout.write(`${JSON.stringify({ seed, ...tally, seconds: seconds() }, null, 2)}\n`);
  process.exitCode = tally.differences.length === 0 ? 0 : 1;
}
