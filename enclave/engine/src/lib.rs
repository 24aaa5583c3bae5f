//! The engine: sequenced command in, events or a reject out. Pure.
//!
//! No clock, no randomness, no float, no hash-map iteration, no `usize` in state or bytes. Everything is allocated by
//! [`Engine::new`]; no command allocates. The same commands give the same events and the same state on any machine.
//!
//! [`engine`] is the table of contents.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod book;
mod commands;
pub mod engine;
pub mod event;
mod heap;
pub mod limits;
mod matching;
mod orders;
mod preview;
pub mod reject;
pub mod risk;
pub mod rounding;
pub mod state;
mod sweep;
#[cfg(test)]
mod testing;
mod triggers;
pub mod units;

pub use engine::{Command, Engine, Header, Outcome};
pub use event::{Event, Events, Party};
pub use limits::Limits;
pub use reject::Refusal;
pub use state::State;
pub use state::account::{AccountStatement, PositionStatement};
