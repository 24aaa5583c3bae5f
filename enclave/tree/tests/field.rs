//! The field against schoolbook arithmetic on the same numbers, and its encodings at every boundary.

use sealbook_tree::{Field, NotCanonical};

const MODULUS: [u64; 4] =
    [0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029];

struct Random(u64);

impl Random {
    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// A number below the modulus, often with extreme limbs: carries are where bugs live.
    fn words(&mut self) -> [u64; 4] {
        loop {
            let words: [u64; 4] = core::array::from_fn(|_| match self.next() % 4 {
                0 => 0,
                1 => u64::MAX,
                _ => self.next(),
            });
            let words = [words[0], words[1], words[2], words[3] & (u64::MAX >> 2)];
            if is_below(words, MODULUS) {
                return words;
            }
        }
    }
}

fn is_below(a: [u64; 4], b: [u64; 4]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

fn minus(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut borrow = 0i128;
    core::array::from_fn(|i| {
        let difference = i128::from(a[i]) - i128::from(b[i]) - borrow;
        borrow = i128::from(difference < 0);
        difference as u64
    })
}

/// `a + b` modulo p, for a and b below it: their sum is below 2^255.
fn naive_add(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut carry = 0u128;
    let sum: [u64; 4] = core::array::from_fn(|i| {
        carry += u128::from(a[i]) + u128::from(b[i]);
        let word = carry as u64;
        carry >>= 64;
        word
    });
    if is_below(sum, MODULUS) { sum } else { minus(sum, MODULUS) }
}

/// Double and add, bit by bit: nothing in common with Montgomery's method.
fn naive_multiply(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut product = [0; 4];
    for bit in (0..256).rev() {
        product = naive_add(product, product);
        if b[bit / 64] >> (bit % 64) & 1 == 1 {
            product = naive_add(product, a);
        }
    }
    product
}

fn field(words: [u64; 4]) -> Field {
    Field::from_words(words).expect("below the modulus")
}

#[test]
fn arithmetic_equals_schoolbook_arithmetic() {
    let mut random = Random(7);
    for _ in 0..20_000 {
        let (a, b) = (random.words(), random.words());
        assert_eq!((field(a) + field(b)).to_words(), naive_add(a, b));
        assert_eq!(field(a).double().to_words(), naive_add(a, a));
        assert_eq!(field(a) - field(b) + field(b), field(a));
    }
    for _ in 0..2_000 {
        let (a, b) = (random.words(), random.words());
        assert_eq!((field(a) * field(b)).to_words(), naive_multiply(a, b));
    }
}

#[test]
fn edges_of_the_range() {
    let largest = field([MODULUS[0] - 1, MODULUS[1], MODULUS[2], MODULUS[3]]);
    assert_eq!(largest + Field::ONE, Field::ZERO);
    assert_eq!(Field::ZERO - Field::ONE, largest);
    assert_eq!(largest * largest, Field::ONE);
    assert_eq!(largest.double(), largest - Field::ONE);
    assert!(Field::ZERO.is_zero() && !Field::ONE.is_zero());
}

#[test]
fn only_canonical_encodings_are_read() {
    let mut random = Random(11);
    for _ in 0..1_000 {
        let element = field(random.words());
        assert_eq!(Field::from_words(element.to_words()), Ok(element));
        assert_eq!(Field::from_le_bytes(element.to_le_bytes()), Ok(element));
        assert_eq!(Field::from_be_bytes(element.to_be_bytes()), Ok(element));
    }

    assert_eq!(Field::from_words(MODULUS), Err(NotCanonical));
    assert_eq!(Field::from_words([u64::MAX; 4]), Err(NotCanonical));
    assert_eq!(Field::from_be_bytes([0xff; 32]), Err(NotCanonical));
    let mut modulus = [0; 32];
    for (chunk, word) in modulus.as_chunks_mut::<8>().0.iter_mut().zip(MODULUS) {
        *chunk = word.to_le_bytes();
    }
    assert_eq!(Field::from_le_bytes(modulus), Err(NotCanonical));
    modulus.reverse();
    assert_eq!(Field::from_be_bytes(modulus), Err(NotCanonical));
}

#[test]
fn bytes_and_words_agree_on_order() {
    let number = field([1, 2, 3, 4]);
    let mut expected = [0; 32];
    (expected[31], expected[23], expected[15], expected[7]) = (1, 2, 3, 4);
    assert_eq!(number.to_be_bytes(), expected);
    assert_eq!(Field::from_u128(2 << 64 | 1), field([1, 2, 0, 0]));
    assert_eq!(Field::from_u64(9).to_words(), [9, 0, 0, 0]);
}
