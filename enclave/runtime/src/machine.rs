//! What is replayed: the engine, and the little the runtime derives from its events. The live step and the replayed one are this one.

use sealbook_engine::limits::INSTRUMENTS_MAX;
use sealbook_engine::state::account::Account;
use sealbook_engine::state::from_leaves::LeafHead;
use sealbook_engine::state::leaf::{ACCOUNT_WORDS, account_words, instrument_words};
use sealbook_engine::{AccountStatement, Engine, Event, Events, Limits, State};
use sealbook_tree::Field;
use sealbook_wire::batch::Withdrawal;
use sealbook_wire::sequenced::SequencedHeader;
use sealbook_wire::{ClientId, OrderStatus, Sequenced, SystemCommand, inbox};

use crate::config::Config;
use crate::digest::EventDigest;
use crate::error::{Error, Result};
use crate::keccak::keccak_words;
use crate::matching::{BATCH_ACCOUNTS_MAX, BATCH_WITHDRAWALS_MAX};
use crate::packing::{AccountLeaf, InstrumentLeaf, LeafWord};
use crate::trees::Changes;

/// What a step came to.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// 0 or a reject code.
    pub code: u16,
    /// What the code's text says.
    pub detail: u64,
    /// The order, if any.
    pub order_id: u64,
    /// Its state.
    pub status: OrderStatus,
    /// Lots filled by this command.
    pub filled_lots: u32,
    /// Lots left.
    pub remaining_lots: u32,
    /// SHA-256 of outcome and events.
    pub digest: [u8; 32],
    /// Trades among the events.
    pub trades: u64,
    /// Was there any event?
    pub has_events: bool,
}

/// The inbox as far as it is consumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    /// Entries consumed.
    pub cursor: u64,
    /// Rolling hash there.
    pub hash: [u8; 32],
}

/// The words of an account's leaf. A registered key that is not below the field's modulus is no key and counts as 0: anybody can
/// register one on chain, and it must neither stop the venue nor have two leaves. The engine refuses such keys
/// (`commands/inbox_entry.rs`); this is the second fence.
fn leaf_words(account: &Account) -> [LeafWord; ACCOUNT_WORDS] {
    let mut words = account_words(account);
    for key in &mut words[1..3] {
        if Field::from_words(*key).is_err() {
            *key = [0; 4];
        }
    }
    words
}

/// A book the last command changed.
#[derive(Clone, Copy, Debug)]
pub struct MarketChange {
    /// Whose book.
    pub instrument: u16,
    /// Public sequence of this instrument before.
    pub previous_sequence: u64,
}

/// Engine and derived counters.
pub struct Machine {
    engine: Engine,
    events: Events,
    digest: EventDigest,
    /// The inbox as far as it is consumed.
    pub inbox: Inbox,
    withdrawals: Vec<Withdrawal>,
    /// Last public sequence by instrument id.
    public_sequences: Vec<u64>,
    changed: Vec<MarketChange>,
    /// Who signed in each epoch, as the journal says it: (epoch, signer), ascending.
    signers: Vec<EpochSigner>,
}

/// Signer of an epoch.
pub type EpochSigner = (u64, [u8; 20]);

fn limits(config: &Config, hash_seed: u64) -> Limits {
    Limits {
        accounts_max: config.accounts_max,
        orders_max: config.orders_max,
        instruments_max: config.instruments_max,
        oracle_age_us_max: config.oracle_age_us_max,
        hash_seed,
        ..Limits::default()
    }
}

impl Machine {
    /// The venue before its first command. `hash_seed` is secret and the same on every boot.
    pub fn new(config: &Config, hash_seed: u64) -> Self {
        Self::with(
            Engine::new(&limits(config, hash_seed)),
            Inbox::default(),
            vec![0; INSTRUMENTS_MAX + 1],
            Vec::new(),
        )
    }

    /// The venue as a snapshot has it.
    ///
    /// # Errors
    /// `Format` if the engine does not recognise its part.
    pub fn restore(
        config: &Config,
        hash_seed: u64,
        inbox: Inbox,
        public_sequences: &[u64],
        signers: &[EpochSigner],
        engine: &[u8],
    ) -> Result<Self> {
        let state =
            State::parse_snapshot(&limits(config, hash_seed), engine).map_err(|_| Error::Format)?;
        if public_sequences.len() != INSTRUMENTS_MAX + 1 {
            return Err(Error::Format);
        }
        let engine = Engine::restored(state);
        Ok(Self::with(engine, inbox, public_sequences.to_vec(), signers.to_vec()))
    }

