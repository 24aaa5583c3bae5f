//! Opening a session: HPKE to the attested key, a wallet's delegation inside (docs/boundaries.md section 1).
//!
//! Costs about 0.2 ms (two X25519, one secp256k1 recovery) and runs on the matching thread; the host limits how often.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::{Deserializable, OpModeR};
use sealbook_wire::frame::{EXPORT_CLIENT_TO_SERVER, EXPORT_SERVER_TO_CLIENT, HPKE_INFO};
use sealbook_wire::header::Delegation;
use sealbook_wire::{Message, OpenSession, Reject};

use crate::aead::Key;
use crate::config::Config;
use crate::eip712;
use crate::error::Result;
use crate::keys::EncryptionKey;
use crate::platform::Platform;

/// An opening whose seal and delegation hold.
pub struct Opening<'a> {
    /// What the client asked for.
    pub request: OpenSession<'a>,
    /// The delegated session key.
    pub session_key: [u8; 32],
    context: Context,
}

type Context = hpke::aead::AeadCtxR<AesGcm256, HkdfSha256, Kem>;

/// The keys of a session, bound to our randomness: a replayed opening gets other keys, so its old frames do not open.
pub struct SessionKeys {
    /// Sent in the clear with the reply.
    pub server_random: [u8; 32],
    /// Non-zero.
    pub id: u64,
    /// Client → server.
    pub inward: Key,
    /// Server → client.
    pub outward: Key,
}

/// Opens the seal and checks who delegated. `plaintext` receives the message.
///
/// # Errors
/// The reject the client is told, in the clear: there are no keys to tell it otherwise.
pub fn open<'a>(
    key: &EncryptionKey,
    config: &Config,
    session_key: &[u8; 32],
    enc: &[u8; 32],
    ciphertext: &[u8],
    plaintext: &'a mut Vec<u8>,
) -> core::result::Result<Opening<'a>, (Reject, u64)> {
    let bad_seal = (Reject::BadSeal, 0);
    let sender = <Kem as hpke::Kem>::PublicKey::from_bytes(session_key).map_err(|_| bad_seal)?;
    let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| bad_seal)?;
    let mode = OpModeR::Auth(sender);
    let mut context: Context =
        hpke::setup_receiver(&mode, key, &enc, HPKE_INFO).map_err(|_| bad_seal)?;
    *plaintext = context.open(ciphertext, session_key).map_err(|_| bad_seal)?;

    let request =
        OpenSession::parse(plaintext).map_err(|error| (error.reject, u64::from(error.offset)))?;
    if (request.chain_id, request.settlement) != (config.chain_id, config.settlement) {
        return Err((Reject::BadDomain, 0));
    }
    let delegation = Delegation {
        account: request.owner,
        subaccount: request.subaccount,
        session_key: *session_key,
        scopes: request.scopes,
        expiry: request.expiry,
        nonce: request.nonce,
    };
    let signer = eip712::recover(&config.domain.delegation(&delegation), &request.signature);
    if signer != Some(request.owner) {
        return Err((Reject::BadSignature, 0));
    }
    Ok(Opening { request, session_key: *session_key, context })
}

impl Opening<'_> {
    /// Derives the directional keys from the HPKE secret and fresh randomness.
    ///
    /// # Errors
    /// `Platform` if randomness fails.
    pub fn keys(&self, platform: &dyn Platform) -> Result<SessionKeys> {
        let mut server_random = [0; 32];
        platform.random(&mut server_random)?;
        let mut id = [0; 8];
        while id == [0; 8] {
            platform.random(&mut id)?;
        }
        let export = |label: &[u8]| {
            let mut secret = [0; 32];
            let exported = self.context.export(&[label, &server_random[..]].concat(), &mut secret);
            exported.map(|()| Key::new(&secret)).map_err(|_| crate::error::Error::Fault)
        };
        let (inward, outward) =
            (export(EXPORT_CLIENT_TO_SERVER)?, export(EXPORT_SERVER_TO_CLIENT)?);
        Ok(SessionKeys { server_random, id: u64::from_le_bytes(id), inward, outward })
    }
}
