//! Portfolio margin (FORMULAS 1.4, after Derive's PMRM2 and Paradex): an account's risk is what all its positions on one underlying
//! lose together in the worst of 33 scenarios, not the sum of what each could lose alone.
//!
//! Per underlying, with `g` the instrument's scenario vector (`sealbook_pricing::scenario`, priced once a round and kept in the
//! instrument), `δ` its delta, `S` the index:
//!
//! ```text
//! scan  = max(0, max_s −Σ q·g_s)                              a dot product a scenario
//! floor = (2 % × |net Δ| + 1 % × hedged Δ) × S                 hedged Δ: the smaller of long and short Δ
//! IM    = max(scan, floor) + 4 % × |perpetuals| × P + 0.5 % × short options × S + funding of 8 h
//! MM    = 0.8 × max(scan, floor) + 3 % × |perpetuals| × P + 0.3 % × short options × S
//! ```
//!
//! Both also hold half a unit a lot, because a vector's entries are rounded. Underlyings add up: no offset between them. A long
//! option counts its full value as equity (its loss is in the scenarios), which standard margin does not grant.
//!
//! **Open orders, and why a resting order can always fill.** With bids `b` and asks `a` the position of an instrument can end
//! anywhere in `[q − a, q + b]`; those of all instruments, in the box these intervals span. The initial requirement counted here is
//! an upper bound of `IM` over the whole box that never grows when the box shrinks:
//!
//! - in one scenario the loss is linear and separable, so its maximum over the box is `Σ max(−(q + b)·g_s, −(q − a)·g_s)`, exactly;
//!   the maximum over scenarios of these is the maximum of `scan` over the box, exactly;
//! - `|net Δ|` over the box is at most the larger of the two sums of extremes; gross Δ, lots of perpetuals and short lots take their
//!   worst side each; `2 % |net| + 1 % (gross − |net|) / 2 = 1.5 % |net| + 0.5 % gross` grows with both;
//! - a sum or maximum of bounds that never grow does not grow, nor does a rounding of one.
//!
//! A fill of `l` lots of a bid replaces `[q − a, q + b]` by `[q + l − a, q + b]`, which lies inside it; an ask mirrors it; a cancelled
//! order only shrinks an interval. So the requirement does not grow, and equity falls by no more than the provisions the fill
//! releases (`margin.rs`). What a fill as a maker leaves is therefore as healthy as it was, in this mode too.
//!
//! Not in it: skew twists and the basis scenario (the grid is the "simplest defensible" one), and the oracle's confidence, which
//! rounds do not carry.

use sealbook_pricing::SCENARIOS;
use sealbook_wire::InstrumentKind;

use super::margin::{Health, fee_provision};
use crate::limits::{LIQUIDATION_BUFFER_PPM, POSITIONS_PER_ACCOUNT_MAX};
use crate::rounding::div_ceil;
use crate::state::account::{Account, Slot};
use crate::state::instrument::Instrument;
use crate::units::PPM;

/// Maintenance is this share of the scan or floor (Derive and Deribit alike).
const MAINTENANCE_PPM: i128 = 800_000;
/// Of the net delta's value, ppm: 2 % less half of what the hedged part costs.
const NET_PPM: i128 = 15_000;
/// Of the gross delta's value, ppm: half of 1 %.
const GROSS_PPM: i128 = 5_000;
/// Contingency of a perpetual, ppm of its notional: initial, maintenance.
const PERPETUAL_PPM: (i128, i128) = (40_000, 30_000);
/// Contingency of a short option, ppm of the index: initial, maintenance.
const SHORT_PPM: (i128, i128) = (5_000, 3_000);
/// Hours of funding the initial requirement holds.
const FUNDING_HOURS: i128 = 8;
/// Half a unit, ppm: what a vector's entry may be off by, per lot.
const ROUNDING_PPM: i128 = 500_000;

/// A position with its instrument.
#[derive(Clone, Copy)]
struct Leg<'a> {
    instrument: &'a Instrument,
    slot: &'a Slot,
}

