//! TLS for servers: the configuration of a listener, with or without client certificates.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, CipherSuite, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme, SupportedCipherSuite, version,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use stdx::clock::UnixMillis;

use crate::describe;
use crate::error::PkiError;
use crate::proof;

/// The longest record that we send. Small TLS stacks reserve no more for what they receive, and
/// each connection of ours holds a buffer of this size while it writes.
const RECORD_BYTES_MAX: usize = 4096;

/// What a listener wants of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// Devices: who has none is turned away by TLS.
    Required,
    Optional,
    /// Browsers and AWS clients, which prove who they are in the request.
    NotAsked,
}

/// What a server shows of itself. It can be replaced while connections come in: those that are
/// there keep what they saw.
#[derive(Debug)]
pub struct ServerCertificate(RwLock<Arc<CertifiedKey>>);

impl ServerCertificate {
    pub fn new(certificate_pem: &str, private_key_pem: &str) -> Result<Arc<Self>, PkiError> {
        let key = certified_key(certificate_pem, private_key_pem)?;
        Ok(Arc::new(ServerCertificate(RwLock::new(key))))
    }

    pub fn replace(&self, certificate_pem: &str, private_key_pem: &str) -> Result<(), PkiError> {
        let key = certified_key(certificate_pem, private_key_pem)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }

    /// When what is shown now ends.
    pub fn not_after(&self) -> Result<UnixMillis, PkiError> {
        let shown = self.shown();
        let certificate = shown.end_entity_cert().map_err(PkiError::Tls)?;
        Ok(describe(certificate)?.not_after)
    }

    fn shown(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }
}

fn certified_key(
    certificate_pem: &str,
    private_key_pem: &str,
) -> Result<Arc<CertifiedKey>, PkiError> {
    let missing = |what| move |_| PkiError::Pem { what };
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes());
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(missing("certificate"))?;
    if chain.is_empty() {
        return Err(PkiError::Pem { what: "certificate" });
    }
    let key = PrivateKeyDer::from_pem_slice(private_key_pem.as_bytes());
    let key = key.map_err(missing("private key"))?;
    let certified = CertifiedKey::from_der(chain, key, &provider()).map_err(PkiError::Tls)?;
    Ok(Arc::new(certified))
}

/// The configuration of a listener: TLS 1.2 and 1.3, and no memory of past sessions, since what a
/// client needs to resume one is in the ticket that it holds.
pub fn server_config(
    certificate: Arc<ServerCertificate>,
    alpn: &[&[u8]],
    clients: ClientCertificate,
) -> Result<ServerConfig, PkiError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .map_err(PkiError::Tls)?;
    let builder = match clients {
        ClientCertificate::NotAsked => builder.with_no_client_auth(),
        asked => builder.with_client_cert_verifier(Arc::new(AnyProvedCertificate {
            is_required: asked == ClientCertificate::Required,
            algorithms: provider().signature_verification_algorithms,
        })),
    };
    let mut config = builder.with_cert_resolver(certificate);
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.ticketer = aws_lc_rs::Ticketer::new().map_err(PkiError::Tls)?;
    // Ours: clients list what they have, and those that prefer AES-256 have no reason of their own.
    config.ignore_client_order = true;
    config.send_tls13_tickets = 1;
    config.max_fragment_size = Some(RECORD_BYTES_MAX);
    Ok(config)
}

/// The one cryptography of the house, handed over explicitly so that no global default decides.
/// X25519 goes first because it costs the least; the post-quantum hybrid goes last, for clients that
/// offer nothing else, since it adds two kilobytes and more work than all the rest of a handshake.
pub fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: cipher_suites(),
        kx_groups: vec![
            kx_group::X25519,
            kx_group::SECP256R1,
            kx_group::SECP384R1,
            kx_group::X25519MLKEM768,
        ],
        ..aws_lc_rs::default_provider()
    }
}

/// AES-128 before AES-256: as good for longer than a device lives, and its SHA-256 is a tenth less
/// of the work of a handshake than the SHA-384 that comes with the other.
fn cipher_suites() -> Vec<SupportedCipherSuite> {
    let mut suites = aws_lc_rs::default_provider().cipher_suites;
    suites.sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    suites
}

