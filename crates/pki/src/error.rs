//! Why a certificate could not be made or read.

#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    #[error("the text holds no {what} in PEM form")]
    Pem { what: &'static str },
    #[error("the certificate is malformed")]
    Certificate,
    #[error("the certificate has {length} bytes; at most {most} are allowed")]
    CertificateTooLong { length: usize, most: usize },
    #[error("the signing request is malformed")]
    Request,
    #[error("the signing request is not signed with the key that it names")]
    RequestSignature,
    #[error("the subject of the signing request has {what}")]
    RequestSubject { what: &'static str },
    #[error("the key must be RSA with at least 2048 bits, or ECDSA P-256, P-384 or P-521")]
    RequestKey,
    #[error("{name:?} is neither a host name nor an address")]
    Name { name: String },
    #[error("a key for tokens is an RSA key of at least {bits_min} bits")]
    TokenKey { bits_min: usize },
    #[error("the certificate would be valid beyond the year 9999")]
    Validity,
    #[error("the key does not belong to the certificate of the authority")]
    KeyMismatch,
    #[error("the key could not be made or read")]
    Key(#[source] rcgen::Error),
    #[error("the certificate could not be signed")]
    Sign(#[source] rcgen::Error),
    #[error("the server's certificate and key cannot be used for TLS")]
    Tls(#[source] rustls::Error),
}
