//! CRC-64/NVME, eight bytes at a time. No crate that is here knows it, and tables are short.

/// Its polynomial, reflected.
pub(crate) const POLYNOMIAL: u64 = 0x9a6c_9329_ac4b_c9b5;

const TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 == 1 { (rest >> 1) ^ POLYNOMIAL } else { rest >> 1 };
            bit += 1;
        }
        tables[0][byte] = rest;
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
}

/// The checksum of what `crc` is of, followed by `data`.
pub(crate) fn append(crc: u64, data: &[u8]) -> u64 {
    let mut rest = !crc;
    let (words, tail) = data.as_chunks::<8>();
    for word in words {
        let mixed = (rest ^ u64::from_le_bytes(*word)).to_le_bytes();
        rest = 0;
        for (place, byte) in mixed.into_iter().enumerate() {
            rest ^= TABLES[7 - place][usize::from(byte)];
        }
    }
    for byte in tail {
        let [low, ..] = rest.to_le_bytes();
        rest = (rest >> 8) ^ TABLES[0][usize::from(low ^ byte)];
    }
    !rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_check_value_of_the_catalogue() {
        assert_eq!(append(0, b"123456789"), 0xae8b_1486_0a79_9888);
        assert_eq!(
            append(append(0, b"1234567"), b"89abcdefghij"),
            append(0, b"123456789abcdefghij")
        );
        assert_eq!(append(0, b""), 0);
    }
}
