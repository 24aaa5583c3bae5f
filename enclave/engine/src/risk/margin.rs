//! Cross margin: equity, requirements, and which change an account may make (FORMULAS 1.1, 1.2).
//!
//! Requirements are kept multiplied by a million, so that comparing them needs no division and no rounding; what is shown is
//! rounded up.
//!
//! **Why a resting order can always fill.** Let `R = equity − initial requirement` at a fixed mark, where the requirement counts
//! the worse side, `fraction × mark × max(|q + bids|, |q − asks|)`, plus each order's own loss at the mark, plus its fee. Fill `l`
//! lots of a bid at `p`. Equity changes by `l (mark − p) − fee`; the order's loss provision releases `l × max(0, p − mark)`, its
//! fee provision at least `fee`; `q + bids` stays; `|q + l − asks|` is at most the greater of the old two, because `q + l` lies
//! between `q` and `q + bids` and the absolute value is convex. So R does not fall. Asks mirror it. A fill as a maker therefore
//! never makes a healthy account unhealthy, and needs no check; neither does a taker's whose order passed as if it rested.
//!
//! The fraction may itself grow with the worse side (Deribit's size ramp): a product of two that do not grow does not grow. The
//! open-interest ramp (dYdX) moves with oracle rounds alone, like the mark, so that nobody's fill changes another's requirement.

use sealbook_wire::InstrumentKind;

use super::portfolio;
use crate::rounding::{div_ceil, div_floor, product_at_least};
use crate::state::account::{Account, FLAG_PORTFOLIO, Slot};
use crate::state::instrument::Instrument;
use crate::units::PPM;

/// What an account has and what it needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Collateral plus unrealized PnL minus funding owed.
    pub equity: i128,
    /// Initial requirement, open orders included, times 10^6.
    pub initial_scaled: i128,
    /// Maintenance requirement of the positions, times 10^6.
    pub maintenance_scaled: i128,
}

impl Health {
    /// Equity covers the initial requirement.
    #[inline]
    pub fn is_healthy(&self) -> bool {
        self.equity * PPM >= self.initial_scaled
    }

    /// Equity is below the maintenance requirement.
    #[inline]
    pub fn is_liquidatable(&self) -> bool {
        self.equity * PPM < self.maintenance_scaled
    }

    /// Initial requirement, rounded up.
    pub fn initial(&self) -> i128 {
        div_ceil(self.initial_scaled, PPM)
    }

    /// Maintenance requirement, rounded up.
    pub fn maintenance(&self) -> i128 {
        div_ceil(self.maintenance_scaled, PPM)
    }

    /// What lacks to be healthy, rounded up; 0 if nothing.
    pub fn shortfall(&self) -> u64 {
        let lacking = self.initial() - self.equity;
        u64::try_from(lacking.max(0)).unwrap_or(u64::MAX)
    }

    /// What may leave: rounded down, never negative.
    pub fn withdrawable(&self) -> u64 {
        let free = div_floor(self.equity * PPM - self.initial_scaled, PPM);
        u64::try_from(free.max(0)).unwrap_or(u64::MAX)
    }

    /// Whether `after / maintenance after ≥ before / maintenance before`: an unhealthy account may act only then.
    pub fn improves_on(&self, before: &Health) -> bool {
        product_at_least(
            self.equity,
            before.maintenance_scaled.unsigned_abs(),
            before.equity,
            self.maintenance_scaled.unsigned_abs(),
        )
    }
}

/// Adds one slot to a sum.
#[inline]
fn add(health: &mut Health, slot: &Slot, instrument: &Instrument) {
    let mark = i128::from(instrument.mark.0);
    let worst = initial_scaled(slot, instrument);
    health.equity += i128::from(slot.size) * mark - i128::from(slot.cost);
    health.equity -= slot.funding_owed(instrument.funding_index);
    health.initial_scaled += worst + slot.open_loss * PPM;
    health.initial_scaled += fee_provision(slot, instrument);
    health.maintenance_scaled +=
        i128::from(slot.size.unsigned_abs()) * i128::from(instrument.maintenance_lot(slot.size));
}

/// Initial requirement of a slot on its worse side, times 10^6.
///
/// An option's longs need what they are worth (no credit for premium paid), its shorts what `risk/option.rs` says. Both grow with
/// the size, so the requirement is convex in it, and the argument above holds for them too.
#[inline]
fn initial_scaled(slot: &Slot, instrument: &Instrument) -> i128 {
    if instrument.kind == InstrumentKind::Option {
        let [bids, asks] = slot.open_lots;
        let long = slot.size.saturating_add_unsigned(bids).max(0);
        let short = slot.size.saturating_sub_unsigned(asks).min(0);
        let long = i128::from(long) * i128::from(instrument.mark.0) * PPM;
        let short = -i128::from(short) * i128::from(instrument.option.initial_short);
        return long.max(short);
    }
    let worst = slot.lots_worst();
    i128::from(worst) * i128::from(instrument.mark.0 as u64 * instrument.initial_of(worst))
}

/// Fees the open orders may cost, times 10^6: the maker's rate, and one unit a lot because every fill rounds up.
#[inline]
pub(super) fn fee_provision(slot: &Slot, instrument: &Instrument) -> i128 {
    let rate = instrument.maker_fee.0;
    if rate <= 0 {
        return 0;
    }
    let lots = slot.open_lots[0] + slot.open_lots[1];
    i128::from(slot.open_value) * i128::from(rate) + i128::from(lots) * PPM
}

