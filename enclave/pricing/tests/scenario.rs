//! The 33 scenarios against the high-precision formula, and what a trader can check by hand.
#![allow(clippy::float_arithmetic, reason = "expected values; the library has none")]

mod reference;

use reference::Samples;
use reference::black::option;
use sealbook_pricing::scenario::{
    ExpiryShocks, Instrument, OptionTerms, SHOCKS, ShockParameters, Term, averaging_vector, dot,
    linear_vector, scenario_vector,
};
use sealbook_pricing::{DAY, Expiry, PRICE_MAX, PricingError, SCENARIOS, ScenarioTable, Side};

fn shocks(tau: u64) -> ExpiryShocks {
    ExpiryShocks::new(Expiry::new(tau).expect("in range"), &SHOCKS).expect("in range")
}

/// Factor of the spot in thousandths, weight in thousandths, volatility (0 up, 1 same, 2 down), per scenario.
fn scenarios() -> Vec<(u64, i64, usize)> {
    let grid = (0..27).map(|i| (820 + 45 * (i / 3), 1_000, i as usize % 3));
    let tails = [(340, 210), (500, 280), (1_500, 280), (2_000, 140), (3_000, 70), (6_000, 28)];
    grid.chain(tails.map(|(factor, weight)| (factor, weight, 0))).collect()
}

#[test]
fn every_scenario_is_the_price_there_less_the_price_here() {
    let mut samples = Samples(33);
    for index in 0..120 {
        let forward = samples.spread(1e6, 1e12) as u64;
        let strike = (forward as f64 * samples.spread(0.3, 3.0)) as u64;
        let (tau, sigma) = (samples.spread(1e10, 4e13) as u64, samples.spread(1e8, 2e9) as u64);
        let side = if samples.between(0, 1) == 0 { Side::Call } else { Side::Put };
        let shocks = shocks(tau);
        let terms = OptionTerms { side, forward: forward as i64, strike: strike as i64, sigma };
        let vector = scenario_vector(&terms, &shocks).expect("in range");
        let sigmas = [shocks.sigma_up(sigma), sigma, shocks.sigma_down(sigma)];
        // In doubles after the subtraction of intrinsic value: F ≤ 2^40 leaves 12 bits below the unit.
        let value = |factor: u64, sigma: u64| {
            let (moved, fixed) = (forward * factor, strike * 1_000);
            let intrinsic = match side {
                Side::Call => moved.saturating_sub(fixed),
                Side::Put => fixed.saturating_sub(moved),
            };
            option(moved, fixed, sigma, tau).price.to_f64() * moved as f64 / 1e3
                + intrinsic as f64 / 1e3
        };
        let base = value(1_000, sigma);
        for (scenario, (factor, weight, volatility)) in scenarios().into_iter().enumerate() {
            let gain = (value(factor, sigmas[volatility]) - base) * weight as f64 / 1e3;
            let off = (vector[scenario] as f64 - gain).abs();
            assert!(
                off <= 0.51 + 1e-14 * forward as f64,
                "sample {index} scenario {scenario}: {terms:?} τ {tau}: {} is not {gain}",
                vector[scenario]
            );
        }
        assert_eq!(vector[13], 0, "nothing moved");
    }
}

#[test]
fn a_perpetual_gains_what_the_spot_moves() {
    let vector = linear_vector(100_000).expect("in range");
    let moves = [-18_000, -13_500, -9_000, -4_500, 0, 4_500, 9_000, 13_500, 18_000];
    for (i, gain) in moves.into_iter().enumerate() {
        assert_eq!(vector[3 * i..3 * i + 3], [gain; 3]);
    }
    assert_eq!(vector[27..], [-13_860, -14_000, 14_000, 14_000, 14_000, 14_000]);
    assert_eq!(linear_vector(3).expect("in range")[..3], [-1; 3], "−0.54 to nearest");
    assert_eq!(linear_vector(0), Ok([0; SCENARIOS]));
    assert_eq!(linear_vector(-1), Err(PricingError::ForwardOutOfRange));
    assert!(linear_vector(PRICE_MAX).expect("fits")[26] > 0);
}

