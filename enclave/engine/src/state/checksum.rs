//! A checksum of the top of a book, for readers of the feed to compare theirs with (docs/wire.md, `ticker`).

use sealbook_wire::Side;
use sealbook_wire::crc32c::crc32c;

use super::State;
use crate::book::Book;

/// Levels of each side it covers.
const LEVELS: usize = 10;
/// `u32 price ‖ u64 lots`.
const LEVEL_BYTES: usize = 12;
/// Between the bids and the asks: without it a bid could pass for an ask.
const BETWEEN: u8 = b'/';

impl<B: Book> State<B> {
    /// CRC-32C of the ten best levels of each side.
    pub fn book_checksum(&self, instrument: u16) -> u32 {
        let mut bytes = [0; 2 * LEVELS * LEVEL_BYTES + 1];
        let mut used = 0;
        for side in Side::ALL {
            used = self.put_levels(instrument, side, &mut bytes, used);
            if side == Side::Buy {
                bytes[used] = BETWEEN;
                used += 1;
            }
        }
        crc32c(&bytes[..used])
    }

    fn put_levels(&self, instrument: u16, side: Side, bytes: &mut [u8], start: usize) -> usize {
        let book = &self.books[usize::from(instrument)];
        let (mut used, mut last) = (start, 0);
        let mut handle = book.head(&self.orders, side);
        while handle != 0 {
            let price = self.orders.get(handle).price_ticks;
            if price != last {
                if used == start + LEVELS * LEVEL_BYTES {
                    break;
                }
                let lots = book.lots_at(&self.orders, side, price);
                bytes[used..used + 4].copy_from_slice(&price.to_le_bytes());
                bytes[used + 4..used + LEVEL_BYTES].copy_from_slice(&lots.to_le_bytes());
                (used, last) = (used + LEVEL_BYTES, price);
            }
            handle = book.after(&self.orders, handle);
        }
        used
    }
}
