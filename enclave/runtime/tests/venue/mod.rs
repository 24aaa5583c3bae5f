//! A host and its clients in one thread, for tests and the bench: rings, a chain that believes everything, sealed sessions.
#![allow(dead_code, missing_docs)]

mod client;
pub mod options;

pub use client::*;

use std::sync::Arc;
use std::time::{Duration, Instant};

use k256::ecdsa::SigningKey;
use sealbook_enclave::eip712::{Domain, address_of, sign};
use sealbook_enclave::ring::{Consumer, Producer, RingMemory, Slot};
use sealbook_enclave::{Enclave, oracle, shared};
use sealbook_wire::batch::{HEADER_LENGTH, PREFIX_LENGTH};
use sealbook_wire::ring::{DATA_AT, inward, ledger, outward};
use sealbook_wire::*;

pub const CHAIN_ID: u64 = 31337;
pub const SETTLEMENT: [u8; 20] = [0x5e; 20];
pub const TIME_US: u64 = 1_800_000_000_000_000;
pub const TICK_VALUE: u64 = 10;
pub const INDEX: i64 = 1_000_000;
const CAPACITY: usize = 1 << 21;

/// A venue with two perpetuals and three oracles, two of which must sign.
pub fn config(accounts_max: u32, batch_commands_max: u32) -> Vec<u8> {
    let instrument = |id: u16, symbol: &str| InstrumentConfig {
        instrument: id,
        symbol: Text::from_bytes(symbol.as_bytes()).expect("text"),
        kind: InstrumentKind::Perpetual,
        tick_value: TICK_VALUE,
        lots_max: 1_000_000,
        price_ticks_max: 10_000_000,
        initial_ppm: 100_000,
        maintenance_ppm: 50_000,
        maker_fee_ppm: 0,
        taker_fee_ppm: 500,
        liquidation_fee_ppm: 5_000,
        index: INDEX,
    };
    let instruments = [instrument(1, "BTC-PERP"), instrument(2, "ETH-PERP")];
    let oracles: Vec<[u8; 20]> =
        (0..3).map(|i| address_of(oracle_key(i).verifying_key())).collect();
    let config = EnclaveConfig {
        chain_id: CHAIN_ID,
        registry: [0x4e; 20],
        settlement: SETTLEMENT,
        instruments: List::of(&instruments),
        oracle_signers: List::of(&oracles),
        oracle_threshold: 2,
        oracle_age_us_max: 60_000_000,
        tick_us_max: 2_000_000,
        accounts_max,
        orders_max: 65_536,
        batch_commands_max,
        batch_us_max: 3_600_000_000,
        platform_seed: [7; 32],
        is_simulated: true,
        instruments_max: 0,
        options: List::of(&[]),
    };
    emit(&config)
}

pub fn oracle_key(index: u8) -> SigningKey {
    SigningKey::from_slice(&[0x60 + index; 32]).expect("key")
}

pub fn emit<'m>(message: &impl Message<'m>) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 16];
    message.emit_into(&mut buffer).expect("fits").to_vec()
}

pub struct Pages(*mut u8, usize);

impl Pages {
    /// The other side of the same ring.
    ///
    /// # Safety
    /// The pages outlive what is returned.
    pub unsafe fn attach(&self) -> RingMemory {
        // Safety: the caller's promise.
        unsafe { RingMemory::attach(self.0, self.1) }.expect("initialised")
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // Safety: allocated by `ring`; the enclave, declared before, is gone.
        unsafe { shared::free(self.0, self.1) }.expect("same length");
    }
}

pub fn ring() -> (Pages, RingMemory) {
    let length = (DATA_AT + CAPACITY).next_multiple_of(4096);
    let base = shared::allocate(length).expect("memory");
    // Safety: fresh memory that outlives the enclave.
    let memory = unsafe { RingMemory::initialise(base, length, CAPACITY as u32) }.expect("ring");
    (Pages(base, length), memory)
}

/// What the chain knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    pub epoch: u64,
    pub batch_number: u64,
    pub last_sequence: u64,
    pub state_root: [u8; 32],
    pub inbox_cursor: u64,
}

/// What a host keeps.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub journal: Vec<Vec<u8>>,
    pub snapshots: Vec<(u64, Vec<u8>)>,
    pub poisons: Vec<Poison>,
    /// Piece 6, instead of snapshots and of the journal before it.
    pub leaves: Option<Vec<u8>>,
}