#[test]
fn volatility_moves_more_the_nearer_the_expiry() {
    let sigma = 600_000_000;
    // σ up and down in 1e-9: 0.6·(1 + 0.5·x) and 0.6·(1 − 0.3·x), x = (30/max(DTE, 1))^p.
    for (days, factor) in [
        (1, 30_f64.powf(0.3)),
        (7, (30.0_f64 / 7.0).powf(0.3)),
        (30, 1.0),
        (120, 0.25_f64.powf(0.13)),
        (730, (30.0_f64 / 730.0).powf(0.13)),
    ] {
        let shocks = shocks(days * DAY);
        let (up, down) = (6e8 * (1.0 + 0.5 * factor), 6e8 * (1.0 - 0.3 * factor));
        assert!((shocks.sigma_up(sigma) as f64 - up).abs() <= 1.0, "{days} days up");
        assert!((shocks.sigma_down(sigma) as f64 - down).abs() <= 1.0, "{days} days down");
    }
    assert_eq!(
        shocks(3_600_000_000).sigma_up(sigma),
        shocks(DAY).sigma_up(sigma),
        "at least a day"
    );
    assert_eq!(shocks(30 * DAY).sigma_up(100_000_000), 400_000_000, "the floor");
}

#[test]
fn a_long_straddle_loses_most_when_nothing_happens_and_a_short_one_when_all_does() {
    let (forward, sigma, tau) = (100_000_000_000, 600_000_000, 30 * DAY);
    let vector = |side| {
        let terms = OptionTerms { side, forward, strike: forward, sigma };
        scenario_vector(&terms, &shocks(tau)).expect("in range")
    };
    let vectors = [vector(Side::Call), vector(Side::Put)];
    let worst = |lots: [i64; 2]| {
        let gains = dot(&lots, &vectors).expect("same length");
        (0..SCENARIOS).min_by_key(|i| gains[*i]).expect("33")
    };
    assert_eq!(worst([1, 1]), 14, "spot stays, volatility down");
    assert_eq!(worst([-1, -1]), 32, "spot six times, 2.8 % of it counted");
    assert_eq!(worst([1, -1]), 0, "a synthetic forward: the spot falls");
    // Call − put moves exactly like the forward, in every scenario, whatever volatility: parity survives.
    let synthetic = dot(&[1, -1], &vectors).expect("same length");
    assert_eq!(synthetic, linear_vector(forward).expect("in range").map(i128::from));
}

#[test]
fn a_table_holds_the_same_vectors_and_an_account_is_a_dot_product() {
    let forward = 100_000_000_000;
    let terms = [7 * DAY, 90 * DAY].map(|tau| Term::new(forward, shocks(tau)).expect("in range"));
    let mut instruments = vec![Instrument::Perpetual(forward)];
    let mut expected = vec![linear_vector(forward).expect("in range")];
    for (index, tau) in [7 * DAY, 90 * DAY].into_iter().enumerate() {
        for strike in [80_000_000_000, 100_000_000_000, 120_000_000_000] {
            for side in [Side::Call, Side::Put] {
                let sigma = 550_000_000;
                instruments.push(Instrument::Option { side, strike, sigma, expiry: index as u16 });
                let option = OptionTerms { side, forward, strike, sigma };
                expected.push(scenario_vector(&option, &shocks(tau)).expect("in range"));
            }
        }
    }
    let mut room = vec![[0; SCENARIOS]; instruments.len()];
    let table = ScenarioTable::build(&instruments, &terms, &mut room).expect("in range");
    assert_eq!(table.vectors(), expected);

    let gains = table.gains([(0, -3), (4, i64::MAX), (4, i64::MIN)]).expect("listed");
    for scenario in 0..SCENARIOS {
        let (perpetual, option) = (expected[0][scenario], expected[4][scenario]);
        assert_eq!(gains[scenario], -3 * i128::from(perpetual) - i128::from(option));
    }
    assert_eq!(table.gains([(99, 1)]), Err(PricingError::LengthMismatch));
    assert_eq!(dot(&[1], &expected), Err(PricingError::LengthMismatch));
}

