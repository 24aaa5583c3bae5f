//! Events become messages, messages become sealed frames: one result per command in order, private events to the sessions of both
//! owners, all in as few frames as they fit.

use sealbook_wire::frame::{self, BODY_LENGTH_MAX, HEAD_LENGTH, SERVER_RANDOM_LENGTH};
use sealbook_wire::ring::outward;
use sealbook_wire::{ErrorEvent, Level, Message, Reject, Writer};

use crate::aead::TAG_BYTES;
use crate::error::{Error, Result};
use crate::outlet::Outlet;
use crate::session::{SESSIONS_MAX, SessionTable};

/// Encoded events kept between flushes, bytes. One command emits at most a quarter of it.
const ARENA_BYTES: usize = 1 << 21;
/// Flush before the arena could overflow.
const ARENA_HIGH_BYTES: usize = 3 * ARENA_BYTES / 4;
/// The longest msgpack array header of a frame.
const ARRAY_HEADER_MAX: usize = 3;
/// Events of one frame, bytes.
const EVENTS_BYTES_MAX: usize = BODY_LENGTH_MAX - HEAD_LENGTH - ARRAY_HEADER_MAX - TAG_BYTES;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    next: u32,
}

#[derive(Clone, Copy)]
struct Queue {
    first: u32,
    last: u32,
}

/// Events waiting for the end of a frame, by session.
pub struct Outbox {
    arena: Vec<u8>,
    used: usize,
    entries: Vec<Entry>,
    queues: Vec<Queue>,
    /// Slots with a queue, in order of their first event.
    waiting: Vec<u32>,
    body: Vec<u8>,
}

impl Default for Outbox {
    fn default() -> Self {
        Outbox {
            arena: vec![0; ARENA_BYTES],
            used: 0,
            entries: Vec::with_capacity(1 << 14),
            queues: vec![Queue { first: NONE, last: NONE }; SESSIONS_MAX],
            waiting: Vec::with_capacity(SESSIONS_MAX),
            body: vec![0; BODY_LENGTH_MAX],
        }
    }
}

/// A range of the arena that holds one encoded event.
#[derive(Clone, Copy)]
pub struct Encoded {
    start: u32,
    end: u32,
}

impl Outbox {
    /// Encodes an event once, for any number of sessions.
    ///
    /// # Errors
    /// `Fault` if it does not fit: the engine's limits say it does.
    #[inline]
    pub fn encode<'m>(&mut self, message: &impl Message<'m>) -> Result<Encoded> {
        let room = &mut self.arena[self.used..];
        let length = message.emit_into(room).map_err(|_| Error::Fault)?.len();
        let start = self.used as u32;
        self.used += length;
        Ok(Encoded { start, end: self.used as u32 })
    }

    /// Queues an encoded event for a session.
    #[inline]
    pub fn queue(&mut self, slot: u32, event: Encoded) {
        let index = self.entries.len() as u32;
        self.entries.push(Entry { start: event.start, end: event.end, next: NONE });
        let queue = &mut self.queues[slot as usize];
        if queue.first == NONE {
            *queue = Queue { first: index, last: index };
            self.waiting.push(slot);
        } else {
            self.entries[queue.last as usize].next = index;
            queue.last = index;
        }
    }

    /// Encodes and queues for one session.
    ///
    /// # Errors
    /// As `encode`.
    #[inline]
    pub fn tell<'m>(&mut self, slot: u32, message: &impl Message<'m>) -> Result<()> {
        let event = self.encode(message)?;
        self.queue(slot, event);
        Ok(())
    }

    /// Encodes and queues for every session of an account.
    ///
    /// # Errors
    /// As `encode`.
    #[inline]
    pub fn tell_account<'m>(
        &mut self,
        sessions: &SessionTable,
        account: u32,
        message: &impl Message<'m>,
    ) -> Result<()> {
        let Some(first) = sessions.first_of(account) else { return Ok(()) };
        let event = self.encode(message)?;
        let mut slot = Some(first);
        while let Some(at) = slot {
            self.queue(at, event);
            slot = sessions.next_of(at);
        }
        Ok(())
    }

    /// Must the queues be flushed before another command?
    #[inline]
    pub fn is_high(&self) -> bool {
        self.used > ARENA_HIGH_BYTES
    }

    /// Seals and pushes everything queued, to be released once the journal has reached `sequence`.
    ///
    /// # Errors
    /// Of the ring.
    pub fn flush(
        &mut self,
        sessions: &mut SessionTable,
        outlet: &mut Outlet,
        sequence: u64,
    ) -> Result<()> {
        for i in 0..self.waiting.len() {
            let slot = self.waiting[i];
            let queue = core::mem::replace(
                &mut self.queues[slot as usize],
                Queue { first: NONE, last: NONE },
            );
            self.flush_queue(slot, queue, sessions, outlet, sequence)?;
        }
        self.waiting.clear();
        self.entries.clear();
        self.used = 0;
        Ok(())
    }

    fn flush_queue(
        &mut self,
        slot: u32,
        queue: Queue,
        sessions: &mut SessionTable,
        outlet: &mut Outlet,
        sequence: u64,
    ) -> Result<()> {
        let events_at = HEAD_LENGTH + ARRAY_HEADER_MAX;
        let mut at = queue.first;
        while at != NONE {
            let (mut count, mut end) = (0u32, events_at);
            while at != NONE {
                let entry = self.entries[at as usize];
                let event = &self.arena[entry.start as usize..entry.end as usize];
                if end - events_at + event.len() > EVENTS_BYTES_MAX {
                    break;
                }
                self.body[end..end + event.len()].copy_from_slice(event);
                end += event.len();
                count += 1;
                at = entry.next;
            }
            // An event longer than a frame would loop for ever; the schema's maxima are far below.
            if count == 0 {
                return Err(Error::Fault);
            }
            self.send(slot, count, end, sessions, outlet, sequence)?;
        }
        Ok(())
    }

    /// Puts the array header right before the events, the clear head before that, seals and pushes.
    #[inline]
    fn send(
        &mut self,
        slot: u32,
        count: u32,
        end: usize,
        sessions: &mut SessionTable,
        outlet: &mut Outlet,
        sequence: u64,
    ) -> Result<()> {
        let Some(session) = sessions.get(slot) else { return Ok(()) };
        let header_length = if count < 16 { 1 } else { ARRAY_HEADER_MAX };
        let text_at = HEAD_LENGTH + ARRAY_HEADER_MAX - header_length;
        Writer::new(&mut self.body[text_at..text_at + header_length]).array(count);

        session.sent += 1;
        let head = frame::head(session.id, session.sent);
        let start = text_at - HEAD_LENGTH;
        self.body[start..text_at].copy_from_slice(&head);
        let whole = end + TAG_BYTES;
        session.outward.seal(&frame::nonce(session.sent), &head, &mut self.body[text_at..whole]);
        let release = release_head(session.connection, sequence, session.level);
        outlet.push(outward::REPLY, &[&release, &self.body[start..whole]])
    }
}

