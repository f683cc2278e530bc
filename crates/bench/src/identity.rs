//! The certificates of the TLS workloads: an authority, a server and a client, all P-256.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// Where the files of a client are.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    pub(crate) root: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// The files that a peer is configured with, and its client's.
#[derive(Debug)]
pub(crate) struct Identities {
    pub(crate) server_certificate: PathBuf,
    pub(crate) server_key: PathBuf,
    pub(crate) client: Bundle,
}

impl Identities {
    /// Makes new ones in `folder`.
    pub(crate) fn generate(folder: &Path) -> Result<Identities> {
        let mut params = named("bench authority", Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let write = |name: &str, text: String| -> Result<PathBuf> {
            let path = folder.join(name);
            std::fs::write(&path, text)?;
            Ok(path)
        };
        let issue = |name: &str| -> Result<(PathBuf, PathBuf)> {
            let key = KeyPair::generate()?;
            let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            let certificate = named(name, names)?.signed_by(&key, &authority)?;
            let certificate = write(&format!("{name}.pem"), certificate.pem())?;
            Ok((certificate, write(&format!("{name}.key"), key.serialize_pem())?))
        };
        let root = write("root.pem", authority.pem())?;
        let (server_certificate, server_key) = issue("server")?;
        let (certificate, key) = issue("client")?;
        let client = Bundle { root, certificate, key };
        Ok(Identities { server_certificate, server_key, client })
    }
}

/// A subject of its own for each: OpenSSL takes a certificate for self-signed whose subject is that
/// of its issuer.
fn named(common_name: &str, names: Vec<String>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    Ok(params)
}

impl Bundle {
    /// A client's TLS that never resumes a session: each handshake is a full one.
    pub(crate) fn client_config(&self) -> Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&self.root).context("the root")?)?;
        let certificates = CertificateDer::pem_file_iter(&self.certificate)?;
        let chain = certificates.collect::<Result<Vec<_>, _>>().context("the certificate")?;
        let key = PrivateKeyDer::from_pem_file(&self.key).context("the key")?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)?;
        config.resumption = rustls::client::Resumption::disabled();
        Ok(Arc::new(config))
    }
}
