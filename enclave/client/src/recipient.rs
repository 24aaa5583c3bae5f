//! The enclave's half of a session, played by HPKE's receiver. Written from docs/boundaries.md section 1 and not from
//! [`crate::session`], so that the two can disagree.
#![allow(clippy::unwrap_used)]

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Dhkem;
use hpke::{Deserializable, Kem, OpModeR, Serializable, setup_receiver};
use sealbook_wire::frame::FrameBody;
use sealbook_wire::{Level, SessionEvent, SessionOpened, Writer};

use crate::session::EnclaveKey;

pub const SERVER_RANDOM: [u8; 32] = [0xab; 32];
pub const SESSION: u64 = 0x1122_3344_5566_7788;

/// What the enclave keeps of a session.
pub struct Recipient {
    secret: <Dhkem as Kem>::PrivateKey,
    pub key: EnclaveKey,
}

pub struct Accepted {
    pub reply: Vec<u8>,
    pub receiver: Aes256Gcm,
    pub sender: Aes256Gcm,
    pub message: Vec<u8>,
    pub session_key: [u8; 32],
}

impl Recipient {
    pub fn new(seed: u8) -> Self {
        let (secret, public) = Dhkem::derive_keypair(&[seed; 32]);
        let encryption_key = public.to_bytes().into();
        Self { secret, key: EnclaveKey { encryption_key, chain_id: 31_337, settlement: [7; 20] } }
    }

    /// Opens an opening as section 1 says, and replies under the exported keys.
    pub fn accept(&self, body: &[u8], reply: &[u8]) -> Option<Accepted> {
        let FrameBody::Opening { session_key, enc, ciphertext } =
            FrameBody::new_checked(body).unwrap()
        else {
            panic!("not an opening")
        };
        let public = <Dhkem as Kem>::PublicKey::from_bytes(&session_key).ok()?;
        let enc = <Dhkem as Kem>::EncappedKey::from_bytes(&enc).ok()?;
        let mut context = setup_receiver::<AesGcm256, HkdfSha256, Dhkem>(
            &OpModeR::Auth(public),
            &self.secret,
            &enc,
            b"sealbook session v1",
        )
        .ok()?;
        let message = context.open(ciphertext, &session_key).ok()?;
        let export = |label: &[u8]| {
            let mut key = [0; 32];
            context.export(&[label, &SERVER_RANDOM].concat(), &mut key).unwrap();
            Aes256Gcm::new(&key.into())
        };
        let (receiver, sender) = (export(b"sealbook c2s"), export(b"sealbook s2c"));
        let reply = reply_body(&sender, SESSION, 0, Some(&SERVER_RANDOM), reply);
        Some(Accepted { reply, receiver, sender, message, session_key })
    }
}

pub fn reply_body(
    key: &Aes256Gcm,
    session: u64,
    counter: u64,
    random: Option<&[u8; 32]>,
    plaintext: &[u8],
) -> Vec<u8> {
    let mut aad = session.to_le_bytes().to_vec();
    aad.extend_from_slice(&counter.to_le_bytes());
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    let mut sealed = plaintext.to_vec();
    let tag = key
        .encrypt_inout_detached(&Nonce::from(nonce), &aad, sealed.as_mut_slice().into())
        .unwrap();
    [&aad[..], random.map_or(&[][..], |random| random), &sealed, &tag].concat()
}

pub fn emit(events: &[SessionEvent<'_>]) -> Vec<u8> {
    let mut buffer = [0; 1 << 14];
    let mut writer = Writer::new(&mut buffer);
    writer.array(events.len() as u32);
    events.iter().for_each(|event| event.emit(&mut writer));
    writer.finish().unwrap().to_vec()
}

pub fn opened() -> SessionOpened {
    SessionOpened {
        account: Some(9),
        level: Level::Written,
        epoch: 1,
        sequence: 77,
        chain_hash: [5; 32],
        time_us: 1_700_000_000_000_000,
    }
}

/// Opens a sealed body with the enclave's receiving key.
pub fn open_body(key: &Aes256Gcm, body: &[u8]) -> Option<(u64, u64, Vec<u8>)> {
    let FrameBody::Sealed { session, counter, aad, ciphertext } =
        FrameBody::new_checked(body).ok()?
    else {
        return None;
    };
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    let (sealed, tag) = ciphertext.split_at(ciphertext.len() - 16);
    let (mut sealed, tag) = (sealed.to_vec(), Tag::try_from(tag).unwrap());
    let nonce = Nonce::from(nonce);
    key.decrypt_inout_detached(&nonce, aad, sealed.as_mut_slice().into(), &tag).ok()?;
    Some((session, counter, sealed))
}
