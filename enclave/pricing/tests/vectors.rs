//! Published values: mpmath's rows, the reference rows of the formula sheet, and Haug's.
#![allow(clippy::float_arithmetic, reason = "published values are decimal; the library has none")]

mod reference;

use reference::Big;
use reference::black::option;
use sealbook_pricing::{Contract, DAY, Expiry, Greeks, Side, TotalVolatility, YEAR};

fn greeks(side: Side, forward: u64, strike: u64, sigma: u64, tau: u64) -> Greeks {
    let expiry = Expiry::new(tau).expect("in range");
    let volatility = TotalVolatility::new(expiry, sigma).expect("in range");
    let contract = Contract::new(side, forward as i64, strike as i64).expect("in range");
    contract.greeks(expiry, volatility)
}

/// Forward, strike, σ, τ and then the decimals of call, put, call delta, gamma, vega, −theta.
fn rows() -> Vec<([u64; 4], [Big; 6])> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../test/vectors/black76/rows.json");
    let text = std::fs::read_to_string(path).expect("vectors are committed");
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("[\""))
        .map(|line| {
            let cells: Vec<_> = line.split('"').skip(1).step_by(2).collect();
            assert_eq!(cells.len(), 10, "{line}");
            let whole = |i: usize| cells[i].parse().expect("whole number");
            let decimals = std::array::from_fn(|i| Big::parse(cells[i + 4]));
            ([whole(0), whole(1), whole(2), whole(3)], decimals)
        })
        .collect();
    assert_eq!(rows.len(), 1_200);
    rows
}

#[test]
fn the_reference_agrees_with_mpmath() {
    for ([forward, strike, sigma, tau], [call, put, delta, gamma, vega, decay]) in rows() {
        let ours = option(forward, strike, sigma, tau);
        let price = if strike >= forward { call } else { put };
        let context = format!("F {forward} K {strike} σ {sigma} τ {tau}");
        // 40 decimals in the file, 48 digits here; F is at most 2^40.
        let close = |a: Big, b: Big, scale: f64| a.distance(b).to_f64() <= 1e-28 * scale + 1e-36;
        let (f, root) = (forward as f64, ours.root);
        assert!(close(ours.price.mul_small(forward), price, f), "{context}: price");
        assert!(close(ours.call_delta, delta, 1.0), "{context}: delta");
        let by_total = 1.0 / ours.total.to_f64() / f;
        assert!(
            close(ours.density.div(ours.total).div_small(forward), gamma, by_total),
            "{context}: gamma"
        );
        assert!(close(ours.density.mul(root).mul_small(forward), vega, f), "{context}: vega");
        let theta = ours.density.mul(ours.total).shr(1).mul_small(YEAR).div_small(tau);
        let rate = f * YEAR as f64 / tau as f64;
        assert!(close(theta.mul_small(forward), decay, rate), "{context}: theta");
    }
}

#[test]
fn prices_and_greeks_agree_with_mpmath() {
    for ([forward, strike, sigma, tau], [call, put, delta, gamma, vega, decay]) in rows() {
        let shown = greeks(Side::Call, forward, strike, sigma, tau);
        let other = greeks(Side::Put, forward, strike, sigma, tau);
        let context = format!("F {forward} K {strike} σ {sigma} τ {tau}");
        let f = forward as f64;
        let total = sigma as f64 / 1e9 * (tau as f64 / YEAR as f64).sqrt();
        let off = |shown: i128, bits: u32, truth: Big| {
            Big::scaled(shown.unsigned_abs(), bits).distance(truth).to_f64()
        };
        assert!(off(shown.price.raw(), 62, call) <= 1e-16 * f, "{context}: call");
        assert!(off(other.price.raw(), 62, put) <= 1e-16 * f, "{context}: put");
        assert!(
            off(shown.delta.into(), 62, delta) <= 3e-17 * (1.0 + 1.0 / total),
            "{context}: delta"
        );
        let relative = 1e-15 + 1e-16 / total;
        let gamma_off = off(shown.gamma as i128, 96, gamma);
        assert!(gamma_off <= relative / total / f + 1e-28, "{context}: gamma {gamma_off:e}");
        assert!(off(shown.vega.raw(), 62, vega) <= relative * f, "{context}: vega");
        let rate = f * total * YEAR as f64 / tau as f64;
        assert!(off(shown.theta, 32, decay) <= relative * rate + 1e-9, "{context}: theta");
        assert!(shown.theta <= 0 && other.theta == shown.theta && other.gamma == shown.gamma);
    }
}

