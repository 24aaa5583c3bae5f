//! Smiles against the formula in doubles, every refusal, and the arbitrage checks on published and on bad parameters.
#![allow(
    clippy::float_arithmetic,
    reason = "the formula is restated in doubles; the library has none"
)]

mod reference;

use reference::Samples;
use sealbook_pricing::{DAY, Expiry, Svi, SviError, YEAR};

const WIDE: f64 = (1_u64 << 57) as f64;

fn nano(value: f64) -> i64 {
    (value * 1e9).round() as i64
}

fn smile([a, b, rho, m, s]: [f64; 5]) -> Result<Svi, SviError> {
    Svi::new(nano(a), nano(b), nano(rho), nano(m), nano(s))
}

/// w, w′, w″ at k.
fn variance([a, b, rho, m, s]: [f64; 5], k: f64) -> [f64; 3] {
    let (y, root) = (k - m, ((k - m) * (k - m) + s * s).sqrt());
    [a + b * (rho * y + root), b * (rho + y / root), b * s * s / root.powi(3)]
}

fn durrleman(parameters: [f64; 5], k: f64) -> f64 {
    let [w, slope, bend] = variance(parameters, k);
    (1.0 - k * slope / (2.0 * w)).powi(2) - slope * slope / 4.0 * (1.0 / w + 0.25) + bend / 2.0
}

/// Parameters with nine decimals that pass `Svi::new`.
fn valid(samples: &mut Samples) -> ([f64; 5], Svi) {
    loop {
        let nine = |value: f64| (value * 1e9).round() / 1e9;
        let parameters = [
            nine(samples.fraction() * 0.3 - 0.05),
            nine(samples.fraction()),
            nine(samples.fraction() * 1.8 - 0.9),
            nine(samples.fraction() - 0.5),
            nine(0.01 + samples.fraction()),
        ];
        if let Ok(svi) = smile(parameters) {
            return (parameters, svi);
        }
    }
}

#[test]
fn variance_and_g_agree_with_the_formula() {
    let mut samples = Samples(2014);
    for index in 0..20_000 {
        let (parameters, svi) = valid(&mut samples);
        let bound = svi.bound() as f64 / WIDE;
        let [a, b, _, _, s] = parameters;
        assert!((bound - 4.0 * (a + b * s).sqrt()).abs() < 1e-14, "{parameters:?}");
        let k = (2.0 * samples.fraction() - 1.0) * bound;
        let wide = (k * WIDE) as i64;
        let [w, ..] = variance(parameters, k);
        let shown = svi.variance(wide) as f64 / WIDE;
        assert!(
            (shown - w.max(0.0)).abs() < 1e-14,
            "sample {index} {parameters:?} {k}: {shown} {w}"
        );
        if w > 1e-3 {
            let g = durrleman(parameters, k);
            let shown = svi.durrleman(wide).expect("fits") as f64 / WIDE;
            assert!((shown - g).abs() < 1e-9 * (1.0 + g.abs()), "{parameters:?} {k}: {shown} {g}");
        }
    }
}

#[test]
fn beyond_its_bound_a_smile_is_flat() {
    let svi = smile([0.04, 0.1, -0.3, 0.0, 0.2]).expect("valid");
    for k in [svi.bound(), svi.bound() + 1, 2 * svi.bound(), i64::MAX] {
        assert_eq!(svi.variance(k), svi.variance(svi.bound()));
    }
    for k in [-svi.bound() - 1, i64::MIN] {
        assert_eq!(svi.variance(k), svi.variance(-svi.bound()));
    }
}

