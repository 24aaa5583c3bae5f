/**
 * How a batch gets on chain: a state machine over (nonce, block), as a pure function. It is told what a look at the chain shows and what
 * came of its last act, and says where it stands and what to do next. It remembers nothing of the chain: whatever a reorganisation, a
 * dropped transaction or a crash of a node undoes is seen at the next look.
 *
 * | state | is left when |
 * |---|---|
 * | `idle` | the chain wants a batch we have: → simulate it |
 * | `refused` | the simulation, tried again now and then, passes. Meanwhile trading goes on (`restriction.ts`) |
 * | `flying` | mined (→ idle), reverted (→ refused), its nonce went to another (→ idle), unknown to every source (→ sent again, the same), unmined too long (→ the same with higher fees) |
 * | `capped` | as `flying`, but fees may not rise further: somebody was told |
 * | `unopened` | a reorganisation took our epoch away: the opening is sent again until the chain has it |
 * | `superseded`, `frozen` | never |
 *
 * One transaction at most is in flight, and a batch never has two nonces at once: so it cannot be posted twice, and whatever wins is the
 * same calldata, hence the same root.
 */

/** What a transaction offers, wei a unit of gas. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** 0 for a transaction without blobs. */
  maxFeePerBlobGas: bigint;
}

export interface Flight {
  number: bigint;
  nonce: number;
  fees: Fees;
  /** Of every variant that was sent: an earlier one may still win. */
  hashes: string[];
  /** When these fees were first offered, ms. */
  sentAt: number;
  /** When they were last sent: more often than offered, if nodes forget. */
  triedAt: number;
}

export type Posting =
  | { at: "idle" /** A flight that was given up while it may still hold its nonce. */; left?: Flight }
  | { at: "refused"; number: bigint; reason: string; tryAt: number }
  | { at: "flying"; flight: Flight }
  | { at: "capped"; flight: Flight }
  | { at: "unopened" }
  | { at: "superseded"; epoch: bigint }
  | { at: "frozen" };

/** What a look at the chain shows. */
export interface Look {
  kind: "look";
  now: number;
  /** The chain's epoch, and ours. */
  epoch: bigint;
  ownEpoch: bigint;
  isEpochEnded: boolean;
  isFrozen: boolean;
  /** Last batch the chain holds. */
  accepted: bigint;
  /** Have we the one after it? */
  hasNext: boolean;
  /** Our account's next nonce by mined transactions. */
  nonce: number;
  /** Of the flight: mined with this result, or not. */
  receipt: "success" | "revert" | undefined;
  /** Does a source know any of the flight's transactions? */
  isKnown: boolean;
}

export type PostingEvent =
  | Look
  | { kind: "simulated"; now: number; number: bigint; nonce: number; fees: Fees; reason: string | undefined }
  | { kind: "sent"; hash: string }
  /** The node refused it: the nonce needs a higher offer, or is used. */
  | { kind: "send-failed"; now: number; cause: "underpriced" | "nonce-used" | "other" };

export type Act =
  | { act: "rest" }
  | { act: "simulate"; number: bigint }
  | { act: "send"; flight: Flight }
  | { act: "reopen" }
  | { act: "alert"; code: "E_STUCK" | "E_REVERTED"; text: string }
  /** This host's part is over. */
  | { act: "end"; code: "E_EPOCH_TAKEN" | "E_FROZEN"; text: string };

export interface PostingPolicy {
  /** Unmined this long: offer more. */
  stuckMs: number;
  /** Unknown to every source this long after sending: send again. */
  lostMs: number;
  /** A refused batch is tried again after this. */
  retryMs: number;
  /** What replaces a transaction offers at least this much more. Nodes want 100 for blobs, 10 otherwise. */
  bumpPercent: number;
  /** Never offer more. */
  feesMax: Fees;
}

export interface Step {
  state: Posting;
  act: Act;
}

const REST: Act = { act: "rest" };

/** One event. Pure: the same state and event give the same step. */
export function next(state: Posting, event: PostingEvent, policy: PostingPolicy): Step {
  switch (event.kind) {
    case "look":
      return look(state, event, policy);
    case "simulated":
      return simulated(state, event, policy);
    case "sent":
      return landed(state, event.hash);
    case "send-failed":
      return sendFailed(state, event, policy);
  }
}

