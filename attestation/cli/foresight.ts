import { utf8 } from "../src/bytes.ts";
import { decodeEvidence } from "../src/evidence/decode.ts";
import {
  AttestationError,
  addToPool,
  type EndorsementPool,
  emptyPool,
  fetchEndorsements,
  fetchEvaluationNumbers,
  foresee,
  minimalPolicy,
  nodeCrypto,
  type Outlook,
  type Policy,
  parseEvidence,
  platformOf,
  type Quote,
  type Roots,
  selectEndorsements,
  selectEvaluationNumbers,
  UPDATE_KINDS,
} from "../src/node.ts";
import { addText, loadInto, readInput } from "./load.ts";
import { UsageError } from "./usage.ts";
import { pcsOptions } from "./verify.ts";

export interface ForesightOptions {
  readonly endorsements: readonly string[];
  readonly at: Date;
  readonly roots: Roots;
  readonly policy?: Policy;
  /** Asked for the list of numbers and for both kinds of endorsements, beside what the files hold. */
  readonly service?: { readonly url: string; readonly rootCrlUrl: string };
}

/**
 * How a quote will fare under `standard` and under `early`. Touches the network only when given a service.
 * @throws {UsageError} when the file is no quote; {PcsError} when the service fails.
 */
export async function attestForesight(file: string, options: ForesightOptions): Promise<readonly Outlook[]> {
  const { bytes, endorsements } = decodeEvidence(readInput(file));
  const quote = quoteOf(file, bytes);
  const pool = emptyPool();
  if (endorsements !== null) addText(pool, endorsements, file, []);
  for (const path of options.endorsements) loadInto(pool, path, []);
  if (options.service) await fetchInto(pool, quote, options.service, options);
  const trust = { roots: options.roots, crypto: nodeCrypto };
  const at = options.at.getTime();
  const pick = (update: (typeof UPDATE_KINDS)[number]) =>
    selectEndorsements(pool, quote, at, { trust, update });
  return foresee(quote, {
    endorsements: { standard: pick("standard"), early: pick("early") },
    numbers: selectEvaluationNumbers(pool, quote.kind === "sgx" ? "SGX" : "TDX", at, { trust }),
    at: options.at,
    roots: options.roots,
    crypto: nodeCrypto,
    policy: options.policy ?? { ...minimalPolicy(quote.kind), allowSimulated: options.roots.isSimulated },
  });
}

function quoteOf(file: string, bytes: Uint8Array): Quote {
  try {
    const evidence = parseEvidence(bytes);
    if (evidence.kind === "sgx" || evidence.kind === "tdx") return evidence;
    throw new UsageError(`${file}: ${evidence.kind} evidence has no evaluation numbers`);
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause;
    throw new UsageError(`${file}: ${cause.message}`, { cause });
  }
}

async function fetchInto(
  pool: EndorsementPool,
  quote: Quote,
  service: { readonly url: string; readonly rootCrlUrl: string },
  { at, roots }: Pick<ForesightOptions, "at" | "roots">,
): Promise<void> {
  const asking = pcsOptions({ ...service, update: "standard" }, roots);
  const { body, chain } = await fetchEvaluationNumbers(quote.kind, new Map(), at, asking);
  addToPool(pool, utf8(JSON.stringify({ evaluationNumbers: body, evaluationNumbersChain: chain })));
  for (const update of UPDATE_KINDS) {
    const answer = await fetchEndorsements(platformOf(quote), new Map(), at, { ...asking, update });
    addToPool(pool, utf8(JSON.stringify(answer.endorsements)));
  }
}
