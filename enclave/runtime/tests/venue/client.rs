//! Clients: openings, sealed frames, and what comes back.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Kem;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, Kem as _, OpModeS, Serializable};
use k256::ecdsa::SigningKey;
use sealbook_enclave::aead::{Key, TAG_BYTES};
use sealbook_enclave::eip712::{Domain, address_of, sign};
use sealbook_wire::frame::{
    EXPORT_CLIENT_TO_SERVER, EXPORT_SERVER_TO_CLIENT, HPKE_INFO, head, nonce,
};
use sealbook_wire::header::Delegation;
use sealbook_wire::ring::{inward, outward};
use sealbook_wire::*;

use super::{CHAIN_ID, SETTLEMENT, TIME_US, Venue, emit};

/// The client's randomness.
struct Os;

impl TryRng for Os {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|word| word as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut word = [0; 8];
        self.try_fill_bytes(&mut word).map(|()| u64::from_le_bytes(word))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        getrandom::fill(bytes).expect("the operating system's randomness");
        Ok(())
    }
}

impl TryCryptoRng for Os {}

pub type Context = hpke::aead::AeadCtxS<AesGcm256, HkdfSha256, Kem>;

/// A client before its session.
pub struct Opening {
    pub request_body: Vec<u8>,
    pub connection: u64,
    pub context: Context,
}

/// A client in its session.
pub struct Client {
    pub connection: u64,
    pub session: u64,
    pub sent: u64,
    pub received: u64,
    pub outward: Key,
    pub inward: Key,
}

/// What an opening says; tests bend it.
pub struct Wish {
    pub chain_id: u64,
    pub settlement: [u8; 20],
    pub level: Level,
    pub scopes: u8,
    pub expiry: u64,
    pub nonce: u64,
    pub seen: Option<Head>,
    pub signed_by: Option<SigningKey>,
}

impl Default for Wish {
    fn default() -> Self {
        Wish {
            chain_id: CHAIN_ID,
            settlement: SETTLEMENT,
            level: Level::Written,
            scopes: 7,
            expiry: TIME_US / 1_000_000 + 86_400,
            nonce: 0,
            seen: None,
            signed_by: None,
        }
    }
}

impl Opening {
    pub fn new(venue: &Venue, owner: &SigningKey, connection: u64, wish: &Wish) -> Self {
        Self::to(&venue.encryption_key, owner, connection, wish)
    }

    pub fn to(encryption_key: &[u8; 32], owner: &SigningKey, connection: u64, wish: &Wish) -> Self {
        let (secret, public) = Kem::gen_keypair_with_rng(&mut Os);
        let session_key: [u8; 32] = public.to_bytes().as_slice().try_into().expect("32");
        let recipient = <Kem as hpke::Kem>::PublicKey::from_bytes(encryption_key).expect("key");
        let mode = OpModeS::Auth((secret, public));
        let (enc, mut context): (_, Context) =
            hpke::setup_sender_with_rng(&mode, &recipient, HPKE_INFO, &mut Os).expect("sender");
        let delegation = Delegation {
            account: address_of(owner.verifying_key()),
            subaccount: 0,
            session_key,
            scopes: wish.scopes,
            expiry: wish.expiry,
            nonce: wish.nonce,
        };
        let digest = Domain::new(wish.chain_id, &wish.settlement).delegation(&delegation);
        let seen: Vec<Head> = wish.seen.into_iter().collect();
        let message = emit(&OpenSession {
            chain_id: wish.chain_id,
            settlement: wish.settlement,
            owner: delegation.account,
            subaccount: 0,
            scopes: wish.scopes,
            expiry: wish.expiry,
            nonce: wish.nonce,
            signature: sign(wish.signed_by.as_ref().unwrap_or(owner), &digest),
            level: wish.level,
            head: List::of(&seen),
        });
        let ciphertext = context.seal(&message, &session_key).expect("seal");
        let request_body =
            [&[0; 8][..], &[1], &session_key, enc.to_bytes().as_slice(), &ciphertext].concat();
        Opening { request_body, connection, context }
    }

