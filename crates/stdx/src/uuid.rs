//! UUIDs, of bytes that come in as a value.

use crate::hex;

/// A UUID of version 4 of random bytes: `0f8f6c3e-9a5b-4c1d-8e2f-0123456789ab`
pub fn version_4(mut random: [u8; 16]) -> String {
    random[6] = random[6] & 0x0f | 0x40;
    random[8] = random[8] & 0x3f | 0x80;
    written(&random)
}

/// Sixteen bytes in the form of a UUID.
pub fn written(bytes: &[u8; 16]) -> String {
    let digits = hex::encode(bytes);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_and_the_variant_stand_in_their_places() {
        assert_eq!(super::version_4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(super::version_4([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
