// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use sealbook_wire::*;
use serde_json::{Value, json};

use super::{check, hex};

/// Parses, emits again, and hands back the value as its vector writes it.
pub fn round_trip(name: &str, bytes: &[u8]) -> Value {
    match name {
        "place" => check(bytes, |message: &Place| json!({
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "instrument": message.instrument,
                "side": message.side.name(),
                "kind": message.kind.name(),
                "time_in_force": message.time_in_force.name(),
                "price_ticks": message.price_ticks,
                "lots": message.lots,
                "post_only": message.post_only,
                "reduce_only": message.reduce_only,
            })),
        "amend" => check(bytes, |message: &Amend| json!({
                "order": super::order_ref(&message.order),
                "price_ticks": message.price_ticks,
                "lots": message.lots,
            })),
        "cancel" => check(bytes, |message: &Cancel| json!({
                "order": super::order_ref(&message.order),
            })),
        "cancel-all" => check(bytes, |message: &CancelAll| json!({
                "instrument": message.instrument,
            })),
        "query" => check(bytes, |message: &Query| json!({
                "client_id": message.client_id.as_str(),
            })),
        "withdraw" => check(bytes, |message: &Withdraw| json!({
                "nonce": message.nonce.to_string(),
                "amount": message.amount.to_string(),
            })),
        "ping" => check(bytes, |message: &Ping| json!({
                "token": message.token.to_string(),
            })),
        "revoke" => check(bytes, |message: &Revoke| json!({
                "nonce": message.nonce.to_string(),
            })),
        "account-query" => check(bytes, |_message: &AccountQuery| json!({})),
        "place-advanced" => check(bytes, |message: &PlaceAdvanced| json!({
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "instrument": message.instrument,
                "side": message.side.name(),
                "kind": message.kind.name(),
                "time_in_force": message.time_in_force.name(),
                "price_ticks": message.price_ticks,
                "lots": message.lots,
                "post_only": message.post_only,
                "reduce_only": message.reduce_only,
                "self_trade": message.self_trade.name(),
                "slide": message.slide,
                "expiry_us": message.expiry_us.to_string(),
                "label": message.label,
                "trigger": message.trigger.name(),
                "trigger_source": message.trigger_source.name(),
                "trigger_ticks": message.trigger_ticks,
                "group": message.group,
                "link": message.link.name(),
                "protection": message.protection,
            })),
        "cancel-label" => check(bytes, |message: &CancelLabel| json!({
                "label": message.label,
                "instrument": message.instrument,
            })),
        "cancel-after" => check(bytes, |message: &CancelAfter| json!({
                "timeout_us": message.timeout_us.to_string(),
            })),
        "mass-quote" => check(bytes, |message: &MassQuote<'_>| json!({
                "label": message.label,
                "protection": message.protection,
                "slide": message.slide,
                "quotes": message.quotes.iter().map(|item| quote_pair(&item)).collect::<Vec<_>>(),
            })),
        "set-protection" => check(bytes, |message: &SetProtection| json!({
                "group": message.group,
                "window_us": message.window_us.to_string(),
                "frozen_us": message.frozen_us.to_string(),
                "lots_max": message.lots_max.to_string(),
                "delta_max": message.delta_max.to_string(),
                "vega_max": message.vega_max.to_string(),
            })),
        "reset-protection" => check(bytes, |message: &ResetProtection| json!({
                "group": message.group,
            })),
        "cancel-on-disconnect" => check(bytes, |message: &CancelOnDisconnect| json!({
                "is_on": message.is_on,
            })),
        "set-margin-mode" => check(bytes, |message: &SetMarginMode| json!({
                "mode": message.mode.name(),
            })),
        "transfer" => check(bytes, |message: &Transfer| json!({
                "subaccount": message.subaccount,
                "amount": message.amount.to_string(),
            })),
        "list-instrument" => check(bytes, |message: &ListInstrument<'_>| json!({
                "config": message.config.iter().map(|item| instrument_config(&item)).collect::<Vec<_>>(),
            })),
        "tick" => check(bytes, |_message: &Tick| json!({})),
        "oracle-round" => check(bytes, |message: &OracleRound<'_>| json!({
                "round": message.round.to_string(),
                "time_us": message.time_us.to_string(),
                "prices": message.prices.iter().map(|item| oracle_price(&item)).collect::<Vec<_>>(),
                "signatures": message.signatures.iter().map(|item| oracle_signature(&item)).collect::<Vec<_>>(),
            })),
        "inbox-entry" => check(bytes, |message: &InboxEntry| json!({
                "index": message.index.to_string(),
                "kind": message.kind.name(),
                "owner": hex(&message.owner),
                "subaccount": message.subaccount,
                "amount": message.amount.to_string(),
                "data": hex(&message.data),
                "at": message.at.to_string(),
            })),
        "epoch-opened" => check(bytes, |message: &EpochOpened| json!({
                "epoch": message.epoch.to_string(),
                "previous_sequence": message.previous_sequence.to_string(),
                "previous_chain_hash": hex(&message.previous_chain_hash),
                "signer": hex(&message.signer),
            })),
        "set-market-mode" => check(bytes, |message: &SetMarketMode<'_>| json!({
                "instrument": message.instrument,
                "mode": message.mode.name(),
                "number": message.number.to_string(),
                "signatures": message.signatures.iter().map(|item| oracle_signature(&item)).collect::<Vec<_>>(),
            })),
        "connection-closed" => check(bytes, |message: &ConnectionClosed| json!({
                "account": message.account,
            })),
        "instrument-risk" => check(bytes, |message: &InstrumentRisk<'_>| json!({
                "instrument": message.instrument,
                "ramp_ppm": message.ramp_ppm,
                "ramp_shift": message.ramp_shift,
                "interest_low_lots": message.interest_low_lots.to_string(),
                "interest_high_lots": message.interest_high_lots.to_string(),
                "stale_us": message.stale_us.to_string(),
                "volatile_ppm": message.volatile_ppm,
                "number": message.number.to_string(),
                "signatures": message.signatures.iter().map(|item| oracle_signature(&item)).collect::<Vec<_>>(),
            })),
        "list-option" => check(bytes, |message: &ListOption<'_>| json!({
                "config": message.config.iter().map(|item| instrument_config(&item)).collect::<Vec<_>>(),
                "underlying": message.underlying,
                "is_call": message.is_call,
                "strike": message.strike.to_string(),
                "expiry_us": message.expiry_us.to_string(),
                "number": message.number.to_string(),
                "signatures": message.signatures.iter().map(|item| oracle_signature(&item)).collect::<Vec<_>>(),
            })),
        "volatility-round" => check(bytes, |message: &VolatilityRound<'_>| json!({
                "round": message.round.to_string(),
                "time_us": message.time_us.to_string(),
                "smiles": message.smiles.iter().map(|item| smile(&item)).collect::<Vec<_>>(),
                "signatures": message.signatures.iter().map(|item| oracle_signature(&item)).collect::<Vec<_>>(),
            })),
        "expire" => check(bytes, |message: &Expire| json!({
                "instrument": message.instrument,
            })),
        "open-session" => check(bytes, |message: &OpenSession<'_>| json!({
                "chain_id": message.chain_id.to_string(),
                "settlement": hex(&message.settlement),
                "owner": hex(&message.owner),
                "subaccount": message.subaccount,
                "scopes": message.scopes,
                "expiry": message.expiry.to_string(),
                "nonce": message.nonce.to_string(),
                "signature": hex(&message.signature),
                "level": message.level.name(),
                "head": message.head.iter().map(|item| head(&item)).collect::<Vec<_>>(),
            })),
        "session-opened" => check(bytes, |message: &SessionOpened| json!({
                "account": message.account,
                "level": message.level.name(),
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "chain_hash": hex(&message.chain_hash),
                "time_us": message.time_us.to_string(),
            })),
        "result" => check(bytes, |message: &ResultEvent| json!({
                "counter": message.counter.to_string(),
                "index": message.index,
                "code": message.code,
                "detail": message.detail.to_string(),
                "order_id": message.order_id.to_string(),
                "status": message.status.name(),
                "filled_lots": message.filled_lots,
                "remaining_lots": message.remaining_lots,
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "chain_hash": hex(&message.chain_hash),
                "time_us": message.time_us.to_string(),
                "level": message.level.name(),
                "result_digest": hex(&message.result_digest),
                "blind": hex(&message.blind),
            })),
        "fill" => check(bytes, |message: &Fill| json!({
                "sequence": message.sequence.to_string(),
                "trade_id": message.trade_id.to_string(),
                "instrument": message.instrument,
                "order_id": message.order_id.to_string(),
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "side": message.side.name(),
                "price_ticks": message.price_ticks,
                "lots": message.lots,
                "remaining_lots": message.remaining_lots,
                "fee": message.fee.to_string(),
                "role": message.role.name(),
            })),
        "order-closed" => check(bytes, |message: &OrderClosed| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "order_id": message.order_id.to_string(),
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "lots": message.lots,
                "reason": message.reason.name(),
            })),
        "credited" => check(bytes, |message: &Credited| json!({
                "sequence": message.sequence.to_string(),
                "account": message.account,
                "amount": message.amount.to_string(),
                "inbox_index": message.inbox_index.to_string(),
            })),
        "withdrawn" => check(bytes, |message: &Withdrawn| json!({
                "sequence": message.sequence.to_string(),
                "amount": message.amount.to_string(),
                "nonce": message.nonce.to_string(),
            })),
        "liquidated" => check(bytes, |message: &Liquidated| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "lots": message.lots.to_string(),
                "price": message.price.to_string(),
                "fee": message.fee.to_string(),
            })),
        "account" => check(bytes, |message: &AccountEvent<'_>| json!({
                "sequence": message.sequence.to_string(),
                "account": message.account,
                "collateral": message.collateral.to_string(),
                "equity": message.equity.to_string(),
                "margin_initial": message.margin_initial.to_string(),
                "margin_maintenance": message.margin_maintenance.to_string(),
                "withdrawable": message.withdrawable.to_string(),
                "nonce": message.nonce.to_string(),
                "positions": message.positions.iter().map(|item| position(&item)).collect::<Vec<_>>(),
                "margin_mode": message.margin_mode.name(),
            })),
        "error" => check(bytes, |message: &ErrorEvent| json!({
                "counter": message.counter.to_string(),
                "code": message.code,
                "detail": message.detail.to_string(),
            })),
        "order-resized" => check(bytes, |message: &OrderResized| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "order_id": message.order_id.to_string(),
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "lots": message.lots,
                "reason": message.reason.name(),
            })),
        "order-triggered" => check(bytes, |message: &OrderTriggered| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "order_id": message.order_id.to_string(),
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "source": message.source.name(),
                "price": message.price.to_string(),
            })),
        "order-opened" => check(bytes, |message: &OrderOpened| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "order_id": message.order_id.to_string(),
                "client_id": message.client_id.as_ref().map(ClientId::as_str),
                "side": message.side.name(),
                "price_ticks": message.price_ticks,
                "lots": message.lots,
                "status": message.status.name(),
            })),
        "quote-result" => check(bytes, |message: &QuoteResult<'_>| json!({
                "sequence": message.sequence.to_string(),
                "legs": message.legs.iter().map(|item| quote_leg(&item)).collect::<Vec<_>>(),
            })),
        "protection-tripped" => check(bytes, |message: &ProtectionTripped| json!({
                "sequence": message.sequence.to_string(),
                "group": message.group,
                "frozen_until_us": message.frozen_until_us.to_string(),
            })),
        "deleveraged" => check(bytes, |message: &Deleveraged| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "lots": message.lots.to_string(),
                "price": message.price.to_string(),
                "leverage_before_ppm": message.leverage_before_ppm.to_string(),
                "leverage_after_ppm": message.leverage_after_ppm.to_string(),
            })),
        "socialised" => check(bytes, |message: &Socialised| json!({
                "sequence": message.sequence.to_string(),
                "amount": message.amount.to_string(),
            })),
        "expired" => check(bytes, |message: &Expired| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "lots": message.lots.to_string(),
                "settlement": message.settlement.to_string(),
                "payoff": message.payoff.to_string(),
            })),
        "funding-settled" => check(bytes, |message: &FundingSettled| json!({
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "amount": message.amount.to_string(),
            })),
        "transferred" => check(bytes, |message: &Transferred| json!({
                "sequence": message.sequence.to_string(),
                "subaccount": message.subaccount,
                "amount": message.amount.to_string(),
            })),
        "covered" => check(bytes, |message: &Covered| json!({
                "sequence": message.sequence.to_string(),
                "amount": message.amount.to_string(),
            })),
        "market" => check(bytes, |message: &Market<'_>| json!({
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "previous_sequence": message.previous_sequence.to_string(),
                "instrument": message.instrument,
                "time_us": message.time_us.to_string(),
                "levels": message.levels.iter().map(|item| level_change(&item)).collect::<Vec<_>>(),
                "trades": message.trades.iter().map(|item| trade(&item)).collect::<Vec<_>>(),
            })),
        "ticker" => check(bytes, |message: &Ticker| json!({
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "time_us": message.time_us.to_string(),
                "mark": message.mark.to_string(),
                "index": message.index.to_string(),
                "funding_rate_ppb": message.funding_rate_ppb.to_string(),
                "open_interest_lots": message.open_interest_lots.to_string(),
                "mode": message.mode.name(),
                "sigma_nano": message.sigma_nano.to_string(),
                "delta_nano": message.delta_nano.to_string(),
                "gamma_nano": message.gamma_nano.to_string(),
                "vega_point": message.vega_point.to_string(),
                "theta_day": message.theta_day.to_string(),
                "book_sequence": message.book_sequence.to_string(),
                "book_checksum": message.book_checksum,
            })),
        "signed-head" => check(bytes, |message: &SignedHead| json!({
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "chain_hash": hex(&message.chain_hash),
                "signature": hex(&message.signature),
            })),
        "terms" => check(bytes, |message: &Terms| json!({
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "instrument": message.instrument,
                "kind": message.kind.name(),
                "tick_value": message.tick_value.to_string(),
                "lots_max": message.lots_max,
                "price_ticks_max": message.price_ticks_max,
                "maker_fee_ppm": message.maker_fee_ppm,
                "taker_fee_ppm": message.taker_fee_ppm,
                "initial_ppm": message.initial_ppm,
                "maintenance_ppm": message.maintenance_ppm,
                "liquidation_fee_ppm": message.liquidation_fee_ppm,
                "underlying": message.underlying,
                "is_call": message.is_call,
                "strike": message.strike.to_string(),
                "expiry_us": message.expiry_us.to_string(),
                "is_settled": message.is_settled,
            })),
        "enclave-config" => check(bytes, |message: &EnclaveConfig<'_>| json!({
                "chain_id": message.chain_id.to_string(),
                "registry": hex(&message.registry),
                "settlement": hex(&message.settlement),
                "instruments": message.instruments.iter().map(|item| instrument_config(&item)).collect::<Vec<_>>(),
                "oracle_signers": message.oracle_signers.iter().map(|item| hex(&item)).collect::<Vec<_>>(),
                "oracle_threshold": message.oracle_threshold,
                "oracle_age_us_max": message.oracle_age_us_max.to_string(),
                "tick_us_max": message.tick_us_max.to_string(),
                "accounts_max": message.accounts_max,
                "orders_max": message.orders_max,
                "batch_commands_max": message.batch_commands_max,
                "batch_us_max": message.batch_us_max.to_string(),
                "platform_seed": hex(&message.platform_seed),
                "is_simulated": message.is_simulated,
                "instruments_max": message.instruments_max,
                "options": message.options.iter().map(|item| option_config(&item)).collect::<Vec<_>>(),
            })),
        "boot-request" => check(bytes, |message: &BootRequest| json!({
                "block_hash": hex(&message.block_hash),
                "time_us": message.time_us.to_string(),
                "is_debug": message.is_debug,
            })),
        "boot-reply" => check(bytes, |message: &BootReply| json!({
                "signer": hex(&message.signer),
                "encryption_key": hex(&message.encryption_key),
                "config_hash": hex(&message.config_hash),
                "genesis_hash": hex(&message.genesis_hash),
                "state_root": hex(&message.state_root),
            })),
        "recovery-end" => check(bytes, |message: &RecoveryEnd| json!({
                "epoch": message.epoch.to_string(),
                "batch_number": message.batch_number.to_string(),
                "last_sequence": message.last_sequence.to_string(),
                "state_root": hex(&message.state_root),
                "inbox_cursor": message.inbox_cursor.to_string(),
            })),
        "open-epoch" => check(bytes, |message: &OpenEpoch| json!({
                "epoch": message.epoch.to_string(),
                "previous_epoch": message.previous_epoch.to_string(),
                "batch_number": message.batch_number.to_string(),
                "last_sequence": message.last_sequence.to_string(),
                "state_root": hex(&message.state_root),
                "signature": hex(&message.signature),
            })),
        "poison-list" => check(bytes, |message: &PoisonList<'_>| json!({
                "poisons": message.poisons.iter().map(|item| poison(&item)).collect::<Vec<_>>(),
            })),
        "enclave-status" => check(bytes, |message: &EnclaveStatus| json!({
                "state": message.state,
                "epoch": message.epoch.to_string(),
                "sequence": message.sequence.to_string(),
                "chain_hash": hex(&message.chain_hash),
                "state_root": hex(&message.state_root),
                "batch_number": message.batch_number.to_string(),
                "inbox_cursor": message.inbox_cursor.to_string(),
                "commands": message.commands.to_string(),
                "rejects": message.rejects.to_string(),
                "trades": message.trades.to_string(),
                "accounts": message.accounts,
                "orders": message.orders,
                "latency_ns_p50": message.latency_ns_p50.to_string(),
                "latency_ns_p99": message.latency_ns_p99.to_string(),
                "latency_ns_p999": message.latency_ns_p999.to_string(),
                "batch_close_us": message.batch_close_us.to_string(),
            })),
        _ => panic!("no message is named {name}"),
    }
}

