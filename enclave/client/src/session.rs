//! The seal: HPKE once to open a session, AES-256-GCM with counters from then on.
//!
//! Nothing here touches a socket: bodies in, bodies out, so that the tests below can play the enclave.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use getrandom::SysRng;
use hpke::aead::{AeadCtxS, AesGcm256};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::UnwrapErr;
use hpke::{Deserializable, Kem, OpModeS, Serializable, setup_sender_with_rng};
use sealbook_wire::frame::{
    EXPORT_CLIENT_TO_SERVER, EXPORT_SERVER_TO_CLIENT, HEAD_LENGTH, HPKE_INFO, OPENING_VERSION,
    SERVER_RANDOM_LENGTH, TAG_LENGTH, head, nonce,
};
use sealbook_wire::{
    ErrorEvent, Head, Level, List, Message, OpenSession, Reader, SessionEvent, SessionOpened,
};

use crate::delegation::{Delegation, SCOPE_CANCEL, SCOPE_TRADE};
use crate::error::ClientError;
use crate::wallet::Wallet;

/// The attested identity of an enclave, as far as a session needs it.
///
/// Assumption: it comes from evidence the caller verified and appraised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnclaveKey {
    /// X25519, the recipient of the opening.
    pub encryption_key: [u8; 32],
    /// Chain of the settlement contract.
    pub chain_id: u64,
    /// The contract delegations are signed for.
    pub settlement: [u8; 20],
}

/// What the session key may do, and when commands count as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Sub-account of the wallet.
    pub subaccount: u8,
    /// `SCOPE_*` bits.
    pub scopes: u8,
    /// Unix seconds.
    pub expiry: u64,
    /// At least the nonce of the account's last `revoke`.
    pub nonce: u64,
    /// Durability of an acknowledgement.
    pub level: Level,
    /// The highest head this client has seen; an enclave that is behind it halts.
    pub head: Option<Head>,
}

impl Terms {
    /// Trade and cancel on sub-account 0, acknowledged when written.
    pub const fn trading_until(expiry: u64) -> Self {
        Self {
            subaccount: 0,
            scopes: SCOPE_TRADE | SCOPE_CANCEL,
            expiry,
            nonce: 0,
            level: Level::Written,
            head: None,
        }
    }
}

type SenderContext = AeadCtxS<AesGcm256, HkdfSha256, X25519HkdfSha256>;

/// A sealed opening that waits for the enclave's reply.
pub struct Opening {
    body: Vec<u8>,
    context: SenderContext,
}

impl Opening {
    /// Draws a session key, has the wallet delegate to it, and seals both to the enclave.
    pub fn seal(enclave: &EnclaveKey, wallet: &Wallet, terms: &Terms) -> Result<Self, ClientError> {
        let (secret, public) = X25519HkdfSha256::derive_keypair(&random()?);
        let session_key: [u8; 32] = public.to_bytes().into();
        let delegation = Delegation {
            account: wallet.address(),
            subaccount: terms.subaccount,
            session_key,
            scopes: terms.scopes,
            expiry: terms.expiry,
            nonce: terms.nonce,
        };
        let signature = wallet.sign(&delegation.digest(enclave.chain_id, &enclave.settlement));
        let message = OpenSession {
            chain_id: enclave.chain_id,
            settlement: enclave.settlement,
            owner: delegation.account,
            subaccount: terms.subaccount,
            scopes: terms.scopes,
            expiry: terms.expiry,
            nonce: terms.nonce,
            signature,
            level: terms.level,
            head: List::of(terms.head.as_slice()),
        };
        let mut buffer = [0; OpenSession::LENGTH_MAX];
        let plaintext =
            message.emit_into(&mut buffer).map_err(|_| ClientError::Frame("open-session"))?;

        let recipient = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&enclave.encryption_key)
            .map_err(|_| ClientError::EnclaveKey)?;
        let mode = OpModeS::Auth((secret, public));
        let (enc, mut context): (_, SenderContext) =
            setup_sender_with_rng::<_, _, X25519HkdfSha256>(
                &mode,
                &recipient,
                HPKE_INFO,
                &mut UnwrapErr(SysRng),
            )
            .map_err(|_| ClientError::EnclaveKey)?;
        let ciphertext =
            context.seal(plaintext, &session_key).map_err(|_| ClientError::EnclaveKey)?;

