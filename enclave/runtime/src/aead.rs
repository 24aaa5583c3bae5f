//! AES-256-GCM in place, over contexts that are kept (docs/boundaries.md sections 1 and 3).

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};

/// Length of the tag, bytes.
pub const TAG_BYTES: usize = 16;

/// One key, expanded once.
pub struct Key(Aes256Gcm);

impl Key {
    /// Expands a key.
    pub fn new(key: &[u8; 32]) -> Self {
        Key(Aes256Gcm::new(key.into()))
    }

    /// Encrypts `buffer[..length − 16]` in place and writes the tag behind it.
    ///
    /// Assumption: `buffer` is at least a tag long and far below GCM's 64 GiB, both fixed by our own layouts.
    #[inline]
    pub fn seal(&self, nonce: &[u8; 12], aad: &[u8], buffer: &mut [u8]) {
        let at = buffer.len() - TAG_BYTES;
        let (text, tag) = buffer.split_at_mut(at);
        let computed = self
            .0
            .encrypt_inout_detached(nonce.into(), aad, text.into())
            .expect("GCM refuses only messages above 64 GiB");
        tag.copy_from_slice(&computed);
    }

    /// Checks the tag at the end of `buffer` and decrypts the rest in place. `None`: not sealed under this key, nonce and aad; the
    /// buffer is then unspecified.
    #[inline]
    pub fn open<'a>(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        buffer: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        let at = buffer.len().checked_sub(TAG_BYTES)?;
        let (text, tag) = buffer.split_at_mut(at);
        let tag: &[u8; TAG_BYTES] = (&*tag).try_into().ok()?;
        self.0.decrypt_inout_detached(nonce.into(), aad, (&mut *text).into(), tag.into()).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let key = Key::new(&[1; 32]);
        let mut sealed = b"a command".to_vec();
        sealed.extend_from_slice(&[0; TAG_BYTES]);
        key.seal(&[2; 12], b"aad", &mut sealed);
        assert_eq!(
            key.open(&[2; 12], b"aad", &mut sealed.clone()).as_deref(),
            Some(&b"a command"[..])
        );
        assert!(key.open(&[3; 12], b"aad", &mut sealed.clone()).is_none());
        assert!(key.open(&[2; 12], b"aae", &mut sealed.clone()).is_none());
        assert!(Key::new(&[9; 32]).open(&[2; 12], b"aad", &mut sealed.clone()).is_none());
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&[2; 12], b"aad", &mut bad).is_none(), "bit {bit}");
        }
        assert!(key.open(&[2; 12], b"aad", &mut sealed[..15]).is_none());
    }
}
