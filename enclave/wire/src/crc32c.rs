//! CRC-32C (Castagnoli; RFC 3720 appendix B.4): finds torn and rotten records. It is no defence against an author; the seal is.

const POLYNOMIAL: u32 = 0x82f6_3b78;

/// `TABLES[k][b]`: the checksum of byte `b` followed by `k` zero bytes, so that eight bytes are folded at once.
static TABLES: [[u32; 256]; 8] = {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (POLYNOMIAL * (crc & 1));
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
};

/// The checksum of `bytes`.
pub fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    let (chunks, tail) = bytes.as_chunks::<8>();
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk) ^ u64::from(crc);
        let lane = |index: u32| (word >> (8 * index)) as u8 as usize;
        crc = TABLES[7][lane(0)]
            ^ TABLES[6][lane(1)]
            ^ TABLES[5][lane(2)]
            ^ TABLES[4][lane(3)]
            ^ TABLES[3][lane(4)]
            ^ TABLES[2][lane(5)]
            ^ TABLES[1][lane(6)]
            ^ TABLES[0][lane(7)];
    }
    for &byte in tail {
        crc = (crc >> 8) ^ TABLES[0][(crc as u8 ^ byte) as usize];
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    #[test]
    fn agrees_with_rfc_3720() {
        let ascending: [u8; 32] = core::array::from_fn(|index| index as u8);
        let descending: [u8; 32] = core::array::from_fn(|index| 31 - index as u8);
        assert_eq!(crc32c(&[]), 0);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(&ascending), 0x46dd_794e);
        assert_eq!(crc32c(&descending), 0x113f_db5c);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }
}
