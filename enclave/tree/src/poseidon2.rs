//! Poseidon2 (Grassi, Khovratovich, Schofnegger, eprint 2023/323) over BN254 with Barretenberg's
//! parameters: width 4, S-box x^5, 4 + 4 full and 56 partial rounds.

use crate::constants::{DIAGONAL_MINUS_ONE, FULL_ROUNDS, PARTIAL_ROUNDS};
use crate::field::Field;
use crate::loose::{Loose, Wide};

/// Width of the permutation, in field elements.
const WIDTH: usize = 4;
/// Elements absorbed per permutation; the fourth holds the length.
const RATE: usize = WIDTH - 1;

/// The Poseidon2 permutation.
pub fn permute(state: &mut [Field; WIDTH]) {
    let (first_half, second_half) = FULL_ROUNDS.split_at(FULL_ROUNDS.len() / 2);
    let mut loose = state.map(Loose::from_field);

    // The linear layer before the first round is what distinguishes Poseidon2 from Poseidon: without
    // it the first S-boxes would see the inputs one by one.
    mix_external(&mut loose);
    for constants in first_half {
        full_round(&mut loose, constants);
    }
    for constant in &PARTIAL_ROUNDS {
        partial_round(&mut loose, *constant);
    }
    for constants in second_half {
        full_round(&mut loose, constants);
    }
    // The last external layer leaves a bound of 1.01.
    *state = loose.map(Loose::into_field);
}

/// Bounds: 2.7 in, 3.7 into the S-box, 1.01 out.
#[inline(always)]
fn full_round(state: &mut [Loose; WIDTH], constants: &[Field; WIDTH]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = element.plus(Loose::from_field(*constant)).fifth_power();
    }
    mix_external(state);
}

/// Multiplies by the 4 × 4 matrix `[5 7 1 3; 4 6 1 1; 1 3 5 7; 1 1 4 6]` with additions only (section
/// 5.1 of the paper). Bounds: 3.5 in, so at most 16 · 3.5 = 56 before the reduction.
#[inline(always)]
fn mix_external(state: &mut [Loose; WIDTH]) {
    let [a, b, c, d] = state.map(Loose::widen);
    let ab = a.plus_wide(b);
    let cd = c.plus_wide(d);
    let b2_cd = b.double().plus_wide(cd);
    let d2_ab = d.double().plus_wide(ab);
    let row4 = cd.double().double().plus_wide(d2_ab);
    let row2 = ab.double().double().plus_wide(b2_cd);
    let rows = [d2_ab.plus_wide(row2), row2, b2_cd.plus_wide(row4), row4];
    *state = rows.map(Wide::reduce);
}

/// S-box on the first element only, then the internal layer: the matrix of ones plus a diagonal scales
/// each element and adds the sum of all (section 5.2).
///
/// Bounds: elements 2.7 in; 3.7 into the S-box and 3.5 out of it; their sum 3.5 + 3 · 2.7 = 11.6 before
/// its reduction to 1.01; a scaled element 0.19 · 3.5 + 1 < 1.67, so 2.68 out.
///
/// The S-box is a chain of three products that wait for each other, and the scalings are free of it:
/// written alternately they fill each other's gaps.
#[inline(always)]
fn partial_round(state: &mut [Loose; WIDTH], constant: Field) {
    let scale = DIAGONAL_MINUS_ONE.map(Loose::from_field);
    let [a, b, c, d] = *state;
    let others = b.widen().plus(c).plus(d);
    let a = a.plus(Loose::from_field(constant));
    let square = a.times(a);
    let b = b.times(scale[1]);
    let fourth = square.times(square);
    let c = c.times(scale[2]);
    let a = fourth.times(a);
    let d = d.times(scale[3]);
    let sum = others.plus(a).reduce();
    *state = [a.times(scale[0]).plus(sum), b.plus(sum), c.plus(sum), d.plus(sum)];
}

/// Hashes any number of elements: Barretenberg's fixed-length sponge, rate 3, with `length · 2^64` in
/// the capacity, so that inputs of different lengths never share a hash. The last block is padded with
/// zeros. Equal to `poseidon2Hash` of bb.js and `Poseidon2::hash(input, N)` of Noir.
pub fn hash(input: &[Field]) -> Field {
    let mut state = [Field::ZERO, Field::ZERO, Field::ZERO, initial_capacity(input.len())];
    let (blocks, rest) = input.as_chunks::<RATE>();
    for block in blocks {
        absorb(&mut state, block);
    }
    // The empty input still takes one permutation: the capacity alone is what it hashes.
    if !rest.is_empty() || blocks.is_empty() {
        absorb(&mut state, rest);
    }
    state[0]
}