#[test]
fn volatility_is_the_root_of_variance_over_time() {
    let flat = smile([0.25, 0.0, 0.0, 0.0, 0.1]).expect("valid");
    let at = |tau| flat.sigma(100, 130, Expiry::new(tau).expect("in range"));
    assert_eq!(at(YEAR), Ok(500_000_000));
    assert_eq!(at(YEAR / 4), Ok(1_000_000_000));
    assert_eq!(at(YEAR * 4), Ok(250_000_000));
    assert_eq!(at(0), Err(SviError::NoVolatility));
    assert_eq!(at(1), Err(SviError::NoVolatility), "280,000,000 %");
    let mut samples = Samples(2015);
    for _ in 0..5_000 {
        let (parameters, svi) = valid(&mut samples);
        let (forward, tau) = (samples.between(1_000_000, 1 << 40), samples.between(DAY, 3 * YEAR));
        let k = (2.0 * samples.fraction() - 1.0) * svi.bound() as f64 / WIDE;
        let strike = (forward as f64 * k.exp()) as u64;
        let [w, ..] = variance(parameters, (strike as f64 / forward as f64).ln());
        let sigma = (w * YEAR as f64 / tau as f64).sqrt() * 1e9;
        if w > 1e-3 && sigma < 6e10 {
            let shown = svi.sigma(forward, strike, Expiry::new(tau).expect("in range"));
            let off = shown.expect("in range") as f64 - sigma;
            assert!(
                (-1.0 - 1e-9 * sigma..=1e-9 * sigma + 1e-3).contains(&off),
                "{parameters:?}: {off}"
            );
        }
    }
}

#[test]
fn invalid_parameters_are_refused_by_name() {
    let cases = [
        ([0.04, -0.1, 0.0, 0.0, 0.1], SviError::NegativeSlope),
        ([0.04, 0.1, 1.0, 0.0, 0.1], SviError::CorrelationOutOfRange),
        ([0.04, 0.1, -1.5, 0.0, 0.1], SviError::CorrelationOutOfRange),
        ([0.04, 0.1, 0.0, 0.0, 0.0], SviError::NotCurved),
        ([0.04, 0.1, 0.0, 0.0, -0.1], SviError::NotCurved),
        ([-0.02, 0.1, 0.5, 0.0, 0.2], SviError::NegativeVariance),
        ([0.04, 1.5, 0.5, 0.0, 0.1], SviError::WingTooSteep),
        ([9.0, 0.1, 0.0, 0.0, 0.1], SviError::ParameterOutOfRange),
        ([0.04, 0.1, 0.0, 8.5, 0.1], SviError::ParameterOutOfRange),
    ];
    for (parameters, error) in cases {
        assert_eq!(smile(parameters), Err(error), "{parameters:?}");
    }
    assert!(Svi::new(i64::MIN, i64::MAX, 0, 0, 1).is_err());
    assert!(smile([-0.017, 0.1, 0.5, 0.0, 0.2]).is_ok(), "the edge of the last but three");
}

/// Axel Vogt's parameters, Gatheral & Jacquier (2014) example 3.1: valid to look at, and g < 0 in the right wing.
#[test]
fn vogts_smile_has_a_butterfly_in_its_wing() {
    let parameters = [-0.041, 0.1331, 0.3060, 0.3586, 0.4153];
    let svi = smile(parameters).expect("valid");
    let shown = svi.durrleman((0.8 * WIDE) as i64).expect("fits");
    assert!(shown < 0);
    assert!((shown as f64 / WIDE - durrleman(parameters, 0.8)).abs() < 1e-12);
    // The wing lies beyond 4√(a + b·s) = 0.478, where the smile is flat and is never read.
    assert_eq!(svi.check_butterfly(400), Ok(()));
}

#[test]
fn butterflies_and_calendars_that_cost_less_than_nothing_are_found() {
    let good = smile([0.04, 0.1, -0.3, 0.0, 0.2]).expect("valid");
    assert_eq!(good.check_butterfly(400), Ok(()));
    let bad = smile([0.01, 0.8, -0.7, 0.0, 0.05]).expect("valid to look at");
    let Err(SviError::Butterfly(k)) = bad.check_butterfly(400) else {
        panic!("a butterfly below nothing was not found");
    };
    assert!(durrleman([0.01, 0.8, -0.7, 0.0, 0.05], k as f64 / WIDE) < 0.0);

    let later = smile([0.05, 0.1, -0.3, 0.0, 0.2]).expect("valid");
    assert_eq!(good.check_calendar(&later, 400), Ok(()));
    assert!(matches!(later.check_calendar(&good, 400), Err(SviError::Calendar(_))));
    let crossing = smile([0.05, 0.05, 0.3, 0.0, 0.2]).expect("valid");
    let Err(SviError::Calendar(k)) = good.check_calendar(&crossing, 400) else {
        panic!("a crossing was not found");
    };
    assert!(good.variance(k) > crossing.variance(k));
}