/// A batch as it came over ring 2.
#[derive(Clone, Debug)]
pub struct Batch {
    pub words: Vec<[u8; 32]>,
    pub signature: [u8; 65],
    pub withdrawals: u32,
    pub data: Vec<u8>,
}

impl Batch {
    pub fn parse(bytes: &[u8]) -> Self {
        let word = |at: usize| {
            <[u8; 4]>::try_from(&bytes[at..at + 4]).map(u32::from_le_bytes).expect("four")
        };
        let words = bytes[4..4 + HEADER_LENGTH]
            .chunks(32)
            .map(|word| word.try_into().expect("word"))
            .collect();
        let withdrawals = word(PREFIX_LENGTH - 4);
        let at = PREFIX_LENGTH + 40 * withdrawals as usize;
        let data = bytes[at + 4..].to_vec();
        assert_eq!(word(at) as usize, data.len());
        Batch {
            words,
            signature: bytes[4 + HEADER_LENGTH..PREFIX_LENGTH - 4].try_into().expect("signature"),
            withdrawals,
            data,
        }
    }

    pub fn number(&self, word: usize) -> u64 {
        u64::from_be_bytes(self.words[word][24..].try_into().expect("eight"))
    }

    pub fn chain(&self) -> Chain {
        Chain {
            epoch: self.number(0),
            batch_number: self.number(1),
            last_sequence: self.number(3),
            state_root: self.words[6],
            inbox_cursor: self.number(7),
        }
    }
}

pub struct Venue {
    pub enclave: Enclave,
    pub inward: Producer,
    pub outward: Consumer,
    pub ledger: Consumer,
    pub signer: [u8; 20],
    pub encryption_key: [u8; 32],
    pub genesis_root: [u8; 32],
    pub open_epoch: Vec<u8>,
    pub records: Vec<(u32, Vec<u8>)>,
    pub disk: Disk,
    pub batches: Vec<Batch>,
    pub heads: Vec<Vec<u8>>,
    parts: Vec<u8>,
    slot: Slot,
    pub domain: Domain,
    pub time_us: u64,
    pub inbox_index: u64,
    _pages: [Pages; 3],
}

pub fn boot(config: &[u8]) -> (Enclave, Vec<u8>) {
    let mut enclave = Enclave::load(b"image", config).expect("load");
    let request = BootRequest { block_hash: [0xb1; 32], time_us: TIME_US, is_debug: false };
    let reply = enclave.boot(&emit(&request)).expect("boot");
    (enclave, reply)
}

pub fn piece(kind: u8, bytes: &[u8]) -> Vec<u8> {
    [&[kind], bytes].concat()
}

pub fn recovery_end(chain: &Chain) -> Vec<u8> {
    emit(&RecoveryEnd {
        epoch: chain.epoch,
        batch_number: chain.batch_number,
        last_sequence: chain.last_sequence,
        state_root: chain.state_root,
        inbox_cursor: chain.inbox_cursor,
    })
}

impl Venue {
    pub fn genesis(config: &[u8]) -> Self {
        Self::recover(config, Disk::default(), None).expect("genesis")
    }

    pub fn genesis_spinning(config: &[u8], spin_ns: u64) -> Self {
        Self::recover_spinning(config, Disk::default(), None, Some(spin_ns)).expect("genesis")
    }

    /// Boots and recovers from what the host kept; `None` is a chain at genesis.
    pub fn recover(
        config: &[u8],
        disk: Disk,
        chain: Option<Chain>,
    ) -> Result<Self, sealbook_enclave::Error> {
        Self::recover_spinning(config, disk, chain, None)
    }

