//! Keys that live for one boot: born inside, attested by the report, never sealed, gone with the process.

use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::{Deserializable, Kem as _, Serializable};
use k256::ecdsa::SigningKey;
use sealbook_wire::evidence::ReportClaims;
use sha2::{Digest, Sha256};

use crate::eip712::address_of;
use crate::error::{Error, Result};
use crate::platform::{Platform, REPORT_DATA_BYTES};

/// X25519 private key of the enclave: what sessions are sealed to.
pub type EncryptionKey = <Kem as hpke::Kem>::PrivateKey;

/// The per-boot keys.
pub struct BootKeys {
    /// Signs batches, epoch openings and heads.
    pub signer: SigningKey,
    /// Address of the signer.
    pub signer_address: [u8; 20],
    /// Opens sessions.
    pub encryption: EncryptionKey,
    /// Public half of `encryption`.
    pub encryption_public: [u8; 32],
    /// Key of the journal's blinds (docs/boundaries.md section 3).
    pub blind: [u8; 16],
}

impl BootKeys {
    /// Draws fresh keys from the CPU.
    ///
    /// # Errors
    /// `Platform` if randomness fails.
    pub fn generate(platform: &dyn Platform) -> Result<Self> {
        let signer = loop {
            let mut secret = [0; 32];
            platform.random(&mut secret)?;
            // Zero or at least the group order: one draw in 2^128.
            if let Ok(key) = SigningKey::from_slice(&secret) {
                break key;
            }
        };
        let mut secret = [0; 32];
        platform.random(&mut secret)?;
        let encryption = EncryptionKey::from_bytes(&secret).map_err(|_| Error::Fault)?;
        let mut encryption_public = [0; 32];
        encryption_public.copy_from_slice(&Kem::sk_to_pk(&encryption).to_bytes());
        let mut blind = [0; 16];
        platform.random(&mut blind)?;
        let signer_address = address_of(signer.verifying_key());
        Ok(BootKeys { signer, signer_address, encryption, encryption_public, blind })
    }

    /// The 64 bytes a report binds (docs/boundaries.md section 6).
    pub fn report_data(
        &self,
        chain_id: u64,
        registry: &[u8; 20],
        block_hash: &[u8; 32],
        config_hash: &[u8; 32],
    ) -> [u8; REPORT_DATA_BYTES] {
        let claims = ReportClaims {
            chain_id,
            registry: *registry,
            signer: self.signer_address,
            encryption_key: self.encryption_public,
            block_hash: *block_hash,
            config_hash: *config_hash,
        };
        let mut data = [0; REPORT_DATA_BYTES];
        data[..32].copy_from_slice(&Sha256::digest(claims.preimage()));
        data
    }
}
