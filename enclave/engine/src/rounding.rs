//! Division with its direction in its name, and comparison of products without division.

/// `a / b` rounded towards positive infinity; `b` is positive.
pub fn div_ceil(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b > 0 { quotient + 1 } else { quotient }
}

/// `a / b` rounded towards negative infinity; `b` is positive.
pub fn div_floor(a: i128, b: i128) -> i128 {
    let quotient = a / b;
    if a % b < 0 { quotient - 1 } else { quotient }
}

/// `|a| × |b|` as 256 bits: (high, low).
fn widening(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let (low, mid1, mid2, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
    let carry = (low >> 64) + (mid1 & LOW) + (mid2 & LOW);
    (high + (mid1 >> 64) + (mid2 >> 64) + (carry >> 64), (carry << 64) | (low & LOW))
}

/// Whether `a × b ≥ c × d`, exactly. `b` and `d` are not negative.
///
/// Ratios are compared this way (E/MM may not fall) because a division would decide by its rounding.
pub fn product_at_least(a: i128, b: u128, c: i128, d: u128) -> bool {
    let left = widening(a.unsigned_abs(), b);
    let right = widening(c.unsigned_abs(), d);
    let zero = (0, 0);
    match (a < 0 && left != zero, c < 0 && right != zero) {
        (false, false) => left >= right,
        (false, true) => true,
        (true, false) => false,
        (true, true) => left <= right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_the_named_way_on_both_sides_of_zero() {
        for (a, b, floor, ceil) in
            [(7, 2, 3, 4), (-7, 2, -4, -3), (6, 2, 3, 3), (-6, 2, -3, -3), (0, 5, 0, 0)]
        {
            assert_eq!((div_floor(a, b), div_ceil(a, b)), (floor, ceil), "{a} / {b}");
        }
    }

    #[test]
    fn products_are_compared_beyond_128_bits() {
        let big = i128::MAX;
        assert!(product_at_least(big, u128::MAX, big, u128::MAX));
        assert!(product_at_least(big, u128::MAX, big - 1, u128::MAX));
        assert!(!product_at_least(big - 1, u128::MAX, big, u128::MAX));
        assert!(product_at_least(-(big - 1), u128::MAX, -big, u128::MAX));
        assert!(product_at_least(0, 5, -1, 1) && !product_at_least(-1, 1, 0, 5));
        assert!(product_at_least(-3, 0, 0, 7), "zero is not negative");
    }

    #[test]
    fn products_agree_with_128_bits_where_both_apply() {
        let samples = [-9_i64, -1, 0, 1, 3, 1 << 40, -(1 << 50), i64::MAX];
        for a in samples {
            for c in samples {
                for b in [0_u64, 1, 7, 1 << 60] {
                    for d in [0_u64, 2, 1 << 61] {
                        let expected =
                            i128::from(a) * i128::from(b) >= i128::from(c) * i128::from(d);
                        assert_eq!(
                            product_at_least(a.into(), b.into(), c.into(), d.into()),
                            expected,
                            "{a} × {b} ≥ {c} × {d}"
                        );
                    }
                }
            }
        }
    }
}
