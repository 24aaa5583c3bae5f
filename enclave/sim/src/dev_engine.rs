//! A bare engine behind a C ABI, for replay tests without host, session or journal. Never part of a venue: no authorisation but
//! the engine's own, no sequencing but a counter. Header: `enclave/include/sealbook_sim.h`.
//!
//! All pointer work is in this file. Each call checks its pointers, copies its input, and catches a panic at the edge: after one,
//! the handle answers `E_POISONED` to everything but destroy.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sealbook_engine::book::LadderBook;
use sealbook_engine::state::State;
use sealbook_engine::state::from_leaves::LeafHead;
use sealbook_engine::state::leaf::{ACCOUNT_WORDS, INSTRUMENT_WORDS, Word};
use sealbook_engine::{Command, Engine, Events, Header, Limits, Outcome};
use sealbook_wire::{
    EnclaveConfig, InboxEntry, InboxKind, List, ListInstrument, Message, SystemCommand,
};

use crate::encode::Encoder;

/// Done.
pub const OK: i32 = 0;
/// A pointer is null, or the handle is.
pub const E_NULL: i32 = -1;
/// A length is zero or absurd.
pub const E_LENGTH: i32 = -3;
/// The output buffer is smaller than [`OUT_LENGTH_MIN`]; nothing happened.
pub const E_BUFFER: i32 = -5;
/// A fault happened earlier; only destroy works.
pub const E_POISONED: i32 = -8;
/// The configuration does not parse, or the engine refuses to list an instrument of it.
pub const E_CONFIG: i32 = -9;
/// The command does not parse; nothing happened.
pub const E_COMMAND: i32 = -32;
/// The leaves are no state of this engine.
pub const E_LEAVES: i32 = -33;

/// Room an output buffer must offer: more than the events of any one command take.
pub const OUT_LENGTH_MIN: u64 = 256 << 10;
/// Longest input: a configuration with 64 instruments is far below.
const IN_LENGTH_MAX: u64 = 64 << 10;
/// Longest list of leaves: two hundred thousand accounts.
const LEAVES_LENGTH_MAX: u64 = 128 << 20;

/// The engine, its buffers and its sequence.
pub struct DevEngine {
    engine: Engine<LadderBook>,
    events: Events,
    encoder: Encoder,
    sequence: u64,
    is_poisoned: bool,
}

impl DevEngine {
    /// A venue with the configuration's instruments listed.
    pub fn new(config: &[u8]) -> Result<DevEngine, i32> {
        let config = EnclaveConfig::parse(config).map_err(|_| E_CONFIG)?;
        let mut dev = DevEngine::with(Engine::new(&limits_of(&config)), 0);
        for listed in config.instruments.iter() {
            let config = List::of(core::slice::from_ref(&listed));
            let listing = SystemCommand::ListInstrument(ListInstrument { config });
            if dev.apply(0, 0, &Command::System(listing)).1.is_reject() {
                return Err(E_CONFIG);
            }
        }
        Ok(dev)
    }

    /// The venue its leaves say, with nothing in its books: what a sequencer without an enclave goes on from.
    pub fn from_leaves(config: &[u8], leaves: &[u8], head: &LeafHead) -> Result<DevEngine, i32> {
        let config = EnclaveConfig::parse(config).map_err(|_| E_CONFIG)?;
        let (accounts, instruments) = parse_leaves(leaves).ok_or(E_LEAVES)?;
        let state = State::from_leaves(limits_of(&config), head, &accounts, &instruments)
            .map_err(|_| E_LEAVES)?;
        Ok(DevEngine::with(Engine::restored(state), head.sequence))
    }

    fn with(engine: Engine<LadderBook>, sequence: u64) -> DevEngine {
        let (events, encoder) = (Events::new(), Encoder::default());
        DevEngine { engine, events, encoder, sequence, is_poisoned: false }
    }

    fn apply(&mut self, account: u32, time_us: u64, command: &Command<'_>) -> (Header, Outcome) {
        self.sequence += 1;
        let header = Header {
            sequence: self.sequence,
            time_us,
            account: Some(account).filter(|&account| account != 0),
            delegation_nonce: u64::MAX - 1,
            delegation_expiry: u64::MAX,
            scopes: 7,
        };
        let outcome = self.engine.apply(&header, command, &mut self.events);
        (header, outcome)
    }