function look(state: Posting, seen: Look, policy: PostingPolicy): Step {
  if (state.at === "frozen" || state.at === "superseded") return { state, act: REST };
  if (seen.isFrozen) {
    const text = "the settlement is frozen: its last state root is final, and everybody leaves by it";
    return { state: { at: "frozen" }, act: { act: "end", code: "E_FROZEN", text } };
  }
  if (isOver(seen.ownEpoch, seen)) {
    const text = overText(seen.ownEpoch, seen);
    return {
      state: { at: "superseded", epoch: seen.epoch },
      act: { act: "end", code: "E_EPOCH_TAKEN", text },
    };
  }
  if (seen.epoch < seen.ownEpoch) return { state: { at: "unopened" }, act: { act: "reopen" } };
  switch (state.at) {
    case "flying":
    case "capped":
      return watch(state, state.flight, seen, policy);
    case "refused":
      if (state.number !== seen.accepted + 1n) return wait(seen, undefined);
      return seen.now < state.tryAt
        ? { state, act: REST }
        : { state, act: { act: "simulate", number: state.number } };
    case "idle":
      return wait(seen, state.left);
    case "unopened":
      return wait(seen, undefined);
  }
}

/** What the chain says of who may go on. */
export interface Succession {
  epoch: bigint;
  isEpochEnded: boolean;
}

/** Another enclave's epoch is open, or a validity proof has ended ours: this boot never anchors anything again (F23). */
export const isOver = (own: bigint, { epoch, isEpochEnded }: Succession): boolean =>
  epoch > own || (epoch === own && isEpochEnded);

/** Why it is over, as the middle of a sentence. */
export const overText = (own: bigint, { epoch }: Succession): string =>
  epoch > own
    ? `epoch ${epoch} is open on chain, ours is ${own}: another enclave goes on from this venue's state`
    : `a validity proof has moved the venue and ended epoch ${own}: what this enclave sequenced after its last accepted batch is void, and a host that starts from what \`sealbook recover\` writes goes on`;

/** Nothing in flight: is there something to send? */
function wait(seen: Look, left: Flight | undefined): Step {
  // A flight given up blocks its nonce only until that nonce is used.
  const state: Posting =
    left === undefined || seen.nonce > left.nonce ? { at: "idle" } : { at: "idle", left };
  return { state, act: seen.hasNext ? { act: "simulate", number: seen.accepted + 1n } : REST };
}

function watch(state: Posting, flight: Flight, seen: Look, policy: PostingPolicy): Step {
  if (seen.receipt === "revert") {
    const reason = "reverted on chain";
    const refused: Posting = {
      at: "refused",
      number: flight.number,
      reason,
      tryAt: seen.now + policy.retryMs,
    };
    const text = `batch ${flight.number} ${reason} although its simulation passed`;
    return { state: refused, act: { act: "alert", code: "E_REVERTED", text } };
  }
  if (seen.receipt === "success" || seen.nonce > flight.nonce) return wait(seen, undefined);
  if (seen.accepted >= flight.number) return wait(seen, flight); // somebody else posted it
  if (seen.accepted + 1n < flight.number) return wait(seen, flight); // a reorganisation wants an earlier one first
  // First whether it is stuck: a node that forgets what blocks are too dear for would else be told the same for ever.
  const isStuck = seen.now - flight.sentAt >= policy.stuckMs;
  const raise = isStuck ? replace(state, flight, seen.now, policy) : undefined;
  if (raise !== undefined && raise.act.act !== "rest") return raise;
  const isLost = !seen.isKnown && seen.now - flight.triedAt >= policy.lostMs;
  return isLost
    ? { state, act: { act: "send", flight: { ...flight, triedAt: seen.now } } }
    : { state, act: REST };
}

