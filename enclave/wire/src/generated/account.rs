// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::MarginMode;
use crate::generated::Position;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Answer to `account-query`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountEvent<'a> {
    /// `u64`.
    pub sequence: u64,
    /// `u32`.
    pub account: u32,
    /// `i64`.
    pub collateral: i64,
    /// `i64`.
    pub equity: i64,
    /// Open orders on the worse side included.
    pub margin_initial: i64,
    /// `i64`.
    pub margin_maintenance: i64,
    /// `i64`.
    pub withdrawable: i64,
    /// Last withdrawal nonce.
    pub nonce: u64,
    /// List of position, at most 16.
    pub positions: List<'a, Position>,
    /// `margin-mode`.
    pub margin_mode: MarginMode,
}

impl<'a> Message<'a> for AccountEvent<'a> {
    const CODE: u32 = 135;
    const NAME: &'static str = "account";
    const ARITY: u32 = 11;
    const LENGTH_MAX: usize = 571;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            account: reader.u32()?,
            collateral: reader.i64()?,
            equity: reader.i64()?,
            margin_initial: reader.i64()?,
            margin_maintenance: reader.i64()?,
            withdrawable: reader.i64()?,
            nonce: reader.u64()?,
            positions: reader.list(0, 16)?,
            margin_mode: reader.enumeration(MarginMode::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.account.into());
        writer.int(self.collateral);
        writer.int(self.equity);
        writer.int(self.margin_initial);
        writer.int(self.margin_maintenance);
        writer.int(self.withdrawable);
        writer.uint(self.nonce);
        self.positions.emit(writer, 0, 16);
        writer.uint(self.margin_mode as u64);
    }
}