    /// Applies one command, of an account or, for account 0, of the system; its events as one msgpack array.
    pub fn step(&mut self, account: u32, time_us: u64, command: &[u8]) -> Result<Vec<u8>, i32> {
        let command = if account == 0 {
            SystemCommand::parse(command).map(Command::System)
        } else {
            sealbook_wire::Command::parse(command).map(Command::Session)
        };
        let command = command.map_err(|_| E_COMMAND)?;
        let (header, outcome) = self.apply(account, time_us, &command);
        self.encoder.encode(&self.engine, &header, &outcome, &self.events).map_err(|_| E_POISONED)
    }

    /// Credits an owner; the account.
    pub fn deposit(&mut self, owner: [u8; 20], subaccount: u8, amount: u64) -> Result<u32, i32> {
        let entry = InboxEntry {
            index: self.engine.state().venue().inbox_cursor,
            kind: InboxKind::Deposit,
            owner,
            subaccount,
            amount,
            data: [0; 32],
            at: 0,
        };
        let outcome = self.apply(0, 0, &Command::System(SystemCommand::InboxEntry(entry))).1;
        if outcome.is_reject() {
            return Err(-i32::from(outcome.code));
        }
        self.engine.find_account(&owner, subaccount).ok_or(E_COMMAND)
    }
}

fn limits_of(config: &EnclaveConfig<'_>) -> Limits {
    let highest = config.instruments.iter().map(|at| at.instrument).max().unwrap_or(1);
    Limits {
        accounts_max: config.accounts_max,
        orders_max: config.orders_max,
        instruments_max: highest.max(config.instruments_max),
        oracle_age_us_max: config.oracle_age_us_max,
        ..Limits::default()
    }
}

type Leaves = (Vec<[Word; ACCOUNT_WORDS]>, Vec<(u16, [Word; INSTRUMENT_WORDS])>);

/// `u32 count | accounts from 0 on | u32 count | (u32 id | words)*`, little-endian, words of 32 bytes; nothing behind it.
fn parse_leaves(bytes: &[u8]) -> Option<Leaves> {
    let (count, mut rest) = take_u32(bytes)?;
    let mut accounts = Vec::new();
    for _ in 0..count {
        let (words, next) = take_words(rest)?;
        accounts.push(words);
        rest = next;
    }
    let (count, mut rest) = take_u32(rest)?;
    let mut instruments = Vec::new();
    for _ in 0..count {
        let (id, after) = take_u32(rest)?;
        let (words, next) = take_words(after)?;
        instruments.push((u16::try_from(id).ok()?, words));
        rest = next;
    }
    rest.is_empty().then_some((accounts, instruments))
}

fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*head), rest))
}

fn take_words<const N: usize>(bytes: &[u8]) -> Option<([Word; N], &[u8])> {
    let (leaf, rest) = bytes.split_at_checked(N * 32)?;
    let mut words = [[0; 4]; N];
    let limbs = words.iter_mut().flatten();
    for (limb, chunk) in limbs.zip(leaf.as_chunks().0) {
        *limb = u64::from_le_bytes(*chunk);
    }
    Some((words, rest))
}

/// Runs a call on a handle; a panic poisons it.
fn guarded(handle: *mut c_void, call: impl FnOnce(&mut DevEngine) -> Result<(), i32>) -> i32 {
    // SAFETY: the caller's contract: null, or from `sealbook_dev_engine_new` and not destroyed, used by one thread at a time.
    let Some(dev) = (unsafe { handle.cast::<DevEngine>().as_mut() }) else { return E_NULL };
    if dev.is_poisoned {
        return E_POISONED;
    }
    match catch_unwind(AssertUnwindSafe(|| call(dev))) {
        Ok(result) => result.map_or_else(|code| code, |()| OK),
        Err(_) => {
            dev.is_poisoned = true;
            E_POISONED
        }
    }
}

/// The caller's input, copied.
///
/// # Safety
/// `bytes` is null or readable for `length`.
unsafe fn copied(bytes: *const u8, length: u64) -> Result<Vec<u8>, i32> {
    // SAFETY: the caller's.
    unsafe { copied_up_to(bytes, length, IN_LENGTH_MAX) }
}

/// As `copied`, for longer input.
///
/// # Safety
/// `bytes` is null or readable for `length`.
unsafe fn copied_up_to(bytes: *const u8, length: u64, most: u64) -> Result<Vec<u8>, i32> {
    if bytes.is_null() {
        return Err(E_NULL);
    }
    if length == 0 || length > most {
        return Err(E_LENGTH);
    }
    // SAFETY: readable for `length` by contract, and `length` was bounded.
    Ok(unsafe { core::slice::from_raw_parts(bytes, length as usize) }.to_vec())
}

