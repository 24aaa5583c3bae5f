//! The table of contents: one command in, its events and its outcome out.
//!
//! | | |
//! |---|---|
//! | [`Engine::new`] | allocates everything |
//! | [`Engine::apply`] | authorises on account state, does one deed, reads the touched levels |
//! | [`Engine::state`] | accounts, instruments, books, counters |
//! | `drain_dirty_*`, `leaf_words`, `instrument_words` (`state/leaf.rs`) | what the batch hashes |
//! | `emit_snapshot`, `parse_snapshot`, `state_hash` (`state/snapshot.rs`) | everything as bytes |
//! | `check_invariants` (`state/invariants.rs`) | what must hold after every command |

use sealbook_wire as wire;
use sealbook_wire::sequenced::SequencedHeader;
use sealbook_wire::{ClientId, InstrumentKind, OrderStatus, SystemCommand};

use crate::book::{Book, LadderBook};
use crate::commands;
use crate::event::Events;
use crate::limits::Limits;
use crate::reject::{Refusal, Reject};
use crate::risk::margin::assess;
use crate::state::State;
use crate::state::account::{AccountStatement, clamp_i64, positions_sorted};

/// A sequenced command: of an account, or of the enclave itself.
pub use sealbook_wire::Sequenced as Command;

/// Scope bits of a delegation (docs/boundaries.md section 1).
pub mod scope {
    /// Place and amend. Also allows cancelling: who may trade must be able to stop.
    pub const TRADE: u8 = 1;
    /// Cancel.
    pub const CANCEL: u8 = 2;
    /// Withdraw to the owner.
    pub const WITHDRAW: u8 = 4;
}

/// What the sequencer knows about a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Gap-free position.
    pub sequence: u64,
    /// Engine time, µs; never before the last one's.
    pub time_us: u64,
    /// Account it acts for; `None` before the owner's first deposit, and for system commands.
    pub account: Option<u32>,
    /// Nonce of the delegation it was authorised by.
    pub delegation_nonce: u64,
    /// Expiry of that delegation, Unix seconds.
    pub delegation_expiry: u64,
    /// Scopes of that delegation.
    pub scopes: u8,
}

impl From<&SequencedHeader> for Header {
    /// In the journal account 0 means none: the insurance fund opens no session.
    fn from(header: &SequencedHeader) -> Header {
        Header {
            sequence: header.sequence,
            time_us: header.time_us,
            account: Some(header.account).filter(|&account| account != 0),
            delegation_nonce: header.delegation_nonce,
            delegation_expiry: header.delegation_expiry,
            scopes: header.scopes,
        }
    }
}

/// The result of one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// 0, or a reject code. Only `TOO_MANY_FILLS` comes with effects.
    pub code: u16,
    /// What the reject's text says, else 0; a ping's token; how many orders a cancel-all cancelled.
    pub detail: u64,
    /// The order, 0 when the command has none.
    pub order_id: u64,
    /// State of the order after the command.
    pub status: OrderStatus,
    /// Lots filled by this command.
    pub filled_lots: u32,
    /// Lots still open, or unfilled when the order ended.
    pub remaining_lots: u32,
}

impl Outcome {
    /// Done, with nothing to say.
    pub const NONE: Outcome = Outcome {
        code: 0,
        detail: 0,
        order_id: 0,
        status: OrderStatus::None,
        filled_lots: 0,
        remaining_lots: 0,
    };

    /// Whether the command was refused.
    pub fn is_reject(&self) -> bool {
        self.code != 0
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Outcome {
        Outcome { code: refusal.reject as u16, detail: refusal.detail, ..Outcome::NONE }
    }
}

/// The engine. `B` is the book: the fast one, unless a test wants its naive twin.
#[derive(Debug)]
pub struct Engine<B: Book = LadderBook> {
    state: State<B>,
}

impl<B: Book> Engine<B> {
    /// An empty venue. Allocates everything the engine will ever use; limits out of range are brought into it.
    pub fn new(limits: &Limits) -> Engine<B> {
        Engine { state: State::new(*limits) }
    }