fn head(record: &Head) -> Value {
    json!({
        "epoch": record.epoch.to_string(),
        "sequence": record.sequence.to_string(),
        "chain_hash": hex(&record.chain_hash),
        "signature": record.signature.map(|value| hex(&value)),
    })
}

fn level_change(record: &LevelChange) -> Value {
    json!({
        "side": record.side.name(),
        "price_ticks": record.price_ticks,
        "lots": record.lots.to_string(),
    })
}

fn trade(record: &Trade) -> Value {
    json!({
        "trade_id": record.trade_id.to_string(),
        "price_ticks": record.price_ticks,
        "lots": record.lots,
        "taker_side": record.taker_side.name(),
    })
}

fn oracle_price(record: &OraclePrice) -> Value {
    json!({
        "instrument": record.instrument,
        "index": record.index.to_string(),
    })
}

fn oracle_signature(record: &OracleSignature) -> Value {
    json!({
        "signer": record.signer,
        "signature": hex(&record.signature),
    })
}

fn instrument_config(record: &InstrumentConfig) -> Value {
    json!({
        "instrument": record.instrument,
        "symbol": record.symbol.as_str(),
        "kind": record.kind.name(),
        "tick_value": record.tick_value.to_string(),
        "lots_max": record.lots_max,
        "price_ticks_max": record.price_ticks_max,
        "initial_ppm": record.initial_ppm,
        "maintenance_ppm": record.maintenance_ppm,
        "maker_fee_ppm": record.maker_fee_ppm,
        "taker_fee_ppm": record.taker_fee_ppm,
        "liquidation_fee_ppm": record.liquidation_fee_ppm,
        "index": record.index.to_string(),
    })
}

