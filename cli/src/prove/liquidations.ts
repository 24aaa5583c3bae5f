/**
 * Which positions the insurance fund takes over at a new round: those of accounts below the close-out share of their maintenance, as the
 * engine finds them when its books are empty (enclave/engine/src/risk/liquidation.rs): accounts by id, positions by instrument.
 */
import {
  absolute,
  accountAt,
  applyEffect,
  applyQuotes,
  effectOf,
  floorDivide,
  health,
  lesser,
  lotRequirement,
  type Operation,
  openState,
  type Quote,
  type State,
} from "@sealbook/circuits";

type Takeover = Extract<Operation, { kind: "liquidate" }>;

const PPM = 1_000_000n;
/** enclave/engine/src/limits.rs, of the same names; POSITION_VALUE_MAX and POSITION_LOTS_MAX bound what the fund can hold. */
const CLOSE_OUT_PPM = 666_667n;
const LOSS_PER_LIQUIDATION_MAX = 250_000_000_000n;
const LOSS_PER_ROUND_MAX = 1_000_000_000_000n;
const POSITION_VALUE_MAX = 1n << 55n;
const POSITION_LOTS_MAX = 1n << 40n;

/** The takeovers of a round whose prices are these, in order, each legal after those before it. The state does not change. */
export function takeoversOf(state: State, round: bigint, quotes: readonly Quote[]): Takeover[] {
  const draft = leavesOf(state);
  applyQuotes(draft, quotes);
  draft.round = round;
  const found: Takeover[] = [];
  let spent = 0n;
  for (const id of [...draft.accounts.keys()].sort((a, b) => a - b)) {
    const account = draft.accounts.get(id)!;
    // Flags are modes and remainders whose rules no proof knows.
    if (id === 0 || account.flags !== 0) continue;
    for (const { instrument } of [...account.positions]) {
      if (!isClosedOut(draft, id)) break;
      const { lots, loss } = affordable(draft, id, instrument, spent);
      if (lots === 0n) continue;
      const takeover: Takeover = { kind: "liquidate", account: id, instrument, lots };
      applyEffect(draft, effectOf(draft, takeover));
      spent += loss;
      found.push(takeover);
    }
  }
  return found;
}

function isClosedOut(state: State, id: number): boolean {
  const { equity, maintenance } = health(accountAt(state, id), state.instruments);
  return equity * PPM * PPM < maintenance * CLOSE_OUT_PPM;
}

/** How many lots the fund can bear at the zero price, and what they cost it at the mark (risk/insurance.rs `affordable`, `take_over`). */
function affordable(
  state: State,
  id: number,
  instrument: number,
  spent: bigint,
): { lots: bigint; loss: bigint } {
  const shared = state.instruments.get(instrument)!;
  const { size } = accountAt(state, id).positions.find((one) => one.instrument === instrument)!;
  const of = health(accountAt(state, id), state.instruments);
  const weight = lotRequirement(size, shared).maintenance;
  const lossALot = -floorDivide(weight * of.equity, of.maintenance);
  const fund = health(accountAt(state, 0), state.instruments);
  const free = fund.equity * PPM - fund.maintenance;
  const strain = lossALot * PPM + weight;
  let lots = absolute(size);
  if (strain > 0n) lots = lesser(lots, free > 0n ? floorDivide(free, strain) : 0n);
  const budget = lesser(LOSS_PER_ROUND_MAX - spent, LOSS_PER_LIQUIDATION_MAX);
  if (lossALot > 0n) lots = lesser(lots, floorDivide(budget, lossALot));
  if (lots <= 0n) return { lots: 0n, loss: 0n };
  const price = size > 0n ? shared.mark + lossALot : shared.mark - lossALot;
  const held = accountAt(state, 0).positions.find((one) => one.instrument === instrument);
  const fits =
    absolute(held?.cost ?? 0n) + absolute(lots * price) <= POSITION_VALUE_MAX &&
    absolute(held?.size ?? 0n) + lots <= POSITION_LOTS_MAX;
  return fits ? { lots, loss: lossALot > 0n ? lossALot * lots : 0n } : { lots: 0n, loss: 0n };
}

function leavesOf(state: State): State {
  const copy = openState();
  for (const [id, account] of state.accounts) copy.accounts.set(id, structuredClone(account));
  for (const [id, one] of state.instruments) copy.instruments.set(id, structuredClone(one));
  copy.nextAccount = state.nextAccount;
  copy.held = state.held;
  return copy;
}