/** The same nonce and calldata for more, as far as the cap allows. */
function replace(state: Posting, flight: Flight, now: number, policy: PostingPolicy): Step {
  const fees = raised(flight.fees, policy);
  if (fees !== undefined)
    return { state, act: { act: "send", flight: { ...flight, fees, sentAt: now, triedAt: now } } };
  if (state.at === "capped") return { state, act: REST };
  const text = `batch ${flight.number} is not mined at the highest fees allowed; blocks are fuller than \`chain.feesMax\` foresees`;
  return { state: { at: "capped", flight }, act: { act: "alert", code: "E_STUCK", text } };
}

function simulated(
  state: Posting,
  event: Extract<PostingEvent, { kind: "simulated" }>,
  policy: PostingPolicy,
): Step {
  if (state.at !== "idle" && state.at !== "refused") return { state, act: REST };
  const { number, nonce, reason, now } = event;
  if (reason !== undefined) {
    return { state: { at: "refused", number, reason, tryAt: now + policy.retryMs }, act: REST };
  }
  const left = state.at === "idle" && state.left?.nonce === nonce ? state.left : undefined;
  const offered = atMost(event.fees, policy.feesMax);
  // The nonce may be held by what was given up: only a replacement gets past it.
  const over = left === undefined ? undefined : (raised(left.fees, policy) ?? left.fees);
  const fees = over === undefined ? offered : atLeast(offered, over);
  const flight: Flight = { number, nonce, fees, hashes: left?.hashes ?? [], sentAt: now, triedAt: now };
  return { state: { at: "flying", flight }, act: { act: "send", flight } };
}

function landed(state: Posting, hash: string): Step {
  if (state.at !== "flying" && state.at !== "capped") return { state, act: REST };
  const hashes = state.flight.hashes.includes(hash) ? state.flight.hashes : [...state.flight.hashes, hash];
  return { state: { at: state.at, flight: { ...state.flight, hashes } }, act: REST };
}

function sendFailed(
  state: Posting,
  event: Extract<PostingEvent, { kind: "send-failed" }>,
  policy: PostingPolicy,
): Step {
  if (state.at !== "flying" && state.at !== "capped") return { state, act: REST };
  const { flight } = state;
  // Used: by an earlier variant, or by somebody with our key. The next look says which.
  if (event.cause === "nonce-used") return { state: { at: "idle" }, act: REST };
  if (event.cause === "underpriced") return replace(state, flight, event.now, policy);
  // No answer is not a no: the transaction may be on its way, so the nonce stays watched.
  return { state, act: REST };
}

/** Fees that replace `fees`, or undefined when the cap leaves no room for what nodes demand. */
export function raised(fees: Fees, policy: PostingPolicy): Fees | undefined {
  const percent = BigInt(100 + policy.bumpPercent);
  const higher = map(fees, (fee) => (fee * percent + 99n) / 100n);
  const capped = atMost(higher, policy.feesMax);
  const isBlob = fees.maxFeePerBlobGas > 0n;
  const least = map(fees, (fee) => (fee * (isBlob ? 200n : 110n) + 99n) / 100n);
  const isEnough = (Object.keys(capped) as (keyof Fees)[]).every((name) => capped[name] >= least[name]);
  return isEnough ? capped : undefined;
}

const map = (fees: Fees, change: (fee: bigint) => bigint): Fees => ({
  maxFeePerGas: change(fees.maxFeePerGas),
  maxPriorityFeePerGas: change(fees.maxPriorityFeePerGas),
  maxFeePerBlobGas: change(fees.maxFeePerBlobGas),
});

const combine = (a: Fees, b: Fees, pick: (a: bigint, b: bigint) => bigint): Fees => ({
  maxFeePerGas: pick(a.maxFeePerGas, b.maxFeePerGas),
  maxPriorityFeePerGas: pick(a.maxPriorityFeePerGas, b.maxPriorityFeePerGas),
  maxFeePerBlobGas: pick(a.maxFeePerBlobGas, b.maxFeePerBlobGas),
});

// biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
const atMost = (fees: Fees, most: Fees) => combine(fees, most, (a, b) => (a < b ? a : b));
// biome-ignore lint/complexity/useMathMinMax: nor does Math.max
const atLeast = (fees: Fees, least: Fees) => combine(fees, least, (a, b) => (a > b ? a : b));