    fn recover_spinning(
        config: &[u8],
        disk: Disk,
        chain: Option<Chain>,
        spin_ns: Option<u64>,
    ) -> Result<Self, sealbook_enclave::Error> {
        let (mut enclave, reply) = boot(config);
        if let Some(spin_ns) = spin_ns {
            enclave.set_spin_ns(spin_ns);
        }
        let reply = BootReply::parse(&reply).expect("reply");
        let genesis = Chain {
            epoch: 0,
            batch_number: 0,
            last_sequence: 0,
            state_root: reply.state_root,
            inbox_cursor: 0,
        };
        let chain = chain.unwrap_or(genesis);
        if !disk.poisons.is_empty() {
            enclave.recover(&piece(3, &emit(&PoisonList { poisons: List::of(&disk.poisons) })))?;
        }
        let snapshot =
            disk.snapshots.iter().rev().find(|(sequence, _)| *sequence <= chain.last_sequence);
        if let Some((_, sealed)) = snapshot {
            enclave.recover(&piece(1, sealed))?;
        }
        let mut from = snapshot.map_or(0, |(sequence, _)| *sequence);
        if let Some(leaves) = &disk.leaves {
            enclave.recover(&piece(6, leaves))?;
            from = u64::from_le_bytes(leaves[8..16].try_into().expect("eight"));
        }
        for record in disk.journal.iter().filter(|record| sequence_of(record) > from) {
            enclave.recover(&piece(2, record))?;
        }
        enclave.recover(&piece(4, &recovery_end(&chain)))?;

        let rings = [ring(), ring(), ring()];
        for (i, (pages, _)) in rings.iter().enumerate() {
            // Safety: the pages outlive the enclave.
            unsafe { enclave.attach(i, pages.0, pages.1) }?;
        }
        let open_epoch = enclave.open_epoch()?;
        let [(a, inward), (b, outward), (c, ledger)] = rings;
        let mut venue = Venue {
            inward: Producer::new(inward)?,
            outward: Consumer::new(outward)?,
            ledger: Consumer::new(ledger)?,
            signer: reply.signer,
            encryption_key: reply.encryption_key,
            genesis_root: reply.state_root,
            open_epoch,
            records: Vec::new(),
            disk,
            batches: Vec::new(),
            heads: Vec::new(),
            parts: Vec::new(),
            slot: Slot::new(CAPACITY),
            domain: Domain::new(CHAIN_ID, &SETTLEMENT),
            time_us: TIME_US,
            inbox_index: chain.inbox_cursor,
            enclave,
            _pages: [a, b, c],
        };
        venue.enclave.start(Arc::new(|_| {}))?;
        Ok(venue)
    }

    /// Where ring 0 lies, for a host that meddles.
    pub fn inward_memory(&self) -> (*mut u8, usize) {
        (self._pages[0].0, DATA_AT + CAPACITY)
    }

    pub fn push(&mut self, kind: u32, parts: &[&[u8]]) {
        while !self.inward.push(kind, parts).expect("ring 0") {
            self.pump();
            std::thread::yield_now();
        }
        if self.inward.wants_doorbell() {
            self.enclave.doorbell().ring();
        }
    }

    /// Takes everything from rings 1 and 2.
    pub fn pump(&mut self) {
        while self.outward.pop(&mut self.slot).expect("ring 1") {
            let (kind, payload) = (self.slot.kind(), self.slot.payload().to_vec());
            if kind == outward::JOURNAL {
                self.disk.journal.push(payload.clone());
            }
            self.records.push((kind, payload));
        }
        while self.ledger.pop(&mut self.slot).expect("ring 2") {
            let (kind, payload) = (self.slot.kind(), self.slot.payload().to_vec());
            match kind {
                ledger::BATCH => self.batches.push(Batch::parse(&payload)),
                ledger::HEAD => self.heads.push(payload),
                _ => {
                    let word = |at: usize| {
                        <[u8; 4]>::try_from(&payload[at..at + 4]).map(u32::from_le_bytes)
                    };
                    self.parts.extend_from_slice(&payload[16..]);
                    if word(8).expect("part") + 1 == word(12).expect("parts") {
                        let sequence = u64::from_le_bytes(payload[..8].try_into().expect("eight"));
                        self.disk.snapshots.push((sequence, core::mem::take(&mut self.parts)));
                    }
                }
            }
        }
    }

