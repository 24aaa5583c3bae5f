//! What a command sets off: waiting orders whose trigger was met, and secondaries whose primary filled.
//!
//! Runs at the end of every command, so an order fires in the very step in which its source reached its price. The order is fixed:
//! woken orders first, oldest first; then by instrument, source (mark, index, last), direction (falling, rising), the trigger price
//! the source reached first, and age. What one command has no room for, the next one goes on with.

use sealbook_wire::{CloseReason, Link, OrderStatus, Place, TriggerKind, TriggerSource};

use crate::book::Book;
use crate::commands::place::{How, carry_out, check, remember};
use crate::event::{Event, Events};
use crate::limits::{FILLS_PER_TRIGGER_RESERVE, LEVELS_PER_FILL_RESERVE, TRIGGERS_PER_COMMAND_MAX};
use crate::orders::Handle;
use crate::state::State;
use crate::state::instrument::Instrument;
use crate::units::UnitValue;

impl<B: Book> State<B> {
    /// Notes that a price of an instrument moved.
    #[inline]
    pub(crate) fn note_price(&mut self, instrument: u16) {
        self.advanced.is_changed[usize::from(instrument)] = true;
    }

    /// The price a trigger watches; `None` before the first trade.
    pub(crate) fn source_price(
        &self,
        instrument: &Instrument,
        source: TriggerSource,
    ) -> Option<UnitValue> {
        match source {
            TriggerSource::Mark => Some(instrument.mark),
            TriggerSource::Index => Some(instrument.index),
            TriggerSource::Last => match self.advanced.last_ticks[usize::from(instrument.id)] {
                0 => None,
                ticks => Some(instrument.unit_value(ticks)),
            },
        }
    }

    /// See the module.
    #[inline]
    pub(crate) fn set_off(&mut self, events: &mut Events) {
        if self.advanced.waiting() != 0 {
            self.set_off_waiting(events);
        }
    }

    fn set_off_waiting(&mut self, events: &mut Events) {
        for _ in 0..TRIGGERS_PER_COMMAND_MAX {
            let has_room = events.fills_room() >= FILLS_PER_TRIGGER_RESERVE
                && events.levels_room() >= 4 * LEVELS_PER_FILL_RESERVE;
            let Some(due) = self.next_due().filter(|_| has_room) else { return };
            self.fire(due, events);
        }
    }

    fn next_due(&mut self) -> Option<(Handle, Option<UnitValue>)> {
        if let Some(handle) = self.advanced.first_ready() {
            return Some((handle, None));
        }
        for id in 1..self.instruments.len() as u16 {
            if !self.advanced.is_changed[usize::from(id)] {
                continue;
            }
            let instrument = &self.instruments[usize::from(id)];
            for source in TriggerSource::ALL {
                let Some(price) = self.source_price(instrument, source) else { continue };
                for is_above in [false, true] {
                    if let Some((ticks, handle)) = self.advanced.first_trigger(id, source, is_above)
                        && is_met(price, instrument.unit_value(ticks), is_above)
                    {
                        return Some((handle, Some(price)));
                    }
                }
            }
            self.advanced.is_changed[usize::from(id)] = false;
        }
        None
    }

    /// Places a waiting order as if it came in now, under its old id; if that is refused, it ends.
    fn fire(&mut self, (handle, price): (Handle, Option<UnitValue>), events: &mut Events) {
        let order = *self.orders.get(handle);
        let (id, client) = (self.orders.id(handle), self.orders.client(handle));
        self.unrest(handle);
        let mut terms = self.detach(handle, &order);
        self.orders.suspend(handle);
        if let Some(price) = price {
            events.push(Event::OrderTriggered {
                account: order.account,
                client,
                instrument: order.instrument,
                order_id: id,
                source: terms.source,
                price: price.0,
            });
            if terms.link == Link::OneCancelsOther {
                let group = terms.group;
                self.close_matching(order.account, CloseReason::Linked, events, |_, other| {
                    other.group == group && other.link == Link::OneCancelsOther
                });
            }
        }
        terms.trigger = TriggerKind::None;
        let place = Place {
            client_id: self.client_ids.client_id(client),
            instrument: order.instrument,
            side: order.side(),
            kind: terms.kind,
            time_in_force: terms.time_in_force,
            price_ticks: order.price_ticks,
            lots: order.lots,
            post_only: order.is_post_only(),
            reduce_only: order.is_reduce_only(),
        };
        let how = How { order_id: Some(id), ..How::of(&terms) };
        match check(self, order.account, &place, &how) {
            Ok(mut checked) => {
                checked.taker.client = client;
                let outcome = carry_out(self, &place, &checked, handle, Some(&terms), events);
                if client != 0 {
                    // What the command was told stays its result; what became of the order is for a query.
                    let told = self.client_ids.get(client).outcome;
                    remember(self, client, &checked.taker, &outcome);
                    self.client_ids.get_mut(client).outcome = told;
                }
            }
            Err(_) => {
                if client != 0 {
                    self.client_ids.close(client, OrderStatus::Cancelled, order.lots);
                }
                events.push(Event::OrderClosed {
                    account: order.account,
                    client,
                    instrument: order.instrument,
                    order_id: id,
                    lots: order.lots,
                    reason: CloseReason::Refused,
                });
                events.count_close();
                self.orders.release_slot(handle);
            }
        }
    }
}

/// Whether a source has reached a trigger price.
pub(crate) fn is_met(price: UnitValue, trigger: UnitValue, is_above: bool) -> bool {
    if is_above { price.0 >= trigger.0 } else { price.0 <= trigger.0 }
}