fn option_config(record: &OptionConfig) -> Value {
    json!({
        "instrument": record.instrument,
        "symbol": record.symbol.as_str(),
        "tick_value": record.tick_value.to_string(),
        "lots_max": record.lots_max,
        "price_ticks_max": record.price_ticks_max,
        "maker_fee_ppm": record.maker_fee_ppm,
        "taker_fee_ppm": record.taker_fee_ppm,
        "liquidation_fee_ppm": record.liquidation_fee_ppm,
        "mark": record.mark.to_string(),
        "underlying": record.underlying,
        "is_call": record.is_call,
        "strike": record.strike.to_string(),
        "expiry_us": record.expiry_us.to_string(),
    })
}

fn poison(record: &Poison) -> Value {
    json!({
        "sequence": record.sequence.to_string(),
        "digest": hex(&record.digest),
        "tries": record.tries,
    })
}

fn quote_pair(record: &QuotePair) -> Value {
    json!({
        "instrument": record.instrument,
        "bid_ticks": record.bid_ticks,
        "bid_lots": record.bid_lots,
        "ask_ticks": record.ask_ticks,
        "ask_lots": record.ask_lots,
    })
}

fn quote_leg(record: &QuoteLeg) -> Value {
    json!({
        "instrument": record.instrument,
        "bid_order_id": record.bid_order_id.to_string(),
        "bid_code": record.bid_code,
        "ask_order_id": record.ask_order_id.to_string(),
        "ask_code": record.ask_code,
    })
}

fn smile(record: &Smile) -> Value {
    json!({
        "underlying": record.underlying,
        "expiry_us": record.expiry_us.to_string(),
        "forward": record.forward.to_string(),
        "a": record.a.to_string(),
        "b": record.b.to_string(),
        "rho": record.rho.to_string(),
        "m": record.m.to_string(),
        "s": record.s.to_string(),
    })
}

fn position(record: &Position) -> Value {
    json!({
        "instrument": record.instrument,
        "lots": record.lots.to_string(),
        "cost": record.cost.to_string(),
        "funding_owed": record.funding_owed.to_string(),
    })
}
