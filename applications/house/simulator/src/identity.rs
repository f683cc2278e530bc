//! Who a device is: a key that never leaves it, and the certificate that was made of its request.

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};

/// Why there is no key or request.
#[derive(Debug, thiserror::Error)]
#[error("no key can be made for {device}: {error}")]
pub struct IdentityError {
    device: String,
    error: rcgen::Error,
}

/// The key of a device that has no certificate yet.
#[derive(Debug)]
pub struct Key {
    pub private_pem: String,
    /// What a certificate is asked for with.
    pub request_pem: String,
}

impl Key {
    pub fn generate(device: &str) -> Result<Key, IdentityError> {
        let failed = |error| IdentityError { device: device.to_owned(), error };
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, device);
        let request = params.serialize_request(&pair).and_then(|request| request.pem());
        Ok(Key { private_pem: pair.serialize_pem(), request_pem: request.map_err(failed)? })
    }
}

/// What a device shows when it connects.
#[derive(Clone, Debug)]
pub struct Identity {
    pub certificate_pem: String,
    pub private_pem: String,
}
