//! Key pairs, and the forms in which clients expect them.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use x509_parser::asn1_rs::{Any, FromDer, Sequence};

use crate::error::PkiError;
use crate::pem;

/// The kind of a key that is made for a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// What AWS's CreateKeysAndCertificate gives, and the only kind that some firmware reads. It
    /// takes a good part of a second to make.
    Rsa2048,
    /// Made at once, and a tenth of the work in each handshake.
    EcdsaP256,
}

pub(crate) fn generate(kind: KeyKind) -> Result<KeyPair, PkiError> {
    let key = match kind {
        KeyKind::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048),
        KeyKind::EcdsaP256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256),
    };
    key.map_err(PkiError::Key)
}

/// The private key as PEM: an RSA key as PKCS#1, `BEGIN RSA PRIVATE KEY`, as AWS gives it and as
/// small TLS stacks read it; another as PKCS#8.
pub(crate) fn private_pem(key: &KeyPair) -> String {
    let pkcs8 = key.serialized_der();
    match pkcs1(pkcs8).filter(|_| key.algorithm() == &PKCS_RSA_SHA256) {
        Some(pkcs1) => pem::encode("RSA PRIVATE KEY", pkcs1),
        None => pem::encode("PRIVATE KEY", pkcs8),
    }
}

/// `PrivateKeyInfo { version, algorithm, OCTET STRING }` is an envelope around PKCS#1 (RFC 5208).
fn pkcs1(pkcs8: &[u8]) -> Option<&[u8]> {
    let (_, envelope) = Sequence::from_der(pkcs8).ok()?;
    let content = match envelope.content {
        std::borrow::Cow::Borrowed(content) => content,
        std::borrow::Cow::Owned(_) => return None,
    };
    let (rest, _version) = Any::from_der(content).ok()?;
    let (rest, _algorithm) = Any::from_der(rest).ok()?;
    let (_, key) = Any::from_der(rest).ok()?;
    Some(key.data)
}
