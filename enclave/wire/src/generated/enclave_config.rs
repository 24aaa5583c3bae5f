// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InstrumentConfig;
use crate::generated::OptionConfig;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Fixed for the life of a venue; its SHA-256 is attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnclaveConfig<'a> {
    /// `u64`.
    pub chain_id: u64,
    /// `bin20`.
    pub registry: [u8; 20],
    /// `bin20`.
    pub settlement: [u8; 20],
    /// List of instrument-config, at most 512: listed at genesis.
    pub instruments: List<'a, InstrumentConfig>,
    /// List of bin20, at most 16.
    pub oracle_signers: List<'a, [u8; 20]>,
    /// `u8`.
    pub oracle_threshold: u8,
    /// `u64`.
    pub oracle_age_us_max: u64,
    /// Largest step of engine time per tick.
    pub tick_us_max: u64,
    /// `u32`.
    pub accounts_max: u32,
    /// `u32`.
    pub orders_max: u32,
    /// A batch closes at this many commands.
    pub batch_commands_max: u32,
    /// Or at this age.
    pub batch_us_max: u64,
    /// Simulated platform only: stands for the CPU's fuses.
    pub platform_seed: [u8; 32],
    /// `bool`.
    pub is_simulated: bool,
    /// Highest instrument id the venue will ever list, at most 512; 0: the highest at genesis.
    pub instruments_max: u16,
    /// List of option-config, at most 512: listed at genesis, behind the instruments.
    pub options: List<'a, OptionConfig>,
}

impl<'a> Message<'a> for EnclaveConfig<'a> {
    const CODE: u32 = 176;
    const NAME: &'static str = "enclave-config";
    const ARITY: u32 = 17;
    const LENGTH_MAX: usize = 133109;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            chain_id: reader.u64()?,
            registry: reader.bin()?,
            settlement: reader.bin()?,
            instruments: reader.list(0, 512)?,
            oracle_signers: reader.list(0, 16)?,
            oracle_threshold: reader.u8()?,
            oracle_age_us_max: reader.u64()?,
            tick_us_max: reader.u64()?,
            accounts_max: reader.u32()?,
            orders_max: reader.u32()?,
            batch_commands_max: reader.u32()?,
            batch_us_max: reader.u64()?,
            platform_seed: reader.bin()?,
            is_simulated: reader.bool()?,
            instruments_max: reader.u16()?,
            options: reader.list(0, 512)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.chain_id);
        writer.bin(&self.registry);
        writer.bin(&self.settlement);
        self.instruments.emit(writer, 0, 512);
        self.oracle_signers.emit(writer, 0, 16);
        writer.uint(self.oracle_threshold.into());
        writer.uint(self.oracle_age_us_max);
        writer.uint(self.tick_us_max);
        writer.uint(self.accounts_max.into());
        writer.uint(self.orders_max.into());
        writer.uint(self.batch_commands_max.into());
        writer.uint(self.batch_us_max);
        writer.bin(&self.platform_seed);
        writer.bool(self.is_simulated);
        writer.uint(self.instruments_max.into());
        self.options.emit(writer, 0, 512);
    }
}