/// Lets through any client that holds the key of a well-formed certificate.
///
/// AWS IoT knows a device by its registered certificate, whoever signed it: self-signed ones and
/// those of unknown authorities can be registered, and a chain to a known root proves nothing. So
/// the handshake proves the key, and the fingerprint is looked up above, where a refusal can be
/// explained. Not building chains also leaves nothing to those who send tangled ones to make a
/// server work before it knows them.
#[derive(Debug)]
struct AnyProvedCertificate {
    is_required: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for AnyProvedCertificate {
    fn client_auth_mandatory(&self) -> bool {
        self.is_required
    }

    /// None: a client that picks its certificate by hints would find ours missing.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match describe::parse(end_entity) {
            Ok(_) => Ok(ClientCertVerified::assertion()),
            Err(_) => Err(Error::InvalidCertificate(CertificateError::BadEncoding)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        proof::verify_tls12(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        proof::verify_tls13(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::ServerName;
    use rustls::time_provider::TimeProvider;
    use rustls::{
        ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, ServerConnection,
        SupportedProtocolVersion,
    };

    use super::*;
    use crate::authority::{CertificateAuthority, Issued, IssuedKeys};
    use crate::key::KeyKind;

    /// Who dials: with which certificate, whose key, and which version of TLS.
    struct Dialler<'a> {
        certificate: Option<&'a Issued>,
        key: Option<&'a Issued>,
        version: &'static SupportedProtocolVersion,
    }

    const NOW: u64 = 1_790_000_000_000;

    /// The clock that a dialler verifies the server's certificate by.
    #[derive(Debug)]
    struct Stopped;

    impl TimeProvider for Stopped {
        fn current_time(&self) -> Option<UnixTime> {
            Some(UnixTime::since_unix_epoch(Duration::from_millis(NOW)))
        }
    }

    fn authority() -> CertificateAuthority {
        CertificateAuthority::generate("root", NOW).expect("an authority")
    }

    fn device(authority: &CertificateAuthority, kind: KeyKind) -> Issued {
        authority.issue_device("device", kind, NOW).expect("a certificate")
    }

    fn client_config(authority: &CertificateAuthority, dialler: &Dialler<'_>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate().clone()).expect("a root");
        let builder = ClientConfig::builder_with_details(Arc::new(provider()), Arc::new(Stopped))
            .with_protocol_versions(&[dialler.version])
            .expect("a version")
            .with_root_certificates(roots);
        let Some((certificate, key)) = dialler.certificate.zip(dialler.key) else {
            return builder.with_no_client_auth();
        };
        let key = &key.keys.as_ref().expect("its keys").private_key_pem;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("a key");
        let key = provider().key_provider.load_private_key(key).expect("a key");
        // Not checked against the certificate, as a thief's client would not.
        let chain = vec![certificate.certificate.clone()];
        let certified = CertifiedKey::new(chain, key);
        let single = rustls::sign::SingleCertAndKey::from(certified);
        builder.with_client_cert_resolver(Arc::new(single))
    }

    /// Carries bytes both ways until both sides are done, or one of them refuses.
    fn shake(
        authority: &CertificateAuthority,
        clients: ClientCertificate,
        dialler: &Dialler<'_>,
    ) -> Result<ServerConnection, Error> {
        let issued = authority.issue_server(&["localhost".to_owned()], NOW, 90).expect("issued");
        let key = issued.keys.expect("its keys").private_key_pem;
        let config = ServerCertificate::new(&issued.certificate_pem, &key)
            .and_then(|certificate| server_config(certificate, &[b"mqtt"], clients));
        let mut server = ServerConnection::new(Arc::new(config.expect("a configuration")))?;
        let name = ServerName::try_from("localhost").expect("a name");
        let config = Arc::new(client_config(authority, dialler));
        let mut client = ClientConnection::new(config, name)?;
        while client.is_handshaking() || server.is_handshaking() {
            let mut wire = Vec::new();
            client.write_tls(&mut wire).expect("memory");
            server.read_tls(&mut &wire[..]).expect("memory");
            server.process_new_packets()?;
            let mut wire = Vec::new();
            server.write_tls(&mut wire).expect("memory");
            client.read_tls(&mut &wire[..]).expect("memory");
            client.process_new_packets()?;
        }
        Ok(server)
    }

    #[test]
    fn a_device_is_let_through_with_its_certificate() {
        let authority = authority();
        for (kind, version, expected) in [
            (KeyKind::EcdsaP256, &version::TLS13, ProtocolVersion::TLSv1_3),
            (KeyKind::EcdsaP256, &version::TLS12, ProtocolVersion::TLSv1_2),
            (KeyKind::Rsa2048, &version::TLS13, ProtocolVersion::TLSv1_3),
            (KeyKind::Rsa2048, &version::TLS12, ProtocolVersion::TLSv1_2),
        ] {
            let device = device(&authority, kind);
            let dialler = Dialler { certificate: Some(&device), key: Some(&device), version };
            let server =
                shake(&authority, ClientCertificate::Required, &dialler).expect("a handshake");
            assert_eq!(server.protocol_version(), Some(expected));
            let seen = server.peer_certificates().and_then(<[_]>::first).expect("a certificate");
            assert_eq!(crate::fingerprint(seen), device.id);
            let group = server.negotiated_key_exchange_group().expect("a group");
            assert_eq!(group.name(), rustls::NamedGroup::X25519);
        }
    }

    /// A certificate of version 1, and its key, as `openssl x509 -req` makes them.
    const OLD_DEVICE: &str = include_str!("../testdata/version-1-device.pem");

    #[test]
    fn a_certificate_of_version_1_is_let_through_with_its_key() {
        let authority = authority();
        let certificate = describe::certificate_of(OLD_DEVICE).expect("a certificate");
        let keys =
            IssuedKeys { private_key_pem: OLD_DEVICE.to_owned(), public_key_pem: String::new() };
        let old = Issued {
            id: crate::fingerprint(&certificate),
            certificate,
            certificate_pem: OLD_DEVICE.to_owned(),
            keys: Some(keys),
        };
        let other = device(&authority, KeyKind::EcdsaP256);
        for version in [&version::TLS13, &version::TLS12] {
            let dialler = Dialler { certificate: Some(&old), key: Some(&old), version };
            shake(&authority, ClientCertificate::Required, &dialler).expect("the key is proved");
            let dialler = Dialler { certificate: Some(&old), key: Some(&other), version };
            shake(&authority, ClientCertificate::Required, &dialler).expect_err("another key");
        }
    }

    #[test]
    fn an_unknown_signer_is_no_matter_but_the_key_is() {
        let (ours, theirs) = (authority(), authority());
        let foreign = device(&theirs, KeyKind::EcdsaP256);
        let stolen = device(&ours, KeyKind::EcdsaP256);
        for version in [&version::TLS13, &version::TLS12] {
            let dialler = Dialler { certificate: Some(&foreign), key: Some(&foreign), version };
            shake(&ours, ClientCertificate::Required, &dialler).expect("the key is proved");
            let dialler = Dialler { certificate: Some(&stolen), key: Some(&foreign), version };
            shake(&ours, ClientCertificate::Required, &dialler).expect_err("the key is another");
        }
    }

    #[test]
    fn who_has_no_certificate_passes_only_where_none_is_required() {
        let authority = authority();
        let dialler = Dialler { certificate: None, key: None, version: &version::TLS13 };
        shake(&authority, ClientCertificate::Required, &dialler).expect_err("required");
        for clients in [ClientCertificate::Optional, ClientCertificate::NotAsked] {
            let server = shake(&authority, clients, &dialler).expect("a handshake");
            assert!(server.peer_certificates().is_none());
        }
    }

    #[test]
    fn files_that_hold_no_key_are_named() {
        let device = device(&authority(), KeyKind::EcdsaP256);
        let refuse = |certificate: &str, key: &str| {
            ServerCertificate::new(certificate, key).expect_err("refused").to_string()
        };
        let key = device.keys.as_ref().expect("its keys").private_key_pem.as_str();
        assert_eq!(
            refuse(&device.certificate_pem, ""),
            "the text holds no private key in PEM form"
        );
        assert_eq!(refuse("", key), "the text holds no certificate in PEM form");
        let other = self::device(&authority(), KeyKind::EcdsaP256);
        let tls = "the server's certificate and key cannot be used for TLS";
        assert_eq!(refuse(&other.certificate_pem, key), tls);
    }
}
