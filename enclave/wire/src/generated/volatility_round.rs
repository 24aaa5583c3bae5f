// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::OracleSignature;
use crate::generated::Smile;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// SVI smiles signed by k of n oracles. Digest: keccak256 of `"sealbook.volatility" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (underlying u16 BE ‖ expiry u64 BE ‖ forward ‖ a ‖ b ‖ rho ‖ m ‖ s, i64 BE each)*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolatilityRound<'a> {
    /// Strictly increasing.
    pub round: u64,
    /// `u64`.
    pub time_us: u64,
    /// List of smile, at most 64: ascending by underlying, then expiry.
    pub smiles: List<'a, Smile>,
    /// List of oracle-signature, at most 16.
    pub signatures: List<'a, OracleSignature>,
}

impl<'a> Message<'a> for VolatilityRound<'a> {
    const CODE: u32 = 77;
    const NAME: &'static str = "volatility-round";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 5434;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            round: reader.u64()?,
            time_us: reader.u64()?,
            smiles: reader.list(0, 64)?,
            signatures: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.round);
        writer.uint(self.time_us);
        self.smiles.emit(writer, 0, 64);
        self.signatures.emit(writer, 0, 16);
    }
}
