//! Deleveraging by water-filling (FORMULAS 1.9; arXiv 2603.15963).
//!
//! What neither the book nor the fund takes of a bankrupt position is closed against accounts on the opposite side, at the
//! bankrupt account's zero price: repeatedly from whoever has the highest leverage until it equals the next, until all lots are
//! placed. So the outcome depends on levels, not on the order of steps (doing it in two parts gives the same), splitting an
//! account into two of the same leverage changes nothing, and hedges elsewhere do not raise one's place.
//!
//! In numbers: with gross notional `N`, equity `E`, mark `P` and a cost of `c` a lot against the mark, an account closes the fewest
//! lots `x` with `(N − xP) ≤ λ (E − xc)`. The level `λ` is the lowest, in steps of 2^-20, at which all those together do not
//! exceed the lots to place; what is then still missing goes, a step lower, to the lowest account ids.
//!
//! Nobody's leverage rises and nobody healthy falls below maintenance by it: whom the price would hurt that much is left out, and
//! what cannot be placed is socialised.

use super::margin::{assess, gross};
use super::portfolio;
use crate::book::Book;
use crate::event::{Event, Events};
use crate::limits::{DELEVERAGES_PER_LIQUIDATION_MAX, POSITION_VALUE_MAX, TAKEN_VALUE_MAX};
use crate::rounding::{div_ceil, div_floor, product_at_least};
use crate::state::account::FLAG_PORTFOLIO;
use crate::state::{INSURANCE, State};
use crate::units::PPM;

/// Steps of the water level: 2^-20 of one time leverage.
const STEP: i128 = 1 << 20;
/// Highest level looked at: more than a billion times.
const LEVEL_MAX: i128 = 1 << 50;
/// Beyond this a zero price is no price: the deficit exceeds what any account could carry.
const COST_MAX: i128 = 1 << 61;

/// An account on the opposite side.
#[derive(Clone, Copy, Debug, Default)]
struct Candidate {
    account: u32,
    slot: u8,
    /// Gross notional.
    notional: i128,
    /// Equity, positive.
    equity: i128,
    /// Lots it may be asked for.
    lots: u64,
    /// Lots it closes.
    closes: u64,
}

impl Candidate {
    /// Whether it comes before another: higher leverage, then lower account id.
    fn comes_before(&self, other: &Candidate) -> bool {
        let (equity, other_equity) = (self.equity.unsigned_abs(), other.equity.unsigned_abs());
        let is_at_least = product_at_least(self.notional, other_equity, other.notional, equity);
        let is_at_most = product_at_least(other.notional, equity, self.notional, other_equity);
        is_at_least && (!is_at_most || self.account < other.account)
    }

    /// Fewest lots that bring its leverage down to `level`, or all it may be asked for.
    fn wanted(&self, level: i128, mark: i128, cost: i128) -> u64 {
        if level > LEVEL_MAX {
            return 0;
        }
        let above = self.notional * STEP - level.saturating_mul(self.equity);
        if above <= 0 {
            return 0;
        }
        let relief = mark * STEP - level * cost;
        if relief <= 0 {
            return self.lots;
        }
        u64::try_from(div_ceil(above, relief)).map_or(self.lots, |lots| lots.min(self.lots))
    }

    /// Lowest level at or above its leverage.
    fn level(&self) -> i128 {
        div_ceil(self.notional * STEP, self.equity).min(LEVEL_MAX)
    }
}

/// The candidates one command can serve, highest leverage first.
struct Queue {
    list: [Candidate; DELEVERAGES_PER_LIQUIDATION_MAX],
    count: usize,
    /// The highest leverage that found no place here.
    overflow: Option<Candidate>,
}

impl Queue {
    fn offer(&mut self, candidate: Candidate) {
        let capacity = self.list.len();
        if self.count == capacity {
            if !candidate.comes_before(&self.list[capacity - 1]) {
                self.overflow(candidate);
                return;
            }
            self.overflow(self.list[capacity - 1]);
            self.count -= 1;
        }
        let at = self.list[..self.count].partition_point(|other| other.comes_before(&candidate));
        self.list.copy_within(at..self.count, at + 1);
        self.list[at] = candidate;
        self.count += 1;
    }

    fn overflow(&mut self, candidate: Candidate) {
        if self.overflow.is_none_or(|other| candidate.comes_before(&other)) {
            self.overflow = Some(candidate);
        }
    }

    fn candidates(&mut self) -> &mut [Candidate] {
        &mut self.list[..self.count]
    }

    /// Lots all candidates together close down to a level.
    fn sum(&self, level: i128, mark: i128, cost: i128) -> u128 {
        let list = &self.list[..self.count];
        list.iter().map(|candidate| u128::from(candidate.wanted(level, mark, cost))).sum()
    }

