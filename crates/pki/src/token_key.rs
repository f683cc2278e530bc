//! Keys that say who may hand out tokens: RSA, as AWS's custom authorizers take them.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::asn1_rs::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::error::PkiError;

/// AWS's least.
const BITS_MIN: usize = 2_048;

/// The public half of a key that signs tokens, by RSA with PKCS #1 padding and SHA-256.
#[derive(Clone, Debug)]
pub struct TokenKey(Vec<u8>);

impl TokenKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`.
    pub fn from_pem(pem: &str) -> Result<TokenKey, PkiError> {
        let unfit = || PkiError::Pem { what: "public key" };
        let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()).map_err(|_| unfit())?;
        let (_, parsed) = SubjectPublicKeyInfo::from_der(&der).map_err(|_| unfit())?;
        match parsed.parsed() {
            Ok(PublicKey::RSA(key)) if key.key_size() >= BITS_MIN => Ok(TokenKey(der.to_vec())),
            Ok(_) | Err(_) => Err(PkiError::TokenKey { bits_min: BITS_MIN }),
        }
    }

    pub fn has_signed(&self, token: &[u8], signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0);
        key.verify(token, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};

    use super::*;
    use crate::{CertificateAuthority, KeyKind};

    #[test]
    fn a_token_is_good_with_its_own_signature_only() {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der = pair.public_key().as_der().expect("its public half");
        let key = TokenKey::from_pem(&crate::pem::encode("PUBLIC KEY", der.as_ref()));
        let key = key.expect("a key of 2048 bits");
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"token", &mut signature)
            .expect("signed");
        assert!(key.has_signed(b"token", &signature));
        assert!(!key.has_signed(b"tokem", &signature));
        signature[7] ^= 1;
        assert!(!key.has_signed(b"token", &signature));
    }

    #[test]
    fn other_keys_are_refused() {
        let authority = CertificateAuthority::generate("root", 1_790_000_000_000).expect("one");
        let device = authority.issue_device("lamp", KeyKind::EcdsaP256, 1_790_000_000_000);
        let elliptic = device.expect("issued").keys.expect("its keys").public_key_pem;
        let told = TokenKey::from_pem(&elliptic).expect_err("refused").to_string();
        assert_eq!(told, "a key for tokens is an RSA key of at least 2048 bits");
        for text in ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
            let told = TokenKey::from_pem(text).expect_err("refused").to_string();
            assert!(told.contains("public key"), "{told}");
        }
    }
}
