//! A workload read from a file, as the command line makes one of real order flow: one operation a line.
//!
//! ```text
//! name W4                  what it is called
//! add sell 18610 18        good till cancelled; script ids count these and `ioc` from 1
//! ioc buy 18594 200        immediate or cancel
//! cancel 7                 by script id; left out if the order is gone by then
//! timed                    what came before is not timed
//! ```

use std::io::{self, Write};

use crate::workload::{Generator, Operation, Script};

/// Highest price the floors have room for.
const PRICE_MAX: u32 = 65_535;

/// Parses a script; what is wrong, with its line.
pub fn parse(text: &str) -> Result<Script, String> {
    let mut generator = Generator::new(name_in(text), 0, 0);
    let mut orders = 0;
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let wrong = || format!("line {}: {line:?} is no operation", index + 1);
        match words[..] {
            [] | ["name", _] => {}
            ["timed"] => generator.end_prefill(),
            [verb @ ("add" | "ioc"), side, price, lots] => {
                let is_sell = match side {
                    "buy" => false,
                    "sell" => true,
                    _ => return Err(wrong()),
                };
                let price = price.parse().ok().filter(|at| (1..=PRICE_MAX).contains(at));
                let lots = lots.parse().ok().filter(|&lots| (1..=1_000_000_u32).contains(&lots));
                let (price, lots) = price.zip(lots).ok_or_else(wrong)?;
                orders += 1;
                if verb == "add" {
                    generator.rest(is_sell, price, lots);
                } else {
                    generator.sweep(is_sell, price, lots);
                }
            }
            ["cancel", id] => {
                let id =
                    id.parse().ok().filter(|id| (1..=orders).contains(id)).ok_or_else(wrong)?;
                if generator.is_live(id) {
                    generator.cancel_order(id);
                }
            }
            _ => return Err(wrong()),
        }
    }
    let script = generator.finish();
    if script.operations.len() == script.prefill {
        return Err("no operation to time".to_owned());
    }
    Ok(script)
}

/// Writes a script so that [`parse`] and the peers' programs (`peers/`) read it.
pub fn write(script: &Script, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "name {}", script.name)?;
    for (index, operation) in script.operations.iter().enumerate() {
        if index == script.prefill {
            writeln!(out, "timed")?;
        }
        let side = |is_sell| if is_sell { "sell" } else { "buy" };
        match *operation {
            Operation::Add { is_sell, price, lots }
            | Operation::Cross { is_sell, price, lots, is_ioc: false } => {
                writeln!(out, "add {} {price} {lots}", side(is_sell))?;
            }
            Operation::Cross { is_sell, price, lots, is_ioc: true } => {
                writeln!(out, "ioc {} {price} {lots}", side(is_sell))?;
            }
            Operation::Cancel { id } => writeln!(out, "cancel {id}")?,
        }
    }
    out.flush()
}

fn name_in(text: &str) -> &str {
    let found = text.lines().find_map(|line| line.strip_prefix("name "));
    let is_plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    found.filter(is_plain).unwrap_or("flow")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{find, generate};

    #[test]
    fn what_is_written_is_read_again() {
        let made = generate(&find("W2").expect("known"), 7, 5_000);
        let mut text = Vec::new();
        write(&made, &mut text).expect("memory");
        let read = parse(std::str::from_utf8(&text).expect("text")).expect("sound");
        assert_eq!(read.operations, made.operations);
        assert_eq!(
            (read.prefill, read.tape, read.resting),
            (made.prefill, made.tape, made.resting)
        );
    }

    #[test]
    fn a_flow_becomes_a_script() {
        let text = "name W4\nadd sell 100 5\ntimed\nioc buy 100 3\ncancel 1\ncancel 1\nadd buy 90 1\nadd sell 90 2\n";
        let script = parse(text).expect("sound");
        assert_eq!((script.name.as_str(), script.prefill, script.resting), ("W4", 1, 1));
        assert_eq!((script.tape.trades, script.tape.volume), (2, 4));
        let crossing = Operation::Cross { is_sell: true, price: 90, lots: 2, is_ioc: false };
        assert_eq!(script.operations.len(), 5, "the second cancel finds nothing");
        assert_eq!(script.operations[4], crossing, "an add that crosses is sent by a taker");
    }

    #[test]
    fn a_wrong_line_is_named() {
        for line in
            ["add up 1 1", "add sell 0 1", "add sell 65536 1", "ioc buy 5", "cancel 2", "hm"]
        {
            let error = parse(&format!("add buy 5 5\n{line}\n")).expect_err(line);
            assert!(error.contains("line 2"), "{error}");
        }
        assert!(parse("add buy 5 5\ntimed\n").is_err());
    }
}
