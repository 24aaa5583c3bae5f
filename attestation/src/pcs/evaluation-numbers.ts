import { type EvaluationNumbers, parseEvaluationNumbers } from "../endorsements/evaluation-numbers.ts";
import { AttestationError } from "../errors.ts";
import { demandSignature, readSigningChain } from "../rules/signing-chain.ts";
import {
  answerOf,
  chain,
  get,
  type PcsAnswer,
  type PcsCache,
  PcsError,
  type PcsOptions,
  text,
} from "./client.ts";

export interface FetchedNumbers {
  readonly list: EvaluationNumbers;
  /** The response body and its issuer chain, as they were signed. */
  readonly body: string;
  readonly chain: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/**
 * The evaluation numbers the vendor supports for a TEE (PCS API v4, "Get TCB Evaluation Data Numbers"): what `early` and `standard` choose
 * from. Cached and kept like endorsements; believed only when signed under the pinned root, and its newest number never goes down.
 *
 * @throws {PcsError}
 */
export async function fetchEvaluationNumbers(
  tee: "sgx" | "tdx",
  cache: PcsCache<FetchedNumbers>,
  now: Date,
  options: PcsOptions,
): Promise<PcsAnswer<FetchedNumbers>> {
  const key = [options.url, "tcbevaluationdatanumbers", tee].join(" ");
  return await answerOf(key, cache, now, options, () => ask(tee, now, options), demandForward);
}

async function ask(tee: "sgx" | "tdx", now: Date, options: PcsOptions): Promise<FetchedNumbers> {
  const url = `${options.url}/${tee}/certification/v4/tcbevaluationdatanumbers`;
  const answer = await get(url, options);
  const issuer = chain(answer.headers, "TCB-Evaluation-Data-Numbers-Issuer-Chain");
  const body = text(answer.body);
  try {
    const { signed, list } = parseEvaluationNumbers(body);
    const { signer } = readSigningChain(issuer, options.roots.intelSgx, options.crypto);
    demandSignature(signed, signer, "EVALUATION_SIGNATURE", options.crypto);
    if (list.id.toLowerCase() !== tee)
      throw new AttestationError("EVALUATION_MALFORMED", `numbers for ${list.id}, asked for ${tee}`);
    return { list, body, chain: issuer, fetchedAt: now.getTime() };
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause;
    throw new PcsError("PCS_ANSWER", `evaluation numbers: ${cause.code}, ${cause.detail}`, { cause });
  }
}

function demandForward(known: FetchedNumbers, fetched: FetchedNumbers): void {
  const [was, is] = [known.list.numbers[0]!.number, fetched.list.numbers[0]!.number];
  if (is < was) throw new PcsError("PCS_ROLLBACK", `newest evaluation number ${is} after ${was}`);
  if (fetched.list.issueDate < known.list.issueDate)
    throw new PcsError("PCS_ROLLBACK", "a list of evaluation numbers older than the one already relied on");
}
