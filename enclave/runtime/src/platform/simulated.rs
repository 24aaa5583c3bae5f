//! A simulated SGX CPU: EREPORT and EGETKEY work-alikes over a configured seed (docs/boundaries.md section 9).
//!
//! The layouts are the Intel SDM's (volume 3D, 37.15 TARGETINFO, 37.16 REPORT); the key derivation is ours. Whoever knows the
//! seed can forge a report, so only the simulated PKI accepts one.

use std::time::Instant;

use aes::Aes128;
use cmac::{Cmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Measurement, Platform, REPORT_BYTES, REPORT_DATA_BYTES, TARGET_INFO_BYTES};
use crate::error::{Error, Result};

const CPUSVN: [u8; 16] = [5, 5, 2, 4, 1, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const FLAG_INIT: u64 = 0x01;
const FLAG_DEBUG: u64 = 0x02;
const FLAG_MODE64: u64 = 0x04;
const XFRM: u64 = 0xe7;
const ISV_PRODID: u16 = 1;
const ISV_SVN: u16 = 1;

const BODY_BYTES: usize = 384;
/// User-space addresses of x86-64 with four-level paging end here.
const ADDRESS_MAX: usize = 1 << 47;

/// The simulated CPU with one enclave loaded.
pub struct Simulated {
    seed: [u8; 32],
    measurement: Measurement,
    attributes: [u8; 16],
    key_id: [u8; 32],
    started: Instant,
}

/// MRENCLAVE of an image on the simulated CPU.
pub fn measure(image: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update("sealbook.sim.mrenclave").chain_update(image).finalize().into()
}

/// The key a report for `target` is authenticated with: known to the target and to the CPU.
pub fn report_key(seed: &[u8; 32], target: &[u8; 32], key_id: &[u8; 32]) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update("sealbook.sim.report-key")
        .chain_update(seed)
        .chain_update(target)
        .chain_update(key_id)
        .finalize()
        .into();
    let mut key = [0; 16];
    key.copy_from_slice(&hash[..16]);
    key
}

/// AES-128-CMAC (RFC 4493).
pub fn report_mac(key: &[u8; 16], body: &[u8]) -> [u8; 16] {
    let mut mac = <Cmac<Aes128> as KeyInit>::new(key.into());
    mac.update(body);
    mac.finalize().into_bytes().into()
}

impl Simulated {
    /// Loads `image`. `is_debug` sets the DEBUG attribute, which changes the seal keys and which every policy refuses.
    ///
    /// # Errors
    /// `Platform` without randomness.
    pub fn load(seed: [u8; 32], image: &[u8], is_debug: bool) -> Result<Self> {
        let flags = FLAG_INIT | FLAG_MODE64 | if is_debug { FLAG_DEBUG } else { 0 };
        let mut attributes = [0; 16];
        attributes[..8].copy_from_slice(&flags.to_le_bytes());
        attributes[8..].copy_from_slice(&XFRM.to_le_bytes());
        let mut key_id = [0; 32];
        getrandom::fill(&mut key_id).map_err(|_| Error::Platform)?;
        let measurement = Measurement {
            enclave: measure(image),
            signer: Sha256::digest("sealbook.sim.signer").into(),
        };
        Ok(Simulated { seed, measurement, attributes, key_id, started: Instant::now() })
    }
}

impl Platform for Simulated {
    fn measurement(&self) -> Measurement {
        self.measurement
    }

    fn report(
        &self,
        target: &[u8; TARGET_INFO_BYTES],
        data: &[u8; REPORT_DATA_BYTES],
    ) -> Result<[u8; REPORT_BYTES]> {
        let reserved = target[48..52].iter().chain(&target[56..]);
        if reserved.into_iter().any(|byte| *byte != 0) {
            return Err(Error::Format);
        }
        let mut report = [0; REPORT_BYTES];
        report[0..16].copy_from_slice(&CPUSVN);
        report[48..64].copy_from_slice(&self.attributes);
        report[64..96].copy_from_slice(&self.measurement.enclave);
        report[128..160].copy_from_slice(&self.measurement.signer);
        report[256..258].copy_from_slice(&ISV_PRODID.to_le_bytes());
        report[258..260].copy_from_slice(&ISV_SVN.to_le_bytes());
        report[320..384].copy_from_slice(data);
        report[384..416].copy_from_slice(&self.key_id);

        let mut target_enclave = [0; 32];
        target_enclave.copy_from_slice(&target[..32]);
        let key = report_key(&self.seed, &target_enclave, &self.key_id);
        let mac = report_mac(&key, &report[..BODY_BYTES]);
        report[416..432].copy_from_slice(&mac);
        Ok(report)
    }

