//! `cargo run --release -p sealbook-pricing --example bench`: nanoseconds per price, per price with greeks, per volatility, per
//! implied volatility, per vector of 33 scenarios and per dot product, one thread, as one line of JSON.
#![allow(clippy::float_arithmetic, reason = "times are reported in ns; the library has none")]

use std::hint::black_box;
use std::time::Instant;

use sealbook_pricing::scenario::{ExpiryShocks, Instrument, SHOCKS, Term, dot};
use sealbook_pricing::{
    Contract, DAY, Expiry, SCENARIOS, ScenarioTable, Side, Svi, TotalVolatility, fixed, implied,
};

const ROUNDS: usize = 15;
const EXPIRIES: u64 = 10;
const STRIKES: i64 = 50;

/// Median, least and most of the rounds, ns per operation.
fn measure(operations: usize, mut round: impl FnMut()) -> String {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed().as_nanos() as f64 / operations as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let [median, min, max] = [times[ROUNDS / 2], times[0], times[ROUNDS - 1]];
    format!("{{\"median\":{median:.1},\"min\":{min:.1},\"max\":{max:.1}}}")
}

/// Ten expiries from a day to two years, fifty strikes each from half to twice the forward, σ 30 % to 79 %.
fn instruments() -> Vec<(u64, i64, u64)> {
    (0..EXPIRIES)
        .flat_map(|e| (0..STRIKES).map(move |s| (e, s)))
        .map(|(e, s)| {
            let tau = DAY + e * 73 * DAY;
            (tau, 50_000_000_000 + s * 3_000_000_000, 300_000_000 + s as u64 * 10_000_000)
        })
        .collect()
}

const FORWARD: i64 = 100_000_000_000;

fn main() {
    let options = instruments();
    let expiry = |tau| Expiry::new(tau).expect("in range");
    let contract = |strike| Contract::new(Side::Call, FORWARD, strike).expect("in range");
    let prepared: Vec<_> = options
        .iter()
        .map(|(tau, strike, sigma)| {
            let volatility = TotalVolatility::new(expiry(*tau), *sigma).expect("in range");
            (expiry(*tau), volatility, contract(*strike), contract(*strike).price(volatility))
        })
        .collect();
    let repeat = 200;
    let each = repeat * options.len();
    let mut figures = Vec::new();
    let mut record = |name: &str, figure: String| figures.push(format!("\"{name}\":{figure}"));

    record(
        "exp_ns",
        measure(each * 10, || {
            for y in 0..each as u64 * 10 {
                black_box(fixed::exp_neg(black_box(y << 36)));
            }
        }),
    );
    record(
        "price_from_inputs_ns",
        measure(each, || {
            for (tau, strike, sigma) in (0..repeat).flat_map(|_| &options) {
                let volatility =
                    TotalVolatility::new(expiry(black_box(*tau)), *sigma).expect("in range");
                black_box(contract(*strike).price(volatility));
            }
        }),
    );
    record(
        "price_prepared_ns",
        measure(each, || {
            for (_, volatility, contract, _) in (0..repeat).flat_map(|_| &prepared) {
                black_box(black_box(contract).price(*volatility));
            }
        }),
    );
    record(
        "price_and_greeks_ns",
        measure(each, || {
            for (expiry, volatility, contract, _) in (0..repeat).flat_map(|_| &prepared) {
                black_box(black_box(contract).greeks(*expiry, *volatility));
            }
        }),
    );
    let smile = Svi::new(40_000_000, 100_000_000, -300_000_000, 0, 200_000_000).expect("valid");
    record(
        "svi_sigma_ns",
        measure(each, || {
            for (expiry, _, _, _) in (0..repeat).flat_map(|_| &prepared) {
                black_box(smile.sigma_at(black_box(1 << 55), *expiry)).expect("in range");
            }
        }),
    );
    record(
        "implied_sigma_ns",
        measure(options.len(), || {
            for (expiry, _, contract, price) in &prepared {
                black_box(implied::sigma(black_box(contract), *expiry, *price)).expect("has one");
            }
        }),
    );
    scenarios(&options, &mut record);
    println!("{{\"schema\":\"sealbook.pricing/1\",\"rounds\":{ROUNDS},{}}}", figures.join(","));
}

fn scenarios(options: &[(u64, i64, u64)], record: &mut impl FnMut(&str, String)) {
    let terms = || -> Vec<Term> {
        (0..EXPIRIES)
            .map(|e| {
                let expiry = Expiry::new(DAY + e * 73 * DAY).expect("in range");
                let shocks = ExpiryShocks::new(expiry, &SHOCKS).expect("in range");
                Term::new(FORWARD, shocks).expect("in range")
            })
            .collect()
    };
    let listed: Vec<_> = options
        .iter()
        .enumerate()
        .map(|(i, (_, strike, sigma))| Instrument::Option {
            side: if i % 2 == 0 { Side::Call } else { Side::Put },
            strike: *strike,
            sigma: *sigma,
            expiry: (i / STRIKES as usize) as u16,
        })
        .collect();
    let mut room = vec![[0; SCENARIOS]; listed.len()];
    record(
        "vector_33_ns",
        measure(listed.len(), || {
            let table = ScenarioTable::build(black_box(&listed), &terms(), &mut room);
            black_box(table.expect("in range").vectors());
        }),
    );
    record(
        "table_500_by_33_ns",
        measure(1, || {
            let table = ScenarioTable::build(black_box(&listed), &terms(), &mut room);
            black_box(table.expect("in range").vectors());
        }),
    );
    let lots: Vec<i64> = (0..20).map(|i| (i - 10) * 1_000).collect();
    record(
        "dot_20_by_33_ns",
        measure(1_000, || {
            for _ in 0..1_000 {
                black_box(dot(black_box(&lots), &room[..20])).expect("same length");
            }
        }),
    );
    let table = ScenarioTable::build(&listed, &terms(), &mut room).expect("in range");
    record(
        "risk_sweep_10000_accounts_by_20_ns",
        measure(1, || {
            for account in 0..10_000_usize {
                let legs = (0..20).map(|leg| ((account * 7 + leg * 23) % 500, leg as i64 - 9));
                black_box(table.gains(legs)).expect("listed");
            }
        }),
    );
}
