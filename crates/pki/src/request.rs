//! Signing requests: what a device that made its own key asks a certificate for.

use rcgen::{DistinguishedName, DnType, DnValue, SubjectPublicKeyInfo};
use rustls_pki_types::CertificateSigningRequestDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::asn1_rs::FromDer;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::der_parser::asn1_rs::Tag;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

use crate::describe::{certificate_of, parse};
use crate::error::PkiError;

const RSA_BITS_MIN: usize = 2048;

/// The subject and the key of a request. Extensions that it asks for are not granted: what a device
/// certificate is good for is not for the device to say.
pub(crate) struct Request {
    pub(crate) subject: DistinguishedName,
    pub(crate) key: SubjectPublicKeyInfo,
}

impl Request {
    /// Reads a request whose signature proves that the sender holds the key.
    pub(crate) fn from_pem(pem: &str) -> Result<Request, PkiError> {
        let missing = |_| PkiError::Pem { what: "signing request" };
        let der = CertificateSigningRequestDer::from_pem_slice(pem.as_bytes()).map_err(missing)?;
        let Ok(([], request)) = X509CertificationRequest::from_der(&der) else {
            return Err(PkiError::Request);
        };
        request.verify_signature().map_err(|_| PkiError::RequestSignature)?;
        let info = &request.certification_request_info;
        match info.subject_pki.parsed() {
            Ok(PublicKey::RSA(key)) if key.key_size() < RSA_BITS_MIN => {
                return Err(PkiError::RequestKey);
            }
            Ok(PublicKey::RSA(_) | PublicKey::EC(_)) => {}
            _ => return Err(PkiError::RequestKey),
        }
        let key = SubjectPublicKeyInfo::from_der(info.subject_pki.raw);
        Ok(Request {
            subject: subject(&info.subject)?,
            key: key.map_err(|_| PkiError::RequestKey)?,
        })
    }
}

/// Whether a certificate is for the key of a signing request.
pub fn is_of_request(certificate: &str, request: &str) -> Result<bool, PkiError> {
    let missing = |_| PkiError::Pem { what: "signing request" };
    let der = CertificateSigningRequestDer::from_pem_slice(request.as_bytes()).map_err(missing)?;
    let Ok(([], request)) = X509CertificationRequest::from_der(&der) else {
        return Err(PkiError::Request);
    };
    let certificate = certificate_of(certificate)?;
    let certificate = parse(&certificate)?;
    Ok(certificate.public_key().raw == request.certification_request_info.subject_pki.raw)
}

/// The name, attribute by attribute. One that comes twice could only be copied by dropping one of
/// the two, and policies may hang on either; so it is refused.
fn subject(name: &X509Name<'_>) -> Result<DistinguishedName, PkiError> {
    let mut subject = DistinguishedName::new();
    for set in name.iter_rdn() {
        let mut attributes = set.iter();
        let (Some(attribute), None) = (attributes.next(), attributes.next()) else {
            return Err(PkiError::RequestSubject { what: "an attribute of several values" });
        };
        let arcs = attribute.attr_type().iter().ok_or(PkiError::Request)?;
        let kind = DnType::from_oid(&arcs.collect::<Vec<u64>>());
        if subject.get(&kind).is_some() {
            return Err(PkiError::RequestSubject { what: "an attribute twice" });
        }
        subject.push(kind, value(attribute)?);
    }
    Ok(subject)
}

fn value(attribute: &AttributeTypeAndValue<'_>) -> Result<DnValue, PkiError> {
    let what = "a value that is no text";
    let text = attribute.as_str().map_err(|_| PkiError::RequestSubject { what })?;
    let malformed = |_| PkiError::RequestSubject { what };
    Ok(match attribute.attr_value().header.tag() {
        Tag::PrintableString => DnValue::PrintableString(text.try_into().map_err(malformed)?),
        Tag::Ia5String => DnValue::Ia5String(text.try_into().map_err(malformed)?),
        _ => DnValue::Utf8String(text.to_owned()),
    })
}
