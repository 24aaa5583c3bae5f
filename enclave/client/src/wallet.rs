//! The account's wallet: the one key that says who the client is.

use k256::ecdsa::SigningKey;
use sha3::{Digest, Keccak256};

use crate::error::ClientError;

/// A secp256k1 key that signs delegations. Prints as its address, never as its key.
pub struct Wallet {
    key: SigningKey,
    address: [u8; 20],
}

impl Wallet {
    /// From 32 bytes; [`ClientError::WalletKey`] if they are zero or not below the curve order.
    pub fn from_bytes(key: &[u8; 32]) -> Result<Self, ClientError> {
        let key = SigningKey::from_slice(key).map_err(|_| ClientError::WalletKey)?;
        // Yellow Paper appendix F: the last 20 bytes of Keccak-256 over the uncompressed point without its 0x04.
        let point = key.verifying_key().to_sec1_point(false);
        let hash = keccak(&[point.as_bytes().get(1..).unwrap_or_default()]);
        let mut address = [0; 20];
        address.copy_from_slice(&hash[12..]);
        Ok(Self { key, address })
    }

    /// From 64 hex digits, with or without `0x`, as wallets export them.
    pub fn from_hex(text: &str) -> Result<Self, ClientError> {
        parse_hex(text).ok_or(ClientError::WalletKey).and_then(|key| Self::from_bytes(&key))
    }

    /// The account's owner on chain.
    pub const fn address(&self) -> [u8; 20] {
        self.address
    }

    /// `r ‖ s ‖ v` over a digest, low s, v 27 or 28: what `ecrecover` takes.
    pub fn sign(&self, digest: &[u8; 32]) -> [u8; 65] {
        let (signature, recovery) = self.key.sign_prehash_recoverable(digest);
        let mut bytes = [0; 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes[64] = 27 + recovery.to_byte();
        bytes
    }
}

impl std::fmt::Debug for Wallet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Wallet(0x")?;
        self.address.iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
        write!(out, ")")
    }
}

/// Keccak-256 of the parts, one after another.
pub(crate) fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// Exactly `N` bytes of hex, `0x` allowed. None: anything else.
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits).as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = (high << 4 | low) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

    /// Key and address of EIP-155's example.
    const KEY: &str = "0x4646464646464646464646464646464646464646464646464646464646464646";
    const ADDRESS: &str = "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f";

    #[test]
    fn address_is_the_examples() {
        let wallet = Wallet::from_hex(KEY).unwrap();
        assert_eq!(wallet.address(), parse_hex(ADDRESS).unwrap());
        assert_eq!(format!("{wallet:?}"), format!("Wallet(0x{ADDRESS})"));
    }

    #[test]
    fn signature_recovers_to_the_wallet() {
        let wallet = Wallet::from_hex(KEY).unwrap();
        for seed in 0..16u8 {
            let digest = keccak(&[&[seed]]);
            let bytes = wallet.sign(&digest);
            let signature = Signature::from_slice(&bytes[..64]).unwrap();
            assert_eq!(signature.normalize_s(), signature, "low s");
            let recovery = RecoveryId::from_byte(bytes[64] - 27).unwrap();
            let key = VerifyingKey::recover_from_prehash(&digest, &signature, recovery).unwrap();
            assert_eq!(&key, wallet.key.verifying_key());
        }
    }

    #[test]
    fn refuses_what_is_no_key() {
        let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
        for bad in ["", "0x", "46", &KEY[..65], &"0".repeat(64), order, &"g".repeat(64)] {
            assert!(Wallet::from_hex(bad).is_err(), "{bad}");
        }
    }
}
