//! Is an oracle round signed by enough of the configured oracles? Checked before it is sequenced; the engine then trusts it.

use sealbook_wire::OracleRound;

use crate::config::Config;
use crate::eip712;
use crate::keccak::keccak;

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

/// k of n, strictly ascending signers (so none counts twice), ascending instruments, positive prices.
pub fn is_signed(config: &Config, round: &OracleRound<'_>) -> bool {
    let threshold = usize::from(config.oracle_threshold);
    if threshold == 0 || (round.signatures.len() as usize) < threshold || round.prices.is_empty() {
        return false;
    }
    let mut last = None;
    for price in round.prices {
        if last.is_some_and(|last| price.instrument <= last) || price.index <= 0 {
            return false;
        }
        last = Some(price.instrument);
    }
    let digest = digest(config, round);
    let mut last = None;
    for entry in round.signatures {
        let is_ascending = last.is_none_or(|last| entry.signer > last);
        let expected = config.oracle_signers.get(usize::from(entry.signer));
        if !is_ascending
            || expected.is_none()
            || eip712::recover(&digest, &entry.signature).as_ref() != expected
        {
            return false;
        }
        last = Some(entry.signer);
    }
    true
}
