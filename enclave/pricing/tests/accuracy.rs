//! How far the library is from the truth: 10^5 options over the whole sensible domain, and each kernel over its own.
#![allow(clippy::float_arithmetic, reason = "samples and reports; the library has none")]

mod reference;

use reference::black::option;
use reference::functions::{density, exp_neg, ln_ratio, upper_tail};
use reference::{Big, Samples};
use sealbook_pricing::fixed;
use sealbook_pricing::{Contract, Expiry, Side, TotalVolatility, YEAR};

/// One sample: forward, strike, σ, τ.
///
/// F is log-uniform in 1 … 2^40, τ in 1 s … 5 years, σ in 1 % … 1,000 %. A third of the strikes are anywhere within a factor of
/// 3,000, two thirds where the price has curvature: within ±8 standard deviations.
fn sample(samples: &mut Samples) -> (u64, u64, u64, u64) {
    let forward = samples.spread(1.0, (1_u64 << 40) as f64) as u64;
    let tau = samples.spread(1e6, 5.0 * YEAR as f64) as u64;
    let sigma = samples.spread(1e7, 1e10) as u64;
    let deviation = sigma as f64 / 1e9 * (tau as f64 / YEAR as f64).sqrt();
    let width = if samples.between(1, 3) == 3 { 8.0 } else { (8.0 * deviation).min(8.0) };
    let k = (2.0 * samples.fraction() - 1.0) * width;
    (forward, ((forward as f64 * k.exp()) as u64).clamp(1, 1 << 48), sigma, tau)
}

#[test]
fn prices_are_within_the_stated_error_over_a_hundred_thousand_options() {
    const SEED: u64 = 76;
    let mut samples = Samples(SEED);
    let (mut worst, mut histogram, mut inner) = (0.0_f64, [0_u32; 80], 0);
    for index in 0..100_000 {
        let (forward, strike, sigma, tau) = sample(&mut samples);
        let truth = option(forward, strike, sigma, tau);
        let side = if strike >= forward { Side::Call } else { Side::Put };
        let expiry = Expiry::new(tau).expect("in range");
        let volatility = TotalVolatility::new(expiry, sigma).expect("in range");
        let contract = Contract::new(side, forward as i64, strike as i64).expect("in range");
        let price = Big::scaled(contract.price(volatility).raw() as u128, 62).div_small(forward);
        let error = price.distance(truth.price).to_f64();
        let smaller = (strike as f64 / forward as f64).min(1.0);
        let bound = smaller * (2_f64.powi(-56) + 2_f64.powi(-57) * truth.total.to_f64());
        assert!(
            error <= bound && error <= 1e-12,
            "seed {SEED} sample {index}: F {forward} K {strike} σ {sigma} τ {tau}: {error:e} > {bound:e}"
        );
        inner += u32::from(truth.price > Big::ZERO && price > Big::ZERO);
        worst = worst.max(error);
        histogram[if error == 0.0 { 79 } else { (-error.log2()) as usize }.min(79)] += 1;
    }
    assert!(inner > 60_000, "only {inner} samples had a price at all");
    println!(
        "seed {SEED}: worst error / F {worst:e} = 2^{:.2}, {inner} with a price",
        worst.log2()
    );
    for (bits, count) in histogram.iter().enumerate().filter(|(_, count)| **count > 0) {
        println!("  2^-{} ≤ error < 2^-{bits}: {count}", bits + 1);
    }
}

#[test]
fn greeks_are_within_their_stated_errors() {
    let mut samples = Samples(77);
    let mut worst = [0.0_f64; 4];
    for index in 0..5_000 {
        let (forward, strike, sigma, tau) = sample(&mut samples);
        let truth = option(forward, strike, sigma, tau);
        let expiry = Expiry::new(tau).expect("in range");
        let volatility = TotalVolatility::new(expiry, sigma).expect("in range");
        let contract = Contract::new(Side::Call, forward as i64, strike as i64).expect("in range");
        let greeks = contract.greeks(expiry, volatility);
        let (total, density) = (truth.total.to_f64(), truth.density);
        let context = format!("sample {index}: F {forward} K {strike} σ {sigma} τ {tau}");

        let delta = Big::scaled(greeks.delta as u128, 62).distance(truth.call_delta).to_f64();
        assert!(delta <= 2_f64.powi(-55) * (1.0 + 1.0 / total), "{context}: delta {delta:e}");

        let gamma = density.div(truth.total).div_small(forward);
        let gamma_error = Big::scaled(greeks.gamma, 96).distance(gamma).to_f64();
        let ulp = 2_f64.powi(-50) + 2_f64.powi(-54) / total;
        let scale = (1.0 / total / forward as f64).max(1e-300);
        assert!(gamma_error <= ulp * scale + 2_f64.powi(-95), "{context}: gamma {gamma_error:e}");

        let vega = density.mul(truth.root);
        let shown = Big::scaled(greeks.vega.raw() as u128, 62).div_small(forward);
        let vega_error = shown.distance(vega).to_f64();
        let bound = truth.root.to_f64() * (2_f64.powi(-54) + 2_f64.powi(-55) / total) + 2e-18;
        assert!(vega_error <= bound, "{context}: vega {vega_error:e}");

        // −theta / F = φ·σ/(2√τ) = φ·(σ√τ)/(2τ).
        let theta = density.mul(truth.total).shr(1).mul_small(YEAR).div_small(tau);
        let shown = Big::scaled(greeks.theta.unsigned_abs(), 32).div_small(forward);
        let theta_error = shown.distance(theta).to_f64();
        let rate = total * YEAR as f64 / tau as f64;
        let bound = rate * ulp + 2_f64.powi(-31) / forward as f64;
        assert!(theta_error <= bound, "{context}: theta {theta_error:e}");
        let relative = [delta, gamma_error / scale, vega_error, theta_error / rate];
        for (worst, error) in worst.iter_mut().zip(relative) {
            *worst = worst.max(error);
        }
    }
    println!("worst delta, gamma·F·σ√τ, vega/F, theta/F·τ/σ√τ: {worst:?}");
}

