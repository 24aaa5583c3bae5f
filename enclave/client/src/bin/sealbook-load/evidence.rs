//! What a session needs of `GET /v1/evidence`.

use sealbook_client::EnclaveKey;
use sealbook_client::wallet::parse_hex;
use serde_json::Value;

use crate::failure::Failure;

/// Reads chain id, settlement and encryption key from the JSON in a file.
///
/// Assumption: whoever wrote the file verified it (`sealbook attest verify`). This program measures; it does not judge.
pub fn read(path: &str) -> Result<EnclaveKey, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::Input(format!("cannot read the evidence file {path}: {error}"))
    })?;
    parse(&text).ok_or_else(|| {
        Failure::Input(format!(
            "{path} is not the JSON of GET /v1/evidence: chainId, settlement and encryptionKey are needed"
        ))
    })
}

fn parse(text: &str) -> Option<EnclaveKey> {
    let evidence: Value = serde_json::from_str(text).ok()?;
    Some(EnclaveKey {
        encryption_key: parse_hex(evidence["encryptionKey"].as_str()?)?,
        // JSON from TypeScript holds 64-bit numbers as numbers when small and as text when they come from a bigint.
        chain_id: match &evidence["chainId"] {
            Value::String(digits) => digits.parse().ok()?,
            number => number.as_u64()?,
        },
        settlement: parse_hex(evidence["settlement"].as_str()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn takes_numbers_or_text_and_refuses_holes() {
        let (key, settlement) = ("ab".repeat(32), "cd".repeat(20));
        let text = |chain: &str, settlement: &str| {
            format!(
                r#"{{"chainId":{chain},"settlement":"0x{settlement}","encryptionKey":"{key}","kind":"sgx-v3"}}"#
            )
        };
        for chain in ["31337", "\"31337\""] {
            let parsed = parse(&text(chain, &settlement)).map(|key| (key.chain_id, key.settlement));
            assert_eq!(parsed, Some((31_337, [0xcd; 20])));
        }
        for bad in
            [text("-1", &settlement), text("1", "00"), text("null", &settlement), "[]".into()]
        {
            assert!(parse(&bad).is_none(), "{bad}");
        }
    }
}
