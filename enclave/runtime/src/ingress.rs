//! Slot in: find the session, open the seal, parse the whole frame, and only then let any of it happen.

use sealbook_wire::frame::{self, FrameBody};
use sealbook_wire::inbox::{self, ENTRY_LENGTH};
use sealbook_wire::ring::outward;
use sealbook_wire::{
    ErrorEvent, Head, Message, OracleRound, ParseError, Reject, Sequenced, SessionOpened,
    SystemCommand, VolatilityRound, parse_frame,
};

use crate::egress::{hang_up, send_opened, tell_in_clear};
use crate::eip712;
use crate::error::Error;
use crate::halt::{Halt, Halting};
use crate::handshake;
use crate::matching::Matching;
use crate::oracle;
use crate::sequencer::Claim;
use crate::session::NewSession;

impl Matching {
    /// A client frame: `u64 connection ‖ body`.
    pub(crate) fn take_frame(&mut self, payload: &mut [u8]) -> Halting<()> {
        let Some((connection, body)) = payload.split_first_chunk_mut::<8>() else {
            return Err(Error::Ring.into());
        };
        let connection = u64::from_le_bytes(*connection);
        let head = match FrameBody::new_checked(body) {
            Ok(FrameBody::Sealed { session, counter, aad, .. }) => (session, counter, *aad),
            Ok(FrameBody::Opening { session_key, enc, ciphertext }) => {
                return self.take_opening(connection, &session_key, &enc, ciphertext);
            }
            Err(error) => {
                return self.refuse_in_clear(connection, error.reject, error.offset.into());
            }
        };
        let (session, counter, aad) = head;
        self.take_sealed(connection, session, counter, &aad, &mut body[aad.len()..])
    }

    fn take_sealed(
        &mut self,
        connection: u64,
        id: u64,
        counter: u64,
        aad: &[u8],
        ciphertext: &mut [u8],
    ) -> Halting<()> {
        let Some((slot, session)) = self
            .sessions
            .find(id, connection)
            .and_then(|slot| self.sessions.get(slot).map(|s| (slot, s)))
        else {
            return self.refuse_in_clear(connection, Reject::UnknownSession, 0);
        };
        // Authenticity first: anyone on the way can write a counter, only the client can seal under it.
        let Some(plaintext) = session.inward.open(&frame::nonce(counter), aad, ciphertext) else {
            self.end_session(slot)?;
            return self.refuse_in_clear(connection, Reject::BadSeal, 0);
        };
        let expected = session.received + 1;
        if counter < expected {
            return self.refuse_sealed(slot, counter, Reject::Duplicate, expected - 1);
        }
        if counter > expected {
            self.refuse_sealed(slot, counter, Reject::CounterGap, expected)?;
            self.end_session(slot)?;
            return self.hang_up(connection, Reject::CounterGap);
        }
        session.received = counter;
        self.take_commands(slot, counter, plaintext)
    }

    /// The whole frame is parsed before any of it executes.
    fn take_commands(&mut self, slot: u32, counter: u64, plaintext: &[u8]) -> Halting<()> {
        let commands = match parse_frame(plaintext) {
            Ok(commands) => commands,
            Err(ParseError { reject, offset }) => {
                return self.refuse_sealed(slot, counter, reject, offset.into());
            }
        };
        for (index, raw, command) in commands {
            self.commit_session(slot, counter, index, raw, Sequenced::Session(command))?;
            if self.outbox.is_high() {
                self.flush_replies()?;
            }
        }
        self.flush_replies()
    }

    fn refuse_sealed(
        &mut self,
        slot: u32,
        counter: u64,
        reject: Reject,
        detail: u64,
    ) -> Halting<()> {
        self.outbox.tell(slot, &ErrorEvent { counter, code: reject.code(), detail })?;
        self.flush_replies()
    }

    /// Nothing under a session's key can be said: tell in the clear and, where nothing good can follow, close.
    fn refuse_in_clear(&mut self, connection: u64, reject: Reject, detail: u64) -> Halting<()> {
        let sequence = self.sequencer.head().sequence;
        tell_in_clear(&mut self.outlet, connection, sequence, reject, detail)?;
        match reject {
            // The connection's other sessions did nothing wrong.
            Reject::UnknownSession | Reject::SessionsFull => Ok(()),
            _ => self.hang_up(connection, reject),
        }
    }

    fn hang_up(&mut self, connection: u64, reject: Reject) -> Halting<()> {
        let sequence = self.sequencer.head().sequence;
        Ok(hang_up(&mut self.outlet, connection, sequence, reject)?)
    }

    fn take_opening(
        &mut self,
        connection: u64,
        session_key: &[u8; 32],
        enc: &[u8; 32],
        ciphertext: &[u8],
    ) -> Halting<()> {
        // Before the handshake: what is refused whatever it says must not cost the venue curve arithmetic.
        if self.sessions.is_share_taken(connection) {
            return self.refuse_in_clear(connection, Reject::SessionsFull, 0);
        }
        let mut plaintext = core::mem::take(&mut self.opening);
        let opened = handshake::open(
            &self.keys.encryption,
            &self.config,
            session_key,
            enc,
            ciphertext,
            &mut plaintext,
        );
        let taken = match opened {
            Ok(opening) => self.admit(connection, &opening),
            Err((reject, detail)) => self.refuse_in_clear(connection, reject, detail),
        };
        self.opening = plaintext;
        taken
    }

