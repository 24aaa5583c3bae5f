//! Single-producer single-consumer byte rings over memory the host owns (docs/boundaries.md section 2).
//!
//! This is the only module that touches shared memory. The host may change any of its bytes at any time, so:
//! every access is an atomic load or store of a whole word (a race gives a stale or torn *record*, never undefined behaviour);
//! our own cursor lives in private memory and is only ever written outwards; the other side's cursor is checked at each load;
//! a record is copied out once and only the copy is looked at.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use sealbook_wire::ring::{
    ASLEEP_AT, CAPACITY_AT, CAPACITY_MAX, DATA_AT, HEAD_AT, KIND_PADDING, MAGIC, MAGIC_AT,
    RECORD_HEADER_LENGTH, TAIL_AT,
};

use crate::error::{Error, Result};

/// Smallest useful data area: one page.
pub const CAPACITY_MIN: u32 = 4096;

const RECORD_HEADER_BYTES: u32 = RECORD_HEADER_LENGTH as u32;

/// One ring's shared memory, with the capacity read once and checked.
#[derive(Debug)]
pub struct RingMemory {
    base: *mut u8,
    capacity: u32,
}

// Safety: the pointer is to memory that outlives the threads (contract of `attach`), and every access to it is atomic.
unsafe impl Send for RingMemory {}

impl RingMemory {
    /// Takes a ring the host has initialised.
    ///
    /// # Safety
    /// `base .. base + length` is mapped, writable and stays so until every `Producer` and `Consumer` made of it is gone.
    ///
    /// # Errors
    /// `Align` if `base` is not page aligned, `Ring` if magic or capacity is wrong or the area does not fit `length`.
    pub unsafe fn attach(base: *mut u8, length: usize) -> Result<Self> {
        if base.is_null() {
            return Err(Error::Null);
        }
        if !(base as usize).is_multiple_of(4096) {
            return Err(Error::Align);
        }
        if length < DATA_AT + CAPACITY_MIN as usize {
            return Err(Error::Length);
        }
        let mut memory = RingMemory { base, capacity: 0 };
        let capacity = memory.word(CAPACITY_AT).load(Ordering::Acquire);
        let legal = capacity.is_power_of_two()
            && (CAPACITY_MIN..=CAPACITY_MAX).contains(&capacity)
            && capacity as usize <= length - DATA_AT;
        if memory.word(MAGIC_AT).load(Ordering::Acquire) != MAGIC || !legal {
            return Err(Error::Ring);
        }
        memory.capacity = capacity;
        Ok(memory)
    }

    /// Writes an empty ring's header: what the host does before `attach`, here for tests and benches.
    ///
    /// # Safety
    /// As `attach`.
    pub unsafe fn initialise(base: *mut u8, length: usize, capacity: u32) -> Result<Self> {
        if base.is_null() || length < DATA_AT {
            return Err(Error::Length);
        }
        let memory = RingMemory { base, capacity: 0 };
        for at in [HEAD_AT, TAIL_AT, ASLEEP_AT] {
            memory.word(at).store(0, Ordering::Relaxed);
        }
        memory.word(CAPACITY_AT).store(capacity, Ordering::Relaxed);
        memory.word(MAGIC_AT).store(MAGIC, Ordering::Release);
        // Safety: the caller's promise is the same.
        unsafe { Self::attach(base, length) }
    }

    fn word(&self, at: usize) -> &AtomicU32 {
        // Safety: `at` is a constant below DATA_AT and a multiple of 4; `base` is page aligned and mapped.
        unsafe { AtomicU32::from_ptr(self.base.add(at).cast()) }
    }

    /// The data word at byte offset `at`, which is a multiple of 8 below the capacity.
    fn data(&self, at: u32) -> &AtomicU64 {
        debug_assert!(at < self.capacity && at.is_multiple_of(8));
        let at = (at & (self.capacity - 1) & !7) as usize;
        // Safety: masked into the area above, which `attach` found inside the mapping; 256 + multiple of 8 is aligned.
        unsafe { AtomicU64::from_ptr(self.base.add(DATA_AT + at).cast()) }
    }
}

const fn padded(length: u32) -> u32 {
    (length + 7) & !7
}

/// The writing side. Its head is private; the shared one is a copy for the consumer.
#[derive(Debug)]
pub struct Producer {
    memory: RingMemory,
    head: u32,
    tail_seen: u32,
}