    fn seal_key(&self, label: &[u8]) -> [u8; 32] {
        Sha256::new()
            .chain_update("sealbook.sim.seal-key")
            .chain_update(self.seed)
            .chain_update(self.measurement.enclave)
            .chain_update(self.attributes)
            .chain_update(ISV_PRODID.to_le_bytes())
            .chain_update(ISV_SVN.to_le_bytes())
            .chain_update(label)
            .finalize()
            .into()
    }

    fn random(&self, bytes: &mut [u8]) -> Result<()> {
        getrandom::fill(bytes).map_err(|_| Error::Platform)
    }

    fn monotonic_ns(&self) -> u64 {
        self.started.elapsed().as_nanos() as u64
    }

    /// There is no enclave range to exclude here; refuse what can be no user-space buffer at all.
    fn is_untrusted_range(&self, address: usize, length: usize) -> bool {
        address >= 4096 && address.checked_add(length).is_some_and(|end| end <= ADDRESS_MAX)
    }
}

#[cfg(test)]
mod test {
    use super::*;

    fn target(enclave: u8) -> [u8; TARGET_INFO_BYTES] {
        let mut target = [0; TARGET_INFO_BYTES];
        target[..32].fill(enclave);
        target
    }

    #[test]
    fn the_target_can_check_the_report_and_nobody_else() {
        let cpu = Simulated::load([7; 32], b"image", false).expect("load");
        let report = cpu.report(&target(9), &[3; 64]).expect("report");
        let mut key_id = [0; 32];
        key_id.copy_from_slice(&report[384..416]);
        let mac = |seed, target| {
            report_mac(&report_key(&[seed; 32], &[target; 32], &key_id), &report[..384])
        };
        assert_eq!(mac(7, 9), report[416..432]);
        assert_ne!(mac(7, 8), report[416..432]);
        assert_ne!(mac(6, 9), report[416..432]);
        assert_eq!(report[48..64], [5, 0, 0, 0, 0, 0, 0, 0, 0xe7, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(report[64..96], measure(b"image"));
        assert_eq!(report[320..384], [3; 64]);
    }

    #[test]
    fn cmac_matches_rfc_4493_example_2() {
        let key = [
            0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf,
            0x4f, 0x3c,
        ];
        let message = [
            0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93,
            0x17, 0x2a,
        ];
        let expected = [
            0x07, 0x0a, 0x16, 0xb4, 0x6b, 0x4d, 0x41, 0x44, 0xf7, 0x9b, 0xdd, 0x9d, 0xd0, 0x4a,
            0x28, 0x7c,
        ];
        assert_eq!(report_mac(&key, &message), expected);
    }

    #[test]
    fn reserved_target_bytes_are_refused() {
        let cpu = Simulated::load([7; 32], b"image", false).expect("load");
        for at in [48, 51, 56, 511] {
            let mut bad = target(9);
            bad[at] = 1;
            assert_eq!(cpu.report(&bad, &[0; 64]), Err(Error::Format), "byte {at}");
        }
    }

    #[test]
    fn seal_keys_differ_by_everything_that_matters() {
        let load =
            |seed, image: &[u8], debug| Simulated::load([seed; 32], image, debug).expect("load");
        let key = load(1, b"a", false).seal_key(b"journal");
        assert_eq!(key, load(1, b"a", false).seal_key(b"journal"));
        assert_ne!(key, load(2, b"a", false).seal_key(b"journal"));
        assert_ne!(key, load(1, b"b", false).seal_key(b"journal"));
        assert_ne!(key, load(1, b"a", true).seal_key(b"journal"));
        assert_ne!(key, load(1, b"a", false).seal_key(b"snapshot"));
    }
}
