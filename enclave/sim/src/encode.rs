//! An engine's events as the messages clients and the public feed get.

use sealbook_engine::limits::INSTRUMENTS_MAX;
use sealbook_engine::{Engine, Event, Events, Header, Outcome, Party, book::LadderBook};
use sealbook_wire::{
    AccountEvent, Covered, Credited, Deleveraged, EmitError, Expired, Fill, FundingSettled, Level,
    LevelChange, Liquidated, List, Market, Message, OrderClosed, OrderOpened, OrderResized,
    OrderTriggered, Position, ProtectionTripped, QuoteLeg, QuoteResult, ResultEvent, Role, Side,
    Socialised, Ticker, Trade, Transferred, Withdrawn, Writer,
};

/// What the encoding of one command's events needs to know, and the per-instrument feed position it keeps.
#[derive(Debug)]
pub struct Encoder {
    previous: [u64; INSTRUMENTS_MAX + 1],
    bytes: Vec<u8>,
    count: u32,
    levels: Vec<LevelChange>,
    trades: Vec<Trade>,
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder {
            previous: [0; INSTRUMENTS_MAX + 1],
            bytes: Vec::new(),
            count: 0,
            levels: Vec::new(),
            trades: Vec::new(),
        }
    }
}

/// No single message is longer.
const MESSAGE_LENGTH_MAX: usize = 64 << 10;

impl Encoder {
    /// One array: the result, then what happened, then one `market` for each book that changed, then tickers.
    ///
    /// Fills of both parties are in it, the taker's before the maker's: this is a development engine, not a session.
    pub fn encode(
        &mut self,
        engine: &Engine<LadderBook>,
        header: &Header,
        outcome: &Outcome,
        events: &Events,
    ) -> Result<Vec<u8>, EmitError> {
        self.bytes.clear();
        self.count = 0;
        let epoch = engine.state().venue().epoch;
        self.push(&ResultEvent {
            counter: 0,
            index: 0,
            code: outcome.code,
            detail: outcome.detail,
            order_id: outcome.order_id,
            status: outcome.status,
            filled_lots: outcome.filled_lots,
            remaining_lots: outcome.remaining_lots,
            epoch,
            sequence: header.sequence,
            chain_hash: [0; 32],
            time_us: header.time_us,
            level: Level::Executed,
            result_digest: [0; 32],
            blind: [0; 16],
        })?;
        for event in events.iter() {
            self.private(engine, header.sequence, event)?;
        }
        self.quote(header.sequence, events)?;
        for instrument in changed(events) {
            self.market(epoch, header, instrument, events)?;
        }
        for event in events.iter() {
            self.ticker(engine, header, event)?;
        }
        let mut out = vec![0; self.bytes.len() + 5];
        let mut writer = Writer::new(&mut out);
        writer.array(self.count);
        writer.raw(&self.bytes);
        writer.finish().map(<[u8]>::to_vec)
    }

