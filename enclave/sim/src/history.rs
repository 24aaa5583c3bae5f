//! An account's history from its private events alone: what it must have if it believes nothing else.
//!
//! Each event moves the ledger of the account it is sent to by what the event itself says, and by the instrument's tick value, which is
//! public. The property driver compares the ledgers with the state after every command: an event that is missing, doubled or wrong
//! by a unit is found at the command that did it. The insurance fund has no session and is sent nothing; what it has is the rest.

use std::collections::BTreeMap;

use sealbook_engine::book::{Book, opposite};
use sealbook_engine::state::INSURANCE;
use sealbook_engine::{Event, Events, Party, State};
use sealbook_wire::Side;

/// Size and cost of a position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    size: i64,
    cost: i64,
}

/// What one account was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    collateral: i64,
    positions: BTreeMap<u16, Held>,
}

impl Ledger {
    /// Signed lots at a signed cost. What a position cost is realized when its size returns to 0.
    fn trade(&mut self, instrument: u16, size: i64, cost: i64) {
        let held = self.positions.entry(instrument).or_default();
        held.size += size;
        held.cost += cost;
        if held.size == 0 {
            self.collateral -= held.cost;
            self.positions.remove(&instrument);
        }
    }
}

/// The ledgers of all accounts.
#[derive(Clone, Debug, Default)]
pub struct History {
    ledgers: Vec<Ledger>,
}

impl History {
    fn of(&mut self, account: u32) -> &mut Ledger {
        let at = account as usize;
        if self.ledgers.len() <= at {
            self.ledgers.resize(at + 1, Ledger::default());
        }
        &mut self.ledgers[at]
    }

    /// Takes the events of one command.
    pub fn follow<B: Book>(&mut self, events: &Events, state: &State<B>) {
        for event in events.iter() {
            self.take(event, state);
        }
    }

    fn take<B: Book>(&mut self, event: &Event, state: &State<B>) {
        match *event {
            Event::Traded { instrument, price_ticks, lots, taker_side, maker, taker, .. } => {
                let tick = state.instrument(instrument).map_or(0, |at| at.tick_value.0);
                let value = u64::from(price_ticks) * tick * u64::from(lots);
                let mut fill = |party: &Party, side: Side| {
                    let sign = if side == Side::Buy { 1 } else { -1 };
                    let ledger = self.of(party.account);
                    ledger.trade(instrument, sign * i64::from(lots), sign * value as i64);
                    ledger.collateral -= party.fee;
                };
                fill(&maker, opposite(taker_side));
                fill(&taker, taker_side);
            }
            Event::Credited { account, amount, .. } => self.of(account).collateral += amount as i64,
            Event::Withdrawn { account, amount, .. } | Event::Socialised { account, amount } => {
                self.of(account).collateral -= amount as i64;
            }
            Event::FundingSettled { account, amount, .. } => self.of(account).collateral -= amount,
            Event::Transferred { account, amount, .. } => self.of(account).collateral += amount,
            Event::Covered { account, amount } => self.of(account).collateral += amount as i64,
            Event::Liquidated { account, instrument, lots, price, fee } => {
                let ledger = self.of(account);
                ledger.trade(instrument, -lots, -lots * price);
                ledger.collateral -= fee;
            }
            Event::Deleveraged { account, instrument, lots, price, .. } => {
                self.of(account).trade(instrument, lots, lots * price);
            }
            Event::Expired { account, instrument, lots, payoff, .. } => {
                self.of(account).trade(instrument, -lots, -lots * payoff);
            }
            _ => {}
        }
    }

    /// The first account whose ledger is not what it has.
    pub fn difference<B: Book>(&mut self, state: &State<B>) -> Option<(u32, &Ledger)> {
        for (id, account) in (0_u32..).zip(state.accounts()) {
            let told = self.of(id);
            let held = account.used().filter(|&(at, _)| account.slots[at].size != 0);
            let count = held.count();
            let mut held = account.used().filter(|&(at, _)| account.slots[at].size != 0);
            let is_told = held.all(|(at, instrument)| {
                let slot = &account.slots[at];
                let has = Held { size: slot.size, cost: slot.cost };
                told.positions.get(&instrument) == Some(&has)
            });
            let is_same =
                told.collateral == account.collateral && told.positions.len() == count && is_told;
            if id != INSURANCE && !is_same {
                return Some((id, &self.ledgers[id as usize]));
            }
        }
        None
    }
}
