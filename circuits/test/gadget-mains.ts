/** Main files around gadgets: what each returns is compared with plain arithmetic, and each of its ranges with its ends. */

/** One function of `arithmetic.nr`, chosen by `which`. */
export const ARITHMETIC = `mod gadgets;
use gadgets::arithmetic;
fn main(which: Field, a: Field, b: Field, is_wanted: bool) -> pub Field {
    let mut out = 0;
    if which == 0 { out = arithmetic::raw_64(a); }
    if which == 1 { let (size, is_negative) = arithmetic::magnitude::<41>(a); out = size + 2 * (is_negative as Field) * (a + size); }
    if which == 2 { arithmetic::assert_signed::<64>(a, 0x8000000000000000); }
    if which == 3 { out = arithmetic::divide_ceil_million(a); }
    if which == 4 { out = arithmetic::divide_floor_million(a); }
    if which == 5 { out = arithmetic::divide_ceil_2_32(a); }
    if which == 6 { out = arithmetic::divide_floor_if(is_wanted, a, b); }
    if which == 7 { out = arithmetic::lesser::<64>(a, b); }
    if which == 8 { arithmetic::assert_bits_if::<8>(is_wanted, a); }
    if which == 9 { arithmetic::assert_zero_if(is_wanted, a, "zero"); }
    out
}`;

/** A position's word read and one written, a leaf compacted, an order's fills counted. The order's id is `low + 4 word + 32 high`. */
export const LEAVES = `mod gadgets;
use gadgets::compaction::compact;
use gadgets::fills::{count, OrderId};
use gadgets::position::{close, open};
fn main(word: Field, size: Field, cost: Field, places: [Field; 16], fills: Field, low: [bool; 2], id_word: u8, high: Field, most: Field, lots: Field, is_wanted: bool) -> pub [Field; 4] {
    let before = open(word, 3);
    let closed = close(3, size, cost, -1, 0xffffffffffffffffffffffff);
    let (leaf, held) = compact(places);
    let id = OrderId { low, word: id_word, high };
    id.check();
    let after = count(is_wanted, fills, id, most, lots);
    [before.size, closed.word, held + leaf[0], after]
}`;

/** An instrument at its prices, what a lot of it requires, and its totals. */
export const INSTRUMENTS = `mod gadgets;
use gadgets::instrument::{priced, Prices, signed_64, with_totals};
use gadgets::requirement::of_a_lot;
fn main(words: [Field; 9], mark: Field, index: Field, funding_index: Field, lots: Field, is_short: bool, interest: Field, pool: Field, owed: Field) -> pub [Field; 5] {
    let (terms, after) = priced(words, Prices { mark, index, funding_index });
    let lot = of_a_lot(lots, is_short, terms);
    let closed = with_totals(after, signed_64(pool) + owed, interest);
    [after[8], lot.initial, lot.maintenance, closed[4], closed[5]]
}`;