        let mut body = 0u64.to_le_bytes().to_vec();
        body.push(OPENING_VERSION);
        body.extend_from_slice(&session_key);
        body.extend_from_slice(&enc.to_bytes());
        body.extend_from_slice(&ciphertext);
        Ok(Self { body, context })
    }

    /// The frame body to send first.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Opens the enclave's reply: both directional keys mix in its randomness, so an opening that someone replays yields
    /// other keys and its old frames no longer open.
    pub fn accept(self, reply: &mut [u8]) -> Result<(Session, SessionOpened), ClientError> {
        let (head, rest) = split_head(reply)?;
        if head.session == 0 {
            return Err(refusal(rest));
        }
        if head.counter != 0 {
            return Err(ClientError::Counter { expected: 0, actual: head.counter });
        }
        let (random, sealed) = rest
            .split_first_chunk_mut::<SERVER_RANDOM_LENGTH>()
            .ok_or(ClientError::Frame("a session reply without server randomness"))?;
        let receiver = self.export(EXPORT_SERVER_TO_CLIENT, random)?;
        let plaintext = open(&receiver, &head, sealed)?;
        let opened = parse_opened(plaintext)?;
        let session = Session {
            id: head.session,
            sender: self.export(EXPORT_CLIENT_TO_SERVER, random)?,
            receiver,
            sent: 0,
            received: 0,
        };
        Ok((session, opened))
    }

    fn export(&self, label: &[u8], random: &[u8]) -> Result<Aes256Gcm, ClientError> {
        let mut key = [0; 32];
        self.context.export(&[label, random].concat(), &mut key).map_err(|_| ClientError::Seal)?;
        Ok(Aes256Gcm::new(&key.into()))
    }
}

/// An open session: two keys and two counters.
pub struct Session {
    id: u64,
    sender: Aes256Gcm,
    receiver: Aes256Gcm,
    sent: u64,
    received: u64,
}

impl Session {
    /// The enclave's name for it.
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Appends the next frame body to `out`; returns its counter. `plaintext` is an array of commands.
    ///
    /// A counter is used once even if the body is never sent: two plaintexts under one nonce would give both away.
    pub fn seal(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<u64, ClientError> {
        self.sent += 1;
        let head = head(self.id, self.sent);
        out.extend_from_slice(&head);
        let start = out.len();
        out.extend_from_slice(plaintext);
        let tag = self
            .sender
            .encrypt_inout_detached(
                &Nonce::from(nonce(self.sent)),
                &head,
                out.get_mut(start..).unwrap_or_default().into(),
            )
            .map_err(|_| ClientError::Seal)?;
        out.extend_from_slice(&tag);
        Ok(self.sent)
    }

    /// Opens the next body in place; the plaintext is an array of events. After an error the session is of no more use.
    pub fn open<'b>(&mut self, body: &'b mut [u8]) -> Result<&'b [u8], ClientError> {
        let (head, sealed) = split_head(body)?;
        if head.session == 0 {
            return Err(refusal(sealed));
        }
        if head.session != self.id {
            return Err(ClientError::Frame("another session's"));
        }
        let expected = self.received + 1;
        if head.counter != expected {
            return Err(ClientError::Counter { expected, actual: head.counter });
        }
        let plaintext = open(&self.receiver, &head, sealed)?;
        self.received = expected;
        Ok(plaintext)
    }
}

struct BodyHead {
    bytes: [u8; HEAD_LENGTH],
    session: u64,
    counter: u64,
}

fn split_head(body: &mut [u8]) -> Result<(BodyHead, &mut [u8]), ClientError> {
    let (bytes, rest) = body
        .split_first_chunk_mut::<HEAD_LENGTH>()
        .ok_or(ClientError::Frame("shorter than session and counter"))?;
    let (mut session, mut counter) = ([0; 8], [0; 8]);
    session.copy_from_slice(&bytes[..8]);
    counter.copy_from_slice(&bytes[8..]);
    let (session, counter) = (u64::from_le_bytes(session), u64::from_le_bytes(counter));
    Ok((BodyHead { bytes: *bytes, session, counter }, rest))
}

fn open<'b>(
    key: &Aes256Gcm,
    head: &BodyHead,
    sealed: &'b mut [u8],
) -> Result<&'b [u8], ClientError> {
    let at = sealed.len().checked_sub(TAG_LENGTH).ok_or(ClientError::Frame("no tag"))?;
    let (plaintext, tag) = sealed.split_at_mut(at);
    let tag = Tag::try_from(&*tag).map_err(|_| ClientError::Frame("no tag"))?;
    key.decrypt_inout_detached(
        &Nonce::from(nonce(head.counter)),
        &head.bytes,
        (&mut *plaintext).into(),
        &tag,
    )
    .map_err(|_| ClientError::Seal)?;
    Ok(plaintext)
}

/// `[[error …]]` in the clear.
fn refusal(clear: &[u8]) -> ClientError {
    let mut reader = Reader::new(clear);
    match reader.array_of(1).and_then(|()| SessionEvent::parse_item(&mut reader)) {
        Ok(SessionEvent::Error(ErrorEvent { code, detail, .. })) => {
            ClientError::Refused { code, detail }
        }
        Ok(_) => ClientError::Frame("a clear message that is no error"),
        Err(error) => ClientError::Message(error),
    }
}

fn parse_opened(plaintext: &[u8]) -> Result<SessionOpened, ClientError> {
    let mut reader = Reader::new(plaintext);
    reader.array_of(1)?;
    let event = SessionEvent::parse_item(&mut reader)?;
    reader.end()?;
    match event {
        SessionEvent::SessionOpened(opened) => Ok(opened),
        SessionEvent::Error(ErrorEvent { code, detail, .. }) => {
            Err(ClientError::Refused { code, detail })
        }
        _ => Err(ClientError::Frame("a session reply that opens nothing")),
    }
}

fn random() -> Result<[u8; 32], ClientError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| ClientError::Randomness)?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "session_test.rs"]
mod tests;
