//! The key of a day, a region and a service, derived from a secret; hashes; signatures.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use stdx::hex;

use crate::credential::Scope;

/// A key that signs within one scope. It cannot be turned back into the secret.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    pub fn derive(secret: &str, scope: &Scope) -> SigningKey {
        let first = hmac(format!("AWS4{secret}").as_bytes(), &scope.date);
        let parts = [&*scope.region, &scope.service, "aws4_request"];
        SigningKey(parts.iter().fold(first, |key, part| hmac(&key, part)))
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        hex::encode(&hmac(&self.0, text))
    }
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    let tag = sign(&Key::new(HMAC_SHA256, key), text.as_bytes());
    tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// The hash of a body as `x-amz-content-sha256` and canonical requests carry it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_key_of_the_published_example() {
        let scope = Scope {
            date: "20150830".to_owned(),
            region: "us-east-1".to_owned(),
            service: "iam".to_owned(),
        };
        let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope);
        assert_eq!(
            hex::encode(&key.0),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }
}
