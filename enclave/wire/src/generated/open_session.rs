// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Head;
use crate::generated::Level;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// First message, inside HPKE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenSession<'a> {
    /// `u64`.
    pub chain_id: u64,
    /// `bin20`.
    pub settlement: [u8; 20],
    /// The wallet.
    pub owner: [u8; 20],
    /// `u8`.
    pub subaccount: u8,
    /// Bit 0 trade, 1 cancel, 2 withdraw.
    pub scopes: u8,
    /// S.
    pub expiry: u64,
    /// Delegation nonce.
    pub nonce: u64,
    /// EIP-712 Delegation by the wallet.
    pub signature: [u8; 65],
    /// When to acknowledge.
    pub level: Level,
    /// List of head, at most 2: highest heads this client has seen, if any: from a result, and signed.
    pub head: List<'a, Head>,
}

impl<'a> Message<'a> for OpenSession<'a> {
    const CODE: u32 = 96;
    const NAME: &'static str = "open-session";
    const ARITY: u32 = 11;
    const LENGTH_MAX: usize = 386;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            chain_id: reader.u64()?,
            settlement: reader.bin()?,
            owner: reader.bin()?,
            subaccount: reader.u8()?,
            scopes: reader.u8()?,
            expiry: reader.u64()?,
            nonce: reader.u64()?,
            signature: reader.bin()?,
            level: reader.enumeration(Level::from_u8)?,
            head: reader.list(0, 2)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.chain_id);
        writer.bin(&self.settlement);
        writer.bin(&self.owner);
        writer.uint(self.subaccount.into());
        writer.uint(self.scopes.into());
        writer.uint(self.expiry);
        writer.uint(self.nonce);
        writer.bin(&self.signature);
        writer.uint(self.level as u64);
        self.head.emit(writer, 0, 2);
    }
}
