//! Portfolio margin by hand, and its promises on random portfolios.

use alloc::vec::Vec;

use sealbook_pricing::scenario::linear_vector;
use sealbook_pricing::{SCENARIOS, Side as Kind, Vector};
use sealbook_wire::{InstrumentKind, Side};

use super::margin::{assess, assess_with};
use super::portfolio::needed_lots;
use crate::state::account::{Account, FLAG_PORTFOLIO, Slot};
use crate::state::instrument::{Instrument, OptionTerms, linear_scenarios};
use crate::units::{Lots, PPM, Rate, UnitValue};

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % n
    }

    fn around(&mut self, n: u64) -> i64 {
        self.below(2 * n + 1) as i64 - n as i64
    }
}

fn perpetual(id: u16, mark: i64) -> Instrument {
    let (index, mark) = (UnitValue(mark), UnitValue(mark));
    let scenarios = linear_scenarios(mark);
    Instrument { id, mark, index, scenarios, ..Instrument::BLANK }
}

fn option(id: u16, underlying: u16, kind: Kind, mark: i64, scenarios: Vector) -> Instrument {
    let is_call = kind == Kind::Call;
    let delta_ppm = if is_call { 500_000 } else { -500_000 };
    let option = OptionTerms { underlying, is_call, delta_ppm, ..OptionTerms::default() };
    let (mark, index) = (UnitValue(mark), UnitValue(1_000_000));
    let kind = InstrumentKind::Option;
    Instrument { id, kind, mark, index, option, scenarios, ..Instrument::BLANK }
}

fn account(collateral: i64, positions: &[(u16, Slot)]) -> Account {
    let mut account = Account::new([1; 20], 0);
    (account.collateral, account.flags) = (collateral, FLAG_PORTFOLIO);
    for (at, &(instrument, slot)) in positions.iter().enumerate() {
        account.claim(at, instrument);
        account.slots[at] = slot;
    }
    account
}

fn held(size: i64, price: i64) -> Slot {
    Slot { size, cost: size * price, ..Slot::default() }
}

/// Ten lots at 1,000,000: the scan is 18 % either way; contingency 4 % and 3 %; half a unit a lot.
#[test]
fn a_lone_perpetual() {
    let instruments = [Instrument::BLANK, perpetual(1, 1_000_000)];
    for size in [10, -10] {
        let health = assess(&account(0, &[(1, held(size, 1_000_000))]), &instruments);
        assert_eq!(health.equity, 0);
        assert_eq!(health.initial(), 1_800_000 + 400_000 + 5);
        assert_eq!(health.maintenance(), 1_440_000 + 300_000 + 5);
    }
}

/// Long one underlying and short another of the same size: nothing is offset between them.
#[test]
fn underlyings_add_up() {
    let instruments = [Instrument::BLANK, perpetual(1, 1_000_000), perpetual(2, 1_000_000)];
    let positions = [(1, held(10, 1_000_000)), (2, held(-10, 1_000_000))];
    let health = assess(&account(0, &positions), &instruments);
    assert_eq!(health.initial(), 2 * (1_800_000 + 400_000 + 5));
}

/// A long call and a short put at the same strike gain what a perpetual gains: sold against one, no scenario loses. What is left is
/// the floor: no net delta, 10 lots hedged at 1 % (half of the gross at 0.5 % twice), the contingencies and the roundings.
#[test]
fn a_conversion_costs_its_floor() {
    let linear = linear_vector(1_000_000).expect("in range");
    let call: Vector = core::array::from_fn(|s| linear[s].max(-50_000) - 7);
    let put: Vector = core::array::from_fn(|s| call[s] - linear[s]);
    let instruments = [
        Instrument::BLANK,
        perpetual(1, 1_000_000),
        option(2, 1, Kind::Call, 50_000, call),
        option(3, 1, Kind::Put, 50_000, put),
    ];
    let positions = [(1, held(-10, 1_000_000)), (2, held(10, 50_000)), (3, held(-10, 50_000))];
    let health = assess(&account(0, &positions), &instruments);
    // Gross: 10 + 5 + 5 lots of delta.
    let floor = 20 * 1_000_000 * 5 / 1_000;
    assert_eq!(health.initial(), floor + 400_000 + 10 * 5_000 + 15);
    assert_eq!(health.maintenance(), floor * 8 / 10 + 300_000 + 10 * 3_000 + 15);
}

/// A long option's premium is equity here, and all it can lose is what it is worth.
#[test]
fn a_long_option_needs_what_it_can_lose() {
    let vector = [-40_000; SCENARIOS];
    let instruments = [Instrument::BLANK, option(1, 9, Kind::Call, 50_000, vector)];
    let health = assess(&account(0, &[(1, held(10, 50_000))]), &instruments);
    assert_eq!((health.equity, health.initial()), (0, 400_005));
    let paid = assess(&account(500_000, &[(1, held(10, 50_000))]), &instruments);
    assert_eq!((paid.equity, paid.withdrawable()), (500_000, 99_995));
}