    /// Reads the session reply.
    pub fn finish(&self, body: &[u8]) -> (Client, Vec<u8>) {
        let session = u64::from_le_bytes(body[..8].try_into().expect("eight"));
        assert_ne!(session, 0, "refused");
        let export = |label: &[u8]| {
            let mut key = [0; 32];
            self.context.export(&[label, &body[16..48]].concat(), &mut key).expect("export");
            Key::new(&key)
        };
        let client = Client {
            connection: self.connection,
            session,
            sent: 0,
            received: 0,
            outward: export(EXPORT_CLIENT_TO_SERVER),
            inward: export(EXPORT_SERVER_TO_CLIENT),
        };
        let mut sealed = body[48..].to_vec();
        let opened =
            client.inward.open(&nonce(0), &body[..16], &mut sealed).expect("opens").to_vec();
        (client, opened)
    }
}

impl Client {
    pub fn open(venue: &mut Venue, owner: &SigningKey, connection: u64) -> Client {
        Self::open_as(venue, owner, connection, &Wish::default())
    }

    pub fn open_as(venue: &mut Venue, owner: &SigningKey, connection: u64, wish: &Wish) -> Client {
        let opening = Opening::new(venue, owner, connection, wish);
        let body = try_open(venue, &opening);
        opening.finish(&body).0
    }

    pub fn seal(&mut self, commands: &[Vec<u8>]) -> Vec<u8> {
        self.sent += 1;
        self.seal_at(self.sent, commands)
    }

    pub fn seal_at(&self, counter: u64, commands: &[Vec<u8>]) -> Vec<u8> {
        let mut plain = [0; 8];
        let mut writer = Writer::new(&mut plain);
        writer.array(commands.len() as u32);
        let mut text = writer.finish().expect("fits").to_vec();
        commands.iter().for_each(|command| text.extend_from_slice(command));
        self.seal_text(counter, &text)
    }

    pub fn seal_text(&self, counter: u64, text: &[u8]) -> Vec<u8> {
        let head = head(self.session, counter);
        let mut body = [&head[..], text, &[0; TAG_BYTES]].concat();
        self.outward.seal(&nonce(counter), &head, &mut body[16..]);
        body
    }

    /// Events of one frame; a clear error is given as it is.
    pub fn open_body(&mut self, mut body: Vec<u8>) -> Vec<Vec<u8>> {
        let session = u64::from_le_bytes(body[..8].try_into().expect("eight"));
        let counter = u64::from_le_bytes(body[8..16].try_into().expect("eight"));
        let (head, sealed) = body.split_at_mut(16);
        let text = if session == 0 {
            sealed.to_vec()
        } else {
            assert_eq!(session, self.session);
            self.received += 1;
            assert_eq!(counter, self.received, "frames arrive in order");
            self.inward.open(&nonce(counter), head, sealed).expect("opens").to_vec()
        };
        let mut reader = Reader::new(&text);
        let count = reader.array().expect("array");
        let events = (0..count)
            .map(|_| {
                let start = reader.offset();
                SessionEvent::parse_item(&mut reader).expect("event");
                text[start..reader.offset()].to_vec()
            })
            .collect();
        reader.end().expect("nothing more");
        events
    }
}

/// Sends an opening and returns the reply body, whatever it is.
pub fn try_open(venue: &mut Venue, opening: &Opening) -> Vec<u8> {
    venue.push(inward::FRAME, &[&opening.connection.to_le_bytes(), &opening.request_body]);
    let connection = opening.connection.to_le_bytes();
    venue.wait("a session", |venue| {
        let at = venue
            .records
            .iter()
            .position(|(kind, payload)| *kind == outward::REPLY && payload[..8] == connection)?;
        Some(venue.records.remove(at).1[24..].to_vec())
    })
}

/// The reject code of a clear error.
pub fn clear_code(body: &[u8]) -> u16 {
    assert_eq!(body[..16], [0; 16], "in the clear");
    let mut reader = Reader::new(&body[16..]);
    assert_eq!(reader.array(), Ok(1));
    let start = 16 + reader.offset();
    ErrorEvent::parse(&body[start..]).expect("an error").code
}

pub fn place(instrument: u16, side: Side, price_ticks: u32, lots: u32) -> Command<'static> {
    Command::Place(Place {
        client_id: None,
        instrument,
        side,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price_ticks,
        lots,
        post_only: false,
        reduce_only: false,
    })
}

pub fn bytes_of(command: &Command) -> Vec<u8> {
    let mut buffer = [0; 256];
    command.emit_into(&mut buffer).expect("fits").to_vec()
}
