//! exp, ln, π and the normal distribution with 48 digits.

use super::Big;
use std::sync::LazyLock;

pub static LN2: LazyLock<Big> = LazyLock::new(|| twice_atanh(Big::ONE.div_small(3)));
static PI: LazyLock<Big> = LazyLock::new(|| {
    // Machin: π = 16·atan(1/5) − 4·atan(1/239).
    arctangent(5).mul_small(16).sub(arctangent(239).mul_small(4))
});
static ROOT_TWO_PI: LazyLock<Big> = LazyLock::new(|| PI.mul_small(2).sqrt());

fn twice_atanh(t: Big) -> Big {
    let square = t.mul(t);
    let (mut power, mut sum, mut n) = (t, Big::ZERO, 1);
    while power > Big::ZERO {
        sum = sum.add(power.div_small(n));
        power = power.mul(square);
        n += 2;
    }
    sum.mul_small(2)
}

fn arctangent(inverse: u64) -> Big {
    let (mut power, mut n) = (Big::ONE.div_small(inverse), 1);
    let (mut plus, mut minus) = (Big::ZERO, Big::ZERO);
    while power > Big::ZERO {
        if n % 4 == 1 {
            plus = plus.add(power.div_small(n));
        } else {
            minus = minus.add(power.div_small(n));
        }
        power = power.div_small(inverse * inverse);
        n += 2;
    }
    plus.sub(minus)
}

/// ln(p/q) for p ≥ q.
pub fn ln_ratio(p: u64, q: u64) -> Big {
    let mut m = Big::whole(p).div_small(q);
    let exponent = m.bits() - 161;
    m = m.shr(exponent);
    let t = m.sub(Big::ONE).div(m.add(Big::ONE));
    LN2.mul_small(exponent.into()).add(twice_atanh(t))
}

/// e^−y.
pub fn exp_neg(y: Big) -> Big {
    let n = y.div(*LN2).floor();
    let r = y.sub(LN2.mul_small(n)).shr(8);
    let (mut term, mut sum, mut k) = (Big::ONE, Big::ZERO, 1);
    while term > Big::ZERO {
        sum = sum.add(term);
        term = term.mul(r).div_small(k);
        k += 1;
    }
    let mut result = Big::ONE.div(sum);
    for _ in 0..8 {
        result = result.mul(result);
    }
    if n > 250 { Big::ZERO } else { result.shr(n as u32) }
}

/// φ(t).
pub fn density(t: Big) -> Big {
    exp_neg(t.mul(t).shr(1)).div(*ROOT_TWO_PI)
}

/// N(−t) for t ≥ 0: below 8 as ½ − φ(t)·Σ t^(2n+1)/(2n+1)!!, which loses e^(t²/2) of its precision; from 8 on as φ(t) times
/// the continued fraction 1/(t + 1/(t + 2/(t + 3/…))), which converges like e^(−2t√(2n)), here to 2^-120; beyond 15 it is below 2^-160.
pub fn upper_tail(t: Big) -> Big {
    let whole = t.floor();
    match whole {
        0..8 => Big::ONE.shr(1).sub(density(t).mul(central_series(t))),
        8..15 => {
            let terms = 8 + 1_000 / (whole * whole);
            let fraction = (1..=terms).rev().fold(t, |rest, n| t.add(Big::whole(n).div(rest)));
            density(t).div(fraction)
        }
        _ => Big::ZERO,
    }
}

fn central_series(t: Big) -> Big {
    let square = t.mul(t);
    let (mut term, mut sum, mut n) = (t, Big::ZERO, 1);
    while term > Big::ZERO {
        sum = sum.add(term);
        n += 2;
        term = term.mul(square).div_small(n);
    }
    sum
}