#[test]
fn kernels_are_within_their_stated_errors() {
    let mut samples = Samples(78);
    let mut worst = [0.0_f64; 5];
    for _ in 0..20_000 {
        let y = samples.next() >> (1 + samples.next() % 12);
        let exp =
            Big::scaled(fixed::exp_neg(y).into(), 63).distance(exp_neg(Big::scaled(y.into(), 57)));
        worst[0] = worst[0].max(exp.to_f64());

        let v = samples.next() >> (samples.next() % 64);
        if v > 0 {
            let ln = Big::scaled(fixed::ln(v) as u128, 57).distance(ln_ratio(v, 1));
            worst[1] = worst[1].max(ln.to_f64());
        }

        let t = samples.between(0, 8 << 57);
        let wide = Big::scaled(t.into(), 57);
        let (phi, tail) = (density(wide), upper_tail(wide));
        worst[2] =
            worst[2].max(Big::scaled(fixed::pdf(t as i64).into(), 63).distance(phi).to_f64());
        worst[3] =
            worst[3].max(Big::scaled(fixed::cdf(-(t as i64)).into(), 62).distance(tail).to_f64());
        let upper = Big::ONE.sub(tail);
        worst[3] =
            worst[3].max(Big::scaled(fixed::cdf(t as i64).into(), 62).distance(upper).to_f64());
        if t < 6 << 57 {
            let mills = Big::scaled(fixed::mills(t as i64).into(), 62);
            worst[4] = worst[4].max(mills.distance(tail.div(phi)).to_f64());
        }
    }
    let bits = worst.map(f64::log2);
    println!("worst exp, ln, pdf, cdf, mills: 2^{bits:.2?}");
    for (name, measured, stated) in [
        ("exp", bits[0], -61.0),
        ("ln", bits[1], -57.83),
        ("pdf", bits[2], -58.9),
        ("cdf", bits[3], -58.4),
        ("mills", bits[4], -60.7),
    ] {
        assert!(measured <= stated, "{name}: 2^{measured:.2} is above the stated 2^{stated}");
    }
}

#[test]
fn kernels_hold_at_the_ends_of_their_domains() {
    assert_eq!(fixed::exp_neg(0), 1 << 63);
    assert_eq!(fixed::exp_neg(u64::MAX), 0);
    assert_eq!(fixed::exp_neg((1 << 63) - 1), 0);
    assert_eq!((fixed::ln(0), fixed::ln(1)), (0, 0));
    assert_eq!((fixed::pdf(i64::MAX), fixed::pdf(i64::MIN)), (0, 0));
    assert_eq!(fixed::cdf(i64::MIN), 0);
    assert_eq!(fixed::cdf(i64::MAX), fixed::UNIT_ONE);
    assert!(fixed::cdf(0).abs_diff(fixed::UNIT_ONE / 2) <= 4);
    assert_eq!(fixed::mills(-1), fixed::mills(0));
    assert_eq!(fixed::mills(i64::MAX), fixed::mills((13 << 57) - 1));
}

/// Each interval's series meets its neighbour's: no step beyond the slope and the stated error anywhere.
#[test]
fn mills_ratio_falls_across_all_of_its_intervals() {
    let step = 1_i64 << 54;
    for edge in 1..104 {
        let (before, after) = (fixed::mills(edge * step - 1), fixed::mills(edge * step));
        // One ulp of t is 32 of the result, times a slope of at most 1.
        assert!(before.abs_diff(after) <= 36, "interval {edge}: {before} {after}");
        assert!(fixed::mills(edge * step) < fixed::mills((edge - 1) * step), "interval {edge}");
    }
}
