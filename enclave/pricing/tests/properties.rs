//! What must hold of every option, whatever its numbers.
#![allow(clippy::float_arithmetic, reason = "samples and tolerances; the library has none")]

mod reference;

use reference::Samples;
use sealbook_pricing::{
    Amount, Contract, Expiry, PRICE_MAX, Side, TotalVolatility, YEAR, implied, price_ceil,
    price_floor, price_nearest,
};

fn volatility(sigma: u64, tau: u64) -> (Expiry, TotalVolatility) {
    let expiry = Expiry::new(tau).expect("in range");
    (expiry, TotalVolatility::new(expiry, sigma).expect("in range"))
}

fn price(side: Side, forward: i64, strike: i64, sigma: u64, tau: u64) -> Amount {
    let (_, volatility) = volatility(sigma, tau);
    Contract::new(side, forward, strike).expect("in range").price(volatility)
}

struct Case {
    forward: i64,
    strike: i64,
    sigma: u64,
    tau: u64,
}

/// Also at the edges: one in eight has a zero somewhere, one in eight is at the money, some are absurd.
fn case(samples: &mut Samples) -> Case {
    let forward = samples.spread(1.0, PRICE_MAX as f64) as i64;
    let mut case = Case {
        forward,
        strike: (forward as f64 * samples.spread(0.01, 100.0)).min(PRICE_MAX as f64) as i64,
        sigma: samples.spread(1.0, 6.4e10) as u64,
        tau: samples.spread(1.0, 1e15) as u64,
    };
    match samples.next() % 32 {
        0 => case.forward = 0,
        1 => case.strike = 0,
        2 => case.sigma = 0,
        3 => case.tau = 0,
        4..8 => case.strike = case.forward,
        8 => case.strike = samples.between(0, PRICE_MAX as u64) as i64,
        _ => {}
    }
    case
}

#[test]
fn parity_is_exact_and_prices_stay_within_their_bounds() {
    const SEED: u64 = 1976;
    let mut samples = Samples(SEED);
    for index in 0..200_000 {
        let Case { forward, strike, sigma, tau } = case(&mut samples);
        let context =
            format!("seed {SEED} sample {index}: F {forward} K {strike} σ {sigma} τ {tau}");
        let (expiry, volatility) = volatility(sigma, tau);
        let call = Contract::new(Side::Call, forward, strike).expect("in range");
        let put = Contract::new(Side::Put, forward, strike).expect("in range");
        let (call_price, put_price) = (call.price(volatility), put.price(volatility));
        assert_eq!(call_price - put_price, Amount::whole(forward - strike), "{context}");
        assert!(
            call.intrinsic() <= call_price && call_price <= Amount::whole(forward),
            "{context}"
        );
        assert!(put.intrinsic() <= put_price && put_price <= Amount::whole(strike), "{context}");
        let (bought, written) = (call.greeks(expiry, volatility), put.greeks(expiry, volatility));
        assert_eq!(bought.delta - written.delta, 1 << 62, "{context}");
        assert!((0..=1 << 62).contains(&bought.delta) && bought.vega >= Amount::ZERO, "{context}");
        if index % 16 == 0 {
            for rounding in [price_floor, price_ceil, price_nearest] {
                let gap = rounding(Side::Call, forward, strike, sigma, tau).expect("in range")
                    - rounding(Side::Put, forward, strike, sigma, tau).expect("in range");
                assert_eq!(gap, forward - strike, "{context}: parity survives rounding");
            }
        }
    }
}

/// Twice the stated error of one price, the most by which two neighbours can be out of order.
fn slack(forward: i64, strike: i64, sigma: u64, tau: u64) -> Amount {
    let total = sigma as f64 / 1e9 * (tau as f64 / YEAR as f64).sqrt();
    let ulps = 2_f64.powi(7) + 2_f64.powi(6) * total.min(32.0);
    Amount::from_raw((forward.min(strike) as f64 * ulps) as i128)
}

#[test]
fn prices_rise_with_volatility_and_time_and_fall_with_strike() {
    let mut samples = Samples(1977);
    for index in 0..100_000 {
        let Case { forward, strike, sigma, tau } = case(&mut samples);
        let context = format!("sample {index}: F {forward} K {strike} σ {sigma} τ {tau}");
        let room = slack(forward, strike, sigma + 1, tau);
        let base = price(Side::Call, forward, strike, sigma, tau);
        let step = 1 + samples.next() % (sigma / 16 + 1);
        let dearer = price(Side::Call, forward, strike, (sigma + step).min(64_000_000_000), tau);
        assert!(sigma + step > 64_000_000_000 || dearer + room >= base, "{context}: volatility");
        if forward <= 1 << 40 {
            assert!(dearer.floor() >= base.floor() - 1, "{context}: one unit at most");
        }
        let longer = price(Side::Call, forward, strike, sigma, tau + 1 + tau / 50);
        assert!(longer + room + room >= base, "{context}: time");
        let above = (strike + 1 + strike / 100).min(PRICE_MAX);
        let next = price(Side::Call, forward, above, sigma, tau);
        assert!(above < strike || next <= base + room, "{context}: strike");
        // And the slope is at most 1: a call spread is worth at most its width.
        assert!(base - next <= Amount::whole((above - strike).max(0)) + room, "{context}: spread");
    }
}

