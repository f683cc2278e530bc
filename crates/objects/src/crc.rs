//! The CRC of a whole from those of its parts, without its bytes: appending zeros multiplies a CRC by a
//! power of x modulo its polynomial.

use crate::checksum::{Algorithm, Checksum};
use crate::crc64;

/// A CRC's polynomial, reflected: the lowest bit of `width` is the highest power.
#[derive(Clone, Copy, Debug)]
struct Field {
    width: u32,
    polynomial: u64,
}

fn field(algorithm: Algorithm) -> Option<Field> {
    let (width, polynomial) = match algorithm {
        Algorithm::Crc32 => (32, 0xedb8_8320),
        Algorithm::Crc32c => (32, 0x82f6_3b78),
        Algorithm::Crc64Nvme => (64, crc64::POLYNOMIAL),
        Algorithm::Sha1 | Algorithm::Sha256 => return None,
    };
    Some(Field { width, polynomial })
}

impl Field {
    /// The polynomial 1.
    fn one(self) -> u64 {
        1 << (self.width - 1)
    }

    fn times(self, a: u64, b: u64) -> u64 {
        let (mut product, mut power) = (0, b);
        for bit in (0..self.width).rev() {
            if a >> bit & 1 == 1 {
                product ^= power;
            }
            power = if power & 1 == 1 { (power >> 1) ^ self.polynomial } else { power >> 1 };
        }
        product
    }

    /// x to the power of 8 × `bytes`.
    fn shift(self, bytes: u64) -> u64 {
        let (mut result, mut power, mut left) = (self.one(), self.one() >> 8, bytes);
        while left > 0 {
            if left & 1 == 1 {
                result = self.times(result, power);
            }
            power = self.times(power, power);
            left >>= 1;
        }
        result
    }
}

/// The checksum of parts put together, each with its length; nothing for hashes that do not combine.
pub(crate) fn combine(
    algorithm: Algorithm,
    parts: impl Iterator<Item = (Checksum, u64)>,
) -> Option<Checksum> {
    let field = field(algorithm)?;
    let mut whole = 0;
    for (checksum, bytes) in parts {
        let value = checksum.raw()?.into_iter().fold(0, |value, byte| value << 8 | u64::from(byte));
        whole = field.times(field.shift(bytes), whole) ^ value;
    }
    let bytes = whole.to_be_bytes();
    Some(Checksum::of(algorithm, &bytes[8 - algorithm.bytes()..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hashes::{Hasher, Wanted};

    fn checksum(algorithm: Algorithm, data: &[u8]) -> Checksum {
        let mut hasher = Hasher::new(&Wanted { checksums: vec![algorithm], ..Wanted::default() });
        hasher.update(data);
        hasher.finish().checksums.remove(0)
    }

    proptest! {
        #[test]
        fn parts_make_the_checksum_of_the_whole(parts: Vec<Vec<u8>>) {
            for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| algorithm.is_linear()) {
                let sums = parts.iter().map(|part| (checksum(algorithm, part), part.len() as u64));
                prop_assert_eq!(combine(algorithm, sums), Some(checksum(algorithm, &parts.concat())));
            }
        }
    }
}