impl Producer {
    /// Starts where the ring's head stands.
    ///
    /// # Errors
    /// `Ring` if the cursors contradict each other.
    pub fn new(memory: RingMemory) -> Result<Self> {
        let head = memory.word(HEAD_AT).load(Ordering::Acquire);
        let mut producer = Producer { memory, head, tail_seen: head };
        producer.refresh()?;
        Ok(producer)
    }

    /// Largest payload that can ever be written: half the area, so that padding can always make room.
    pub fn payload_max(&self) -> usize {
        (self.memory.capacity / 2 - RECORD_HEADER_BYTES) as usize
    }

    fn refresh(&mut self) -> Result<()> {
        let tail = self.memory.word(TAIL_AT).load(Ordering::Acquire);
        if self.head.wrapping_sub(tail) > self.memory.capacity || !tail.is_multiple_of(8) {
            return Err(Error::Ring);
        }
        self.tail_seen = tail;
        Ok(())
    }

    /// Appends one record whose payload is the concatenation of `parts`. `Ok(false)`: no room now.
    ///
    /// # Errors
    /// `Length` if the payload can never fit, `Ring` if the consumer's cursor is impossible.
    pub fn push(&mut self, kind: u32, parts: &[&[u8]]) -> Result<bool> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > self.payload_max() {
            return Err(Error::Length);
        }
        let need = RECORD_HEADER_BYTES + padded(length as u32);
        let capacity = self.memory.capacity;
        let offset = self.head & (capacity - 1);
        let skip = if need > capacity - offset { capacity - offset } else { 0 };
        if self.head.wrapping_sub(self.tail_seen) + skip + need > capacity {
            self.refresh()?;
            if self.head.wrapping_sub(self.tail_seen) + skip + need > capacity {
                return Ok(false);
            }
        }
        if skip > 0 {
            self.header(offset, KIND_PADDING, skip - RECORD_HEADER_BYTES);
        }
        let at = self.head.wrapping_add(skip) & (capacity - 1);
        self.header(at, kind, length as u32);
        self.copy_in(at + RECORD_HEADER_BYTES, parts);
        self.head = self.head.wrapping_add(skip + need);
        self.memory.word(HEAD_AT).store(self.head, Ordering::Release);
        Ok(true)
    }

    fn header(&self, at: u32, kind: u32, length: u32) {
        let word = u64::from(length) | u64::from(kind) << 32;
        self.memory.data(at).store(word.to_le(), Ordering::Relaxed);
    }

    fn copy_in(&self, mut at: u32, parts: &[&[u8]]) {
        let mut pending = [0u8; 8];
        let mut filled = 0;
        for part in parts {
            let mut rest = *part;
            if filled > 0 {
                let take = rest.len().min(8 - filled);
                pending[filled..filled + take].copy_from_slice(&rest[..take]);
                filled += take;
                rest = &rest[take..];
                if filled == 8 {
                    self.memory.data(at).store(u64::from_ne_bytes(pending), Ordering::Relaxed);
                    at += 8;
                    filled = 0;
                }
            }
            let (words, tail) = rest.as_chunks::<8>();
            for word in words {
                self.memory.data(at).store(u64::from_ne_bytes(*word), Ordering::Relaxed);
                at += 8;
            }
            if !tail.is_empty() {
                pending = [0; 8];
                pending[..tail.len()].copy_from_slice(tail);
                filled = tail.len();
            }
        }
        if filled > 0 {
            pending[filled..].fill(0);
            self.memory.data(at).store(u64::from_ne_bytes(pending), Ordering::Relaxed);
        }
    }

    /// Does the consumer sleep and want a doorbell? Answers yes once per sleep.
    ///
    /// The fence orders our head store before the flag load; the consumer does the mirror image (flag store, fence, head load), so
    /// at least one side sees the other's write and no wake-up is lost. Clearing the flag here saves a doorbell per record.
    pub fn wants_doorbell(&self) -> bool {
        fence(Ordering::SeqCst);
        let asleep = self.memory.word(ASLEEP_AT);
        asleep.load(Ordering::Relaxed) == 1 && asleep.swap(0, Ordering::AcqRel) == 1
    }

    /// Bytes written and not yet consumed.
    ///
    /// # Errors
    /// `Ring` if the consumer's cursor is impossible.
    pub fn backlog(&mut self) -> Result<u32> {
        self.refresh()?;
        Ok(self.head.wrapping_sub(self.tail_seen))
    }
}

/// A private, word-aligned copy of one record.
#[derive(Debug)]
pub struct Slot {
    words: Vec<u64>,
    length: usize,
    kind: u32,
}