#[test]
fn prices_are_convex_in_strike() {
    let mut samples = Samples(1978);
    for index in 0..100_000 {
        let Case { forward, strike, sigma, tau } = case(&mut samples);
        let wing = 1 + (samples.next() % (strike as u64 / 8 + 1)) as i64;
        if strike <= wing || strike + wing > PRICE_MAX {
            continue;
        }
        let at = |strike| price(Side::Put, forward, strike, sigma, tau).raw();
        let butterfly = at(strike - wing) + at(strike + wing) - 2 * at(strike);
        let room = 2 * slack(forward, strike + wing, sigma, tau).raw();
        assert!(
            butterfly >= -room,
            "sample {index}: F {forward} K {strike} ± {wing} σ {sigma} τ {tau}: {butterfly}"
        );
    }
}

/// Step 2^-10 of the scale of each variable; the third derivative leaves about 2^-20 of it.
#[test]
fn greeks_agree_with_central_differences() {
    let mut samples = Samples(1979);
    let mut tested = 0;
    while tested < 5_000 {
        let forward = samples.spread(1e9, 1e12) as i64;
        let (sigma, tau) = (samples.spread(1e8, 2e9) as u64, samples.spread(1e10, 1e14) as u64);
        let total = sigma as f64 / 1e9 * (tau as f64 / YEAR as f64).sqrt();
        let k = (4.0 * samples.fraction() - 2.0) * total;
        let strike = (forward as f64 * k.exp()) as i64;
        if total > 2.0 || strike > PRICE_MAX {
            continue;
        }
        tested += 1;
        let side = if samples.between(0, 1) == 0 { Side::Call } else { Side::Put };
        let (expiry, at) = volatility(sigma, tau);
        let greeks = Contract::new(side, forward, strike).expect("in range").greeks(expiry, at);
        let value = |forward, sigma, tau| {
            price(side, forward, strike, sigma, tau).raw() as f64 / 2_f64.powi(62)
        };
        let base = value(forward, sigma, tau);
        let context = format!("{side:?} F {forward} K {strike} σ {sigma} τ {tau}");

        let step = ((forward as f64 * total / 1024.0) as i64).max(1);
        let (up, down) = (value(forward + step, sigma, tau), value(forward - step, sigma, tau));
        let delta = (up - down) / (2.0 * step as f64);
        assert!((delta - greeks.delta as f64 / 2_f64.powi(62)).abs() < 1e-5, "{context}: delta");

        let gamma = (up - 2.0 * base + down) / (step as f64 * step as f64);
        let scale = 1.0 / (forward as f64 * total);
        let shown = greeks.gamma as f64 / 2_f64.powi(96);
        assert!((gamma - shown).abs() < 1e-5 * scale, "{context}: gamma {gamma:e} {shown:e}");

        let step = sigma / 1024;
        let vega = (value(forward, sigma + step, tau) - value(forward, sigma - step, tau))
            / (2.0 * step as f64 / 1e9);
        let scale = forward as f64 * (tau as f64 / YEAR as f64).sqrt();
        let shown = greeks.vega.raw() as f64 / 2_f64.powi(62);
        assert!((vega - shown).abs() < 1e-5 * scale, "{context}: vega {vega:e} {shown:e}");

        let step = tau / 1024;
        let theta = -(value(forward, sigma, tau + step) - value(forward, sigma, tau - step))
            / (2.0 * step as f64 / YEAR as f64);
        let scale = forward as f64 * total * YEAR as f64 / tau as f64;
        let shown = greeks.theta as f64 / 2_f64.powi(32);
        assert!((theta - shown).abs() < 1e-5 * scale, "{context}: theta {theta:e} {shown:e}");
    }
}

/// A price gives its σ back within 1e-6 wherever vega is not nothing, and always a σ with the same price.
#[test]
fn implied_volatility_returns_from_a_price() {
    let mut samples = Samples(1980);
    for index in 0..3_000 {
        let forward = samples.spread(1e6, 1e12) as i64;
        let (sigma, tau) = (samples.spread(1e7, 1e10) as u64, samples.spread(1e9, 1e14) as u64);
        let total = sigma as f64 / 1e9 * (tau as f64 / YEAR as f64).sqrt();
        let k = (12.0 * samples.fraction() - 6.0) * total.min(1.0);
        let strike = (forward as f64 * k.exp()) as i64;
        let side = if samples.between(0, 1) == 0 { Side::Call } else { Side::Put };
        let (expiry, at) = volatility(sigma, tau);
        let contract = Contract::new(side, forward, strike).expect("in range");
        let price = contract.price(at);
        let found = implied::sigma(&contract, expiry, price).expect("a price has a volatility");
        let (_, back) = volatility(found, tau);
        let context = format!("sample {index}: {side:?} F {forward} K {strike} σ {sigma} τ {tau}");
        assert!(contract.price(back) + slack(forward, strike, sigma, tau) >= price, "{context}");
        let vega = contract.greeks(expiry, at).vega.raw() as f64 / 2_f64.powi(62);
        if vega > 1e-9 * forward as f64 {
            assert!(found.abs_diff(sigma) <= 1 + sigma / 1_000_000, "{context}: {found}");
        }
    }
}

#[test]
fn a_price_no_volatility_gives_is_refused() {
    let expiry = Expiry::new(YEAR).expect("in range");
    let contract = Contract::new(Side::Call, 120, 100).expect("in range");
    for price in [19, 121, -1] {
        let refused = implied::sigma(&contract, expiry, Amount::whole(price));
        assert_eq!(refused, Err(sealbook_pricing::PricingError::PriceHasNoVolatility), "{price}");
    }
    assert_eq!(implied::sigma(&contract, expiry, Amount::whole(20)), Ok(0));
}
