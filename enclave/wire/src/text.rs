//! Short names.

use core::fmt;

/// Printable ASCII, at most 64 bytes, kept inline.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text {
    bytes: [u8; Text::LENGTH_MAX],
    length: u8,
}

impl Text {
    /// Longest text, in bytes.
    pub const LENGTH_MAX: usize = 64;

    /// None unless the bytes are printable ASCII (0x20 to 0x7E), at most 64.
    pub fn from_bytes(text: &[u8]) -> Option<Self> {
        if !text.iter().all(|byte| matches!(byte, 0x20..=0x7e)) {
            return None;
        }
        let mut bytes = [0; Self::LENGTH_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Self { bytes, length: text.len() as u8 })
    }

    /// The text's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length as usize).unwrap_or(&self.bytes)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.as_str())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn holds_printable_ascii_only() {
        for text in ["", "BTC-PERP", " ~", core::str::from_utf8(&[b'x'; 64]).expect("ascii")] {
            assert_eq!(Text::from_bytes(text.as_bytes()).expect("legal").as_str(), text);
        }
        for text in ["é", "\n", "a\x7f", "\0", core::str::from_utf8(&[b'x'; 65]).expect("ascii")] {
            assert_eq!(Text::from_bytes(text.as_bytes()), None, "{text:?}");
        }
    }
}
