//! Vectors of the exit: random venues as the engine leaves them, leaf by leaf, with what the engine says each account is worth.
//!
//! The escape hatch computes the same equity in Solidity, from the leaves alone (`contracts/test/hatch/engineLeaves.t.sol`).

use core::fmt::Write;

use sealbook_engine::book::Book;
use sealbook_engine::risk::margin::assess;
use sealbook_engine::state::instrument::Instrument;
use sealbook_engine::{Engine, State};
use sealbook_tree::{AccountsTree, Field, InstrumentsTree, hash, state_root};

use crate::property::{self, Broken};

/// The seeds of the committed files, and how many commands each venue has seen.
pub const SEEDS: [u64; 2] = [16, 25];
/// Long enough that funding has been paid, options have expired and accounts were liquidated.
pub const COMMANDS: u64 = 20_000;

/// What a set of vectors holds, so that a reader can see that it is not trivial.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Accounts.
    pub accounts: u32,
    /// Positions in perpetuals.
    pub perpetuals: u32,
    /// Positions in options.
    pub options: u32,
    /// Positions that owe or are owed funding.
    pub with_funding: u32,
    /// Accounts worth less than nothing.
    pub debtors: u32,
}

/// Runs a venue and writes its leaves as JSON.
///
/// # Errors
/// What the property driver found broken.
pub fn emit(seed: u64, commands: u64) -> Result<(String, Content), Broken> {
    property::run_to(seed, commands, |engine| write(seed, commands, engine))
}

fn write<B: Book>(seed: u64, commands: u64, engine: &Engine<B>) -> (String, Content) {
    let state = engine.state();
    let count = state.accounts().len() as u32;
    let ids: Vec<u16> = (1..1_024).filter(|&id| state.instrument(id).is_some()).collect();
    let (mut accounts, mut instruments) = (AccountsTree::new(), InstrumentsTree::new());
    let mut content = Content { accounts: count, ..Content::default() };
    let root_of = |words: &[[u64; 4]]| {
        let fields: Vec<Field> = words.iter().map(|&word| field(word)).collect();
        hash(&fields)
    };
    for id in 0..count {
        let words = state.leaf_words(id).unwrap_or_else(|| unreachable!("it exists"));
        accounts.set_leaf(id, root_of(&words)).unwrap_or_else(|_| unreachable!("fits"));
        note(state, id, &mut content);
    }
    for &id in &ids {
        let words = state.instrument_words(id).unwrap_or_else(|| unreachable!("it is listed"));
        instruments.set_leaf(id.into(), root_of(&words)).unwrap_or_else(|_| unreachable!("fits"));
    }
    let mut out = String::new();
    let venue = state.venue_word();
    let root = state_root(accounts.root(), instruments.root(), venue[0], count);
    let _ = writeln!(out, "{{");
    let _ = writeln!(out, "  \"seed\": {seed},\n  \"commands\": {commands},");
    let _ = writeln!(out, "  \"stateRoot\": \"{}\",", hex(root));
    let _ = writeln!(out, "  \"accountsRoot\": \"{}\",", hex(accounts.root()));
    let _ = writeln!(out, "  \"instrumentsRoot\": \"{}\",", hex(instruments.root()));
    let _ = writeln!(out, "  \"venueWord\": \"{}\",", hex(field(venue)));
    let _ = writeln!(out, "  \"instruments\": [");
    for (at, &id) in ids.iter().enumerate() {
        let words = state.instrument_words(id).unwrap_or_else(|| unreachable!("it is listed"));
        let path = instruments.path(id.into()).unwrap_or_else(|_| unreachable!("fits"));
        let end = if at + 1 < ids.len() { "," } else { "" };
        let _ = writeln!(out, "    {{ \"id\": {id}, {} }}{end}", leaf(&words, &path));
    }
    let _ = writeln!(out, "  ],\n  \"accounts\": [");
    for id in 0..count {
        let words = state.leaf_words(id).unwrap_or_else(|| unreachable!("it exists"));
        let path = accounts.path(id).unwrap_or_else(|_| unreachable!("fits"));
        let equity = equity_of(state, id);
        let end = if id + 1 < count { "," } else { "" };
        let rest = leaf(&words, &path);
        let _ = writeln!(
            out,
            "    {{ \"index\": {id}, \"equity\": \"{}\", {rest} }}{end}",
            word_of(equity)
        );
    }
    let _ = writeln!(out, "  ]\n}}");
    (out, content)
}

/// The engine's own sum, which its margin checks and liquidations go by.
fn equity_of<B: Book>(state: &State<B>, account: u32) -> i128 {
    assess(&state.accounts()[account as usize], state.instruments()).equity
}

fn note<B: Book>(state: &State<B>, id: u32, content: &mut Content) {
    let account = &state.accounts()[id as usize];
    content.debtors += u32::from(equity_of(state, id) < 0);
    for (slot, instrument) in account.used() {
        let held = &account.slots[slot];
        if held.size == 0 {
            continue;
        }
        let listed: &Instrument = &state.instruments()[usize::from(instrument)];
        let is_option = listed.kind == sealbook_wire::InstrumentKind::Option;
        content.options += u32::from(is_option);
        content.perpetuals += u32::from(!is_option);
        content.with_funding += u32::from(held.funding_index != listed.funding_index);
    }
}

fn leaf(words: &[[u64; 4]], path: &[Field]) -> String {
    let words = list(words.iter().map(|&word| field(word)));
    let path = list(path.iter().copied());
    format!("\"words\": [{words}], \"path\": [{path}]")
}

fn list(fields: impl Iterator<Item = Field>) -> String {
    fields.map(|field| format!("\"{}\"", hex(field))).collect::<Vec<_>>().join(", ")
}

/// A signed number as a 32-byte word, two's complement.
fn word_of(value: i128) -> String {
    let high = if value < 0 { "f" } else { "0" };
    format!("0x{}{value:032x}", high.repeat(32))
}

fn hex(field: Field) -> String {
    let digits: String = field.to_be_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

fn field(word: [u64; 4]) -> Field {
    Field::from_words(word)
        .unwrap_or_else(|_| unreachable!("the engine's words are field elements"))
}