impl Slot {
    /// Room for payloads of up to `payload_max` bytes, allocated once.
    pub fn new(payload_max: usize) -> Self {
        Slot { words: vec![0; payload_max.div_ceil(8)], length: 0, kind: 0 }
    }

    /// Kind of the record last copied in.
    pub fn kind(&self) -> u32 {
        self.kind
    }

    /// The payload, ours alone.
    pub fn payload(&mut self) -> &mut [u8] {
        let length = self.length;
        // Safety: u64 words are plain bytes; `length` never exceeds them (checked in `pop`).
        let bytes = unsafe {
            core::slice::from_raw_parts_mut(
                self.words.as_mut_ptr().cast::<u8>(),
                self.words.len() * 8,
            )
        };
        &mut bytes[..length]
    }
}

/// The reading side. Its tail is private; the shared one is a copy for the producer.
#[derive(Debug)]
pub struct Consumer {
    memory: RingMemory,
    tail: u32,
    head_seen: u32,
}

impl Consumer {
    /// Starts where the ring's tail stands.
    ///
    /// # Errors
    /// `Ring` if the cursors contradict each other.
    pub fn new(memory: RingMemory) -> Result<Self> {
        let tail = memory.word(TAIL_AT).load(Ordering::Acquire);
        let mut consumer = Consumer { memory, tail, head_seen: tail };
        if !tail.is_multiple_of(8) {
            return Err(Error::Ring);
        }
        consumer.refresh()?;
        Ok(consumer)
    }

    fn refresh(&mut self) -> Result<()> {
        let head = self.memory.word(HEAD_AT).load(Ordering::Acquire);
        if head.wrapping_sub(self.tail) > self.memory.capacity || !head.is_multiple_of(8) {
            return Err(Error::Ring);
        }
        self.head_seen = head;
        Ok(())
    }

    /// Copies the next record into `slot` and frees its room. `Ok(false)`: the ring is empty.
    ///
    /// # Errors
    /// `Ring` if a cursor, length or padding is impossible, or the record is larger than the slot. The ring is then unusable.
    pub fn pop(&mut self, slot: &mut Slot) -> Result<bool> {
        loop {
            if self.head_seen == self.tail {
                self.refresh()?;
                if self.head_seen == self.tail {
                    return Ok(false);
                }
            }
            let used = self.head_seen.wrapping_sub(self.tail);
            let offset = self.tail & (self.memory.capacity - 1);
            let word = u64::from_le(self.memory.data(offset).load(Ordering::Relaxed));
            let (length, kind) = (word as u32, (word >> 32) as u32);
            // `length` is the host's: bound it before any arithmetic that could wrap.
            if length > self.memory.capacity {
                return Err(Error::Ring);
            }
            let whole = RECORD_HEADER_BYTES + padded(length);
            if whole > used || whole > self.memory.capacity - offset {
                return Err(Error::Ring);
            }
            if kind == KIND_PADDING {
                if whole != self.memory.capacity - offset {
                    return Err(Error::Ring);
                }
                self.release(whole);
                continue;
            }
            if length as usize > slot.words.len() * 8 {
                return Err(Error::Ring);
            }
            self.copy_out(offset + RECORD_HEADER_BYTES, length, slot);
            slot.kind = kind;
            self.release(whole);
            return Ok(true);
        }
    }

    fn copy_out(&self, at: u32, length: u32, slot: &mut Slot) {
        let words = (padded(length) / 8) as usize;
        for (i, word) in slot.words[..words].iter_mut().enumerate() {
            *word = self.memory.data(at + 8 * i as u32).load(Ordering::Relaxed);
        }
        slot.length = length as usize;
    }

    fn release(&mut self, bytes: u32) {
        self.tail = self.tail.wrapping_add(bytes);
        self.memory.word(TAIL_AT).store(self.tail, Ordering::Release);
    }

    /// Is there nothing to read?
    ///
    /// # Errors
    /// `Ring` if the producer's cursor is impossible.
    pub fn is_empty(&mut self) -> Result<bool> {
        self.refresh()?;
        Ok(self.head_seen == self.tail)
    }

    /// Announces sleep, then looks once more: `true` means nothing came and it is safe to park until a doorbell.
    ///
    /// # Errors
    /// `Ring` if the producer's cursor is impossible.
    pub fn fall_asleep(&mut self) -> Result<bool> {
        self.memory.word(ASLEEP_AT).store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let empty = self.is_empty()?;
        if !empty {
            self.wake();
        }
        Ok(empty)
    }

    /// Ends a sleep.
    pub fn wake(&self) {
        self.memory.word(ASLEEP_AT).store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[path = "ring_test.rs"]
mod test;