/// Hash of an inner node, `hash(&[left, right])`: one permutation.
#[inline]
pub fn hash2(left: Field, right: Field) -> Field {
    let mut state = [left, right, Field::ZERO, TWO_ELEMENTS];
    permute(&mut state);
    state[0]
}

const TWO_ELEMENTS: Field = initial_capacity(2);

const fn initial_capacity(length: usize) -> Field {
    Field::from_u128((length as u128) << 64)
}

#[inline]
fn absorb(state: &mut [Field; WIDTH], block: &[Field]) {
    for (element, input) in state.iter_mut().zip(block) {
        *element += *input;
    }
    permute(state);
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    /// Grain LFSR of eprint 2019/458, appendix F, in self-shrinking mode.
    struct Grain(u128);

    impl Grain {
        fn seeded() -> Self {
            // field 1 (prime), S-box 0 (x^α), bits, width, full and partial rounds, thirty ones.
            let parts =
                [(1, 2), (0, 4), (254, 12), (4, 12), (8, 10), (56, 10), ((1 << 30) - 1, 30)];
            let mut bits = 0u128;
            for (value, width) in parts {
                bits = bits << width | value;
            }
            let mut grain = Self(bits);
            for _ in 0..160 {
                grain.shift();
            }
            grain
        }

        /// Bit 0 of the register is the most significant of the 80.
        fn shift(&mut self) -> bool {
            let bit = |position: u32| self.0 >> (79 - position) & 1;
            let new = bit(62) ^ bit(51) ^ bit(38) ^ bit(23) ^ bit(13) ^ bit(0);
            self.0 = (self.0 << 1 | new) & ((1 << 80) - 1);
            new == 1
        }

        fn bit(&mut self) -> bool {
            while !self.shift() {
                self.shift();
            }
            self.shift()
        }

        fn draw(&mut self) -> [u64; 4] {
            let mut words = [0u64; 4];
            for position in (0..254).rev() {
                words[position / 64] |= u64::from(self.bit()) << (position % 64);
            }
            words
        }

        fn element(&mut self) -> Field {
            loop {
                if let Ok(element) = Field::from_words(self.draw()) {
                    return element;
                }
            }
        }

        /// The diagonal is drawn without discarding: numbers beyond the modulus are reduced.
        fn reduced(&mut self) -> Field {
            let words = self.draw();
            let shifted = words.map(Field::from_u64);
            let two_64 = Field::from_u128(1 << 64);
            ((shifted[3] * two_64 + shifted[2]) * two_64 + shifted[1]) * two_64 + shifted[0]
        }
    }

    /// Nothing up the sleeve: every constant is the output of a public generator.
    #[test]
    fn constants_follow_from_the_grain_lfsr() {
        let mut grain = Grain::seeded();
        let (first_half, second_half) = FULL_ROUNDS.split_at(4);
        let in_order: Vec<Field> = (first_half.iter().flatten())
            .chain(&PARTIAL_ROUNDS)
            .chain(second_half.iter().flatten())
            .copied()
            .collect();
        for (position, constant) in in_order.iter().enumerate() {
            assert_eq!(grain.element(), *constant, "constant {position}");
        }

        // Four diagonals fail the designers' subspace test; the fifth is the one in use.
        for _ in 0..16 {
            grain.draw();
        }
        for diagonal in DIAGONAL_MINUS_ONE {
            assert_eq!(grain.reduced(), diagonal + Field::ONE);
        }
    }

    #[test]
    fn external_layer_is_the_matrix_of_the_paper() {
        let matrix = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];
        for column in 0..WIDTH {
            let mut state = [Field::ZERO; WIDTH];
            state[column] = Field::ONE;
            let mut loose = state.map(Loose::from_field);
            mix_external(&mut loose);
            let state = loose.map(Loose::into_field);
            assert_eq!(state, matrix.map(|row| Field::from_u64(row[column])));
        }
    }

    #[test]
    fn empty_input_is_one_permutation_of_zeros() {
        let mut state = [Field::ZERO; WIDTH];
        permute(&mut state);
        assert_eq!(hash(&[]), state[0]);
    }
}
