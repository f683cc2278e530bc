//! Where devices connect to, and whom they trust there.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::identity::Identity;

/// Why a device cannot connect.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("{endpoint} is no HOST:PORT")]
    Endpoint { endpoint: String },
    #[error("the {what} is no PEM")]
    Pem { what: &'static str },
    #[error("the root certificate, the certificate or its key cannot be used: {0}")]
    Tls(#[from] rustls::Error),
    #[error("{endpoint} does not answer: {error}")]
    Connect { endpoint: String, error: std::io::Error },
}

/// A door for devices.
#[derive(Clone, Debug)]
pub struct Place {
    endpoint: String,
    name: ServerName<'static>,
    root: CertificateDer<'static>,
}

impl Place {
    /// `endpoint` is `HOST:PORT`; the host is what the server's certificate must name.
    pub fn new(endpoint: &str, root_ca_pem: &str) -> Result<Place, PlaceError> {
        let wrong = || PlaceError::Endpoint { endpoint: endpoint.to_owned() };
        let (host, port) = endpoint.rsplit_once(':').ok_or_else(wrong)?;
        port.parse::<u16>().map_err(|_| wrong())?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let root = CertificateDer::from_pem_slice(root_ca_pem.as_bytes());
        Ok(Place {
            endpoint: endpoint.to_owned(),
            name: ServerName::try_from(host).map_err(|_| wrong())?,
            root: root.map_err(|_| PlaceError::Pem { what: "root certificate" })?,
        })
    }

    /// How a device connects here.
    pub(crate) fn dial(&self, identity: &Identity) -> Result<Dial, PlaceError> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone())?;
        let certificate = CertificateDer::from_pem_slice(identity.certificate_pem.as_bytes());
        let certificate = certificate.map_err(|_| PlaceError::Pem { what: "certificate" })?;
        let key = PrivateKeyDer::from_pem_slice(identity.private_pem.as_bytes());
        let key = key.map_err(|_| PlaceError::Pem { what: "private key" })?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![certificate], key)?;
        Ok(Dial { place: self.clone(), tls: TlsConnector::from(Arc::new(config)) })
    }
}

/// A place, as one device reaches it.
#[derive(Clone)]
pub(crate) struct Dial {
    place: Place,
    tls: TlsConnector,
}

impl Dial {
    pub(crate) async fn connect(&self) -> Result<TlsStream<TcpStream>, PlaceError> {
        let Place { endpoint, name, .. } = &self.place;
        let dialled = async {
            let stream = TcpStream::connect(endpoint).await?;
            stream.set_nodelay(true)?;
            self.tls.connect(name.clone(), stream).await
        };
        dialled.await.map_err(|error| PlaceError::Connect { endpoint: endpoint.clone(), error })
    }
}