#[test]
fn a_table_refuses_what_it_cannot_price() {
    let terms = [Term::new(100, shocks(DAY)).expect("in range")];
    let build = |instrument, rooms| {
        let mut room = vec![[0; SCENARIOS]; rooms];
        ScenarioTable::build(&[instrument], &terms, &mut room).err()
    };
    let option =
        |strike, sigma, expiry| Instrument::Option { side: Side::Put, strike, sigma, expiry };
    assert_eq!(build(option(100, 1, 0), 1), None);
    assert_eq!(build(option(100, 1, 0), 2), Some(PricingError::LengthMismatch));
    assert_eq!(build(option(100, 1, 1), 1), Some(PricingError::LengthMismatch));
    assert_eq!(build(option(-1, 1, 0), 1), Some(PricingError::StrikeOutOfRange));
    assert_eq!(build(option(1, u64::MAX, 0), 1), Some(PricingError::VolatilityOutOfRange));
    assert_eq!(Term::new(-1, shocks(DAY)), Err(PricingError::ForwardOutOfRange));
    for bad in [
        ShockParameters { up: 4_000_000_001, ..SHOCKS },
        ShockParameters { power_short: 400_000_001, ..SHOCKS },
        ShockParameters { up_floor: u64::MAX, ..SHOCKS },
    ] {
        let expiry = Expiry::new(DAY).expect("in range");
        assert_eq!(ExpiryShocks::new(expiry, &bad), Err(PricingError::ShockOutOfRange));
    }
}

/// The ends of the domain do not overflow (the test profile traps), and a gain never exceeds what the option can become worth.
#[test]
fn the_ends_of_the_domain_hold() {
    for forward in [0, 1, PRICE_MAX] {
        for strike in [0, 1, PRICE_MAX] {
            for sigma in [0, 1, 64_000_000_000] {
                for tau in [0, 1, 1 << 50] {
                    for side in [Side::Call, Side::Put] {
                        let terms = OptionTerms { side, forward, strike, sigma };
                        let vector = scenario_vector(&terms, &shocks(tau)).expect("in range");
                        let most = 6 * forward.max(strike) + 1;
                        assert!(vector.iter().all(|gain| (-most..=most).contains(gain)));
                    }
                }
            }
        }
    }
}

/// While the whole forward still moves an averaging option is any option; once all of it is sampled only volatility does.
#[test]
fn an_average_stops_moving_as_it_is_sampled() {
    let terms = OptionTerms {
        side: Side::Call,
        forward: 60_000_000,
        strike: 61_000_000,
        sigma: 600_000_000,
    };
    let shocks = shocks(DAY / 100);
    let whole = scenario_vector(&terms, &shocks).expect("in range");
    let averaging = averaging_vector(&terms, terms.forward, &shocks).expect("in range");
    for scenario in 0..SCENARIOS {
        assert!(whole[scenario].abs_diff(averaging[scenario]) <= 1, "{scenario}");
    }
    let half = averaging_vector(&terms, terms.forward / 2, &shocks).expect("in range");
    assert!(
        half[25] < whole[25] * 6 / 10 && half[25] > whole[25] * 3 / 10,
        "{} {}",
        half[25],
        whole[25]
    );
    let sampled = averaging_vector(&terms, 0, &shocks).expect("in range");
    for spot in 0..9 {
        assert_eq!(sampled[3 * spot + 1], 0, "nothing left to move");
        assert_eq!(sampled[3 * spot], sampled[0], "the same volatility everywhere");
    }
}
