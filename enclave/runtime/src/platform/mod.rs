//! What the enclave asks of the CPU it runs on. `simulated` is the default; SGX, TDX, SEV-SNP and Nitro are further
//! implementations of the same trait, and nothing outside this folder knows which one it has.

pub mod simulated;

use crate::error::Result;

/// Size of Intel's TARGETINFO, bytes.
pub const TARGET_INFO_BYTES: usize = 512;
/// Size of Intel's REPORT, bytes.
pub const REPORT_BYTES: usize = 432;
/// Size of the caller's data inside a report, bytes.
pub const REPORT_DATA_BYTES: usize = 64;

/// MRENCLAVE and MRSIGNER, or the platform's counterparts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measurement {
    /// Hash identity of the enclave image.
    pub enclave: [u8; 32],
    /// Hash identity of whoever signed the image.
    pub signer: [u8; 32],
}

/// The CPU's services.
pub trait Platform: Send + Sync {
    /// Identity of the loaded image.
    fn measurement(&self) -> Measurement;

    /// A report on this enclave over `data`, which only the enclave named by `target_info` (on the same CPU) can check.
    ///
    /// # Errors
    /// `Format` if reserved bytes of the target info are set.
    fn report(
        &self,
        target_info: &[u8; TARGET_INFO_BYTES],
        data: &[u8; REPORT_DATA_BYTES],
    ) -> Result<[u8; REPORT_BYTES]>;

    /// A key only this measurement on this CPU can derive, one per label.
    fn seal_key(&self, label: &[u8]) -> [u8; 32];

    /// Fills `bytes` with randomness the host cannot predict or influence.
    ///
    /// # Errors
    /// `Platform` if the source fails; nothing may be done with `bytes` then.
    fn random(&self, bytes: &mut [u8]) -> Result<()>;

    /// Nanoseconds of a monotonic clock. For latency figures and idling only: the host may lie about it, so nothing sequenced reads it.
    fn monotonic_ns(&self) -> u64;

    /// May the host's pointer be touched: is it a plausible address outside the enclave?
    fn is_untrusted_range(&self, address: usize, length: usize) -> bool;
}
