//! What a wallet signs: this session key may act for this account (EIP-712).

use crate::wallet::keccak;

/// Place and amend.
pub const SCOPE_TRADE: u8 = 1;
/// Cancel, cancel-all, queries.
pub const SCOPE_CANCEL: u8 = 1 << 1;
/// Withdraw.
pub const SCOPE_WITHDRAW: u8 = 1 << 2;

/// The typed data of docs/boundaries.md section 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The wallet.
    pub account: [u8; 20],
    /// Sub-account of the owner.
    pub subaccount: u8,
    /// X25519 key of the client.
    pub session_key: [u8; 32],
    /// `SCOPE_*` bits.
    pub scopes: u8,
    /// Unix seconds.
    pub expiry: u64,
    /// A `revoke` voids delegations with a lower one.
    pub nonce: u64,
}

const DOMAIN: &[u8] =
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const TYPE: &[u8] = b"Delegation(address account,uint8 subaccount,bytes32 sessionKey,uint8 scopes,uint64 expiry,uint64 nonce)";

impl Delegation {
    /// EIP-712: `keccak256(0x1901 ‖ domain separator ‖ struct hash)`.
    pub fn digest(&self, chain_id: u64, settlement: &[u8; 20]) -> [u8; 32] {
        let domain = keccak(&[
            &keccak(&[DOMAIN]),
            &keccak(&[b"sealbook"]),
            &keccak(&[b"1"]),
            &word(&chain_id.to_be_bytes()),
            &word(settlement),
        ]);
        let fields = keccak(&[
            &keccak(&[TYPE]),
            &word(&self.account),
            &word(&[self.subaccount]),
            &self.session_key,
            &word(&[self.scopes]),
            &word(&self.expiry.to_be_bytes()),
            &word(&self.nonce.to_be_bytes()),
        ]);
        keccak(&[&[0x19, 0x01], &domain, &fields])
    }
}

/// A big-endian value in its ABI word: zeros in front.
fn word<const N: usize>(value: &[u8; N]) -> [u8; 32] {
    let mut word = [0; 32];
    word[32 - N..].copy_from_slice(value);
    word
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::wallet::parse_hex;

    /// The expected digest is what ethers 6.17 `TypedDataEncoder.hash` says for the same values.
    #[test]
    fn digest_is_what_wallets_sign() {
        let delegation = Delegation {
            account: [0x11; 20],
            subaccount: 3,
            session_key: [0x22; 32],
            scopes: SCOPE_TRADE | SCOPE_CANCEL,
            expiry: 1_900_000_000,
            nonce: 42,
        };
        assert_eq!(delegation.digest(31_337, &[0x33; 20]), parse_hex(EXPECTED).unwrap());
    }

    const EXPECTED: &str = "0x7e7d98fa2a622b384f4ad2c19125b5df007ecfcae74bd7424955aafe8a93c6cd";
}
