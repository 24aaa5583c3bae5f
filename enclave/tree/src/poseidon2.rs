//! Poseidon2 (Grassi, Khovratovich, Schofnegger, eprint 2023/323) over BN254 with Barretenberg's
//! parameters: width 4, S-box x^5, 4 + 4 full and 56 partial rounds.

use crate::constants::{DIAGONAL_MINUS_ONE, FULL_ROUNDS, PARTIAL_ROUNDS};
use crate::field::Field;

/// Width of the permutation, in field elements.
const WIDTH: usize = 4;
/// Elements absorbed per permutation; the fourth holds the length.
const RATE: usize = WIDTH - 1;

/// The Poseidon2 permutation.
pub fn permute(state: &mut [Field; WIDTH]) {
    let (first_half, second_half) = FULL_ROUNDS.split_at(FULL_ROUNDS.len() / 2);

    // The linear layer before the first round is what distinguishes Poseidon2 from Poseidon: without
    // it the first S-boxes would see the inputs one by one.
    mix_external(state);
    for constants in first_half {
        full_round(state, constants);
    }
    for constant in &PARTIAL_ROUNDS {
        partial_round(state, *constant);
    }
    for constants in second_half {
        full_round(state, constants);
    }
}

#[inline]
fn full_round(state: &mut [Field; WIDTH], constants: &[Field; WIDTH]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = (*element + *constant).fifth_power();
    }
    mix_external(state);
}

/// Multiplies by the 4 × 4 matrix `[5 7 1 3; 4 6 1 1; 1 3 5 7; 1 1 4 6]` with additions only (section
/// 5.1 of the paper).
#[inline]
fn mix_external(state: &mut [Field; WIDTH]) {
    let [a, b, c, d] = *state;
    let ab = a + b;
    let cd = c + d;
    let b2_cd = b.double() + cd;
    let d2_ab = d.double() + ab;
    let row4 = cd.double().double() + d2_ab;
    let row2 = ab.double().double() + b2_cd;
    *state = [d2_ab + row2, row2, b2_cd + row4, row4];
}

/// S-box on the first element only, then the internal layer: the matrix of ones plus a diagonal scales
/// each element and adds the sum of all (section 5.2).
///
/// The S-box is a chain of three products that wait for each other, the three scalings are free of it;
/// written alternately they fill each other's gaps, which the processor's window alone is too short to
/// find (measured: a fifth of the whole permutation).
#[inline(always)]
fn partial_round(state: &mut [Field; WIDTH], constant: Field) {
    let [a, b, c, d] = *state;
    let others = b + (c + d);
    let a = a + constant;
    let square = a * a;
    let b = b * DIAGONAL_MINUS_ONE[1];
    let fourth = square * square;
    let c = c * DIAGONAL_MINUS_ONE[2];
    let a = fourth * a;
    let d = d * DIAGONAL_MINUS_ONE[3];
    let sum = others + a;
    *state = [a * DIAGONAL_MINUS_ONE[0] + sum, b + sum, c + sum, d + sum];
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
            mix_external(&mut state);
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