    /// An opening whose seal and signature hold: is it still valid, does it agree with our history, is there room?
    fn admit(&mut self, connection: u64, opening: &handshake::Opening<'_>) -> Halting<()> {
        let request = &opening.request;
        let account = self.machine.account_of(&request.owner, request.subaccount);
        if request.expiry.saturating_mul(1_000_000) <= self.sequencer.head().time_us {
            return self.refuse_in_clear(connection, Reject::KeyExpired, request.expiry);
        }
        let seen = request.head.iter().find(|seen| {
            self.sequencer.judge(seen.epoch, seen.sequence, &seen.chain_hash) == Claim::Contradicts
        });
        if let Some(seen) = seen {
            self.halt_if_signed(&seen)?;
            // Refused, not halted: the claim carries no signature of ours, and a made-up one must not stop a venue (decision 0012).
            let own = self.sequencer.head().sequence;
            return self.refuse_in_clear(connection, Reject::HeadAhead, own);
        }
        let keys = opening.keys(&*self.platform)?;
        let session = NewSession {
            id: keys.id,
            connection,
            account,
            owner: request.owner,
            subaccount: request.subaccount,
            scopes: request.scopes,
            delegation_expiry: request.expiry,
            delegation_nonce: request.nonce,
            level: request.level,
            inward: keys.inward,
            outward: keys.outward,
        };
        let Some(slot) = self.sessions.insert(session) else {
            return self.refuse_in_clear(connection, Reject::SessionsFull, 0);
        };
        let head = *self.sequencer.head();
        let opened = SessionOpened {
            account,
            level: request.level,
            epoch: head.epoch,
            sequence: head.sequence,
            chain_hash: head.chain_hash,
            time_us: head.time_us,
        };
        let random = &keys.server_random;
        Ok(send_opened(&mut self.outlet, &mut self.sessions, slot, random, head.sequence, &opened)?)
    }

    /// A head that is not on our chain, signed by who signed our epoch: somebody rolled us back, or we run twice. Going on would
    /// make it worse, so the enclave stops and leaves both heads as evidence (decision 0025).
    fn halt_if_signed(&mut self, seen: &Head) -> Halting<()> {
        let (Some(signature), Some(signer)) = (&seen.signature, self.machine.signer_of(seen.epoch))
        else {
            return Ok(());
        };
        let domain = &self.config.domain;
        let digest = domain.head(seen.epoch, seen.sequence, &seen.chain_hash);
        if eip712::recover(&digest, signature).as_ref() != Some(signer) {
            return Ok(());
        }
        let own = *self.sequencer.head();
        let own_digest = domain.head(own.epoch, own.sequence, &own.chain_hash);
        let own_signature = eip712::sign(&self.keys.signer, &own_digest);
        let words = |head: (u64, u64)| [head.0.to_le_bytes(), head.1.to_le_bytes()].concat();
        let parts = [
            &words((seen.epoch, seen.sequence))[..],
            &seen.chain_hash,
            signature,
            &words((own.epoch, own.sequence)),
            &own.chain_hash,
            &own_signature,
        ];
        self.outlet.push(outward::EVIDENCE, &parts)?;
        Err(Halt {
            error: Error::Contradiction,
            sequence: own.sequence,
            digest,
            text: format!(
                "a client holds a head of epoch {} at sequence {} that this enclave's history signed and does not contain",
                seen.epoch, seen.sequence
            ),
        })
    }

    /// An inbox entry: `u64 index ‖ entry`. Repeated or early ones are dropped: order is checked, not assumed.
    pub(crate) fn take_inbox(&mut self, payload: &[u8]) -> Halting<()> {
        let (Some((index, _)), Some(bytes)) =
            (payload.split_first_chunk::<8>(), payload.last_chunk::<ENTRY_LENGTH>())
        else {
            return Err(Error::Ring.into());
        };
        let index = u64::from_le_bytes(*index);
        if index != self.machine.inbox.cursor {
            return Ok(());
        }
        let entry = inbox::parse(index, bytes).map_err(|_| Error::Ring)?;
        self.commit_system(SystemCommand::InboxEntry(entry))?;
        if let Some(account) = self.machine.account_of(&entry.owner, entry.subaccount) {
            self.sessions.bind_owner(&entry.owner, entry.subaccount, account);
        }
        self.flush_replies()
    }

    /// A round of prices or smiles, or an order to the venue, if enough oracles signed it. Others are dropped: they carry no authority to be refused to.
    pub(crate) fn take_oracle(&mut self, payload: &[u8]) -> Halting<()> {
        if let Ok(round) = VolatilityRound::parse(payload) {
            if oracle::is_volatility_signed(&self.config, &round) {
                self.commit_system(SystemCommand::VolatilityRound(round))?;
                self.flush_replies()?;
            }
            return Ok(());
        }
        if let Some(order) = oracle::signed_order(&self.config, payload) {
            self.commit_system(order)?;
            return self.flush_replies();
        }
        let Ok(round) = OracleRound::parse(payload) else { return Ok(()) };
        if !oracle::is_signed(&self.config, &round) {
            return Ok(());
        }
        self.commit_system(SystemCommand::OracleRound(round))?;
        self.flush_replies()
    }
}
