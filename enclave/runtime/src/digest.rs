//! The result digest: SHA-256 over a canonical encoding of a command's outcome and events, so that a replay that differs is found at the
//! first differing sequence. Fixed little-endian fields; only the enclave ever computes it.

use sealbook_engine::{Event, Outcome, Party};
use sha2::{Digest, Sha256};

/// Scratch for the encoding.
pub struct EventDigest {
    bytes: Vec<u8>,
}

impl Default for EventDigest {
    fn default() -> Self {
        // The longest event is a trade of 82 bytes; a command emits at most a few thousand events.
        EventDigest { bytes: Vec::with_capacity(1 << 18) }
    }
}

impl EventDigest {
    /// Digest of a step.
    #[inline]
    pub fn of(&mut self, outcome: &Outcome, events: &[Event]) -> [u8; 32] {
        self.bytes.clear();
        self.put(&outcome.code.to_le_bytes());
        self.put(&outcome.detail.to_le_bytes());
        self.put(&outcome.order_id.to_le_bytes());
        self.put(&[outcome.status as u8]);
        self.put(&outcome.filled_lots.to_le_bytes());
        self.put(&outcome.remaining_lots.to_le_bytes());
        for event in events {
            self.event(event);
        }
        Sha256::digest(&self.bytes).into()
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn party(&mut self, party: &Party) {
        self.put(&party.account.to_le_bytes());
        self.put(&party.order_id.to_le_bytes());
        self.put(&party.remaining_lots.to_le_bytes());
        self.put(&party.fee.to_le_bytes());
    }

    /// Handles of client ids are left out: they are places in a table, and the id itself is in the command that placed the order.
    fn event(&mut self, event: &Event) {
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
                self.put(&[1, taker_side as u8]);
                self.put(&trade_id.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&price_ticks.to_le_bytes());
                self.put(&lots.to_le_bytes());
                self.party(maker);
                self.party(taker);
            }
            Event::OrderClosed { account, client: _, instrument, order_id, lots, reason } => {
                self.put(&[2, reason as u8]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&order_id.to_le_bytes());
                self.put(&lots.to_le_bytes());
            }
            Event::OrderResized { account, client: _, instrument, order_id, lots, reason } => {
                self.put(&[32, reason as u8]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&order_id.to_le_bytes());
                self.put(&lots.to_le_bytes());
            }
            Event::OrderTriggered { account, client: _, instrument, order_id, source, price } => {
                self.put(&[33, source as u8]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&order_id.to_le_bytes());
                self.put(&price.to_le_bytes());
            }
            Event::OrderOpened {
                account,
                client: _,
                instrument,
                order_id,
                side,
                price_ticks,
                lots,
                status,
            } => {
                self.put(&[34, side as u8, status as u8]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&order_id.to_le_bytes());
                self.put(&price_ticks.to_le_bytes());
                self.put(&lots.to_le_bytes());
            }
            Event::Quoted { account, leg } => {
                self.put(&[35]);
                self.put(&account.to_le_bytes());
                self.put(&leg.instrument.to_le_bytes());
                self.put(&leg.bid_order_id.to_le_bytes());
                self.put(&leg.bid_code.to_le_bytes());
                self.put(&leg.ask_order_id.to_le_bytes());
                self.put(&leg.ask_code.to_le_bytes());
            }
            Event::ProtectionTripped { account, group, frozen_until_us } => {
                self.put(&[36, group]);
                self.put(&account.to_le_bytes());
                self.put(&frozen_until_us.to_le_bytes());
            }
            Event::Credited { account, amount, inbox_index } => {
                self.put(&[3]);
                self.put(&account.to_le_bytes());
                self.put(&amount.to_le_bytes());
                self.put(&inbox_index.to_le_bytes());
            }
            Event::Withdrawn { account, amount, nonce } => {
                self.put(&[4]);
                self.put(&account.to_le_bytes());
                self.put(&amount.to_le_bytes());
                self.put(&nonce.to_le_bytes());
            }
            Event::Liquidated { account, instrument, lots, price, fee } => {
                self.put(&[5]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&lots.to_le_bytes());
                self.put(&price.to_le_bytes());
                self.put(&fee.to_le_bytes());
            }
            Event::Deleveraged {
                account,
                instrument,
                lots,
                price,
                leverage_before_ppm,
                leverage_after_ppm,
            } => {
                self.put(&[20]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&lots.to_le_bytes());
                self.put(&price.to_le_bytes());
                self.put(&leverage_before_ppm.to_le_bytes());
                self.put(&leverage_after_ppm.to_le_bytes());
            }
            Event::Expired { account, instrument, lots, settlement, payoff } => {
                self.put(&[22]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&lots.to_le_bytes());
                self.put(&settlement.to_le_bytes());
                self.put(&payoff.to_le_bytes());
            }
            Event::Socialised { account, amount } => {
                self.put(&[21]);
                self.put(&account.to_le_bytes());
                self.put(&amount.to_le_bytes());
            }
            Event::FundingSettled { account, instrument, amount } => {
                self.put(&[23]);
                self.put(&account.to_le_bytes());
                self.put(&instrument.to_le_bytes());
                self.put(&amount.to_le_bytes());
            }
            Event::Transferred { account, other, amount } => {
                self.put(&[24, other]);
                self.put(&account.to_le_bytes());
                self.put(&amount.to_le_bytes());
            }
            Event::Covered { account, amount } => {
                self.put(&[25]);
                self.put(&account.to_le_bytes());
                self.put(&amount.to_le_bytes());
            }
            Event::Listed { instrument } => {
                self.put(&[26]);
                self.put(&instrument.to_le_bytes());
            }
            Event::Account { account } => {
                self.put(&[6]);
                self.put(&account.to_le_bytes());
            }
            Event::Level { instrument, side, price_ticks, lots } => {
                self.put(&[7, side as u8]);
                self.put(&instrument.to_le_bytes());
                self.put(&price_ticks.to_le_bytes());
                self.put(&lots.to_le_bytes());
            }
            Event::Ticker {
                instrument,
                mark,
                index,
                funding_rate_ppb,
                open_interest_lots,
                mode,
                ref greeks,
            } => {
                self.put(&[8, mode as u8]);
                self.put(&instrument.to_le_bytes());
                self.put(&mark.to_le_bytes());
                self.put(&index.to_le_bytes());
                self.put(&funding_rate_ppb.to_le_bytes());
                self.put(&open_interest_lots.to_le_bytes());
                self.put(&greeks.sigma_nano.to_le_bytes());
                for greek in
                    [greeks.delta_nano, greeks.gamma_nano, greeks.vega_point, greeks.theta_day]
                {
                    self.put(&greek.to_le_bytes());
                }
            }
        }
    }
}
