//! The committed view: leaves as 256-bit integers (docs/state.md). The tree crate hashes them.
//!
//! A word is four u64 limbs, least significant first.

use super::State;
use super::account::Account;
use super::instrument::{Instrument, OptionTerms};
use crate::book::Book;
use crate::limits::POSITIONS_PER_ACCOUNT_MAX;

/// A 256-bit integer, least significant limb first.
pub type Word = [u64; 4];

/// Words of an account leaf.
pub const ACCOUNT_WORDS: usize = 4 + POSITIONS_PER_ACCOUNT_MAX;

/// Words of an instrument leaf: three blocks of the sponge.
pub const INSTRUMENT_WORDS: usize = 9;

/// A big-endian number as a word.
fn from_big_endian(bytes: &[u8; 32]) -> Word {
    let limb =
        |at: usize| bytes[at..at + 8].iter().fold(0, |limb, &byte| limb << 8 | u64::from(byte));
    [limb(24), limb(16), limb(8), limb(0)]
}

/// Low 96 bits of a signed number, two's complement.
fn low_96(value: i128) -> u128 {
    value as u128 & ((1 << 96) - 1)
}

/// `instrument + size·2^16 + cost·2^80 + funding index·2^144`.
fn position_word(instrument: u16, size: i64, cost: i64, funding_index: i128) -> Word {
    let (size, cost) = (size as u64, cost as u64);
    let index = low_96(funding_index);
    // Bits 0–63: instrument, 48 of size. 64–127: 16 of size, 48 of cost. 128–191: 16 of cost, 48 of index. 192–239: 48 of index.
    [
        u64::from(instrument) | size << 16,
        size >> 48 | cost << 16,
        cost >> 48 | (index as u64) << 16,
        (index >> 48) as u64,
    ]
}

/// The twenty words of an account's leaf. (An account that was never opened has the leaf 0, not these.)
pub fn account_words(account: &Account) -> [Word; ACCOUNT_WORDS] {
    let mut words = [[0; 4]; ACCOUNT_WORDS];
    let mut owner = [0; 32];
    owner[10] = account.flags;
    owner[11] = account.subaccount;
    owner[12..].copy_from_slice(&account.owner);
    words[0] = from_big_endian(&owner);
    words[1] = from_big_endian(&account.key[0]);
    words[2] = from_big_endian(&account.key[1]);
    words[3] = [account.collateral as u64, account.nonce, 0, 0];
    let mut open = [(0, 0); POSITIONS_PER_ACCOUNT_MAX];
    let mut count = 0;
    for (index, instrument) in account.used() {
        if account.slots[index].size != 0 {
            open[count] = (instrument, index);
            count += 1;
        }
    }
    open[..count].sort_unstable();
    for (word, &(instrument, index)) in words[4..].iter_mut().zip(&open[..count]) {
        let slot = &account.slots[index];
        *word = position_word(instrument, slot.size, slot.cost, slot.funding_index);
    }
    words
}

/// The nine words of an instrument's leaf: what an exit pays by (marks, funding), and what a requirement is made of (fractions, ramps,
/// an option's terms), so that whoever holds the data can recompute every account's health.
pub fn instrument_words(instrument: &Instrument) -> [Word; INSTRUMENT_WORDS] {
    let low = u64::from(instrument.id)
        | u64::from(instrument.kind as u8) << 16
        | u64::from(instrument.mode as u8) << 24
        | u64::from(instrument.initial_ppm) << 32;
    let middle =
        u64::from(instrument.maintenance_ppm) | u64::from(instrument.maker_fee.0 as u32) << 32;
    let high = u64::from(instrument.taker_fee.0 as u32);
    let index = low_96(instrument.funding_index);
    [
        [low, middle, high, 0],
        [instrument.tick_value.0, 0, 0, 0],
        [instrument.mark.0 as u64, instrument.index.0 as u64, 0, 0],
        [index as u64, (index >> 64) as u64, 0, 0],
        [instrument.funding_pool as u64, 0, 0, 0],
        [instrument.open_interest, 0, 0, 0],
        limits_word(instrument),
        terms_word(&instrument.option),
        [instrument.option.initial_short, instrument.option.maintenance_short, 0, 0],
    ]
}