/// Makes an engine from an `enclave-config` message.
///
/// # Safety
/// `config` is readable for `length`; `out` is writable for one pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_new(
    config: *const u8,
    length: u64,
    out: *mut *mut c_void,
) -> i32 {
    if out.is_null() {
        return E_NULL;
    }
    // SAFETY: the caller's contract.
    let config = match unsafe { copied(config, length) } {
        Ok(config) => config,
        Err(code) => return code,
    };
    let made = catch_unwind(|| DevEngine::new(&config)).unwrap_or(Err(E_POISONED));
    // SAFETY: not null, writable by contract.
    unsafe { handed_out(made, out) }
}

/// Makes an engine from leaves (`parse_leaves`' bytes) and where the chain stood with them: epoch, sequence, time in µs, oracle
/// round, inbox cursor. The configuration's instruments are the leaves'; its limits count.
///
/// # Safety
/// `config` and `leaves` are readable for their lengths, `head` for five u64; `out` is writable for one pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_from_leaves(
    config: *const u8,
    config_length: u64,
    leaves: *const u8,
    leaves_length: u64,
    head: *const u64,
    out: *mut *mut c_void,
) -> i32 {
    if out.is_null() || head.is_null() {
        return E_NULL;
    }
    // SAFETY: the caller's contract, for all three.
    let (config, leaves, head) = unsafe {
        let config = copied(config, config_length);
        let leaves = copied_up_to(leaves, leaves_length, LEAVES_LENGTH_MAX);
        (config, leaves, head.cast::<[u64; 5]>().read_unaligned())
    };
    let (config, leaves) = match (config, leaves) {
        (Ok(config), Ok(leaves)) => (config, leaves),
        (Err(code), _) | (_, Err(code)) => return code,
    };
    let [epoch, sequence, time_us, oracle_round, inbox_cursor] = head;
    let head = LeafHead { epoch, sequence, time_us, oracle_round, inbox_cursor };
    let made = catch_unwind(|| DevEngine::from_leaves(&config, &leaves, &head));
    // SAFETY: not null, writable by contract.
    unsafe { handed_out(made.unwrap_or(Err(E_POISONED)), out) }
}

/// # Safety
/// `out` is writable for one pointer.
unsafe fn handed_out(made: Result<DevEngine, i32>, out: *mut *mut c_void) -> i32 {
    match made {
        Ok(dev) => {
            // SAFETY: writable by contract.
            unsafe { out.write_unaligned(Box::into_raw(Box::new(dev)).cast()) };
            OK
        }
        Err(code) => code,
    }
}

/// Applies one command. `account` 0 means a system command. `*out_length`: room in, bytes used out.
///
/// # Safety
/// `command` is readable for `length`, `out` writable for `*out_length`, which is readable and writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_apply(
    handle: *mut c_void,
    account: u32,
    time_us: u64,
    command: *const u8,
    length: u64,
    out: *mut u8,
    out_length: *mut u64,
) -> i32 {
    guarded(handle, |dev| {
        if out.is_null() || out_length.is_null() {
            return Err(E_NULL);
        }
        // SAFETY: the caller's contract.
        let command = unsafe { copied(command, length) }?;
        // SAFETY: not null, readable and writable by contract.
        let room = unsafe { out_length.read_unaligned() };
        if room < OUT_LENGTH_MIN {
            // SAFETY: as above.
            unsafe { out_length.write_unaligned(OUT_LENGTH_MIN) };
            return Err(E_BUFFER);
        }
        let bytes = dev.step(account, time_us, &command)?;
        if bytes.len() as u64 > room {
            return Err(E_BUFFER);
        }
        // SAFETY: `out` is writable for `room`, which the bytes fit; a fresh vector overlaps nothing.
        unsafe {
            out.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            out_length.write_unaligned(bytes.len() as u64);
        }
        Ok(())
    })
}

/// Credits an owner (20 bytes), opening the account at its first deposit. A refusal is the negated reject code.
///
/// # Safety
/// `owner` is readable for 20 bytes, `out_account` writable for one u32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_deposit(
    handle: *mut c_void,
    owner: *const u8,
    subaccount: u8,
    amount: u64,
    out_account: *mut u32,
) -> i32 {
    guarded(handle, |dev| {
        if out_account.is_null() {
            return Err(E_NULL);
        }
        // SAFETY: the caller's contract.
        let owner = unsafe { copied(owner, 20) }?;
        let owner = owner.try_into().map_err(|_| E_LENGTH)?;
        let account = dev.deposit(owner, subaccount, amount)?;
        // SAFETY: not null, writable by contract.
        unsafe { out_account.write_unaligned(account) };
        Ok(())
    })
}