impl Leg<'_> {
    /// Lots if every bid filled and no ask.
    fn long(&self) -> i128 {
        i128::from(self.slot.size) + i128::from(self.slot.open_lots[0])
    }

    /// Lots if every ask filled and no bid.
    fn short(&self) -> i128 {
        i128::from(self.slot.size) - i128::from(self.slot.open_lots[1])
    }

    fn is_option(&self) -> bool {
        self.instrument.kind == InstrumentKind::Option
    }

    /// Value of a lot's delta, millionths of collateral.
    fn delta_value(&self) -> i128 {
        let delta = if self.is_option() { self.instrument.option.delta_ppm.into() } else { PPM };
        delta * i128::from(self.instrument.index.0)
    }

    /// What the position's contingencies add: initial of its worse side, maintenance of what is held; times 10^6.
    fn contingencies(&self) -> (i128, i128) {
        let worst = self.long().abs().max(self.short().abs());
        let held = i128::from(self.slot.size).abs();
        let rounding = (worst * ROUNDING_PPM, held * ROUNDING_PPM);
        if self.is_option() {
            let index = i128::from(self.instrument.index.0);
            let shorts = (-self.short()).max(0);
            let held_short = (-i128::from(self.slot.size)).max(0);
            (
                rounding.0 + shorts * index * SHORT_PPM.0,
                rounding.1 + held_short * index * SHORT_PPM.1,
            )
        } else {
            let mark = i128::from(self.instrument.mark.0);
            let initial = worst * mark * PERPETUAL_PPM.0 + self.funding();
            (rounding.0 + initial, rounding.1 + held * mark * PERPETUAL_PPM.1)
        }
    }

    /// Funding of the next hours at the last rate, if the position pays it on its worse side; times 10^6, rounded up.
    fn funding(&self) -> i128 {
        let rate = i128::from(self.instrument.funding_rate_ppb);
        let payers = if rate > 0 { self.long().max(0) } else { (-self.short()).max(0) };
        div_ceil(payers * i128::from(self.instrument.mark.0) * rate.abs() * FUNDING_HOURS, 1_000)
    }
}

/// The positions of an account, at most one a slot.
struct Legs<'a> {
    list: [Option<Leg<'a>>; POSITIONS_PER_ACCOUNT_MAX],
    count: usize,
}

impl<'a> Legs<'a> {
    fn of(account: &'a Account, instruments: &'a [Instrument], except: usize) -> Legs<'a> {
        let mut legs = Legs { list: [None; POSITIONS_PER_ACCOUNT_MAX], count: 0 };
        for (index, id) in account.used() {
            if index != except {
                legs.push(&instruments[usize::from(id)], &account.slots[index]);
            }
        }
        legs
    }

    fn push(&mut self, instrument: &'a Instrument, slot: &'a Slot) {
        // A position closed in thought has no lots but still its cost.
        if !slot.is_empty() || slot.cost != 0 {
            self.list[self.count] = Some(Leg { instrument, slot });
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = Leg<'a>> {
        self.list[..self.count].iter().copied().flatten()
    }

    /// Equity and requirements.
    fn assess(&self, collateral: i64) -> Health {
        let mut health = Health { equity: collateral.into(), ..Health::default() };
        let mut seen = 0_u32;
        for (at, leg) in self.iter().enumerate() {
            let (slot, instrument) = (leg.slot, leg.instrument);
            health.equity += i128::from(slot.size) * i128::from(instrument.mark.0);
            health.equity -= i128::from(slot.cost) + slot.funding_owed(instrument.funding_index);
            let (initial, maintenance) = leg.contingencies();
            health.initial_scaled += initial + slot.open_loss * PPM;
            health.initial_scaled += fee_provision(slot, instrument);
            health.maintenance_scaled += maintenance;
            if seen & 1 << at == 0 {
                let (initial, maintenance) = self.underlying(instrument.underlying(), &mut seen);
                health.initial_scaled += initial;
                health.maintenance_scaled += maintenance;
            }
        }
        health
    }

    /// Scan or floor of one underlying, whichever is larger: initial, maintenance; times 10^6.
    fn underlying(&self, underlying: u16, seen: &mut u32) -> (i128, i128) {
        let (mut initial, mut maintenance) = ([0_i128; SCENARIOS], [0_i128; SCENARIOS]);
        let (mut above, mut below, mut gross) = (0_i128, 0_i128, 0_i128);
        let (mut net_held, mut gross_held) = (0_i128, 0_i128);
        for (at, leg) in self.iter().enumerate() {
            if leg.instrument.underlying() != underlying {
                continue;
            }
            *seen |= 1 << at;
            let (long, short, held) = (leg.long(), leg.short(), i128::from(leg.slot.size));
            let vector = &leg.instrument.scenarios;
            if long == short {
                for ((worst, loss), &gain) in initial.iter_mut().zip(&mut maintenance).zip(vector) {
                    let lost = held * i128::from(gain);
                    *worst -= lost;
                    *loss -= lost;
                }
            } else {
                for ((worst, loss), &gain) in initial.iter_mut().zip(&mut maintenance).zip(vector) {
                    let gain = i128::from(gain);
                    *worst -= (long * gain).min(short * gain);
                    *loss -= held * gain;
                }
            }
            let delta = leg.delta_value();
            let (one, other) = (long * delta, short * delta);
            above += one.max(other);
            below += one.min(other);
            gross += one.abs().max(other.abs());
            net_held += held * delta;
            gross_held += (held * delta).abs();
        }
        let worst = |losses: &[i128; SCENARIOS]| losses.iter().copied().fold(0, i128::max) * PPM;
        let floor = |net: i128, gross: i128| div_ceil(net * NET_PPM + gross * GROSS_PPM, PPM);
        let initial = worst(&initial).max(floor(above.max(-below).max(0), gross));
        let maintenance = worst(&maintenance).max(floor(net_held.abs(), gross_held));
        (initial, div_ceil(maintenance * MAINTENANCE_PPM, PPM))
    }
}

