//! The venue's fixed configuration: attested by its hash, checked once, never changed.

use sealbook_wire::{EnclaveConfig, InstrumentConfig, Message, OptionConfig, evidence};
use sha2::{Digest, Sha256};

use crate::eip712::Domain;
use crate::error::{Error, Result};

/// Account ids are leaf indices of a tree of depth 24.
const ACCOUNTS_MAX: u32 = 1 << 24;
/// An order id names its slot with 24 bits.
const ORDERS_MAX: u32 = (1 << 24) - 1;

/// The engine lists ids from 1 to this.
const INSTRUMENT_MAX: u16 = sealbook_engine::limits::INSTRUMENTS_MAX as u16;

/// `enclave-config`, owned and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// SHA-256 of the message's bytes.
    pub hash: [u8; 32],
    /// `chainHash(0)`.
    pub genesis_hash: [u8; 32],
    /// EIP-712 domain of everything signed here.
    pub domain: Domain,
    /// The chain the venue settles on.
    pub chain_id: u64,
    /// `AttestationRegistry`.
    pub registry: [u8; 20],
    /// `Settlement`.
    pub settlement: [u8; 20],
    /// Listed at genesis, ascending by id.
    pub instruments: Vec<InstrumentConfig>,
    /// Options listed at genesis, ascending by id.
    pub options: Vec<OptionConfig>,
    /// Highest id the venue will ever list.
    pub instruments_max: u16,
    /// Who may sign oracle rounds, and orders to the venue.
    pub oracle_signers: Vec<[u8; 20]>,
    /// How many of them must.
    pub oracle_threshold: u8,
    /// Oldest acceptable round, µs of engine time.
    pub oracle_age_us_max: u64,
    /// Largest step of engine time per tick, µs.
    pub tick_us_max: u64,
    /// Accounts the venue can hold.
    pub accounts_max: u32,
    /// Resting orders the venue can hold.
    pub orders_max: u32,
    /// A batch closes at this many commands.
    pub batch_commands_max: u32,
    /// Or at this age, µs of engine time.
    pub batch_us_max: u64,
    /// Fuses of the simulated CPU.
    pub platform_seed: [u8; 32],
}

impl Config {
    /// Reads and checks the message.
    ///
    /// # Errors
    /// `Config` if it does not parse, or if its fields contradict each other.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let message = EnclaveConfig::parse(bytes).map_err(|_| Error::Config)?;
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let genesis = evidence::genesis_preimage(message.chain_id, &message.settlement, &hash);
        let listed = message.instruments.iter().map(|at| at.instrument);
        let listed = listed.chain(message.options.iter().map(|at| at.instrument)).max();
        let instruments_max = match message.instruments_max {
            0 => listed.unwrap_or(1),
            stated => stated,
        };
        let config = Config {
            hash,
            options: message.options.iter().collect(),
            instruments_max,
            genesis_hash: Sha256::digest(genesis).into(),
            domain: Domain::new(message.chain_id, &message.settlement),
            chain_id: message.chain_id,
            registry: message.registry,
            settlement: message.settlement,
            instruments: message.instruments.iter().collect(),
            oracle_signers: message.oracle_signers.iter().collect(),
            oracle_threshold: message.oracle_threshold,
            oracle_age_us_max: message.oracle_age_us_max,
            tick_us_max: message.tick_us_max,
            accounts_max: message.accounts_max,
            orders_max: message.orders_max,
            batch_commands_max: message.batch_commands_max,
            batch_us_max: message.batch_us_max,
            platform_seed: message.platform_seed,
        };
        // This build has no other platform than the simulated one, and must not pass for one that has.
        if message.is_simulated && config.is_sound() { Ok(config) } else { Err(Error::Config) }
    }

    fn is_sound(&self) -> bool {
        let signers = &self.oracle_signers;
        let threshold = usize::from(self.oracle_threshold);
        let has_distinct_signers =
            signers.iter().enumerate().all(|(i, signer)| !signers[..i].contains(signer));
        let has_ascending_ids =
            self.instruments.windows(2).all(|pair| pair[0].instrument < pair[1].instrument);
        let has_distinct_options =
            self.options.windows(2).all(|pair| pair[0].instrument < pair[1].instrument)
                && self.options.iter().all(|option| {
                    let is_own = |at: &InstrumentConfig| at.instrument == option.instrument;
                    option.instrument > 0 && !self.instruments.iter().any(is_own)
                });
        let last = self.instruments.last().map_or(0, |last| last.instrument);
        let last = last.max(self.options.last().map_or(0, |last| last.instrument));
        threshold <= signers.len()
            && (threshold == 0) == signers.is_empty()
            && has_distinct_signers
            && has_ascending_ids
            && self.instruments.first().is_none_or(|first| first.instrument > 0)
            && has_distinct_options
            && (last..=INSTRUMENT_MAX).contains(&self.instruments_max)
            && self.tick_us_max > 0
            && (1..=ACCOUNTS_MAX).contains(&self.accounts_max)
            && (1..=ORDERS_MAX).contains(&self.orders_max)
            && self.batch_commands_max > 0
            && self.batch_us_max > 0
    }
}
