//! What a run says: one JSON object, or the same for people.

use sealbook_client::Address;
use serde_json::{Value, json};

use crate::exchange::{Outcome, Plan};

/// The figures every verb has. `per_frame`: commands in a frame.
pub fn loop_json(
    kind: &str,
    address: &Address,
    plan: &Plan,
    per_frame: u64,
    outcome: &Outcome,
) -> Value {
    let traffic = &outcome.traffic;
    json!({
        "kind": kind,
        "transport": address.transport(),
        "wait": if plan.is_spinning || plan.rate.is_some() { "spin" } else { "block" },
        "window": plan.window,
        "rate_frames_per_s": plan.rate,
        "frames": plan.count,
        "commands_per_frame": per_frame,
        "elapsed_ns": outcome.elapsed_ns,
        "frames_per_s": per_second(plan.count, outcome.elapsed_ns),
        "commands_per_s": per_second(plan.count * per_frame, outcome.elapsed_ns),
        "request_bytes_mean": traffic.bytes_sent / traffic.frames_sent.max(1),
        "reply_bytes_mean": traffic.bytes_received / traffic.frames_received.max(1),
        "latency_ns": outcome.samples.to_json(),
    })
}

/// A rate; a run of no time counts as a nanosecond.
pub fn per_second(count: u64, elapsed_ns: u64) -> u64 {
    (u128::from(count) * 1_000_000_000 / u128::from(elapsed_ns.max(1))) as u64
}

/// Prints the object, or its figures a line each.
pub fn print(report: &Value, is_json: bool) {
    if is_json {
        println!("{report}");
        return;
    }
    let number = |name: &str| report[name].as_u64().unwrap_or(0);
    println!(
        "{} over {}: window {}, {} commands a frame, {} frames",
        report["kind"].as_str().unwrap_or_default(),
        report["transport"].as_str().unwrap_or_default(),
        number("window"),
        number("commands_per_frame"),
        number("frames"),
    );
    let (out, back) = (number("request_bytes_mean"), number("reply_bytes_mean"));
    println!("  frames/s    {}", number("frames_per_s"));
    println!("  commands/s  {}", number("commands_per_s"));
    println!("  bytes       {out} out, {back} back");
    for name in ["p50", "p90", "p99", "p999", "max"] {
        let ns = report["latency_ns"][name].as_u64().unwrap_or(0);
        println!("  {name:<5}       {}.{:02} µs", ns / 1000, ns % 1000 / 10);
    }
    if let Some(rejects) = report["rejects"].as_object().filter(|rejects| !rejects.is_empty()) {
        println!("  rejects     {}", Value::Object(rejects.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::per_second;

    #[test]
    fn rates_do_not_overflow_or_divide_by_zero() {
        assert_eq!(per_second(1_000, 1_000_000), 1_000_000);
        assert_eq!(per_second(1 << 62, 1 << 63), 500_000_000);
        assert_eq!(per_second(5, 0), 5_000_000_000);
    }
}
