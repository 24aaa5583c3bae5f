//! An index by distance to liquidation: which accounts a sweep must look at, without assessing the others.
//!
//! An *odometer* adds up, over time, how far the market moved: at each oracle round the largest relative move of any mark, and
//! at each funding hour the largest rate, both rounded up. An account assessed at reading `m₀` with equity `E`, maintenance `M`
//! and gross notional `G` cannot be below maintenance before the odometer shows `m₀ + (E − M) / (G + E)`:
//!
//! relative moves that add up to `m` keep every price between `1 − m` and `e^m` times the old one, so the account loses at most
//! `G (e^m − 1)` and its requirement grows by at most `M (e^m − 1)`; the two stay below `E − M` while
//! `e^m − 1 < s = (E − M) / (G + M)`, which `m ≤ s / (1 + s) = (E − M) / (G + E)` implies. Payments of funding are moves against
//! the payer and bounded by the same product.
//!
//! Whatever else changes an account (fills, deposits, fees) sets its reading to 0: look now. So the index is one word an
//! account, a sweep compares words, and it assesses only those who moved or who are near. It decides nothing: it only leaves out
//! accounts that cannot be below maintenance, and is not part of the state's bytes.

use alloc::vec;
use alloc::vec::Vec;

use super::margin::Health;
use crate::rounding::div_ceil;
use crate::units::PPM;

/// Parts of the odometer's unit: a move of one is a billionth.
const PPB: i128 = 1_000_000_000;

/// The odometer, and the reading at which each account is due.
#[derive(Debug)]
pub struct Watch {
    odometer: u64,
    due: Vec<u64>,
}

impl Watch {
    /// Everybody due at once.
    pub fn new(accounts_max: u32) -> Watch {
        Watch { odometer: 0, due: vec![0; accounts_max as usize] }
    }

    /// The account changed: look at it at the next sweep.
    #[inline]
    pub fn touch(&mut self, account: u32) {
        if let Some(due) = self.due.get_mut(account as usize) {
            *due = 0;
        }
    }

    /// A move from one price to another, relative, rounded up.
    pub fn moved(from: i64, to: i64) -> u64 {
        let change = i128::from(to.abs_diff(from)) * PPB;
        u64::try_from(div_ceil(change, from.max(1).into())).unwrap_or(u64::MAX)
    }

    /// Adds the largest move of a round.
    pub fn advance(&mut self, by_ppb: u64) {
        self.odometer = self.odometer.saturating_add(by_ppb);
    }

    /// The first account from `from` on that a sweep must look at.
    #[inline]
    pub fn next(&self, from: u32, end: u32) -> Option<u32> {
        let due = self.due.get(from as usize..end as usize)?;
        let at = due.iter().position(|&due| due <= self.odometer)?;
        Some(from + at as u32)
    }

    /// Whether a sweep would look at the account.
    pub fn is_due(&self, account: u32) -> bool {
        self.due.get(account as usize).is_none_or(|&due| due <= self.odometer)
    }

    /// Sets an account aside until the market has moved far enough. `gross` is Σ |size| × mark.
    pub fn set_aside(&mut self, account: u32, health: &Health, gross: i128) {
        let slack = health.equity * PPM - health.maintenance_scaled;
        let span = (gross + health.equity) * PPM;
        let Some(due) = self.due.get_mut(account as usize) else { return };
        *due = if gross == 0 && slack >= 0 {
            u64::MAX
        } else if slack <= 0 || span <= 0 {
            0
        } else {
            // Rounded down: due a little early is harmless.
            let far = slack.checked_mul(PPB).map_or(0, |slack| slack / span);
            self.odometer.saturating_add(u64::try_from(far).unwrap_or(u64::MAX))
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random walks of one price: an account set aside is never below maintenance before its reading.
    #[test]
    fn nobody_set_aside_is_below_maintenance() {
        let mut seed = 7_u64;
        let mut next = move |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        for _ in 0..4_000 {
            let mut price = 1_000_000_i64;
            let size = next(100) as i64 + 1;
            let size = if next(2) == 0 { size } else { -size };
            let equity0 = i128::from(size.unsigned_abs()) * i128::from(next(400_000) + 20_000);
            let ppm = 20_000;
            let health = |price: i64| Health {
                equity: equity0 + i128::from(size) * i128::from(price - 1_000_000),
                maintenance_scaled: i128::from(size.unsigned_abs()) * i128::from(price) * ppm,
                initial_scaled: 0,
            };
            let mut watch = Watch::new(2);
            let gross = i128::from(size.unsigned_abs()) * i128::from(price);
            watch.set_aside(1, &health(price), gross);
            for _ in 0..200 {
                let step = next(60_001) as i64 - 30_000;
                let to = (price + price * step / 1_000_000).max(1);
                let share = Watch::moved(price, to);
                watch.advance(share);
                price = to;
                if watch.is_due(1) {
                    break;
                }
                assert!(!health(price).is_liquidatable(), "{size} at {price}");
            }
        }
    }

    #[test]
    fn a_change_and_a_long_way_make_an_account_due() {
        let mut watch = Watch::new(4);
        let health = Health { equity: 100, maintenance_scaled: 50 * PPM, initial_scaled: 0 };
        watch.set_aside(2, &health, 900);
        assert!(!watch.is_due(2), "5 % away");
        assert_eq!(watch.next(2, 4), Some(3));
        watch.advance(49_999_999);
        assert!(!watch.is_due(2));
        watch.advance(1);
        assert!(watch.is_due(2));
        watch.set_aside(2, &health, 900);
        watch.touch(2);
        assert_eq!(watch.next(1, 4), Some(1));
        watch.set_aside(1, &health, 0);
        assert_eq!(watch.next(1, 4), Some(2), "without positions never due by itself");
    }
}
