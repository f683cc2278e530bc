//! What a certificate says of itself.

use std::net::IpAddr;

use model::{CertificateId, DistinguishedName, NameField};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use stdx::clock::UnixMillis;
use stdx::hex;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry as oid;
use x509_parser::oid_registry::Oid;
use x509_parser::x509::X509Name;

use crate::digits::digest_digits;
use crate::error::PkiError;

/// Certificates of devices have one or two kilobytes; one that is much longer is an attempt to make
/// us work.
const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

/// A certificate, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub id: CertificateId,
    /// Lower-case hexadecimal digits.
    pub serial_number: String,
    pub subject: DistinguishedName,
    pub issuer: DistinguishedName,
    /// The whole names as people write them: `CN=lamp, O=Example`
    pub subject_text: String,
    pub issuer_text: String,
    /// Both names as digests of their encoded forms, to find who may have signed it.
    pub subject_digest: String,
    pub issuer_digest: String,
    /// The host names and addresses that it is good for.
    pub names: Vec<String>,
    pub not_before: UnixMillis,
    pub not_after: UnixMillis,
    pub is_ca: bool,
}

/// The name by which everything knows a certificate: the SHA-256 of its DER form.
pub fn fingerprint(der: &[u8]) -> CertificateId {
    CertificateId::new(&digest_digits(der)).expect("a SHA-256 has 64 digits")
}

/// Reads the first certificate of a PEM text.
pub fn describe_pem(pem: &str) -> Result<Description, PkiError> {
    describe(&certificate_of(pem)?)
}

/// Reads a certificate in DER form.
pub fn describe(der: &[u8]) -> Result<Description, PkiError> {
    let certificate = parse(der)?;
    Ok(Description {
        id: fingerprint(der),
        serial_number: hex::encode(certificate.raw_serial()),
        subject: name(certificate.subject()),
        issuer: name(certificate.issuer()),
        subject_text: certificate.subject().to_string(),
        issuer_text: certificate.issuer().to_string(),
        subject_digest: digest_digits(certificate.subject().as_raw()),
        issuer_digest: digest_digits(certificate.issuer().as_raw()),
        names: names(&certificate),
        not_before: millis(certificate.validity().not_before.timestamp()),
        not_after: millis(certificate.validity().not_after.timestamp()),
        is_ca: certificate.is_ca(),
    })
}

impl Description {
    pub fn is_valid_at(&self, now: UnixMillis) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    /// Whether two thirds of the validity are over, so that a server that is restarted now and then
    /// never serves an expired certificate.
    pub fn needs_renewal(&self, now: UnixMillis) -> bool {
        let third = self.not_after.saturating_sub(self.not_before) / 3;
        now >= self.not_after.saturating_sub(third)
    }
}

pub(crate) fn certificate_of(pem: &str) -> Result<CertificateDer<'static>, PkiError> {
    let missing = |_| PkiError::Pem { what: "certificate" };
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(missing)
}

/// A well-formed certificate and nothing after it.
pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, PkiError> {
    let (length, most) = (der.len(), CERTIFICATE_BYTES_MAX);
    if length > most {
        return Err(PkiError::CertificateTooLong { length, most });
    }
    match x509_parser::parse_x509_certificate(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(PkiError::Certificate),
    }
}

/// The host names and addresses among the subject's alternative names.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension.map(|extension| extension.value.general_names.as_slice());
    names.unwrap_or_default().iter().filter_map(host_of).collect()
}

fn host_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|octets| IpAddr::from(octets).to_string()),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|octets| IpAddr::from(octets).to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// A time before 1970 is as good as 1970 here.
fn millis(seconds: i64) -> UnixMillis {
    u64::try_from(seconds).unwrap_or_default().saturating_mul(1000)
}

/// The attributes that policies can name; others, and values that are no text, are passed over.
fn name(name: &X509Name<'_>) -> DistinguishedName {
    let attributes = name.iter_attributes().filter_map(|attribute| {
        let field = field(attribute.attr_type())?;
        Some((field, attribute.as_str().ok()?.to_owned()))
    });
    DistinguishedName(attributes.collect())
}

/// 2.5.4.65, which the registry of object identifiers does not name.
const PSEUDONYM: &str = "2.5.4.65";

fn field(attribute: &Oid<'_>) -> Option<NameField> {
    let known = [
        (oid::OID_X509_DN_QUALIFIER, NameField::DistinguishedNameQualifier),
        (oid::OID_X509_COUNTRY_NAME, NameField::Country),
        (oid::OID_X509_ORGANIZATION_NAME, NameField::Organization),
        (oid::OID_X509_ORGANIZATIONAL_UNIT, NameField::OrganizationalUnit),
        (oid::OID_X509_STATE_OR_PROVINCE_NAME, NameField::State),
        (oid::OID_X509_COMMON_NAME, NameField::CommonName),
        (oid::OID_X509_SERIALNUMBER, NameField::SerialNumber),
        (oid::OID_X509_TITLE, NameField::Title),
        (oid::OID_X509_SURNAME, NameField::Surname),
        (oid::OID_X509_GIVEN_NAME, NameField::GivenName),
        (oid::OID_X509_INITIALS, NameField::Initials),
        (oid::OID_X509_GENERATION_QUALIFIER, NameField::GenerationQualifier),
    ];
    let named = known.into_iter().find(|(oid, _)| oid == attribute).map(|(_, field)| field);
    named.or_else(|| (attribute.to_id_string() == PSEUDONYM).then_some(NameField::Pseudonym))
}
