//! Events out: each to whom it concerns.

use sealbook_engine::limits::QUOTE_PAIRS_MAX;
use sealbook_engine::{Event, Party};
use sealbook_wire::{
    AccountEvent, Covered, Credited, Deleveraged, Expired, Fill, FundingSettled, InstrumentKind,
    Liquidated, List, OrderClosed, OrderOpened, OrderResized, OrderTriggered, Position,
    ProtectionTripped, QuoteLeg, QuoteResult, Role, Side, Socialised, Terms, Ticker, Transferred,
    Withdrawn,
};

use crate::halt::Halting;
use crate::matching::Matching;

/// No session asked.
pub const NO_SLOT: u32 = u32::MAX;

impl Matching {
    /// Publishes the events of the command just recorded. `slot` is the session that asked.
    pub(crate) fn publish_events(&mut self, slot: u32) -> Halting<()> {
        let head = *self.sequencer.head();
        for change in self.machine.market_changes() {
            let events = self.machine.events();
            self.public.push_market(
                &mut self.outlet,
                &head,
                change.instrument,
                change.previous_sequence,
                events,
            )?;
        }
        for index in 0..self.machine.events().len() {
            let event = self.machine.events()[index];
            self.publish_event(slot, head.sequence, &event)?;
        }
        self.publish_quote(slot, head.sequence)
    }

    /// What became of a mass quote's pairs, to the session that asked.
    fn publish_quote(&mut self, slot: u32, sequence: u64) -> Halting<()> {
        const NONE: QuoteLeg =
            QuoteLeg { instrument: 0, bid_order_id: 0, bid_code: 0, ask_order_id: 0, ask_code: 0 };
        let (mut legs, mut count) = ([NONE; QUOTE_PAIRS_MAX], 0);
        for event in self.machine.events() {
            if let Event::Quoted { leg, .. } = event {
                legs[count] = *leg;
                count += 1;
            }
        }
        if count == 0 || slot == NO_SLOT {
            return Ok(());
        }
        let legs = List::of(&legs[..count]);
        Ok(self.outbox.tell(slot, &QuoteResult { sequence, legs })?)
    }

    fn publish_event(&mut self, slot: u32, sequence: u64, event: &Event) -> Halting<()> {
        match *event {
            Event::Traded { trade_id, instrument, price_ticks, lots, taker_side, maker, taker } => {
                let fill = |party: &Party, side, role, client_id| Fill {
                    sequence,
                    trade_id,
                    instrument,
                    order_id: party.order_id,
                    client_id,
                    side,
                    price_ticks,
                    lots,
                    remaining_lots: party.remaining_lots,
                    fee: party.fee,
                    role,
                };
                let maker_side = if taker_side == Side::Buy { Side::Sell } else { Side::Buy };
                let taker_role = if taker.order_id == 0 { Role::Liquidation } else { Role::Taker };
                let maker_fill =
                    fill(&maker, maker_side, Role::Maker, self.machine.client_id(maker.client));
                let taker_fill =
                    fill(&taker, taker_side, taker_role, self.machine.client_id(taker.client));
                self.outbox.tell_account(&self.sessions, taker.account, &taker_fill)?;
                self.outbox.tell_account(&self.sessions, maker.account, &maker_fill)?;
            }
            Event::OrderClosed { account, client, instrument, order_id, lots, reason } => {
                let client_id = self.machine.client_id(client);
                let closed =
                    OrderClosed { sequence, instrument, order_id, client_id, lots, reason };
                self.outbox.tell_account(&self.sessions, account, &closed)?;
            }
            Event::OrderResized { account, client, instrument, order_id, lots, reason } => {
                let client_id = self.machine.client_id(client);
                let resized =
                    OrderResized { sequence, instrument, order_id, client_id, lots, reason };
                self.outbox.tell_account(&self.sessions, account, &resized)?;
            }
            Event::OrderTriggered { account, client, instrument, order_id, source, price } => {
                let client_id = self.machine.client_id(client);
                let triggered =
                    OrderTriggered { sequence, instrument, order_id, client_id, source, price };
                self.outbox.tell_account(&self.sessions, account, &triggered)?;
            }
            Event::OrderOpened {
                account,
                client,
                instrument,
                order_id,
                side,
                price_ticks,
                lots,
                status,
            } => {
                let client_id = self.machine.client_id(client);
                let opened = OrderOpened {
                    sequence,
                    instrument,
                    order_id,
                    client_id,
                    side,
                    price_ticks,
                    lots,
                    status,
                };
                self.outbox.tell_account(&self.sessions, account, &opened)?;
            }
            // All pairs of a command in one message, below.
            Event::Quoted { .. } => {}
            Event::ProtectionTripped { account, group, frozen_until_us } => {
                let tripped = ProtectionTripped { sequence, group, frozen_until_us };
                self.outbox.tell_account(&self.sessions, account, &tripped)?;
            }
            Event::Credited { account, amount, inbox_index } => {
                let credited = Credited { sequence, account, amount, inbox_index };
                self.outbox.tell_account(&self.sessions, account, &credited)?;
            }
            Event::Withdrawn { account, amount, nonce } => {
                let withdrawn = Withdrawn { sequence, amount, nonce };
                self.outbox.tell_account(&self.sessions, account, &withdrawn)?;
            }
            Event::Liquidated { account, instrument, lots, price, fee } => {
                let liquidated = Liquidated { sequence, instrument, lots, price, fee };
                self.outbox.tell_account(&self.sessions, account, &liquidated)?;
            }
            Event::Deleveraged {
                account,
                instrument,
                lots,
                price,
                leverage_before_ppm,
                leverage_after_ppm,
            } => {
                let deleveraged = Deleveraged {
                    sequence,
                    instrument,
                    lots,
                    price,
                    leverage_before_ppm,
                    leverage_after_ppm,
                };
                self.outbox.tell_account(&self.sessions, account, &deleveraged)?;
            }
            Event::Expired { account, instrument, lots, settlement, payoff } => {
                let expired = Expired { sequence, instrument, lots, settlement, payoff };
                self.outbox.tell_account(&self.sessions, account, &expired)?;
            }
            Event::Socialised { account, amount } => {
                let socialised = Socialised { sequence, amount };
                self.outbox.tell_account(&self.sessions, account, &socialised)?;
            }
            Event::FundingSettled { account, instrument, amount } => {
                let settled = FundingSettled { sequence, instrument, amount };
                self.outbox.tell_account(&self.sessions, account, &settled)?;
            }
            Event::Transferred { account, other, amount } => {
                let transferred = Transferred { sequence, subaccount: other, amount };
                self.outbox.tell_account(&self.sessions, account, &transferred)?;
            }
            Event::Covered { account, amount } => {
                self.outbox.tell_account(&self.sessions, account, &Covered { sequence, amount })?;
            }
            Event::Account { account } => self.publish_statement(slot, sequence, account)?,
            Event::Level { .. } => {}
            Event::Listed { instrument } => self.publish_terms(instrument)?,
            Event::Ticker {
                instrument,
                mark,
                index,
                funding_rate_ppb,
                open_interest_lots,
                mode,
                greeks,
            } => {
                let head = self.sequencer.head();
                let (epoch, time_us) = (head.epoch, head.time_us);
                let ticker = Ticker {
                    epoch,
                    sequence,
                    instrument,
                    time_us,
                    mark,
                    index,
                    funding_rate_ppb,
                    open_interest_lots,
                    mode,
                    sigma_nano: greeks.sigma_nano,
                    delta_nano: greeks.delta_nano,
                    gamma_nano: greeks.gamma_nano,
                    vega_point: greeks.vega_point,
                    theta_day: greeks.theta_day,
                    book_sequence: self.machine.public_sequences()[usize::from(instrument)],
                    book_checksum: self.machine.engine().state().book_checksum(instrument),
                };
                self.public.push(&mut self.outlet, sequence, &ticker)?;
            }
        }
        Ok(())
    }

