// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Asks for an `account` event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountQuery;

impl<'a> Message<'a> for AccountQuery {
    const CODE: u32 = 9;
    const NAME: &'static str = "account-query";
    const ARITY: u32 = 1;
    const LENGTH_MAX: usize = 2;

    #[inline]
    fn parse_fields(_reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self)
    }

    #[inline]
    fn emit_fields(&self, _writer: &mut Writer<'_>) {
    }
}
