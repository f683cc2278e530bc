//! The signature of a form that a browser sends to S3. What is signed is the policy that stands in it, as its
//! text in base64; by the way of version 4 or by the one before.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

use crate::credential::{Credential, Scope};
use crate::key::SigningKey;

/// A signature, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormSignature {
    pub access_key: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Old { signature: Vec<u8> },
    New { scope: Scope<'static>, signature: String },
}

impl FormSignature {
    /// Of version 4; nothing if the credential is none for S3.
    pub fn new(credential: &str, signature: &str) -> Option<FormSignature> {
        let credential = Credential::parse(credential.into()).ok()?.to_owned();
        let Credential { access_key, scope } = credential;
        let (access_key, signature) = (access_key.into_owned(), signature.to_owned());
        let is_ours = scope.service == "s3";
        is_ours.then_some(FormSignature { access_key, kind: Kind::New { scope, signature } })
    }

    /// Of the version before; `signature` is its bytes.
    pub fn old(access_key: &str, signature: Vec<u8>) -> FormSignature {
        FormSignature { access_key: access_key.to_owned(), kind: Kind::Old { signature } }
    }

    /// The region that it was made for, where it says so.
    pub fn region(&self) -> Option<&str> {
        match &self.kind {
            Kind::Old { .. } => None,
            Kind::New { scope, .. } => Some(&scope.region),
        }
    }

    /// Whether it was made with this secret, of this policy.
    pub fn is_by(&self, secret: &str, policy: &str) -> bool {
        match &self.kind {
            Kind::Old { signature } => {
                let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
                let expected = sign(&key, policy.as_bytes());
                verify_slices_are_equal(expected.as_ref(), signature).is_ok()
            }
            Kind::New { scope, signature } => {
                let expected = SigningKey::derive(secret, scope).sign(policy);
                let expected = expected.as_str().as_bytes();
                verify_slices_are_equal(expected, signature.as_bytes()).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_signed_in_two_ways() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        // The policy of AWS's published example, shortened, signed by another program.
        let policy = "eyJleHBpcmF0aW9uIjogIjIwMTUtMTItMzBUMTI6MDA6MDAuMDAwWiJ9";
        let credential = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request";
        let signature = "41fd744a71befef18128a8bb7e06c684a92ebd221bebdef57e8d85f2bda8a339";
        let new = FormSignature::new(credential, signature).expect("read");
        assert!(new.is_by(secret, policy) && !new.is_by("another", policy));
        assert!(!new.is_by(secret, "another"));
        assert_eq!((&*new.access_key, new.region()), ("AKIAIOSFODNN7EXAMPLE", Some("us-east-1")));
        let bytes = [
            0xf8, 0x0d, 0xdb, 0x34, 0x96, 0x76, 0x6e, 0xf6, 0xf9, 0xff, 0xb4, 0x10, 0x4f, 0x7c,
            0x9f, 0x4c, 0x59, 0xb8, 0xb9, 0xe8,
        ];
        let old = FormSignature::old("AKIAIOSFODNN7EXAMPLE", bytes.to_vec());
        assert!(old.is_by(secret, policy) && !old.is_by("another", policy));
        let other = credential.replace("/s3/", "/iot/");
        assert_eq!(FormSignature::new(&other, "x"), None);
    }
}