/// `u64 connection ‖ u64 sequence ‖ u8 level ‖ 7 zero`.
fn release_head(connection: u64, sequence: u64, level: Level) -> [u8; 24] {
    let mut head = [0; 24];
    head[..8].copy_from_slice(&connection.to_le_bytes());
    head[8..16].copy_from_slice(&sequence.to_le_bytes());
    head[16] = level as u8;
    head
}

/// Answers in the clear: before a session exists, or when its key cannot be used.
///
/// # Errors
/// Of the ring.
pub fn tell_in_clear(
    outlet: &mut Outlet,
    connection: u64,
    sequence: u64,
    reject: Reject,
    detail: u64,
) -> Result<()> {
    let mut body = [0; HEAD_LENGTH + 32];
    let mut writer = Writer::new(&mut body[HEAD_LENGTH..]);
    writer.array(1);
    ErrorEvent { counter: 0, code: reject.code(), detail }.emit(&mut writer);
    let end = HEAD_LENGTH + writer.length();
    let release = release_head(connection, sequence, Level::Executed);
    outlet.push(outward::REPLY, &[&release, &body[..end]])
}

/// Asks the host to close a connection after the replies before this.
///
/// # Errors
/// Of the ring.
pub fn hang_up(outlet: &mut Outlet, connection: u64, sequence: u64, reject: Reject) -> Result<()> {
    let (connection, sequence) = (connection.to_le_bytes(), sequence.to_le_bytes());
    outlet.push(outward::HANG_UP, &[&connection, &sequence, &reject.code().to_le_bytes()])
}

/// The session reply: `head(id, 0) ‖ serverRandom ‖ sealed [[session-opened]]`.
///
/// # Errors
/// Of the ring.
pub fn send_opened<'m>(
    outlet: &mut Outlet,
    sessions: &mut SessionTable,
    slot: u32,
    server_random: &[u8; SERVER_RANDOM_LENGTH],
    sequence: u64,
    message: &impl Message<'m>,
) -> Result<()> {
    let Some(session) = sessions.get(slot) else { return Ok(()) };
    let text_at = HEAD_LENGTH + SERVER_RANDOM_LENGTH;
    let mut body = [0; 512];
    let head = frame::head(session.id, 0);
    body[..HEAD_LENGTH].copy_from_slice(&head);
    body[HEAD_LENGTH..text_at].copy_from_slice(server_random);
    let mut writer = Writer::new(&mut body[text_at..]);
    writer.array(1);
    message.emit(&mut writer);
    let whole = text_at + writer.length() + TAG_BYTES;
    session.outward.seal(&frame::nonce(0), &head, &mut body[text_at..whole]);
    let release = release_head(session.connection, sequence, session.level);
    outlet.push(outward::REPLY, &[&release, &body[..whole]])
}
