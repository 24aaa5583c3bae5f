//! Client order ids.

use core::fmt;
use core::hash::{Hash, Hasher};
use core::num::NonZeroU8;

/// `[A-Za-z0-9_-]{1,36}`, kept inline in 40 bytes so that an order can hold one without a pointer.
///
/// Equality and hashing look at five words, not at 36 bytes and a length.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub struct ClientId {
    bytes: [u8; ClientId::LENGTH_MAX],
    length: NonZeroU8,
}

impl ClientId {
    /// Longest id, in bytes: a hyphenated UUID.
    pub const LENGTH_MAX: usize = 36;

    /// None unless the bytes are `[A-Za-z0-9_-]{1,36}`.
    #[inline]
    pub fn from_bytes(id: &[u8]) -> Option<Self> {
        let length = NonZeroU8::new(u8::try_from(id.len()).ok()?)?;
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        if !id.iter().all(|&byte| IS_LEGAL[byte as usize]) {
            return None;
        }
        Some(Self { bytes, length })
    }

    /// The id's bytes, 1 to 36.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length.get() as usize).unwrap_or(&self.bytes)
    }

    /// The id as text; legal ids are ASCII.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The whole value as five words; equal ids have equal words.
    #[inline]
    pub fn words(&self) -> [u64; 5] {
        let word = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&self.bytes[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let [a, b, c, d] = [self.bytes[32], self.bytes[33], self.bytes[34], self.bytes[35]];
        let last = u64::from_le_bytes([a, b, c, d, self.length.get(), 0, 0, 0]);
        [word(0), word(8), word(16), word(24), last]
    }
}

const IS_LEGAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        table[byte] = character.is_ascii_alphanumeric() || character == b'_' || character == b'-';
        byte += 1;
    }
    table
};

impl PartialEq for ClientId {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let (own, others) = (self.words(), other.words());
        // Without branches: ids of one client share long prefixes, so an early exit seldom pays.
        (own[0] ^ others[0])
            | (own[1] ^ others[1])
            | (own[2] ^ others[2])
            | (own[3] ^ others[3])
            | (own[4] ^ others[4])
            == 0
    }
}

impl Eq for ClientId {}

impl Hash for ClientId {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        for word in self.words() {
            state.write_u64(word);
        }
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ClientId({})", self.as_str())
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::ClientId;

    #[test]
    fn holds_legal_ids_only() {
        for id in ["a", "Z-9_", "123456789012345678901234567890123456"] {
            assert_eq!(
                ClientId::from_bytes(id.as_bytes()).map(|id| id.words()[4] >> 32),
                Some(id.len() as u64)
            );
        }
        for id in
            ["", "1234567890123456789012345678901234567", "a b", "a\0", "é", "a/b", "\u{202e}"]
        {
            assert_eq!(ClientId::from_bytes(id.as_bytes()), None, "{id:?}");
        }
        assert_eq!(ClientId::from_bytes(&[b'a'; 256]), None);
        assert_eq!(ClientId::from_bytes(&[0xff]), None);
    }

    #[test]
    fn differs_in_every_byte_and_in_length() {
        let longest = [b'x'; 36];
        let id = ClientId::from_bytes(&longest).expect("legal");
        for at in 0..36 {
            let mut other = longest;
            other[at] = b'y';
            assert_ne!(ClientId::from_bytes(&other).expect("legal"), id);
            assert_ne!(ClientId::from_bytes(&longest[..at.max(1)]).expect("legal"), id);
        }
        assert_eq!(ClientId::from_bytes(&longest), Some(id));
        assert_eq!(id.as_str().as_bytes(), longest);
    }

    #[test]
    fn an_absent_id_takes_no_room() {
        assert_eq!(size_of::<Option<ClientId>>(), 40);
    }
}