/// Health as it is.
#[inline]
pub fn assess(account: &Account, instruments: &[Instrument]) -> Health {
    if account.flags & FLAG_PORTFOLIO != 0 {
        return portfolio::assess(account, instruments);
    }
    let mut health = Health { equity: account.collateral.into(), ..Health::default() };
    for (index, id) in account.used() {
        add(&mut health, &account.slots[index], &instruments[usize::from(id)]);
    }
    health
}

/// Σ |size| × mark.
pub fn gross(account: &Account, instruments: &[Instrument]) -> i128 {
    let values = account.used().map(|(index, id)| {
        let mark = instruments[usize::from(id)].mark.0;
        i128::from(account.slots[index].size.unsigned_abs()) * i128::from(mark)
    });
    values.sum()
}

/// Health if slot `at` belonged to `instrument` and were `slot`.
#[inline]
pub fn assess_with(
    account: &Account,
    instruments: &[Instrument],
    at: usize,
    instrument: &Instrument,
    slot: &Slot,
) -> Health {
    if account.flags & FLAG_PORTFOLIO != 0 {
        return portfolio::assess_with(account, instruments, at, instrument, slot);
    }
    let mut health = Health { equity: account.collateral.into(), ..Health::default() };
    for (index, id) in account.used() {
        if index != at {
            add(&mut health, &account.slots[index], &instruments[usize::from(id)]);
        }
    }
    add(&mut health, slot, instrument);
    health
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Rate, UnitValue};
    use sealbook_wire::Side;

    fn instrument() -> Instrument {
        Instrument {
            id: 1,
            mark: UnitValue(1_000),
            initial_ppm: 100_000,
            initial_now_ppm: 100_000,
            maintenance_ppm: 50_000,
            maker_fee: Rate(0),
            ..Instrument::BLANK
        }
    }

    fn account(collateral: i64, slot: Slot) -> Account {
        let mut account = Account::new([1; 20], 0);
        account.collateral = collateral;
        account.claim(0, 1);
        account.slots[0] = slot;
        account
    }

    /// B45: margin exactly at, one unit under and over the limit.
    #[test]
    fn the_boundary_is_exact() {
        let instruments = [Instrument::BLANK, instrument()];
        let slot = Slot { size: 10, cost: 10_000, ..Slot::default() };
        for (collateral, is_healthy, is_liquidatable) in [
            (1_001, true, false),
            (1_000, true, false),
            (999, false, false),
            (501, false, false),
            (500, false, false),
            (499, false, true),
        ] {
            let health = assess(&account(collateral, slot), &instruments);
            assert_eq!(
                (health.is_healthy(), health.is_liquidatable()),
                (is_healthy, is_liquidatable),
                "{collateral}"
            );
        }
    }

    #[test]
    fn requirements_round_up_and_withdrawable_down() {
        let odd = Instrument { mark: UnitValue(1_003), ..instrument() };
        let slot = Slot { size: 1, cost: 1_003, ..Slot::default() };
        let health = assess(&account(200, slot), &[Instrument::BLANK, odd]);
        assert_eq!((health.initial(), health.maintenance()), (101, 51));
        assert_eq!(health.withdrawable(), 99);
    }

    #[test]
    fn open_orders_count_on_the_worse_side() {
        let mut slot = Slot { size: 10, cost: 10_000, ..Slot::default() };
        let mark = UnitValue(1_000);
        slot.reserve(Side::Sell, 15, UnitValue(1_001), mark);
        let at = |slot| assess(&account(0, slot), &[Instrument::BLANK, instrument()]).initial();
        assert_eq!(at(slot), 1_000, "ten long is worse than five short");
        slot.reserve(Side::Sell, 10, UnitValue(1_001), mark);
        assert_eq!(at(slot), 1_500, "fifteen short is worse");
        slot.reserve(Side::Buy, 10, UnitValue(1_002), mark);
        assert_eq!(at(slot), 2_000 + 20, "twenty long, and each bid two above the mark");
    }

    #[test]
    fn fills_of_provisioned_orders_never_lower_the_room() {
        let mut state = 1_u64;
        let mut next = move |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % n
        };
        for _ in 0..20_000 {
            let rate = next(900) as i32 - 300;
            let shared = Instrument { maker_fee: Rate(rate), ..instrument() };
            let instruments = [Instrument::BLANK, shared];
            let size = next(40) as i64 - 20;
            let mut slot = Slot { size, cost: size * 1_000, ..Slot::default() };
            let mut open = alloc::vec::Vec::new();
            for _ in 0..=next(5) {
                let side = if next(2) == 0 { Side::Buy } else { Side::Sell };
                let (lots, price) = (1 + next(20) as u32, UnitValue(900 + next(200) as i64));
                slot.reserve(side, lots, price, shared.mark);
                open.push((side, lots, price));
            }
            let mut owner = account(0, slot);
            let mut room = -i128::MAX;
            while !open.is_empty() {
                let health = assess(&owner, &instruments);
                let now = health.equity * PPM - health.initial_scaled;
                assert!(now >= room, "{open:?} {owner:?}");
                room = now;
                let at = next(open.len() as u64) as usize;
                let (side, lots, price) = open[at];
                let fill = 1 + next(lots.into()) as u32;
                let slot = &mut owner.slots[0];
                slot.release(side, fill, price, shared.mark);
                let value = price.value(crate::units::Lots(fill));
                let sign = if side == Side::Buy { 1 } else { -1 };
                slot.size += sign * i64::from(fill);
                slot.cost += sign * value.0 as i64;
                owner.collateral -= value.fee_ceil(shared.maker_fee);
                open[at].1 -= fill;
                open.retain(|order| order.1 > 0);
            }
        }
    }
}
