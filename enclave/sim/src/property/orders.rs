//! What the property driver's accounts ask for: legal and illegal, near the market and far away, sized to be refused now and then.

use sealbook_wire::{
    AccountQuery, Amend, Cancel, CancelAfter, CancelAll, CancelLabel, CancelOnDisconnect, ClientId,
    Command, Link, MarginMode, OrderKind, OrderRef, Ping, Place, PlaceAdvanced, Query, Revoke,
    SelfTradeMode, SetMarginMode, Side, TimeInForce, TriggerKind, TriggerSource,
};

use super::markets::config;
use super::{INSTRUMENTS, OPTIONS, Twins};

impl Twins {
    pub(super) fn command(&mut self, account: u32) -> Command<'static> {
        match self.random.below(100) {
            0..30 => Command::Place(self.place()),
            30..45 => Command::PlaceAdvanced(self.place_advanced()),
            45..48 => self.rare(account),
            48..52 => Command::Place(self.place_to_the_limit(account)),
            52..64 => Command::Amend(Amend {
                order: self.order(),
                price_ticks: self.price(),
                lots: self.random.below(40) as u32,
            }),
            64..88 => Command::Cancel(Cancel { order: self.order() }),
            88..90 => {
                let instrument = self.random.below(u64::from(INSTRUMENTS) + 2) as u16;
                Command::CancelAll(CancelAll { instrument: Some(instrument).filter(|&id| id != 0) })
            }
            90..92 => Command::Query(Query { client_id: self.client_id() }),
            92..95 => self.withdraw(account),
            95 if self.random.once_in(2) => Command::AccountQuery(AccountQuery),
            95 => Command::Ping(Ping { token: self.random.word() }),
            96 if self.random.once_in(40) => {
                Command::Revoke(Revoke { nonce: self.random.below(20) })
            }
            _ => Command::Place(self.place()),
        }
    }

    fn place_advanced(&mut self) -> PlaceAdvanced {
        let place = self.place();
        let now = self.fast.header.time_us;
        let trigger = match self.random.below(8) {
            0..2 => TriggerKind::Stop,
            2 => TriggerKind::TakeProfit,
            _ => TriggerKind::None,
        };
        let has_trigger = trigger != TriggerKind::None;
        let link = self.random.pick(&[
            Link::None,
            Link::None,
            Link::OneCancelsOther,
            Link::Primary,
            Link::Secondary,
        ]);
        let has_slip = self.random.once_in(30);
        let which = usize::from(place.instrument.saturating_sub(1) % INSTRUMENTS);
        let is_guarded = !has_trigger && link == Link::None && self.random.once_in(3);
        PlaceAdvanced {
            client_id: place.client_id,
            instrument: place.instrument,
            side: place.side,
            kind: place.kind,
            time_in_force: place.time_in_force,
            price_ticks: place.price_ticks,
            lots: place.lots,
            post_only: is_guarded || place.post_only && !has_trigger,
            reduce_only: place.reduce_only && !is_guarded && link != Link::Primary,
            self_trade: self.random.pick(&SelfTradeMode::ALL),
            slide: (is_guarded || place.post_only && !has_trigger) && self.random.once_in(2),
            expiry_us: match self.random.below(5) {
                0 => now + self.random.below(30_000_000),
                1 if has_slip => 1,
                _ => 0,
            },
            label: self.random.below(4) as u32,
            trigger,
            trigger_source: self.random.pick(&TriggerSource::ALL),
            trigger_ticks: if has_trigger && !has_slip { self.price_in(which).max(1) } else { 0 },
            group: if link == Link::None { 0 } else { 1 + self.random.below(3) as u32 },
            link,
            protection: if is_guarded { 1 + self.random.below(3) as u8 } else { 0 },
        }
    }

    /// What accounts seldom ask for.
    fn rare(&mut self, account: u32) -> Command<'static> {
        match self.random.below(9) {
            0 => Command::CancelLabel(CancelLabel {
                label: self.random.below(4) as u32,
                instrument: Some(self.random.below(4) as u16).filter(|&id| id != 0),
            }),
            1 => Command::CancelAfter(CancelAfter {
                timeout_us: self.random.pick(&[0, 1, 5_000_000, 60_000_000, u64::MAX]),
            }),
            2..5 => self.protection(),
            5 => Command::CancelOnDisconnect(CancelOnDisconnect { is_on: true }),
            6 | 7 => {
                let mode = self.random.pick(&MarginMode::ALL);
                Command::SetMarginMode(SetMarginMode { mode })
            }
            _ => self.transfer(account),
        }
    }

    fn client_id(&mut self) -> ClientId {
        let id = format!("c{}", self.random.below(6_000));
        ClientId::from_bytes(id.as_bytes()).unwrap_or_else(|| unreachable!("legal"))
    }

    fn order(&mut self) -> OrderRef {
        if self.random.once_in(6) {
            return OrderRef::Client(self.client_id());
        }
        if self.ids.is_empty() || self.random.once_in(30) {
            return OrderRef::Id(self.random.word() % 2_000);
        }
        let at = self.random.below(self.ids.len() as u64) as usize;
        OrderRef::Id(self.ids[at])
    }

    /// Mostly around the last index, sometimes far away or illegal.
    fn price(&mut self) -> u32 {
        let which = self.random.below(INSTRUMENTS.into()) as usize;
        self.price_in(which)
    }

    pub(super) fn price_in(&mut self, which: usize) -> u32 {
        let id = which as u16 + 1;
        if OPTIONS.contains(&id) {
            let state = self.fast.engine.state();
            let at = state.instrument(id).map_or(1, |at| at.mark.0 / at.tick_value.0 as i64);
            return (at + self.random.below(12) as i64 - 5).max(0) as u32;
        }
        let tick = config(which as u16 + 1).tick_value as i64;
        let around = self.index[which] / tick;
        match self.random.below(60) {
            0 => self.random.below(6_000) as u32,
            1..20 => (around + self.random.below(200) as i64 - 100).max(0) as u32,
            _ => (around + self.random.below(24) as i64 - 12).max(0) as u32,
        }
    }

    fn place(&mut self) -> Place {
        let lots = match self.random.below(30) {
            0 => self.random.below(2_000) as u32,
            1..4 => self.random.below(200) as u32,
            _ => 1 + self.random.below(30) as u32,
        };
        let client_id = self.random.once_in(4).then(|| self.client_id());
        let time_in_force = match self.random.below(10) {
            0..6 => TimeInForce::GoodTillCancel,
            6..9 => TimeInForce::ImmediateOrCancel,
            _ => TimeInForce::FillOrKill,
        };
        let instrument = self.random.below(u64::from(INSTRUMENTS) * 40 + 1) as u16;
        let is_option = instrument != 0 && self.random.once_in(3);
        let which = if is_option {
            usize::from(self.random.pick(&OPTIONS)) - 1
        } else {
            usize::from(instrument % INSTRUMENTS)
        };
        Place {
            client_id,
            instrument: if instrument == 0 { 9 } else { which as u16 + 1 },
            side: if self.random.once_in(2) { Side::Buy } else { Side::Sell },
            kind: if self.random.once_in(12) { OrderKind::Market } else { OrderKind::Limit },
            time_in_force,
            price_ticks: self.price_in(which),
            lots,
            post_only: self.random.once_in(8),
            reduce_only: self.random.once_in(6),
        }
    }

    /// As many lots as the account can just about afford, at the market: shows a cost that the margin check forgot.
    fn place_to_the_limit(&mut self, account: u32) -> Place {
        let place = self.place();
        let free = self.fast.engine.statement(account).map_or(0, |at| at.withdrawable);
        let state = self.fast.engine.state();
        let Some(shared) = state.instrument(place.instrument) else { return place };
        let a_lot = shared.mark.0 * i64::from(shared.initial_ppm) / 1_000_000 + 1;
        let at_mark = (shared.mark.0 / shared.tick_value.0 as i64) as u32;
        let lots = (free / a_lot).clamp(1, shared.lots_max.into()) as u32;
        let slack = self.random.below(6) as u32;
        let price_ticks = match place.side {
            Side::Buy => at_mark + slack,
            Side::Sell => at_mark.saturating_sub(slack),
        };
        Place { lots, price_ticks, reduce_only: false, post_only: false, ..place }
    }
}
