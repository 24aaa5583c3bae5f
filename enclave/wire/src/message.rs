//! What every generated message and list item can do.

use crate::error::ParseError;
use crate::generated::Reject;
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

/// A message: the array `[code, field, field, …]`.
pub trait Message<'a>: Copy {
    /// First item of the array.
    const CODE: u32;
    /// Name in `wire/schema.ts`.
    const NAME: &'static str;
    /// Items of the array, the code included.
    const ARITY: u32;
    /// No such message takes more bytes.
    const LENGTH_MAX: usize;

    /// Reads the fields; header and code are behind the reader.
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError>;

    /// Writes the fields, without header and code.
    fn emit_fields(&self, writer: &mut Writer<'_>);

    /// Bytes that are this message and nothing else.
    fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let parsed = parse_one(&mut reader).and_then(|message| reader.end().map(|()| message));
        parsed.map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    /// Appends header, code and fields.
    #[inline]
    fn emit(&self, writer: &mut Writer<'_>) {
        writer.array(Self::ARITY);
        writer.uint(Self::CODE.into());
        self.emit_fields(writer);
    }

    /// Emits into a buffer; the bytes used.
    #[inline]
    fn emit_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], EmitError> {
        let mut writer = Writer::new(buffer);
        self.emit(&mut writer);
        writer.finish()
    }
}

fn parse_one<'a, M: Message<'a>>(reader: &mut Reader<'a>) -> Result<M, ParseError> {
    let start = reader.offset();
    let (arity, code) = parse_head(reader)?;
    if code != M::CODE {
        return Err(ParseError::unknown_op(code));
    }
    parse_body(reader, start, arity)
}

/// Reads the header and code of any message: (array items, code). An empty array has no code and is no message.
#[inline]
pub fn parse_head(reader: &mut Reader<'_>) -> Result<(u32, u32), ParseError> {
    let start = reader.offset();
    let arity = reader.array()?;
    if arity == 0 {
        return Err(ParseError::at(Reject::BadFrame, start));
    }
    Ok((arity, reader.u32()?))
}

/// Reads the fields of `M` after a head that named it, once the arity agrees.
#[inline]
pub fn parse_body<'a, M: Message<'a>>(
    reader: &mut Reader<'a>,
    start: usize,
    arity: u32,
) -> Result<M, ParseError> {
    if arity != M::ARITY {
        return Err(ParseError::at(Reject::BadFrame, start));
    }
    M::parse_fields(reader)
}

/// Something a list holds.
pub trait Item: Copy {
    /// Reads one item.
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError>;

    /// Writes one item.
    fn emit_item(&self, writer: &mut Writer<'_>);
}

impl<const N: usize> Item for [u8; N] {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.bin()
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.bin(self);
    }
}
