//! The command line: one place word and `--name value` pairs.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::failure::Failure;

const FLAGS: [&str; 1] = ["json"];

/// What was typed; every verb takes what it knows, and `end` refuses the rest.
pub struct Arguments {
    place: Option<String>,
    options: BTreeMap<String, String>,
}

impl Arguments {
    /// Splits the words. Twice the same option, or an option without its value, is an error.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut parsed = Self { place: None, options: BTreeMap::new() };
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix("--") else {
                if let Some(first) = parsed.place.replace(word) {
                    return Err(Failure::Usage(format!("one address at a time, not {first} too")));
                }
                continue;
            };
            let value = match FLAGS.contains(&name) {
                true => String::new(),
                false => {
                    words.next().ok_or_else(|| Failure::Usage(format!("--{name} wants a value")))?
                }
            };
            if parsed.options.insert(name.into(), value).is_some() {
                return Err(Failure::Usage(format!("--{name} was given twice")));
            }
        }
        Ok(parsed)
    }

    /// The word without a name.
    pub fn place(&mut self) -> Result<String, Failure> {
        self.place.take().ok_or_else(|| Failure::Usage("an address is missing".into()))
    }

    /// Whether a flag was given.
    pub fn flag(&mut self, name: &str) -> bool {
        self.options.remove(name).is_some()
    }

    /// An option's text, if it was given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.options.remove(name)
    }

    /// An option that must be given.
    pub fn required(&mut self, name: &str) -> Result<String, Failure> {
        self.text(name).ok_or_else(|| Failure::Usage(format!("--{name} is missing")))
    }

    /// A number within bounds, if it was given.
    pub fn number<T>(&mut self, name: &str, least: T, most: T) -> Result<Option<T>, Failure>
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(value) if value >= least && value <= most => Ok(Some(value)),
            _ => Err(Failure::Usage(format!("--{name} is {least} to {most}, not {text:?}"))),
        }
    }

    /// One of a few words; the first is the default.
    pub fn choice<T: Copy>(&mut self, name: &str, among: &[(&str, T)]) -> Result<T, Failure> {
        let known = || among.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let default = among.first().map(|(word, _)| *word).unwrap_or_default();
        let text = self.text(name).unwrap_or_else(|| default.into());
        among
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value)
            .ok_or_else(|| Failure::Usage(format!("--{name} is one of {}, not {text:?}", known())))
    }

    /// Refuses what nobody took.
    pub fn end(&self) -> Result<(), Failure> {
        if let Some(word) = &self.place {
            return Err(Failure::Usage(format!("{word:?} means nothing here")));
        }
        match self.options.keys().next() {
            Some(name) => Err(Failure::Usage(format!("--{name} is not an option here"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, Failure> {
        Arguments::parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn takes_what_is_known_and_refuses_the_rest() {
        let mut arguments = parse("host:1 --bytes 100 --json --wait spin").ok().unwrap();
        assert!(arguments.place().is_ok_and(|place| place == "host:1"));
        assert!(arguments.end().is_err());
        assert!(arguments.number("bytes", 1, 100).is_ok_and(|bytes| bytes == Some(100)));
        assert!(arguments.number("count", 1, 100).is_ok_and(|count| count.is_none()));
        assert!(arguments.choice("wait", &[("block", 0), ("spin", 1)]).is_ok_and(|way| way == 1));
        assert!(arguments.choice("level", &[("written", 5)]).is_ok_and(|level| level == 5));
        assert!(arguments.flag("json") && !arguments.flag("json"));
        assert!(arguments.end().is_ok());
    }

    #[test]
    fn refuses_nonsense() {
        for bad in ["a b", "--bytes", "--bytes 1 --bytes 2"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        for bad in ["--bytes 0", "--bytes 101", "--bytes x", "--bytes -1"] {
            assert!(parse(bad).ok().unwrap().number("bytes", 1u32, 100).is_err(), "{bad}");
        }
        assert!(parse("--wait never").ok().unwrap().choice("wait", &[("block", 0)]).is_err());
    }
}