/// Funding of eight hours at the last rate is held for who pays it.
#[test]
fn payers_of_funding_hold_eight_hours_of_it() {
    let shared = Instrument { funding_rate_ppb: 1_000_000, ..perpetual(1, 1_000_000) };
    let instruments = [Instrument::BLANK, shared];
    let need = |size| assess(&account(0, &[(1, held(size, 1_000_000))]), &instruments).initial();
    assert_eq!(need(10) - need(-10), 10 * 8_000);
}

/// Three underlyings' worth of random instruments, with vectors no model would give.
fn market(random: &mut Random) -> Vec<Instrument> {
    let mut market = alloc::vec![Instrument::BLANK];
    for id in 1..=6_u16 {
        let vector: Vector = core::array::from_fn(|_| random.around(200_000));
        let rate = random.around(100_000);
        let mut instrument = match id {
            1 | 2 => perpetual(id, 900_000 + random.below(200_000) as i64),
            _ => {
                let side = if random.below(2) == 0 { Kind::Call } else { Kind::Put };
                let mark = 1 + random.below(200_000) as i64;
                option(id, 1 + id % 2, side, mark, vector)
            }
        };
        instrument.funding_rate_ppb = rate;
        instrument.maker_fee = Rate(random.around(300) as i32);
        instrument.option.delta_ppm = random.around(1_000_000) as i32;
        market.push(instrument);
    }
    market
}

/// Whatever fills of whatever order, one by one: equity less the requirement never falls.
#[test]
fn fills_of_provisioned_orders_never_lower_the_room() {
    let mut random = Random(5);
    for _ in 0..3_000 {
        let market = market(&mut random);
        let mut owner = account(0, &[]);
        let mut open = Vec::new();
        for at in 0..=random.below(5) as usize {
            let id = at as u16 + 1;
            let mark = market[usize::from(id)].mark;
            owner.claim(at, id);
            owner.slots[at] = held(random.around(30), mark.0);
            for _ in 0..random.below(4) {
                let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
                let price = UnitValue((mark.0 + random.around(20_000)).max(1));
                let lots = 1 + random.below(20) as u32;
                owner.slots[at].reserve(side, lots, price, mark);
                open.push((at, side, lots, price));
            }
        }
        let mut room = -i128::MAX;
        loop {
            let health = assess(&owner, &market);
            let now = health.equity * PPM - health.initial_scaled;
            assert!(now >= room, "{open:?} {owner:?}");
            assert!(health.maintenance_scaled <= health.initial_scaled);
            room = now;
            if open.is_empty() {
                break;
            }
            let which = random.below(open.len() as u64) as usize;
            let (at, side, lots, price) = open[which];
            let shared = &market[usize::from(owner.instruments[at])];
            // An order is filled in part, or leaves: neither may hurt.
            let part = 1 + random.below(lots.into()) as u32;
            let is_cancelled = random.below(4) == 0;
            let slot = &mut owner.slots[at];
            slot.release(side, part, price, shared.mark);
            if !is_cancelled {
                let value = price.value(Lots(part));
                let sign = if side == Side::Buy { 1 } else { -1 };
                slot.size += sign * i64::from(part);
                slot.cost += sign * value.0 as i64;
                owner.collateral -= value.fee_ceil(shared.maker_fee);
            }
            open[which].2 -= part;
            open.retain(|order| order.2 > 0);
        }
    }
}

/// The search for lots agrees with trying every number of them.
#[test]
fn the_fewest_lots_that_help_are_found() {
    let mut random = Random(9);
    let (mut restored, mut helped, mut refused) = (0, 0, 0);
    for _ in 0..1_500 {
        let market = market(&mut random);
        let mut owner = account(random.below(6_000_000) as i64, &[]);
        for at in 0..3 {
            let id = at as u16 + 1;
            owner.claim(at, id);
            owner.slots[at] = held(random.around(20), market[usize::from(id)].mark.0);
        }
        let at = random.below(3) as usize;
        let held = owner.slots[at];
        let most = held.size.unsigned_abs();
        let shared = &market[at + 1];
        let price = i128::from(shared.mark.0 + random.around(3_000));
        let found = needed_lots(&owner, &market, at, price, 0, most);
        let after = |lots: u64| {
            let signed = held.size.signum() * lots as i64;
            let slot = Slot { size: held.size - signed, ..held };
            let mut health = assess_with(&owner, &market, at, shared, &slot);
            health.equity += i128::from(signed) * price;
            health
        };
        let before = assess(&owner, &market);
        let is_enough = |lots: u64| {
            after(lots).equity * PPM * PPM >= after(lots).maintenance_scaled * (PPM + 200_000)
        };
        let fewest = (0..=most).find(|&lots| is_enough(lots));
        match (found, fewest) {
            (Some(lots), Some(fewest)) => {
                assert_eq!(lots, fewest);
                restored += 1;
            }
            (Some(lots), None) => {
                assert!(after(lots).improves_on(&before));
                helped += 1;
            }
            (None, Some(fewest)) => assert!(fewest == 0, "{fewest} lots would do"),
            (None, None) => refused += 1,
        }
    }
    assert!(restored > 20 && helped > 20 && refused > 20, "{restored} {helped} {refused}");
}