    /// Distributes up to `lots`, not below `floor`; how many lots were placed.
    fn fill(&mut self, lots: u64, floor: i128, mark: i128, cost: i128) -> u64 {
        let lots = u128::from(lots);
        let (mut low, mut high) = (floor, LEVEL_MAX + 1);
        // The lowest level at which no more than `lots` are closed: sums fall as the level rises.
        while low < high {
            let middle = low + (high - low) / 2;
            if self.sum(middle, mark, cost) <= lots {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        let level = low;
        let mut missing = lots - self.sum(level, mark, cost).min(lots);
        self.candidates().sort_unstable_by_key(|candidate| candidate.account);
        let mut placed = 0;
        for candidate in self.candidates() {
            candidate.closes = candidate.wanted(level, mark, cost);
            if level > floor && missing > 0 {
                let next = candidate.wanted(level - 1, mark, cost);
                let next = next.saturating_sub(candidate.closes);
                let more = u128::from(next).min(missing) as u64;
                candidate.closes += more;
                missing -= u128::from(more);
            }
            placed += candidate.closes;
        }
        placed
    }
}

/// Closes what is left of a position against the opposite side; `false` if more could be placed by the next command.
pub(super) fn run<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    zero: i128,
    events: &mut Events,
) -> bool {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let mark = i128::from(state.instruments[usize::from(id)].mark.0);
    let cost = if size > 0 { zero - mark } else { mark - zero };
    if size == 0 || cost.abs() > COST_MAX {
        return true;
    }
    if events.deleverages_room() < DELEVERAGES_PER_LIQUIDATION_MAX {
        return false;
    }
    let mut queue = Queue {
        list: [Candidate::default(); DELEVERAGES_PER_LIQUIDATION_MAX],
        count: 0,
        overflow: None,
    };
    for other in 1..state.accounts.len() as u32 {
        if other != account
            && let Some(candidate) = candidate(state, other, id, size, cost)
        {
            queue.offer(candidate);
        }
    }
    let floor = queue.overflow.map_or(0, |next| next.level());
    let lots = size.unsigned_abs();
    let mut placed = queue.fill(lots, floor, mark, cost);
    if placed == 0 && floor > 0 {
        // More accounts at one level than a command can serve: the lowest ids go first.
        placed = queue.fill(lots, 0, mark, cost);
    }
    let closing = || queue.list[..queue.count].iter().filter(|candidate| candidate.closes > 0);
    let orders = closing().map(|candidate| {
        let slots = &state.accounts[candidate.account as usize].slots;
        usize::from(slots[usize::from(candidate.slot)].reduce_only_orders)
    });
    if orders.sum::<usize>() > events.levels_room() {
        return false;
    }
    for candidate in closing() {
        close(state, account, slot, candidate, zero, events);
    }
    queue.overflow.is_none() || placed == lots
}

/// The account, if it holds the opposite side and closing at that cost leaves it no worse: its leverage does not rise, it does not
/// fall below maintenance, and the numbers stay in their types.
fn candidate<B: Book>(
    state: &State<B>,
    account: u32,
    instrument: u16,
    bankrupt: i64,
    cost: i128,
) -> Option<Candidate> {
    let owner = &state.accounts[account as usize];
    let slot = owner.slot_of(instrument)?;
    let position = &owner.slots[slot];
    if position.size == 0 || position.size.signum() == bankrupt.signum() {
        return None;
    }
    let shared = &state.instruments[usize::from(instrument)];
    let mark = i128::from(shared.mark.0);
    let health = assess(owner, &state.instruments);
    let notional = gross(owner, &state.instruments);
    if health.equity <= 0 || health.is_liquidatable() {
        return None;
    }
    let raises_leverage =
        cost > 0 && product_at_least(notional, cost as u128, health.equity, mark as u128);
    if raises_leverage {
        return None;
    }
    let mut lots = i128::from(position.size.unsigned_abs());
    let relief = if owner.flags & FLAG_PORTFOLIO != 0 {
        -portfolio::relief_lost_lot(shared)
    } else {
        shared.maintenance_lot(position.size).into()
    };
    let strain = cost * PPM - relief;
    if strain > 0 {
        lots = lots.min(div_floor(health.equity * PPM - health.maintenance_scaled, strain));
    }
    let price = (mark + cost.abs()).max(1);
    let room = i128::from(POSITION_VALUE_MAX + TAKEN_VALUE_MAX) - i128::from(position.cost).abs();
    lots = lots.min(div_floor(room, price));
    let lots = u64::try_from(lots).ok().filter(|&lots| lots > 0)?;
    let slot = slot as u8;
    Some(Candidate { account, slot, notional, equity: health.equity, lots, closes: 0 })
}

/// Closes a candidate's lots against the bankrupt position, with a receipt.
fn close<B: Book>(
    state: &mut State<B>,
    bankrupt: u32,
    slot: usize,
    candidate: &Candidate,
    zero: i128,
    events: &mut Events,
) {
    let owner = &state.accounts[bankrupt as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let part = size.signum() * candidate.closes as i64;
    // Both fit: the candidate's lots were cut to what its cost has room for.
    let Ok(cost) = i64::try_from(i128::from(part) * zero) else { return };
    let (other, at) = (candidate.account, usize::from(candidate.slot));
    state.move_position(bankrupt, slot, id, -part, -cost, 0, events);
    state.move_position(other, at, id, part, cost, 0, events);
    state.mark_instrument(id);
    if state.accounts[other as usize].slots[at].reduce_only_orders > 0 {
        state.cover_reduce_only(other, at, events);
    }
    debug_assert!(other != INSURANCE);
    let after = &state.accounts[other as usize];
    let health = assess(after, &state.instruments);
    events.push_deleveraged(Event::Deleveraged {
        account: other,
        instrument: id,
        lots: part,
        price: crate::state::account::clamp_i64(zero),
        leverage_before_ppm: leverage_ppm(candidate.notional, candidate.equity),
        leverage_after_ppm: leverage_ppm(gross(after, &state.instruments), health.equity),
    });
}

/// Gross notional over equity, rounded up, for receipts.
fn leverage_ppm(notional: i128, equity: i128) -> u64 {
    match (notional, equity) {
        (0, _) => 0,
        (_, equity) if equity <= 0 => u64::MAX,
        _ => u64::try_from(div_ceil(notional * PPM, equity)).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(accounts: &[(i128, i128, u64)]) -> Queue {
        let mut queue = Queue {
            list: [Candidate::default(); DELEVERAGES_PER_LIQUIDATION_MAX],
            count: 0,
            overflow: None,
        };
        for (at, &(notional, equity, lots)) in accounts.iter().enumerate() {
            let account = at as u32 + 1;
            queue.offer(Candidate { account, slot: 0, notional, equity, lots, closes: 0 });
        }
        queue
    }

    fn closes(queue: &Queue) -> alloc::vec::Vec<u64> {
        queue.list[..queue.count].iter().map(|candidate| candidate.closes).collect()
    }

    /// Leverages 10, 5 and 2 at a mark of 100: the first falls to 5, then both together.
    #[test]
    fn the_highest_leverage_is_levelled_down_to_the_next() {
        let accounts = [(10_000, 1_000, 100), (10_000, 2_000, 100), (2_000, 1_000, 20)];
        for (lots, expected) in [
            (10, [10, 0, 0]),
            (50, [50, 0, 0]),
            (80, [60, 20, 0]),
            (140, [80, 60, 0]),
            (180, [90, 80, 10]),
            (220, [100, 100, 20]),
            (500, [100, 100, 20]),
        ] {
            let mut queue = queue(&accounts);
            let placed = queue.fill(lots, 0, 100, 0);
            assert_eq!(closes(&queue), expected, "{lots}");
            assert_eq!(placed, expected.iter().sum::<u64>());
        }
    }

    #[test]
    fn ties_go_to_the_lowest_id() {
        let mut queue = queue(&[(1_000, 100, 10), (1_000, 100, 10), (1_000, 100, 10)]);
        assert_eq!(queue.fill(4, 0, 100, 0), 4);
        assert_eq!(closes(&queue), [2, 1, 1]);
    }

    /// In one go or in two, by one account or by two halves of it: the same, to a lot an account.
    #[test]
    fn filling_is_path_independent_and_sybil_neutral() {
        let mut seed = 11_u64;
        let mut next = move |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        for _ in 0..300 {
            let (mark, cost) = (1_000, next(40) as i128 - 20);
            let accounts: alloc::vec::Vec<(i128, i128, u64)> = (0..6)
                .map(|_| {
                    let lots = 2 * (next(500) + 1);
                    let notional = i128::from(lots) * mark;
                    (notional, notional / (next(20) as i128 + 1), lots)
                })
                .collect();
            let total: u64 = accounts.iter().map(|account| account.2).sum();
            let lots = next(total) + 1;
            let mut once = queue(&accounts);
            assert_eq!(once.fill(lots, 0, mark, cost), lots);

            let first = next(lots) + 1;
            let mut twice = queue(&accounts);
            twice.fill(first, 0, mark, cost);
            let rest: alloc::vec::Vec<(i128, i128, u64)> = twice.list[..6]
                .iter()
                .map(|at| {
                    let closed = i128::from(at.closes);
                    (at.notional - closed * mark, at.equity - closed * cost, at.lots - at.closes)
                })
                .collect();
            let mut again = queue(&rest);
            again.fill(lots - first, 0, mark, cost);
            let mut halves = accounts.clone();
            let (notional, equity, size) = halves[0];
            halves[0] = (notional / 2, equity / 2, size / 2);
            halves.push((notional - notional / 2, equity - equity / 2, size / 2));
            let mut split = queue(&halves);
            split.fill(lots, 0, mark, cost);
            for at in 0..6 {
                let both = closes(&twice)[at] + closes(&again)[at];
                let whole = closes(&once)[at];
                assert!(whole.abs_diff(both) <= 2, "{whole} {both}");
                let parts = closes(&split)[at] + if at == 0 { closes(&split)[6] } else { 0 };
                assert!(whole.abs_diff(parts) <= 2, "{whole} {parts}");
            }
        }
    }
}
