// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What became of a client order id. Always answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// `client id`.
    pub client_id: ClientId,
}

impl<'a> Message<'a> for Query {
    const CODE: u32 = 5;
    const NAME: &'static str = "query";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 40;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            client_id: reader.client_id()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.client_id(&self.client_id);
    }
}