/// `initial ppm now + ramp ppm·2^32 + ramp shift·2^64 + liquidation fee ppm·2^72 + highest price·2^104 + largest order·2^136`.
fn limits_word(instrument: &Instrument) -> Word {
    let fee = u128::from(instrument.liquidation_fee_ppm);
    let price = u128::from(instrument.price_ticks_max);
    let lots = u128::from(instrument.lots_max);
    // From bit 64 on: the shift takes 8 bits, then three numbers of 32.
    let high = u128::from(instrument.risk.ramp_shift) | fee << 8 | price << 40 | lots << 72;
    [
        u64::from(instrument.initial_now_ppm) | u64::from(instrument.risk.ramp_ppm) << 32,
        high as u64,
        (high >> 64) as u64,
        0,
    ]
}

/// `strike + expiry·2^64 + underlying·2^128 + is call·2^144 + is settled·2^152`; 0 for a perpetual.
fn terms_word(option: &OptionTerms) -> Word {
    let high = u64::from(option.underlying)
        | u64::from(option.is_call) << 16
        | u64::from(option.is_settled) << 24;
    [option.strike as u64, option.expiry_us, high, 0]
}

impl<B: Book> State<B> {
    /// Leaf words of an account that exists.
    pub fn leaf_words(&self, account: u32) -> Option<[Word; ACCOUNT_WORDS]> {
        self.accounts.get(account as usize).map(account_words)
    }

    /// Leaf words of a listed instrument.
    pub fn instrument_words(&self, instrument: u16) -> Option<[Word; INSTRUMENT_WORDS]> {
        self.instrument(instrument).map(instrument_words)
    }

    /// The venue's word: oracle round + next account id · 2^64.
    pub fn venue_word(&self) -> Word {
        [self.venue.oracle_round, self.accounts.len() as u64, 0, 0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_packed_bit_by_bit() {
        let word = position_word(0x1234, -2, 3, -1);
        let mut expected = [0_u64; 4];
        let mut put = |value: u128, at: usize, bits: usize| {
            for bit in 0..bits {
                let target = at + bit;
                expected[target / 64] |= ((value >> bit & 1) as u64) << (target % 64);
            }
        };
        put(0x1234, 0, 16);
        put((-2_i64) as u64 as u128, 16, 64);
        put(3, 80, 64);
        put((-1_i128) as u128, 144, 96);
        assert_eq!(word, expected);
        assert_eq!(word[3] >> 48, 0, "below 2^240");
    }

    #[test]
    fn the_owner_word_holds_owner_subaccount_and_flags() {
        let mut account = Account::new([0xab; 20], 7);
        account.flags = 1;
        account.collateral = -1;
        account.nonce = 9;
        let words = account_words(&account);
        assert_eq!(words[0], [0xabab_abab_abab_abab, 0xabab_abab_abab_abab, 0x0107_abab_abab, 0]);
        assert_eq!(words[3], [u64::MAX, 9, 0, 0]);
        assert!(words[4..].iter().all(|word| *word == [0; 4]));
    }

    #[test]
    fn limits_and_terms_are_packed_bit_by_bit() {
        let mut instrument = Instrument {
            initial_now_ppm: 0x0102_0304,
            liquidation_fee_ppm: 0x1112_1314,
            price_ticks_max: 0x2122_2324,
            lots_max: 0x3132_3334,
            ..Instrument::BLANK
        };
        (instrument.risk.ramp_ppm, instrument.risk.ramp_shift) = (0x4142_4344, 0x51);
        let option = &mut instrument.option;
        (option.underlying, option.is_call, option.is_settled) = (0x6162, true, true);
        (option.strike, option.expiry_us) = (7, 8);
        (option.initial_short, option.maintenance_short) = (9, 10);
        let words = instrument_words(&instrument);
        assert_eq!(
            words[6],
            [0x4142_4344_0102_0304, 0x2223_2411_1213_1451, 0x0031_3233_3421, 0],
            "{:x?}",
            words[6]
        );
        assert_eq!(words[7], [7, 8, 0x0101_6162, 0]);
        assert_eq!(words[8], [9, 10, 0, 0]);
    }

    #[test]
    fn positions_are_sorted_by_instrument() {
        let mut account = Account::new([1; 20], 0);
        for (slot, instrument, size) in [(0, 9, 1), (1, 2, 5), (2, 5, 0)] {
            account.claim(slot, instrument);
            account.slots[slot].size = size;
        }
        let words = account_words(&account);
        assert_eq!((words[4][0], words[5][0], words[6]), (2 | 5 << 16, 9 | 1 << 16, [0; 4]));
    }
}
