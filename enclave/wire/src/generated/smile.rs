// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// Volatility of one expiry: total variance w(k) = a + b(ρ(k − m) + √((k − m)² + s²)), k = ln(K/F).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smile {
    /// `u16`.
    pub underlying: u16,
    /// `u64`.
    pub expiry_us: u64,
    /// Collateral per lot.
    pub forward: i64,
    /// 1e-9.
    pub a: i64,
    /// 1e-9.
    pub b: i64,
    /// 1e-9.
    pub rho: i64,
    /// 1e-9.
    pub m: i64,
    /// 1e-9.
    pub s: i64,
}

impl Item for Smile {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(8)?;
        Ok(Self {
            underlying: reader.u16()?,
            expiry_us: reader.u64()?,
            forward: reader.i64()?,
            a: reader.i64()?,
            b: reader.i64()?,
            rho: reader.i64()?,
            m: reader.i64()?,
            s: reader.i64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(8);
        writer.uint(self.underlying.into());
        writer.uint(self.expiry_us);
        writer.int(self.forward);
        writer.int(self.a);
        writer.int(self.b);
        writer.int(self.rho);
        writer.int(self.m);
        writer.int(self.s);
    }
}