    fn push<'a>(&mut self, message: &impl Message<'a>) -> Result<(), EmitError> {
        let start = self.bytes.len();
        self.bytes.resize(start + MESSAGE_LENGTH_MAX, 0);
        let length = message.emit_into(&mut self.bytes[start..])?.len();
        self.bytes.truncate(start + length);
        self.count += 1;
        Ok(())
    }

    fn private(
        &mut self,
        engine: &Engine<LadderBook>,
        sequence: u64,
        event: &Event,
    ) -> Result<(), EmitError> {
        match *event {
            Event::Traded {
                trade_id,
                instrument,
                price_ticks,
                lots,
                taker_side,
                ref maker,
                ref taker,
            } => {
                let fill = |party: &Party, side: Side, role: Role| Fill {
                    sequence,
                    trade_id,
                    instrument,
                    order_id: party.order_id,
                    client_id: engine.client_id(party.client),
                    side,
                    price_ticks,
                    lots,
                    remaining_lots: party.remaining_lots,
                    fee: party.fee,
                    role,
                };
                let maker_side = sealbook_engine::book::opposite(taker_side);
                self.push(&fill(taker, taker_side, Role::Taker))?;
                self.push(&fill(maker, maker_side, Role::Maker))
            }
            Event::OrderClosed { client, instrument, order_id, lots, reason, .. } => {
                let client_id = engine.client_id(client);
                self.push(&OrderClosed { sequence, instrument, order_id, client_id, lots, reason })
            }
            Event::OrderResized { client, instrument, order_id, lots, reason, .. } => {
                let client_id = engine.client_id(client);
                self.push(&OrderResized { sequence, instrument, order_id, client_id, lots, reason })
            }
            Event::OrderTriggered { client, instrument, order_id, source, price, .. } => {
                let client_id = engine.client_id(client);
                let triggered =
                    OrderTriggered { sequence, instrument, order_id, client_id, source, price };
                self.push(&triggered)
            }
            Event::OrderOpened {
                client,
                instrument,
                order_id,
                side,
                price_ticks,
                lots,
                status,
                ..
            } => self.push(&OrderOpened {
                sequence,
                instrument,
                order_id,
                client_id: engine.client_id(client),
                side,
                price_ticks,
                lots,
                status,
            }),
            Event::ProtectionTripped { group, frozen_until_us, .. } => {
                self.push(&ProtectionTripped { sequence, group, frozen_until_us })
            }
            Event::Credited { account, amount, inbox_index } => {
                self.push(&Credited { sequence, account, amount, inbox_index })
            }
            Event::Withdrawn { amount, nonce, .. } => {
                self.push(&Withdrawn { sequence, amount, nonce })
            }
            Event::Liquidated { instrument, lots, price, fee, .. } => {
                self.push(&Liquidated { sequence, instrument, lots, price, fee })
            }
            Event::Deleveraged {
                instrument,
                lots,
                price,
                leverage_before_ppm,
                leverage_after_ppm,
                ..
            } => self.push(&Deleveraged {
                sequence,
                instrument,
                lots,
                price,
                leverage_before_ppm,
                leverage_after_ppm,
            }),
            Event::Expired { instrument, lots, settlement, payoff, .. } => {
                self.push(&Expired { sequence, instrument, lots, settlement, payoff })
            }
            Event::Socialised { amount, .. } => self.push(&Socialised { sequence, amount }),
            Event::Account { account } => self.account(engine, sequence, account),
            Event::FundingSettled { instrument, amount, .. } => {
                self.push(&FundingSettled { sequence, instrument, amount })
            }
            Event::Transferred { other, amount, .. } => {
                self.push(&Transferred { sequence, subaccount: other, amount })
            }
            Event::Covered { amount, .. } => self.push(&Covered { sequence, amount }),
            Event::Level { .. }
            | Event::Ticker { .. }
            | Event::Quoted { .. }
            | Event::Listed { .. } => Ok(()),
        }
    }

    /// The pairs of a mass quote, in one message.
    fn quote(&mut self, sequence: u64, events: &Events) -> Result<(), EmitError> {
        let legs: Vec<QuoteLeg> = events
            .iter()
            .filter_map(|event| match *event {
                Event::Quoted { leg, .. } => Some(leg),
                _ => None,
            })
            .collect();
        if legs.is_empty() {
            return Ok(());
        }
        self.push(&QuoteResult { sequence, legs: List::of(&legs) })
    }

    fn account(
        &mut self,
        engine: &Engine<LadderBook>,
        sequence: u64,
        account: u32,
    ) -> Result<(), EmitError> {
        let Some(statement) = engine.statement(account) else { return Ok(()) };
        let positions: Vec<Position> = statement.positions[..statement.positions_count]
            .iter()
            .map(|position| Position {
                instrument: position.instrument,
                lots: position.lots,
                cost: position.cost,
                funding_owed: position.funding_owed,
            })
            .collect();
        self.push(&AccountEvent {
            sequence,
            account,
            collateral: statement.collateral,
            equity: statement.equity,
            margin_initial: statement.margin_initial,
            margin_maintenance: statement.margin_maintenance,
            withdrawable: statement.withdrawable,
            nonce: statement.nonce,
            positions: List::of(&positions),
            margin_mode: statement.margin_mode,
        })
    }

    fn market(
        &mut self,
        epoch: u64,
        header: &Header,
        wanted: u16,
        events: &Events,
    ) -> Result<(), EmitError> {
        let (mut levels, mut trades) =
            (core::mem::take(&mut self.levels), core::mem::take(&mut self.trades));
        levels.clear();
        trades.clear();
        for event in events.iter() {
            match *event {
                Event::Level { instrument, side, price_ticks, lots } if instrument == wanted => {
                    levels.push(LevelChange { side, price_ticks, lots });
                }
                Event::Traded { trade_id, instrument, price_ticks, lots, taker_side, .. }
                    if instrument == wanted =>
                {
                    trades.push(Trade { trade_id, price_ticks, lots, taker_side });
                }
                _ => {}
            }
        }
        let mut result = Ok(());
        if !levels.is_empty() || !trades.is_empty() {
            let previous = &mut self.previous[usize::from(wanted)];
            let market = Market {
                epoch,
                sequence: header.sequence,
                previous_sequence: core::mem::replace(previous, header.sequence),
                instrument: wanted,
                time_us: header.time_us,
                levels: List::of(&levels),
                trades: List::of(&trades),
            };
            result = self.push(&market);
        }
        (self.levels, self.trades) = (levels, trades);
        result
    }

    fn ticker(
        &mut self,
        engine: &Engine<LadderBook>,
        header: &Header,
        event: &Event,
    ) -> Result<(), EmitError> {
        let Event::Ticker {
            instrument,
            mark,
            index,
            funding_rate_ppb,
            open_interest_lots,
            mode,
            greeks,
        } = *event
        else {
            return Ok(());
        };
        self.push(&Ticker {
            epoch: engine.state().venue().epoch,
            sequence: header.sequence,
            instrument,
            time_us: header.time_us,
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
            book_sequence: self.previous[usize::from(instrument)],
            book_checksum: engine.state().book_checksum(instrument),
        })
    }
}

/// Instruments whose book the events changed, ascending.
fn changed(events: &Events) -> Vec<u16> {
    let mut ids: Vec<u16> = events
        .iter()
        .filter_map(|event| match *event {
            Event::Level { instrument, .. } | Event::Traded { instrument, .. } => Some(instrument),
            _ => None,
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