    /// The venue as its leaves have it: what they do not hold begins anew (`sealbook_engine::state::from_leaves`).
    ///
    /// # Errors
    /// `Format` if they are no state of this engine.
    pub fn from_leaves(
        config: &Config,
        hash_seed: u64,
        inbox: Inbox,
        head: &LeafHead,
        leaves: &Changes,
    ) -> Result<Self> {
        // An insurance fund that was never touched has the leaf 0 and need not be listed; everybody else has an owner.
        let untouched = AccountLeaf { index: 0, words: [[0; 4]; ACCOUNT_WORDS] };
        let is_listed = leaves.accounts.first().is_some_and(|leaf| leaf.index == 0);
        let all: Vec<&AccountLeaf> =
            (!is_listed).then_some(&untouched).into_iter().chain(&leaves.accounts).collect();
        let is_gapless = (0..).zip(&all).all(|(index, leaf)| leaf.index == index);
        if !is_gapless || all.len() != leaves.next_account as usize {
            return Err(Error::Format);
        }
        let accounts: Vec<_> = all.iter().map(|leaf| leaf.words).collect();
        let instruments: Vec<_> =
            leaves.instruments.iter().map(|leaf| (leaf.index, leaf.words)).collect();
        let state = State::from_leaves(limits(config, hash_seed), head, &accounts, &instruments)
            .map_err(|_| Error::Format)?;
        let public_sequences = vec![0; INSTRUMENTS_MAX + 1];
        Ok(Self::with(Engine::restored(state), inbox, public_sequences, Vec::new()))
    }

    fn with(
        engine: Engine,
        inbox: Inbox,
        public_sequences: Vec<u64>,
        signers: Vec<EpochSigner>,
    ) -> Self {
        Machine {
            engine,
            events: Events::new(),
            digest: EventDigest::default(),
            inbox,
            withdrawals: Vec::with_capacity(1024),
            public_sequences,
            changed: Vec::with_capacity(INSTRUMENTS_MAX + 1),
            signers,
        }
    }

    /// Applies one command.
    #[inline]
    pub fn step(&mut self, header: &SequencedHeader, command: &Sequenced<'_>) -> Step {
        let outcome = self.engine.apply(&header.into(), command, &mut self.events);
        let trades = self.follow(header.sequence);
        match command {
            Sequenced::System(SystemCommand::InboxEntry(entry)) => self.consume(entry),
            Sequenced::System(SystemCommand::EpochOpened(opened)) => {
                self.signers.push((opened.epoch, opened.signer));
            }
            _ => {}
        }
        Step {
            code: outcome.code,
            detail: outcome.detail,
            order_id: outcome.order_id,
            status: outcome.status,
            filled_lots: outcome.filled_lots,
            remaining_lots: outcome.remaining_lots,
            digest: self.digest.of(&outcome, self.events.as_slice()),
            trades,
            has_events: !self.events.as_slice().is_empty(),
        }
    }

    /// Notes changed books and withdrawals; counts trades.
    #[inline]
    fn follow(&mut self, sequence: u64) -> u64 {
        self.changed.clear();
        let mut trades = 0;
        for event in self.events.as_slice() {
            let instrument = match *event {
                Event::Traded { instrument, .. } => {
                    trades += 1;
                    instrument
                }
                Event::Level { instrument, .. } => instrument,
                Event::Withdrawn { account, amount, nonce } => {
                    let owner = self.engine.state().accounts()[account as usize].owner;
                    self.withdrawals.push(Withdrawal { account, owner, amount, nonce });
                    continue;
                }
                _ => continue,
            };
            let last = &mut self.public_sequences[usize::from(instrument)];
            if *last != sequence {
                self.changed.push(MarketChange { instrument, previous_sequence: *last });
                *last = sequence;
            }
        }
        trades
    }

    /// The rolling hash follows the engine's cursor: an entry it did not consume will come again.
    fn consume(&mut self, entry: &sealbook_wire::InboxEntry) {
        let cursor = self.engine.state().venue().inbox_cursor;
        if cursor > self.inbox.cursor {
            self.inbox =
                Inbox { cursor, hash: keccak_words(&inbox::hash_words(&self.inbox.hash, entry)) };
        }
    }

    /// The engine, to read.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Who signed in each epoch.
    pub fn signers(&self) -> &[EpochSigner] {
        &self.signers
    }

