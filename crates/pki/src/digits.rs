//! Random numbers and texts, and digests, as hexadecimal digits.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use stdx::hex;

/// A number that nobody can guess.
pub fn random_number() -> u64 {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    u64::from_le_bytes(bytes)
}

/// 64 digits that nobody can guess.
pub fn random_digits() -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    hex::encode(&bytes)
}

/// The SHA-256, in 64 digits.
pub fn digest_digits(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_have_sixty_four_digits() {
        assert_eq!((random_digits().len(), digest_digits(b"").len()), (64, 64));
        assert_ne!(random_digits(), random_digits());
        assert!(digest_digits(b"").starts_with("e3b0c442"));
    }
}
