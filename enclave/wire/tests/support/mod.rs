//! Golden vectors, read by path from `test/vectors/wire`.

// Each test binary uses its own part of this module.
#![allow(dead_code)]

#[rustfmt::skip]
pub mod generated;

use std::fs;
use std::path::{Path, PathBuf};

use sealbook_wire::{Message, OrderRef, Writer};
use serde_json::Value;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/vectors/wire")
}

pub fn read(name: &str) -> Value {
    let path = folder().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key} in {value}"))
}

pub fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value}"))
}

/// The u64 that a vector holds as a decimal string or as a number.
pub fn number(value: &Value, key: &str) -> u64 {
    let found = &value[key];
    found
        .as_u64()
        .or_else(|| found.as_str()?.parse().ok())
        .unwrap_or_else(|| panic!("no number {key} in {value}"))
}

pub fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.strip_prefix("0x").expect("0x").as_bytes();
    assert_eq!(digits.len() % 2, 0);
    digits
        .chunks_exact(2)
        .map(|pair| {
            let pair = core::str::from_utf8(pair).expect("ascii");
            u8::from_str_radix(pair, 16).expect("hex digits")
        })
        .collect()
}

pub fn array<const N: usize>(value: &Value, key: &str) -> [u8; N] {
    unhex(text(value, key)).try_into().unwrap_or_else(|_| panic!("{key} is not {N} bytes"))
}

pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    format!("0x{}", digits.collect::<String>())
}

pub fn order_ref(order: &OrderRef) -> String {
    match order {
        OrderRef::Id(id) => id.to_string(),
        OrderRef::Client(id) => id.as_str().to_owned(),
    }
}

/// Parses, emits again, compares, and describes.
pub fn check<'a, M: Message<'a>>(bytes: &'a [u8], describe: impl FnOnce(&M) -> Value) -> Value {
    let message = M::parse(bytes).unwrap_or_else(|error| panic!("{}: {error}", M::NAME));
    assert!(bytes.len() <= M::LENGTH_MAX, "{} takes {} bytes", M::NAME, bytes.len());
    let mut buffer = vec![0; M::LENGTH_MAX];
    let mut writer = Writer::new(&mut buffer);
    message.emit(&mut writer);
    assert_eq!(hex(writer.finish().expect("room")), hex(bytes), "{} emitted", M::NAME);
    describe(&message)
}
