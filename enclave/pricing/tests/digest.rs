//! The same bits on every machine and in every profile: one number over prices, greeks, smiles and scenarios.

use sealbook_pricing::scenario::{ExpiryShocks, OptionTerms, SHOCKS, scenario_vector};
use sealbook_pricing::{Contract, Expiry, Side, Svi, TotalVolatility};

/// Changing this number is a change of what every replica must compute: a protocol change.
const DIGEST: u64 = 0xf6d0_4105_29cc_716b;

#[test]
fn the_digest_of_ten_thousand_options_is_the_same_everywhere() {
    let mut seed = 42_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 24
    };
    let mut digest = 0_u64;
    let mut fold = |value: i128| {
        digest ^= (value as u64) ^ ((value >> 64) as u64).rotate_left(32);
        digest = digest.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        digest ^= digest >> 29;
    };
    let smile = Svi::new(40_000_000, 100_000_000, -300_000_000, 10_000_000, 200_000_000);
    let smile = smile.expect("valid");
    for index in 0..10_000 {
        let forward = 1 + (next() >> (next() % 40)) as i64;
        let strike = (i128::from(forward) * i128::from(next() % 4_096) / 1_024) as i64;
        let (sigma, tau) = (next() % 5_000_000_000, (next() << 8) >> (next() % 38));
        let side = if next() % 2 == 0 { Side::Call } else { Side::Put };
        let expiry = Expiry::new(tau).expect("in range");
        let volatility = TotalVolatility::new(expiry, sigma).expect("in range");
        let contract = Contract::new(side, forward, strike).expect("in range");
        let greeks = contract.greeks(expiry, volatility);
        fold(greeks.price.raw());
        fold(greeks.delta.into());
        fold(greeks.gamma as i128);
        fold(greeks.vega.raw());
        fold(greeks.theta);
        let sigma_at = smile.sigma(forward as u64, strike as u64, expiry);
        fold(sigma_at.map_or(-1, i128::from));
        if index % 16 == 0 {
            let shocks = ExpiryShocks::new(expiry, &SHOCKS).expect("in range");
            let terms = OptionTerms { side, forward, strike, sigma };
            let vector = scenario_vector(&terms, &shocks).expect("in range");
            vector.into_iter().for_each(|gain| fold(gain.into()));
        }
    }
    assert_eq!(digest, DIGEST, "{digest:#018x}");
}