/// Health of an account in this mode.
pub(super) fn assess(account: &Account, instruments: &[Instrument]) -> Health {
    let none = POSITIONS_PER_ACCOUNT_MAX;
    Legs::of(account, instruments, none).assess(account.collateral)
}

/// Health if slot `at` belonged to `instrument` and were `slot`.
pub(super) fn assess_with(
    account: &Account,
    instruments: &[Instrument],
    at: usize,
    instrument: &Instrument,
    slot: &Slot,
) -> Health {
    let mut legs = Legs::of(account, instruments, at);
    legs.push(instrument, slot);
    legs.assess(account.collateral)
}

/// What one lot of a position would need alone, maintenance, times 10^6: how the account's equity is divided among its positions
/// when they are closed one by one (`liquidation.rs`).
pub(super) fn weight_lot(instrument: &Instrument, size: i64) -> u64 {
    let slot = Slot { size: size.signum(), ..Slot::default() };
    let mut legs = Legs { list: [None; POSITIONS_PER_ACCOUNT_MAX], count: 0 };
    legs.push(instrument, &slot);
    u64::try_from(legs.assess(0).maintenance_scaled).unwrap_or(u64::MAX)
}

/// By how much closing one lot can raise the requirement at most, times 10^6: what it hedged may be bare then.
///
/// Closing moves `q` towards 0 by one: no scenario's loss grows by more than `|g_s|`, net and gross delta's value by no more than
/// `|δ| S`, and no contingency grows.
pub(super) fn relief_lost_lot(instrument: &Instrument) -> i128 {
    let slot = Slot { size: 1, ..Slot::default() };
    let leg = Leg { instrument, slot: &slot };
    let widest = instrument.scenarios.iter().map(|gain| i128::from(gain.unsigned_abs())).max();
    let floor = div_ceil(leg.delta_value().abs() * (NET_PPM + GROSS_PPM), PPM);
    let most = (widest.unwrap_or(0) * PPM).max(floor);
    div_ceil(most * MAINTENANCE_PPM, PPM) + 1
}

/// Lots of a position to close at `price` a lot and a fee rate so that equity stands above maintenance by the buffer, or as far as
/// closing this one helps; `None` if it does not.
///
/// Equity less the buffered requirement is concave in the lots closed, because the requirement is convex in the position: it
/// rises, then falls. The search finds its top, and before it the first number of lots that suffices.
pub(super) fn needed_lots(
    account: &Account,
    instruments: &[Instrument],
    at: usize,
    price: i128,
    fee_ppm: u32,
    lots_max: u64,
) -> Option<u64> {
    let (id, held) = (account.instruments[at], account.slots[at]);
    let instrument = &instruments[usize::from(id)];
    let after = |lots: u64| {
        let signed = held.size.signum() * lots as i64;
        let paid = i128::from(signed) * price;
        let fee = div_ceil(paid.abs() * i128::from(fee_ppm), PPM);
        let slot = Slot { size: held.size - signed, ..held };
        let mut health = assess_with(account, instruments, at, instrument, &slot);
        health.equity -= held.funding_owed(instrument.funding_index);
        health.equity += slot.funding_owed(instrument.funding_index);
        // The part's cost is not known apart from the position's: equity moves by what was paid and what the mark no longer gives.
        health.equity += paid - fee;
        health
    };
    let room = |lots: u64| {
        let health = after(lots);
        health.equity * PPM * PPM - health.maintenance_scaled * (PPM + LIQUIDATION_BUFFER_PPM)
    };
    let first = |is_enough: &dyn Fn(u64) -> bool, end: u64| {
        let (mut low, mut high) = (0, end);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_enough(middle) { high = middle } else { low = middle + 1 }
        }
        low
    };
    let most = lots_max.min(held.size.unsigned_abs());
    let top = first(&|lots| room(lots + 1) <= room(lots), most);
    let lots = if room(top) >= 0 { first(&|lots| room(lots) >= 0, top) } else { top };
    let helps = lots > 0 && after(lots).improves_on(&assess(account, instruments));
    helps.then_some(lots)
}
