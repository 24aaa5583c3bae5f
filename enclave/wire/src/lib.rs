//! Every byte that crosses a wall of sealbook: checked views in, canonical bytes out.
//!
//! Messages are strict positional msgpack (docs/boundaries.md, docs/wire.md): arrays, integers, bin, str, bool and nil, each
//! in its one shortest form, so that equal values have equal bytes. Nothing here allocates, panics on input, or knows what a
//! message means. The structs in [`generated`] come from `wire/schema.ts` by `npm run wire`.
//!
//! - [`reader`], [`writer`], [`structure`]: the msgpack subset; [`error`] says what was wrong and where.
//! - [`client_id`], [`text`], [`order_ref`], [`list`], [`message`]: the types the generated structs are made of.
//! - [`frame`]: a client frame's head, and the 1 to 64 commands sealed in it.
//! - [`ring`], [`journal`], [`sequenced`], [`batch`], [`header`], [`inbox`], [`evidence`]: the fixed layouts of
//!   docs/boundaries.md, one section each.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod batch;
pub mod client_id;
pub mod crc32c;
pub mod error;
pub mod evidence;
pub mod frame;
#[rustfmt::skip]
pub mod generated;
pub mod header;
pub mod inbox;
pub mod journal;
pub mod list;
pub mod message;
pub mod order_ref;
pub mod reader;
pub mod ring;
pub mod sequenced;
pub mod structure;
pub mod text;
pub mod writer;

pub use client_id::ClientId;
pub use error::ParseError;
pub use frame::{CommandFrame, parse_frame};
pub use generated::*;
pub use list::List;
pub use message::{Item, Message};
pub use order_ref::OrderRef;
pub use reader::Reader;
pub use sequenced::{Origin, Sequenced, SequencedCommand};
pub use text::Text;
pub use writer::{EmitError, Writer};
