//! Whether a client holds the key of its certificate.
//!
//! rustls reads certificates of version 3 only. Devices have others: `openssl x509 -req` makes
//! version 1 unless it is told of extensions, and AWS's own guides did not tell it. So the
//! certificate is read by our reader, and only its key is used here.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key};
use rustls::{CertificateError, DigitallySignedStruct, Error};
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};
use x509_parser::asn1_rs::{Any, FromDer};
use x509_parser::certificate::X509Certificate;

use crate::describe;

pub(crate) fn verify_tls13(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let certificate = parse(certificate)?;
    let key = SubjectPublicKeyInfoDer::from(certificate.public_key().raw);
    verify_tls13_signature_with_raw_key(message, &key, signed, algorithms)
}

/// In TLS 1.2 a scheme does not name the curve, so each algorithm that may be meant is tried.
pub(crate) fn verify_tls12(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let certificate = parse(certificate)?;
    let algorithm = algorithm_of(&certificate).ok_or_else(malformed)?;
    let key = &certificate.public_key().subject_public_key.data;
    let of_scheme = algorithms.mapping.iter().filter(|(scheme, _)| *scheme == signed.scheme);
    let mut candidates = of_scheme.flat_map(|(_, candidates)| candidates.iter());
    let is_proved = candidates.any(|candidate| {
        candidate.public_key_alg_id().as_ref() == algorithm
            && candidate.verify_signature(key, message, signed.signature()).is_ok()
    });
    match is_proved {
        true => Ok(HandshakeSignatureValid::assertion()),
        false => Err(Error::InvalidCertificate(CertificateError::BadSignature)),
    }
}

fn parse<'c>(certificate: &'c CertificateDer<'_>) -> Result<X509Certificate<'c>, Error> {
    describe::parse(certificate).map_err(|_| malformed())
}

/// What stands in the first part of `SubjectPublicKeyInfo`, as algorithms are compared: without
/// its own tag and length.
fn algorithm_of<'c>(certificate: &'c X509Certificate<'_>) -> Option<&'c [u8]> {
    let (_, info) = Any::from_der(certificate.public_key().raw).ok()?;
    let (_, algorithm) = Any::from_der(info.data).ok()?;
    Some(algorithm.data)
}

fn malformed() -> Error {
    Error::InvalidCertificate(CertificateError::BadEncoding)
}