/// FORMULAS 2: F, K, τ, σ in 1e-9, side, then price, delta, gamma, vega, theta in whole tokens.
type Row = (u64, u64, u64, u64, Side, [f64; 5]);
const ROWS: [Row; 6] = [
    (
        100,
        100,
        YEAR,
        200_000_000,
        Side::Call,
        [7.965567455406, 0.539827837277, 0.01984762737385, 39.6952547477, -3.96952547477],
    ),
    (
        100_000,
        120_000,
        30 * DAY,
        550_000_000,
        Side::Call,
        [1057.038505502, 0.1406429984831, 1.415970861628e-5, 6400.964169002, -21416.55928212],
    ),
    (
        100_000,
        80_000,
        30 * DAY,
        650_000_000,
        Side::Put,
        [937.2536912013, -0.09841722679801, 9.308478588017e-6, 4973.022807297, -19664.16101719],
    ),
    (
        3_000,
        3_000,
        DAY,
        800_000_000,
        Side::Call,
        [50.11216280143, 0.5083520271336, 0.003175046342022, 62.63105113029, -9144.133465022],
    ),
    (
        3_000,
        6_000,
        180 * DAY,
        900_000_000,
        Side::Call,
        [179.2561719859, 0.21748881682, 0.0001551336832999, 619.6846856199, -565.4622756282],
    ),
    (
        100,
        100,
        YEAR / 4,
        2_400_000_000,
        Side::Put,
        [45.14937644999, -0.2742531177501, 0.002776871690765, 16.66123014459, -79.97390469403],
    ),
];

#[test]
fn the_six_reference_rows_hold_to_their_last_digit() {
    const TOKEN: u64 = 1_000_000;
    for (forward, strike, tau, sigma, side, expected) in ROWS {
        let shown = greeks(side, forward * TOKEN, strike * TOKEN, sigma, tau);
        let values = [
            shown.price.raw() as f64 / 2_f64.powi(62) / 1e6,
            shown.delta as f64 / 2_f64.powi(62),
            shown.gamma as f64 / 2_f64.powi(96) * 1e6,
            shown.vega.raw() as f64 / 2_f64.powi(62) / 1e6,
            shown.theta as f64 / 2_f64.powi(32) / 1e6,
        ];
        for (value, expected) in values.iter().zip(expected) {
            let off = (value / expected - 1.0).abs();
            assert!(off < 1e-12, "{forward} {strike}: {value} is not {expected}, off by {off:e}");
        }
    }
}

/// Haug, "The Complete Guide to Option Pricing Formulas": with r ≠ 0 the option is Black's on the forward, discounted.
#[test]
fn haugs_published_values_hold() {
    let unit = 1e9;
    let price = |side, forward: f64, strike: f64, sigma, tau: u64, rate: f64| {
        let (forward, strike) = ((forward * unit) as u64, (strike * unit) as u64);
        let undiscounted = greeks(side, forward, strike, sigma, tau).price.nearest() as f64 / unit;
        undiscounted * (-rate * tau as f64 / YEAR as f64).exp()
    };
    // Black–Scholes–Merton: S 60, K 65, τ 0.25, r 0.08, σ 0.30; F = S·e^(rτ).
    let call = price(Side::Call, 60.0 * 0.02_f64.exp(), 65.0, 300_000_000, YEAR / 4, 0.08);
    assert!((call - 2.1334).abs() < 5e-5, "{call}");
    // Black 1976: F = K = 19, τ 0.75, r 0.10, σ 0.28.
    for side in [Side::Call, Side::Put] {
        let both = price(side, 19.0, 19.0, 280_000_000, YEAR / 4 * 3, 0.10);
        assert!((both - 1.7011).abs() < 5e-5, "{both}");
    }
}
