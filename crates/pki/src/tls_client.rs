//! TLS for requests that leave the house.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, version};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::error::PkiError;
use crate::tls::provider;

/// A client that trusts whom this machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` say otherwise), and
/// our own authority.
pub fn client_config(own_root_pem: &str) -> Result<ClientConfig, PkiError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    // A certificate that cannot be read is not trusted, which is safe; machines have such.
    roots.add_parsable_certificates(found.certs);
    let missing = PkiError::Pem { what: "certificate" };
    let own = CertificateDer::from_pem_slice(own_root_pem.as_bytes()).map_err(|_| missing)?;
    roots.add(own).map_err(PkiError::Tls)?;
    let config = ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(PkiError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
