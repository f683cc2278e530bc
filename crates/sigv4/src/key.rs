//! The key of a day, a region and a service, derived from a secret; hashes; signatures.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use stdx::hex;

use crate::credential::Scope;

/// A key that signs within one scope. It cannot be turned back into the secret. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey(Arc<Key>);

/// A SHA-256, or a signature, in lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hex([u8; 64]);

impl SigningKey {
    pub fn derive(secret: &str, scope: &Scope<'_>) -> SigningKey {
        let first = hmac(&key_of(format!("AWS4{secret}").as_bytes()), &scope.date);
        let parts = [&*scope.region, &*scope.service, "aws4_request"];
        let last = parts.iter().fold(first, |key, part| hmac(&key_of(&key), part));
        SigningKey(Arc::new(key_of(&last)))
    }

    pub(crate) fn sign(&self, text: &str) -> Hex {
        Hex::of(&hmac(&self.0, text))
    }
}

fn key_of(bytes: &[u8]) -> Key {
    Key::new(HMAC_SHA256, bytes)
}

fn hmac(key: &Key, text: &str) -> [u8; 32] {
    let tag = sign(key, text.as_bytes());
    tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl Hex {
    fn of(bytes: &[u8; 32]) -> Hex {
        let mut text = [0; 64];
        hex::encode_into(bytes, &mut text);
        Hex(text)
    }

    /// Reads what is written as it writes: 64 digits, the letters among them small.
    pub(crate) fn parse(text: &str) -> Option<Hex> {
        let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
        let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        text.iter().all(is_digit).then_some(Hex(*text))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The hash of a body as `x-amz-content-sha256` and canonical requests carry it.
pub fn sha256(bytes: &[u8]) -> Hex {
    let hash = digest(&SHA256, bytes);
    Hex::of(hash.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}

/// The same as a text of its own.
pub fn sha256_hex(bytes: &[u8]) -> String {
    sha256(bytes).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_key_of_the_published_example() {
        let scope =
            Scope { date: "20150830".into(), region: "us-east-1".into(), service: "iam".into() };
        let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope);
        let published = SigningKey(Arc::new(key_of(&[
            0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71, 0x76, 0x3a, 0x39, 0x3e, 0x44, 0xb7,
            0x03, 0x57, 0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d, 0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3,
            0xc1, 0x54, 0xa4, 0xb9,
        ])));
        assert_eq!(key.sign("text"), published.sign("text"));
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