    /// What an instrument is, to the public feed.
    pub(crate) fn publish_terms(&mut self, instrument: u16) -> Halting<()> {
        let head = self.sequencer.head();
        let (epoch, sequence) = (head.epoch, head.sequence);
        let Some(listed) = self.machine.engine().state().instrument(instrument) else {
            return Ok(());
        };
        let is_option = listed.kind == InstrumentKind::Option;
        let linear = |ppm: u32| if is_option { 0 } else { ppm };
        let terms = Terms {
            epoch,
            sequence,
            instrument,
            kind: listed.kind,
            tick_value: listed.tick_value.0,
            lots_max: listed.lots_max,
            price_ticks_max: listed.price_ticks_max,
            maker_fee_ppm: listed.maker_fee.0,
            taker_fee_ppm: listed.taker_fee.0,
            initial_ppm: linear(listed.initial_ppm),
            maintenance_ppm: linear(listed.maintenance_ppm),
            liquidation_fee_ppm: listed.liquidation_fee_ppm,
            underlying: listed.option.underlying,
            is_call: listed.option.is_call,
            strike: listed.option.strike,
            expiry_us: listed.option.expiry_us,
            is_settled: listed.option.is_settled,
        };
        Ok(self.public.push(&mut self.outlet, sequence, &terms)?)
    }

    /// Only the session that asked is told; other sessions of the account did not.
    fn publish_statement(&mut self, slot: u32, sequence: u64, account: u32) -> Halting<()> {
        let Some(statement) = self.machine.statement(account).filter(|_| slot != NO_SLOT) else {
            return Ok(());
        };
        let mut positions = [Position { instrument: 0, lots: 0, cost: 0, funding_owed: 0 }; 16];
        let count = statement.positions_count.min(positions.len());
        for (position, from) in positions.iter_mut().zip(&statement.positions[..count]) {
            *position = Position {
                instrument: from.instrument,
                lots: from.lots,
                cost: from.cost,
                funding_owed: from.funding_owed,
            };
        }
        let event = AccountEvent {
            sequence,
            account,
            collateral: statement.collateral,
            equity: statement.equity,
            margin_initial: statement.margin_initial,
            margin_maintenance: statement.margin_maintenance,
            withdrawable: statement.withdrawable,
            nonce: statement.nonce,
            positions: List::of(&positions[..count]),
            margin_mode: statement.margin_mode,
        };
        Ok(self.outbox.tell(slot, &event)?)
    }
}
