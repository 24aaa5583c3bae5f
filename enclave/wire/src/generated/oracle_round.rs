// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::OraclePrice;
use crate::generated::OracleSignature;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Index prices signed by k of n oracles. Digest: keccak256 of `"sealbook.oracle" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (instrument u16 BE ‖ index i64 BE)*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OracleRound<'a> {
    /// Strictly increasing.
    pub round: u64,
    /// `u64`.
    pub time_us: u64,
    /// List of oracle-price, at most 64: ascending by instrument.
    pub prices: List<'a, OraclePrice>,
    /// List of oracle-signature, at most 16.
    pub signatures: List<'a, OracleSignature>,
}

impl<'a> Message<'a> for OracleRound<'a> {
    const CODE: u32 = 66;
    const NAME: &'static str = "oracle-round";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 1978;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            round: reader.u64()?,
            time_us: reader.u64()?,
            prices: reader.list(0, 64)?,
            signatures: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.round);
        writer.uint(self.time_us);
        self.prices.emit(writer, 0, 64);
        self.signatures.emit(writer, 0, 16);
    }
}
