//! Entries of the on-chain inbox (docs/boundaries.md section 5).

use crate::error::ParseError;
use crate::generated::{InboxEntry, InboxKind, Reject};
use crate::header::{Word, address, uint};

/// Bytes of an entry on ring 0, behind its `u64 index`.
pub const ENTRY_LENGTH: usize = 96;
/// Bytes of the entry that carry something; the rest is zero.
const USED_LENGTH: usize = 70;

/// Reads `u8 kind | owner 20 | u8 subaccount | u64 amount | data 32 | u64 at | 26 zero`. `OutOfRange` if the kind is unknown,
/// `BadFrame` if the padding is not zero.
pub fn parse(index: u64, bytes: &[u8; ENTRY_LENGTH]) -> Result<InboxEntry, ParseError> {
    let kind = InboxKind::from_u8(bytes[0]).ok_or(ParseError::at(Reject::OutOfRange, 0))?;
    if bytes[USED_LENGTH..].iter().any(|&byte| byte != 0) {
        return Err(ParseError::at(Reject::BadFrame, USED_LENGTH));
    }
    Ok(InboxEntry {
        index,
        kind,
        owner: part(bytes, 1),
        subaccount: bytes[21],
        amount: u64::from_le_bytes(part(bytes, 22)),
        data: part(bytes, 30),
        at: u64::from_le_bytes(part(bytes, 62)),
    })
}

/// The entry's bytes on the ring, without its index.
pub fn emit(entry: &InboxEntry) -> [u8; ENTRY_LENGTH] {
    let mut out = [0; ENTRY_LENGTH];
    out[0] = entry.kind as u8;
    out[1..21].copy_from_slice(&entry.owner);
    out[21] = entry.subaccount;
    out[22..30].copy_from_slice(&entry.amount.to_le_bytes());
    out[30..62].copy_from_slice(&entry.data);
    out[62..70].copy_from_slice(&entry.at.to_le_bytes());
    out
}

/// What keccak256 turns into the rolling hash behind this entry:
/// `abi.encode(bytes32 before, uint64 index, uint8 kind, address owner, uint8 subaccount, uint64 amount, bytes32 data, uint64 at)`.
pub fn hash_words(before: &Word, entry: &InboxEntry) -> [Word; 8] {
    [
        *before,
        uint(entry.index),
        uint(entry.kind as u64),
        address(&entry.owner),
        uint(entry.subaccount.into()),
        uint(entry.amount),
        entry.data,
        uint(entry.at),
    ]
}

fn part<const N: usize>(bytes: &[u8; ENTRY_LENGTH], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        let entry = InboxEntry {
            index: 7,
            kind: InboxKind::Deposit,
            owner: [1; 20],
            subaccount: 2,
            amount: u64::MAX,
            data: [3; 32],
            at: 1 << 40,
        };
        let bytes = emit(&entry);
        assert_eq!(parse(7, &bytes), Ok(entry));
        for (at, value) in [(0, 0), (0, 7), (70, 1), (95, 1)] {
            let mut bad = bytes;
            bad[at] = value;
            assert!(parse(7, &bad).is_err(), "byte {at} = {value}");
        }
    }
}
