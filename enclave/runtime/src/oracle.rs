//! Is an oracle round, or an order to the venue (a listing, a market's mode, an instrument's risk), signed by enough of the configured oracles? Checked before it is sequenced; the engine then trusts it.

use sealbook_wire::{
    InstrumentRisk, List, ListOption, Message, OracleRound, OracleSignature, SetMarketMode,
    SystemCommand, VolatilityRound,
};

use crate::config::Config;
use crate::eip712;
use crate::keccak::keccak;

/// The longest order to the venue without its signatures.
const ORDER_BYTES_MAX: usize = 512;

/// Digest the oracles sign: `"sealbook.oracle" ‖ chain id ‖ settlement ‖ round ‖ time ‖ (instrument ‖ index)*`, big-endian.
pub fn digest(config: &Config, round: &OracleRound<'_>) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(64 + 10 * round.prices.len() as usize);
    bytes.extend_from_slice(b"sealbook.oracle");
    bytes.extend_from_slice(&config.chain_id.to_be_bytes());
    bytes.extend_from_slice(&config.settlement);
    bytes.extend_from_slice(&round.round.to_be_bytes());
    bytes.extend_from_slice(&round.time_us.to_be_bytes());
    for price in round.prices {
        bytes.extend_from_slice(&price.instrument.to_be_bytes());
        bytes.extend_from_slice(&price.index.to_be_bytes());
    }
    keccak(&[&bytes])
}

/// Digest of a volatility round: `"sealbook.volatility" ‖ chain id ‖ settlement ‖ round ‖ time ‖ (underlying ‖ expiry ‖ forward ‖ a
/// ‖ b ‖ rho ‖ m ‖ s)*`, big-endian.
pub fn volatility_digest(config: &Config, round: &VolatilityRound<'_>) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(64 + 58 * round.smiles.len() as usize);
    bytes.extend_from_slice(b"sealbook.volatility");
    bytes.extend_from_slice(&config.chain_id.to_be_bytes());
    bytes.extend_from_slice(&config.settlement);
    bytes.extend_from_slice(&round.round.to_be_bytes());
    bytes.extend_from_slice(&round.time_us.to_be_bytes());
    for smile in round.smiles {
        bytes.extend_from_slice(&smile.underlying.to_be_bytes());
        bytes.extend_from_slice(&smile.expiry_us.to_be_bytes());
        for number in [smile.forward, smile.a, smile.b, smile.rho, smile.m, smile.s] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
    }
    keccak(&[&bytes])
}

/// Digest of an order to the venue: `"sealbook.order" ‖ chain id ‖ settlement ‖ the message with no signatures`, as msgpack.
fn order_digest<'m>(config: &Config, unsigned: &impl Message<'m>) -> Option<[u8; 32]> {
    let mut buffer = [0; ORDER_BYTES_MAX];
    let bytes = unsigned.emit_into(&mut buffer).ok()?;
    let chain_id = config.chain_id.to_be_bytes();
    Some(keccak(&[b"sealbook.order", &chain_id, &config.settlement, bytes]))
}

/// An order to the venue in its three kinds, if the bytes are one and k of n signed it. Number 0 is the enclave's own and never comes
/// from outside.
pub fn signed_order<'a>(config: &Config, payload: &'a [u8]) -> Option<SystemCommand<'a>> {
    let none = List::of(&[]);
    let (digest, number, signatures, command) = if let Ok(set) = SetMarketMode::parse(payload) {
        let unsigned = SetMarketMode { signatures: none, ..set };
        let digest = order_digest(config, &unsigned)?;
        (digest, set.number, set.signatures, SystemCommand::SetMarketMode(set))
    } else if let Ok(risk) = InstrumentRisk::parse(payload) {
        let digest = order_digest(config, &InstrumentRisk { signatures: none, ..risk })?;
        (digest, risk.number, risk.signatures, SystemCommand::InstrumentRisk(risk))
    } else {
        let listing = ListOption::parse(payload).ok()?;
        let digest = order_digest(config, &ListOption { signatures: none, ..listing })?;
        (digest, listing.number, listing.signatures, SystemCommand::ListOption(listing))
    };
    (number > 0 && are_enough(config, &digest, &signatures)).then_some(command)
}

/// k of n over a volatility round; the engine checks the smiles themselves.
pub fn is_volatility_signed(config: &Config, round: &VolatilityRound<'_>) -> bool {
    !round.smiles.is_empty()
        && are_enough(config, &volatility_digest(config, round), &round.signatures)
}

/// k of n, strictly ascending signers (so none counts twice), ascending instruments, positive prices.
pub fn is_signed(config: &Config, round: &OracleRound<'_>) -> bool {
    if round.prices.is_empty() {
        return false;
    }
    let mut last = None;
    for price in round.prices {
        if last.is_some_and(|last| price.instrument <= last) || price.index <= 0 {
            return false;
        }
        last = Some(price.instrument);
    }
    are_enough(config, &digest(config, round), &round.signatures)
}

fn are_enough(config: &Config, digest: &[u8; 32], signatures: &List<'_, OracleSignature>) -> bool {
    let threshold = usize::from(config.oracle_threshold);
    if threshold == 0 || (signatures.len() as usize) < threshold {
        return false;
    }
    let mut last = None;
    for entry in signatures.iter() {
        let is_ascending = last.is_none_or(|last| entry.signer > last);
        let expected = config.oracle_signers.get(usize::from(entry.signer));
        if !is_ascending
            || expected.is_none()
            || eip712::recover(digest, &entry.signature).as_ref() != expected
        {
            return false;
        }
        last = Some(entry.signer);
    }
    true
}