    /// Pumps until `found` finds something.
    pub fn wait<T>(&mut self, what: &str, mut found: impl FnMut(&mut Self) -> Option<T>) -> T {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            self.pump();
            if let Some(found) = found(self) {
                return found;
            }
            assert!(Instant::now() < end, "waited too long for {what}");
            std::thread::yield_now();
        }
    }

    pub fn status<T>(&self, read: impl FnOnce(EnclaveStatus) -> T) -> T {
        read(EnclaveStatus::parse(&self.enclave.status().expect("status")).expect("parses"))
    }

    pub fn tick(&mut self, by_us: u64) {
        self.time_us += by_us;
        let time = self.time_us.to_le_bytes();
        self.push(inward::TICK, &[&time]);
    }

    pub fn deposit(&mut self, wallet: &SigningKey, amount: u64) {
        let entry = InboxEntry {
            index: self.inbox_index,
            kind: InboxKind::Deposit,
            owner: address_of(wallet.verifying_key()),
            subaccount: 0,
            amount,
            data: [0; 32],
            at: self.time_us / 1_000_000,
        };
        self.inbox_index += 1;
        self.push(inward::INBOX, &[&entry.index.to_le_bytes(), &inbox::emit(&entry)]);
        let expected = self.inbox_index;
        self.wait("the deposit", |venue| {
            venue.status(|s| s.inbox_cursor == expected).then_some(())
        });
    }

    /// A round over both instruments signed by the named oracles.
    pub fn oracle(&mut self, round: u64, index: i64, signers: &[u8]) {
        let prices =
            [OraclePrice { instrument: 1, index }, OraclePrice { instrument: 2, index: INDEX }];
        let unsigned = OracleRound {
            round,
            time_us: self.time_us,
            prices: List::of(&prices),
            signatures: List::of(&[]),
        };
        let config =
            sealbook_enclave::config::Config::parse(&config(64, 1_000_000)).expect("config");
        let digest = oracle::digest(&config, &unsigned);
        let signatures: Vec<OracleSignature> = signers
            .iter()
            .map(|signer| OracleSignature {
                signer: *signer,
                signature: sign(&oracle_key(*signer), &digest),
            })
            .collect();
        let bytes = emit(&OracleRound { signatures: List::of(&signatures), ..unsigned });
        self.push(inward::ORACLE, &[&bytes]);
    }

    pub fn close_batch(&mut self) -> Batch {
        let before = self.batches.len();
        self.push(inward::CLOSE_BATCH, &[&[0; 8]]);
        self.wait("the batch", |venue| venue.batches.get(before).cloned())
    }

    /// Everything handled: the enclave has answered a frame pushed last.
    pub fn replies_to(&mut self, client: &mut Client) -> Vec<Vec<u8>> {
        self.pump();
        let mut found = Vec::new();
        let mut rest = Vec::new();
        for (kind, payload) in core::mem::take(&mut self.records) {
            let is_ours = kind == outward::REPLY && payload[..8] == client.connection.to_le_bytes();
            if is_ours { found.push(payload[24..].to_vec()) } else { rest.push((kind, payload)) }
        }
        self.records = rest;
        found.into_iter().flat_map(|body| client.open_body(body)).collect()
    }

    /// Sends one frame and collects events until as many results or errors came as `count`.
    pub fn exchange(
        &mut self,
        client: &mut Client,
        commands: &[Vec<u8>],
        count: usize,
    ) -> Vec<Vec<u8>> {
        let body = client.seal(commands);
        self.send_body(client, &body);
        self.collect(client, count)
    }

    pub fn send_body(&mut self, client: &Client, body: &[u8]) {
        self.push(inward::FRAME, &[&client.connection.to_le_bytes(), body]);
    }

    pub fn collect(&mut self, client: &mut Client, count: usize) -> Vec<Vec<u8>> {
        let mut events: Vec<Vec<u8>> = Vec::new();
        self.wait("replies", |venue| {
            events.extend(venue.replies_to(client));
            let done = events.iter().filter(|event| matches!(code_of(event), 129 | 136)).count();
            (done >= count).then_some(())
        });
        events
    }

    /// One command, its result.
    pub fn ask(&mut self, client: &mut Client, command: &Command) -> ResultEvent {
        let mut buffer = [0; 256];
        let bytes = command.emit_into(&mut buffer).expect("fits").to_vec();
        let events = self.exchange(client, &[bytes], 1);
        let result = events.iter().find(|event| code_of(event) == 129).expect("a result");
        ResultEvent::parse(result).expect("parses")
    }

    /// Stops, and gives back what the host keeps.
    pub fn stop(mut self) -> (Disk, Vec<Batch>) {
        let status = self.enclave.shared_status();
        let mut pump = true;
        std::thread::scope(|scope| {
            let enclave = &mut self.enclave;
            let stopping = scope.spawn(move || enclave.stop().expect("stop"));
            while pump {
                pump = !stopping.is_finished();
                let (out, slot) = (&mut self.outward, &mut self.slot);
                while out.pop(slot).expect("ring 1") {
                    if slot.kind() == outward::JOURNAL {
                        self.disk.journal.push(slot.payload().to_vec());
                    }
                    self.records.push((slot.kind(), slot.payload().to_vec()));
                }
                std::thread::yield_now();
            }
        });
        let _ = status;
        self.pump();
        (core::mem::take(&mut self.disk), core::mem::take(&mut self.batches))
    }
}

pub fn sequence_of(record: &[u8]) -> u64 {
    u64::from_le_bytes(record[16..24].try_into().expect("eight"))
}

pub fn code_of(event: &[u8]) -> u32 {
    let mut reader = Reader::new(event);
    reader.array().and_then(|_| reader.u32()).expect("a message")
}

pub fn wallet(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).expect("key")
}
