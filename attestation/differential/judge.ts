import {
  AttestationError,
  type EndorsementSet,
  type Endorsements,
  type Reason,
  TCB_STATUSES,
} from "../src/node.ts";
import { type OnchainEvidence, onchainEvidence, registrationSteps } from "../src/onchain/index.ts";
import { type Asked, reasonOfRevert } from "../src/onchain/reasons.ts";
import type { Answer, ChainInProcess, Refusal } from "./chain.ts";

/** What both sides are asked to agree on. */
export interface Outcome {
  readonly status: string | null;
  readonly advisoryIds: readonly string[];
  readonly reason: string | null;
  /** Who said so: the calldata builder, which refuses form, or a contract. */
  readonly by: "builder" | "contract";
}

/** Refusals of a quote's own signatures: `verify` in TypeScript reports them before revocation lists, so they go first. */
const SIGNATURES = new Set<Reason>(["QE_REPORT_SIGNATURE", "KEY_BINDING", "QUOTE_SIGNATURE"]);

const ASKED: Readonly<Record<string, Asked>> = {
  upsertCrl: "crl",
  upsertTcbInfo: "tcbInfo",
  upsertQeIdentity: "qeIdentity",
};

/** Splits, registers from nothing, and verifies, all at `at` (milliseconds). */
export async function judgeOnChain(
  chain: ChainInProcess,
  quote: Uint8Array,
  endorsements: EndorsementSet,
  at: number,
): Promise<Outcome> {
  let evidence: OnchainEvidence;
  try {
    evidence = onchainEvidence(quote, endorsements as Endorsements);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    return refused(error.code, "builder");
  }
  return await judge(chain, evidence, Math.floor(at / 1000));
}

/** What one step left on a chain. Steps stay while the next question begins with the same ones. */
interface Done {
  readonly key: string;
  readonly method: string;
  readonly reason: string | null;
  readonly advisories: Answer["advisories"];
}

const STACKS = new WeakMap<ChainInProcess, Done[]>();

/** Takes back the steps that differ from the last question's and does the rest: a checkpoint a step. */
async function register(
  chain: ChainInProcess,
  evidence: OnchainEvidence,
  now: number,
): Promise<readonly Done[]> {
  const stack = STACKS.get(chain) ?? [];
  STACKS.set(chain, stack);
  const steps = registrationSteps(evidence);
  const keys = steps.map((step) => JSON.stringify([now, step.method, step.args]));
  let same = 0;
  while (same < stack.length && stack[same]!.key === keys[same]) same++;
  while (stack.length > same) {
    await chain.revert();
    stack.pop();
  }
  for (const [i, step] of steps.entries()) {
    if (i < same) continue;
    await chain.checkpoint();
    const { refusal, advisories } = await chain.call(step.contract, step.method, step.args, now);
    const reason = refusal ? named(refusal, ASKED[step.method] ?? "certificate") : null;
    stack.push({ key: keys[i]!, method: step.method, reason, advisories });
  }
  return stack;
}

async function judge(chain: ChainInProcess, evidence: OnchainEvidence, now: number): Promise<Outcome> {
  const done = await register(chain, evidence, now);
  const advisories = new Map(done.flatMap((step) => step.advisories));
  const faults = done.filter((step) => step.reason !== null);
  const answer = await chain.call("verifier", "verify", [evidence.quote, evidence.pckKey], now);
  const last = answer.refusal ? named(answer.refusal, "quote") : null;
  const chainFault = faults.find(({ method }) => /^register(Root|Ca|Pck)$/.test(method));
  if (chainFault) return refused(chainFault.reason!, "contract");
  if (last !== null && SIGNATURES.has(last as Reason)) return refused(last, "contract");
  const fault = faults[0]?.reason ?? last;
  return fault ? refused(fault, "contract") : accepted(chain, answer, advisories);
}

/** Null for refusals that are no verdicts: "unknown" after an earlier one, or known already. */
function named({ name, args }: Refusal, asked: Asked): string | null {
  if (["UnknownRoot", "UnknownCa", "UnknownPck", "UnknownTcbSigner", "CertificateNotNewer"].includes(name))
    return null;
  return reasonOfRevert(name, args, asked) ?? name;
}

function accepted(chain: ChainInProcess, answer: Answer, advisories: ReadonlyMap<string, string>): Outcome {
  const { rating } = chain.decode("verifier", "verify", answer.data)[0];
  const sets = [rating.platformAdvisories, rating.moduleAdvisories, rating.qeAdvisories] as string[];
  const ids = sets.flatMap((set) => JSON.parse(`[${advisories.get(set) ?? ""}]`) as string[]);
  return {
    status: TCB_STATUSES[Number(rating.status)]!,
    advisoryIds: [...new Set(ids)].sort(),
    reason: null,
    by: "contract",
  };
}

function refused(reason: string, by: Outcome["by"]): Outcome {
  return { status: null, advisoryIds: [], reason, by };
}