/// Frees an engine. Null is ignored.
///
/// # Safety
/// `handle` is null or an engine that is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_destroy(handle: *mut c_void) {
    if !handle.is_null() {
        // SAFETY: made by `Box::into_raw` in `sealbook_dev_engine_new`, destroyed once by contract.
        drop(unsafe { Box::from_raw(handle.cast::<DevEngine>()) });
    }
}

/// Words of a leaf (docs/state.md), 32 little-endian bytes each: an instrument's nine, or an account's twenty.
///
/// # Safety
/// `handle` is null or live; `out` is writable for 640 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_dev_engine_leaf(
    handle: *mut c_void,
    is_instrument: u32,
    index: u32,
    out: *mut u8,
) -> i32 {
    guarded(handle, |dev| {
        if out.is_null() {
            return Err(E_NULL);
        }
        let state = dev.engine.state();
        let words = if is_instrument == 0 {
            state.leaf_words(index).map(|words| words.to_vec())
        } else {
            let id = u16::try_from(index).map_err(|_| E_COMMAND)?;
            state.instrument_words(id).map(|words| words.to_vec())
        };
        let limbs = words.ok_or(E_COMMAND)?.concat();
        let bytes: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        // SAFETY: at most 640 bytes, writable by contract; the regions are distinct.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), out, bytes.len()) };
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::instrument;
    use sealbook_wire::{
        Command as Session, OrderKind, OrderStatus, Place, Reader, ResultEvent, Side, TimeInForce,
    };

    fn config() -> Vec<u8> {
        let instruments = [instrument(1)];
        let config = EnclaveConfig {
            chain_id: 1,
            registry: [0; 20],
            settlement: [0; 20],
            instruments: List::of(&instruments),
            oracle_signers: List::of(&[]),
            oracle_threshold: 0,
            oracle_age_us_max: 1,
            tick_us_max: 1,
            accounts_max: 8,
            orders_max: 64,
            batch_commands_max: 1,
            batch_us_max: 1,
            platform_seed: [0; 32],
            is_simulated: true,
            instruments_max: 0,
            options: List::of(&[]),
        };
        let mut buffer = vec![0; 8_192];
        config.emit_into(&mut buffer).expect("fits").to_vec()
    }

    fn place(side: Side, lots: u32) -> Vec<u8> {
        let place = Place {
            client_id: None,
            instrument: 1,
            side,
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks: 30_000,
            lots,
            post_only: false,
            reduce_only: false,
        };
        let mut buffer = vec![0; 64];
        Session::Place(place).emit_into(&mut buffer).expect("fits").to_vec()
    }

    fn new_engine() -> *mut c_void {
        let (config, mut handle) = (config(), core::ptr::null_mut());
        // SAFETY: all pointers are to live values of the stated sizes.
        let code =
            unsafe { sealbook_dev_engine_new(config.as_ptr(), config.len() as u64, &mut handle) };
        assert_eq!(code, OK);
        handle
    }

    /// Sends a command across; the code, and the output.
    fn apply(handle: *mut c_void, account: u32, command: &[u8], room: u64) -> (i32, Vec<u8>) {
        let (mut out, mut length) = (vec![0; OUT_LENGTH_MIN as usize], room);
        let (input, size) = (command.as_ptr(), command.len() as u64);
        // SAFETY: as above; `room` is at most the buffer's size.
        let code = unsafe {
            let out = out.as_mut_ptr();
            sealbook_dev_engine_apply(handle, account, 1, input, size, out, &mut length)
        };
        out.truncate(length as usize);
        (code, out)
    }

    #[test]
    fn two_accounts_trade_across_the_wall() {
        let handle = new_engine();
        for n in 1..=2 {
            let mut account = 0;
            // SAFETY: as above.
            let code = unsafe {
                let owner = [n; 20];
                sealbook_dev_engine_deposit(handle, owner.as_ptr(), 0, 1 << 40, &mut account)
            };
            assert_eq!((code, account), (OK, u32::from(n)));
        }
        assert_eq!(apply(handle, 1, &place(Side::Sell, 5), OUT_LENGTH_MIN).0, OK);
        assert_eq!(apply(handle, 2, &place(Side::Buy, 3), 16).0, E_BUFFER, "and nothing happened");
        let (code, bytes) = apply(handle, 2, &place(Side::Buy, 3), OUT_LENGTH_MIN);
        assert_eq!(code, OK);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.array(), Ok(4), "result, two fills, market");
        let head = sealbook_wire::message::parse_head(&mut reader).expect("a message");
        assert_eq!(head, (ResultEvent::ARITY, ResultEvent::CODE));
        let result = ResultEvent::parse_fields(&mut reader).expect("a result");
        let done = (result.code, result.status, result.filled_lots);
        assert_eq!(done, (0, OrderStatus::Filled, 3));
        // SAFETY: not used afterwards.
        unsafe { sealbook_dev_engine_destroy(handle) };
    }

    /// Leaves of accounts 0, 1, 2 and instrument 1, as `parse_leaves` reads them.
    fn leaves_of(handle: *mut c_void) -> Vec<u8> {
        let leaf = |is_instrument, index, words: usize| {
            let mut out = [0; 640];
            // SAFETY: live handle, 640 bytes.
            let code =
                unsafe { sealbook_dev_engine_leaf(handle, is_instrument, index, out.as_mut_ptr()) };
            assert_eq!(code, OK);
            out[..32 * words].to_vec()
        };
        let accounts = (0..=2).flat_map(|id| leaf(0, id, ACCOUNT_WORDS));
        let head = 3_u32.to_le_bytes().into_iter();
        let one = 1_u32.to_le_bytes();
        let instrument = one.into_iter().chain(one).chain(leaf(1, 1, INSTRUMENT_WORDS));
        head.chain(accounts).chain(instrument).collect()
    }

    fn from_leaves(leaves: &[u8]) -> Result<*mut c_void, i32> {
        let (config, mut handle) = (config(), core::ptr::null_mut());
        let (size, head) = (config.len() as u64, [7_u64, 100, 1_000_000, 0, 2]);
        // SAFETY: all pointers are to live values of the stated sizes.
        let code = unsafe {
            let (at, length) = (leaves.as_ptr(), leaves.len() as u64);
            let head = head.as_ptr();
            sealbook_dev_engine_from_leaves(config.as_ptr(), size, at, length, head, &mut handle)
        };
        if code == OK { Ok(handle) } else { Err(code) }
    }

    #[test]
    fn an_engine_of_leaves_has_these_leaves_and_trades_on() {
        let first = new_engine();
        for n in 1..=2 {
            let mut account = 0;
            // SAFETY: as above.
            let code = unsafe {
                let owner = [n; 20];
                sealbook_dev_engine_deposit(first, owner.as_ptr(), 0, 1 << 40, &mut account)
            };
            assert_eq!(code, OK);
        }
        assert_eq!(apply(first, 1, &place(Side::Sell, 5), OUT_LENGTH_MIN).0, OK);
        assert_eq!(apply(first, 2, &place(Side::Buy, 3), OUT_LENGTH_MIN).0, OK);
        let leaves = leaves_of(first);

        let second = from_leaves(&leaves).expect("leaves of an engine");
        assert_eq!(leaves_of(second), leaves);
        assert_eq!(apply(second, 1, &place(Side::Buy, 3), OUT_LENGTH_MIN).0, OK);
        assert_eq!(apply(second, 2, &place(Side::Sell, 3), OUT_LENGTH_MIN).0, OK);
        let after = leaves_of(second);
        assert_ne!(after, leaves, "its book was empty, and the two met in it");

        let mut long = leaves.clone();
        long.push(0);
        let mut impossible = leaves.clone();
        impossible[4 + 32 * 20 + 32 * 4 + 2] ^= 1;
        for wrong in [&long[..], &leaves[..leaves.len() - 1], &impossible] {
            assert_eq!(from_leaves(wrong), Err(E_LEAVES));
        }
        // SAFETY: not used afterwards.
        unsafe {
            sealbook_dev_engine_destroy(first);
            sealbook_dev_engine_destroy(second);
        }
    }

    #[test]
    fn bad_calls_are_codes() {
        let handle = new_engine();
        assert_eq!(apply(core::ptr::null_mut(), 1, &[1], OUT_LENGTH_MIN).0, E_NULL);
        assert_eq!(apply(handle, 1, &[], OUT_LENGTH_MIN).0, E_LENGTH);
        assert_eq!(apply(handle, 1, &[0xc1], OUT_LENGTH_MIN).0, E_COMMAND);
        let mut out = core::ptr::null_mut();
        // SAFETY: as above.
        unsafe {
            assert_eq!(sealbook_dev_engine_new(core::ptr::null(), 4, &mut out), E_NULL);
            assert_eq!(sealbook_dev_engine_new([0; 4].as_ptr(), 4, &mut out), E_CONFIG);
            sealbook_dev_engine_destroy(handle);
            sealbook_dev_engine_destroy(core::ptr::null_mut());
        }
    }
}