    /// Applies one command. `events` is cleared first and afterwards holds what happened, level changes last.
    ///
    /// Never fails and never panics on input; a refusal is an outcome and changes nothing but the position in the sequence
    /// (and, for a forced command, the inbox cursor).
    pub fn apply(
        &mut self,
        header: &Header,
        command: &Command<'_>,
        events: &mut Events,
    ) -> Outcome {
        events.clear();
        let venue = &mut self.state.venue;
        venue.sequence = header.sequence;
        venue.time_us = venue.time_us.max(header.time_us);
        self.state.expire_orders(events);
        // The two commands that are nearly all commands have functions of their own, so that each has the processor's registers to
        // itself.
        match command {
            Command::Session(wire::Command::Place(place)) => self.place(header, place, events),
            Command::Session(wire::Command::Cancel(cancel)) => self.cancel(header, cancel, events),
            Command::Session(command) => {
                let result = self.session(header, command, events);
                self.finish(result, events)
            }
            Command::System(command) => {
                let result = self.system(command, events);
                self.finish(result, events)
            }
        }
    }

    #[inline(never)]
    fn place(&mut self, header: &Header, place: &wire::Place, events: &mut Events) -> Outcome {
        let account = self.authorise(header, scope::TRADE);
        let state = &mut self.state;
        let result =
            account.and_then(|account| commands::place::execute(state, account, place, events));
        self.finish(result, events)
    }

    #[inline(never)]
    fn cancel(&mut self, header: &Header, cancel: &wire::Cancel, events: &mut Events) -> Outcome {
        let account = self.authorise(header, scope::TRADE | scope::CANCEL);
        let state = &mut self.state;
        let result =
            account.and_then(|account| commands::cancel::execute(state, account, cancel, events));
        self.finish(result, events)
    }

    /// What every command ends with.
    ///
    /// The outcome is where the caller wants it before anything else is done: copied whole right after its fields were written one by
    /// one, it would make the processor wait for its own stores.
    #[inline(always)]
    fn finish(&mut self, result: Result<Outcome, Refusal>, events: &mut Events) -> Outcome {
        let outcome = result.unwrap_or_else(Outcome::from);
        self.state.set_off(events);
        self.read_levels(events);
        outcome
    }

    #[inline(never)]
    fn session(
        &mut self,
        header: &Header,
        command: &wire::Command,
        events: &mut Events,
    ) -> Result<Outcome, Refusal> {
        use wire::Command as C;
        let needed = match command {
            C::Place(_) | C::Amend(_) | C::PlaceAdvanced(_) | C::MassQuote(_) => scope::TRADE,
            C::SetProtection(_) | C::ResetProtection(_) => scope::TRADE,
            C::Cancel(_) | C::CancelAll(_) | C::CancelLabel(_) => scope::TRADE | scope::CANCEL,
            C::CancelAfter(_) | C::CancelOnDisconnect(_) => scope::TRADE | scope::CANCEL,
            C::SetMarginMode(_) => scope::TRADE,
            // It leaves the account this delegation is for.
            C::Withdraw(_) | C::Transfer(_) => scope::WITHDRAW,
            C::Query(_) | C::Ping(_) | C::Revoke(_) | C::AccountQuery(_) => 0,
        };
        let account = self.authorise(header, needed)?;
        let state = &mut self.state;
        match command {
            C::Place(place) => commands::place::execute(state, account, place, events),
            C::Amend(amend) => commands::amend::execute(state, account, amend, events),
            C::Cancel(cancel) => commands::cancel::execute(state, account, cancel, events),
            C::CancelAll(cancel) => commands::cancel_all::execute(state, account, cancel, events),
            C::Query(query) => Ok(commands::query::execute(state, account, query)),
            C::Withdraw(withdraw) => commands::withdraw::execute(state, account, withdraw, events),
            C::Ping(ping) => Ok(commands::ping::execute(ping)),
            C::Revoke(revoke) => commands::revoke::execute(state, account, header, revoke),
            C::AccountQuery(_) => Ok(commands::account_query::execute(account, events)),
            C::PlaceAdvanced(place) => {
                commands::place_advanced::execute(state, account, place, events)
            }
            C::CancelLabel(cancel) => {
                commands::cancel_label::execute(state, account, cancel, events)
            }
            C::CancelAfter(after) => commands::cancel_after::execute(state, account, after),
            C::MassQuote(quote) => commands::mass_quote::execute(state, account, quote, events),
            C::SetProtection(set) => commands::protection::set(state, account, set),
            C::ResetProtection(reset) => commands::protection::reset(state, account, reset),
            C::SetMarginMode(set) => commands::set_margin_mode::execute(state, account, set),
            C::Transfer(transfer) => commands::transfer::execute(state, account, transfer, events),
            // A fact of the connection, not of the state: the runtime keeps it, and what it leads to is a command of its own.
            C::CancelOnDisconnect(_) => Ok(Outcome::NONE),
        }
    }