    /// Who signed in an epoch, if our history knows it.
    pub fn signer_of(&self, epoch: u64) -> Option<&[u8; 20]> {
        self.signers.iter().rev().find(|signer| signer.0 == epoch).map(|signer| &signer.1)
    }

    /// Whether the open batch must be closed, so that its data fits the blobs of one transaction.
    #[inline]
    pub fn is_batch_full(&self) -> bool {
        self.engine.state().dirty_accounts() >= BATCH_ACCOUNTS_MAX
            || self.withdrawals.len() >= BATCH_WITHDRAWALS_MAX
    }

    /// Ids of the listed instruments, ascending.
    pub fn instrument_ids(&self) -> Vec<u16> {
        let instruments = self.engine.state().instruments();
        instruments.iter().map(|instrument| instrument.id).filter(|&id| id != 0).collect()
    }

    /// A book was published whole at `sequence`: the next change follows it.
    pub fn set_public_sequence(&mut self, instrument: u16, sequence: u64) {
        self.public_sequences[usize::from(instrument)] = sequence;
    }

    /// An option to be settled.
    pub fn option_due(&self) -> Option<u16> {
        self.engine.option_due()
    }

    /// Events of the last step.
    #[inline]
    pub fn events(&self) -> &[Event] {
        self.events.as_slice()
    }

    /// Books the last step changed.
    #[inline]
    pub fn market_changes(&self) -> &[MarketChange] {
        &self.changed
    }

    /// Last public sequence by instrument id.
    pub fn public_sequences(&self) -> &[u64] {
        &self.public_sequences
    }

    /// The client id behind an event's handle.
    #[inline]
    pub fn client_id(&self, handle: u32) -> Option<ClientId> {
        self.engine.client_id(handle)
    }

    /// Answer to `account-query`.
    pub fn statement(&self, account: u32) -> Option<AccountStatement> {
        self.engine.statement(account)
    }

    /// The account of an owner's sub-account.
    pub fn account_of(&self, owner: &[u8; 20], subaccount: u8) -> Option<u32> {
        self.engine.find_account(owner, subaccount)
    }

    /// Accounts in use.
    pub fn accounts(&self) -> u32 {
        self.engine.state().accounts().len() as u32
    }

    /// Resting orders.
    #[inline]
    pub fn orders(&self) -> u32 {
        self.engine.state().orders().live()
    }

    /// Is an instrument listed?
    pub fn is_listed(&self, instrument: u16) -> bool {
        self.engine.state().instrument(instrument).is_some()
    }

    /// Leaves changed since the last call, and what the state root needs besides.
    pub fn changes(&mut self) -> Changes {
        let mut changes = Changes::default();
        let state = self.engine.state_mut();
        state.drain_dirty_accounts(|index, account| {
            changes.accounts.push(AccountLeaf { index, words: leaf_words(account) });
        });
        state.drain_dirty_instruments(|index, instrument| {
            changes.instruments.push(InstrumentLeaf { index, words: instrument_words(instrument) });
        });
        changes.accounts.sort_unstable_by_key(|leaf| leaf.index);
        changes.instruments.sort_unstable_by_key(|leaf| leaf.index);
        self.finish(changes)
    }

    /// Every leaf, for trees that start empty.
    pub fn all_leaves(&mut self) -> Changes {
        drop(self.changes());
        let state = self.engine.state();
        let accounts = (0..).zip(state.accounts());
        let instruments =
            (1..=INSTRUMENTS_MAX as u16).filter_map(|id| Some((id, state.instrument_words(id)?)));
        self.finish(Changes {
            accounts: accounts
                .map(|(index, account)| AccountLeaf { index, words: leaf_words(account) })
                .collect(),
            instruments: instruments
                .map(|(index, words)| InstrumentLeaf { index, words })
                .collect(),
            ..Changes::default()
        })
    }

    fn finish(&self, changes: Changes) -> Changes {
        let venue = self.engine.state().venue();
        Changes { oracle_round: venue.oracle_round, next_account: self.accounts(), ..changes }
    }

    /// Withdrawals since the last call, in order.
    pub fn take_withdrawals(&mut self) -> Vec<Withdrawal> {
        core::mem::take(&mut self.withdrawals)
    }

    /// The engine's own snapshot.
    pub fn emit_engine(&self) -> Vec<u8> {
        self.engine.state().emit_snapshot()
    }
}
