//! Everything that is signed for the chain or by a wallet: EIP-712 digests, signing and recovery (docs/boundaries.md sections 1 and 4).

use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use sealbook_wire::header::{
    BatchHeader, DOMAIN_NAME, DOMAIN_TYPE, DOMAIN_VERSION, Delegation, OpenEpoch, Word, address,
    uint,
};

use crate::keccak::{keccak, keccak_words};

const HEAD_TYPE: &str = "Head(uint64 epoch,uint64 sequence,bytes32 chainHash)";

/// Separator of the domain `sealbook`, version 1, at one settlement contract on one chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    separator: Word,
}

impl Domain {
    /// The venue's domain.
    pub fn new(chain_id: u64, settlement: &[u8; 20]) -> Self {
        let separator = keccak_words(&[
            keccak(&[DOMAIN_TYPE.as_bytes()]),
            keccak(&[DOMAIN_NAME.as_bytes()]),
            keccak(&[DOMAIN_VERSION.as_bytes()]),
            uint(chain_id),
            address(settlement),
        ]);
        Domain { separator }
    }

    /// `keccak256(0x1901 ‖ separator ‖ hashStruct)` of a struct with only static fields.
    fn digest(&self, encoded_type: &str, data: &[Word]) -> Word {
        let mut words = Vec::with_capacity(1 + data.len());
        words.push(keccak(&[encoded_type.as_bytes()]));
        words.extend_from_slice(data);
        keccak(&[&[0x19, 0x01], &self.separator, &keccak_words(&words)])
    }

    /// Digest of a delegation.
    pub fn delegation(&self, delegation: &Delegation) -> Word {
        self.digest(Delegation::TYPE, &delegation.words())
    }

    /// Digest of a batch header.
    pub fn batch(&self, header: &BatchHeader) -> Word {
        self.digest(BatchHeader::TYPE, &header.words())
    }

    /// Digest of an epoch opening.
    pub fn open_epoch(&self, opening: &OpenEpoch) -> Word {
        self.digest(OpenEpoch::TYPE, &opening.words())
    }

    /// Digest of a chain head.
    pub fn head(&self, epoch: u64, sequence: u64, chain_hash: &Word) -> Word {
        self.digest(HEAD_TYPE, &[uint(epoch), uint(sequence), *chain_hash])
    }
}

/// Address of a public key: the last 20 bytes of the hash of its coordinates.
pub fn address_of(key: &VerifyingKey) -> [u8; 20] {
    let point = key.to_sec1_point(false);
    let hash = keccak(&[&point.as_bytes()[1..]]);
    let mut address = [0; 20];
    address.copy_from_slice(&hash[12..]);
    address
}

/// Signs a digest: `r ‖ s ‖ v` with low s and v 27 or 28, deterministic by RFC 6979.
pub fn sign(key: &SigningKey, digest: &Word) -> [u8; 65] {
    let (signature, recovery) = key.sign_prehash_recoverable(digest);
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&signature.to_bytes());
    bytes[64] = 27 + recovery.to_byte();
    bytes
}

/// The address that signed, or `None` for anything malformed. High s is refused (B29): one message, one signature.
pub fn recover(digest: &Word, signature: &[u8; 65]) -> Option<[u8; 20]> {
    let parsed = Signature::from_slice(&signature[..64]).ok()?;
    if parsed != parsed.normalize_s() {
        return None;
    }
    let recovery = RecoveryId::from_byte(signature[64].checked_sub(27).filter(|v| *v < 2)?)?;
    VerifyingKey::recover_from_prehash(digest, &parsed, recovery).ok().map(|key| address_of(&key))
}

#[cfg(test)]
mod test {
    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_slice(&[byte; 32]).expect("key")
    }

    #[test]
    fn the_first_anvil_account_has_its_published_address() {
        let secret: Vec<u8> = (0..32)
            .map(|i| {
                let hex = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
                u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")
            })
            .collect();
        let key = SigningKey::from_slice(&secret).expect("key");
        let address: String =
            address_of(key.verifying_key()).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(address, "f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    }

    #[test]
    fn recover_undoes_sign() {
        for byte in 1..20 {
            let digest = keccak(&[&[byte]]);
            let signature = sign(&key(byte), &digest);
            assert!(signature[64] == 27 || signature[64] == 28);
            assert_eq!(recover(&digest, &signature), Some(address_of(key(byte).verifying_key())));
        }
    }

    #[test]
    fn high_s_and_odd_v_are_refused() {
        let digest = keccak(&[b"x"]);
        let signature = sign(&key(5), &digest);
        for v in [0, 1, 26, 29, 255] {
            let mut odd = signature;
            odd[64] = v;
            assert_eq!(recover(&digest, &odd), None);
        }
        let mut r = [0; 32];
        r.copy_from_slice(&signature[..32]);
        let low = k256::ecdsa::Signature::from_slice(&signature[..64]).expect("parse");
        let high = Signature::from_scalars(r, (-*low.s()).to_bytes()).expect("high s");
        let mut malleable = [0; 65];
        malleable[..64].copy_from_slice(&high.to_bytes());
        malleable[64] = 55 - signature[64];
        assert_eq!(recover(&digest, &malleable), None);
        assert_eq!(recover(&digest, &[0; 65]), None);
    }

    #[test]
    fn domains_separate() {
        let here = Domain::new(31337, &[1; 20]);
        let digest = here.head(1, 2, &[3; 32]);
        assert_ne!(digest, Domain::new(1, &[1; 20]).head(1, 2, &[3; 32]));
        assert_ne!(digest, Domain::new(31337, &[2; 20]).head(1, 2, &[3; 32]));
    }
}