    fn system(
        &mut self,
        command: &SystemCommand<'_>,
        events: &mut Events,
    ) -> Result<Outcome, Refusal> {
        use SystemCommand as S;
        let state = &mut self.state;
        match command {
            S::ListInstrument(listing) => {
                commands::list_instrument::execute(state, listing, events)
            }
            S::InstrumentRisk(risk) => commands::instrument_risk::execute(state, risk),
            S::ListOption(listing) => commands::list_option::execute(state, listing, events),
            S::VolatilityRound(round) => commands::volatility_round::execute(state, round, events),
            S::Expire(expire) => commands::expire::execute(state, expire, events),
            S::Tick(_) => Ok(commands::tick::execute(state, events)),
            S::OracleRound(round) => {
                let outcome = commands::oracle_round::execute(state, round, events)?;
                round.prices.iter().for_each(|price| state.note_price(price.instrument));
                Ok(outcome)
            }
            S::InboxEntry(entry) => commands::inbox_entry::execute(state, entry, events),
            S::EpochOpened(opened) => commands::epoch_opened::execute(state, opened),
            S::SetMarketMode(set) => commands::set_market_mode::execute(state, set, events),
            S::ConnectionClosed(closed) => {
                commands::connection_closed::execute(state, closed, events)
            }
        }
    }

    /// Whether the delegation still holds, judged on sequenced state and engine time alone, so that a replay agrees.
    #[inline]
    fn authorise(&self, header: &Header, needed: u8) -> Result<u32, Refusal> {
        if self.state.venue.time_us / 1_000_000 >= header.delegation_expiry {
            return Err(Refusal::with(Reject::KeyExpired, header.delegation_expiry));
        }
        let id = header.account.filter(|&id| id != 0 && (id as usize) < self.state.accounts.len());
        let id = id.ok_or(Reject::NoAccount)?;
        let floor = self.state.accounts[id as usize].delegation_nonce_min;
        if header.delegation_nonce < floor {
            return Err(Refusal::with(Reject::KeyRevoked, floor));
        }
        if needed != 0 && header.scopes & needed == 0 {
            return Err(Reject::Scope.into());
        }
        Ok(id)
    }

    /// Appends the final size of every level the command touched, each once.
    #[inline(always)]
    fn read_levels(&self, events: &mut Events) {
        let State { books, orders, .. } = &self.state;
        events.push_levels(|level| {
            books[usize::from(level.instrument)].lots_at(orders, level.side, level.price_ticks)
        });
    }

    /// An option whose settlement window has ended: send `expire`.
    pub fn option_due(&self) -> Option<u16> {
        let time_us = self.state.venue.time_us;
        let mut listed = self.state.instruments.iter();
        let due = listed.find(|at| {
            at.kind == InstrumentKind::Option
                && !at.option.is_settled
                && time_us >= at.option.window_end_us
        });
        due.map(|at| at.id)
    }

    /// Everything the engine knows.
    pub fn state(&self) -> &State<B> {
        &self.state
    }

    /// For draining what changed.
    pub fn state_mut(&mut self) -> &mut State<B> {
        &mut self.state
    }

    /// Replaces the state: after a snapshot was parsed.
    pub fn restored(state: State<B>) -> Engine<B> {
        Engine { state }
    }

    /// Account of an owner.
    pub fn find_account(&self, owner: &[u8; 20], subaccount: u8) -> Option<u32> {
        self.state.owners.find(&self.state.accounts, owner, subaccount)
    }

    /// The client id behind the `client` handle of an event, until the next command.
    pub fn client_id(&self, client: u32) -> Option<ClientId> {
        self.state.client_ids.client_id(client)
    }

    /// What `account-query` tells about an account.
    pub fn statement(&self, account: u32) -> Option<AccountStatement> {
        let owner = self.state.accounts.get(account as usize)?;
        let health = assess(owner, &self.state.instruments);
        let (positions, positions_count) = positions_sorted(owner, &self.state.instruments);
        let withdrawable = commands::withdraw::withdrawable(&self.state, account);
        Some(AccountStatement {
            account,
            collateral: owner.collateral,
            equity: clamp_i64(health.equity),
            margin_initial: clamp_i64(health.initial()),
            margin_maintenance: clamp_i64(health.maintenance()),
            withdrawable: clamp_i64(withdrawable.into()),
            nonce: owner.nonce,
            margin_mode: owner.margin_mode(),
            positions,
            positions_count,
        })
    }
}
