//! The certificate authority of an installation, and what it issues.

use std::fmt;

use aws_lc_rs::rand;
use model::CertificateId;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PublicKeyData, SerialNumber,
};
use rustls_pki_types::CertificateDer;
use stdx::clock::UnixMillis;
use time::{Duration, OffsetDateTime};

use crate::describe::{self, fingerprint};
use crate::error::PkiError;
use crate::key::{self, KeyKind};
use crate::pem;
use crate::request::Request;

/// Devices have the root in their flash, and nobody comes to replace it.
const AUTHORITY_DAYS: u32 = 365 * 30;
/// As long as AWS's device certificates, which last until the end of 2049.
const DEVICE_DAYS: u32 = 365 * 24;
/// Clocks of clients may stand behind ours by as much as this.
const BACKDATED: Duration = Duration::days(1);

/// Signs certificates with a key that never leaves the data directory.
pub struct CertificateAuthority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    not_after: OffsetDateTime,
}

/// A certificate, and its key where we made it.
#[derive(Clone)]
pub struct Issued {
    pub id: CertificateId,
    pub certificate: CertificateDer<'static>,
    pub certificate_pem: String,
    /// Nothing for a signing request, whose key we never saw.
    pub keys: Option<IssuedKeys>,
}

#[derive(Clone)]
pub struct IssuedKeys {
    pub private_key_pem: String,
    pub public_key_pem: String,
}

impl CertificateAuthority {
    /// A new authority. Its key is ECDSA P-256, which every client of the last decade verifies.
    pub fn generate(common_name: &str, now: UnixMillis) -> Result<CertificateAuthority, PkiError> {
        let key = key::generate(KeyKind::EcdsaP256)?;
        let validity = Validity::starting(now, AUTHORITY_DAYS)?;
        let mut params = params(named(common_name), validity)?;
        // It signs certificates of servers and devices, never of further authorities.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(PkiError::Sign)?.der().clone();
        Ok(CertificateAuthority {
            issuer: Issuer::new(params, key),
            certificate,
            not_after: validity.not_after,
        })
    }

    /// The authority that was generated before, from its two files.
    pub fn from_pem(certificate: &str, key: &str) -> Result<CertificateAuthority, PkiError> {
        let key = KeyPair::from_pem(key).map_err(PkiError::Key)?;
        let certificate = describe::certificate_of(certificate)?;
        let parsed = describe::parse(&certificate)?;
        if parsed.public_key().raw != key.subject_public_key_info() {
            return Err(PkiError::KeyMismatch);
        }
        let not_after = parsed.validity().not_after.to_datetime();
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(PkiError::Key)?;
        Ok(CertificateAuthority { issuer, certificate, not_after })
    }

    /// What clients verify the server with.
    pub fn certificate_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.certificate)
    }

    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The secret of the installation.
    pub fn private_key_pem(&self) -> String {
        key::private_pem(self.issuer.key())
    }

    /// A certificate for a server that is reached under these host names and addresses.
    pub fn issue_server(
        &self,
        names: &[String],
        now: UnixMillis,
        days: u32,
    ) -> Result<Issued, PkiError> {
        let first = names.first().map_or("localhost", String::as_str);
        let mut params = params(named(first), self.validity(now, days)?)?;
        for name in names {
            let refused = |_| PkiError::Name { name: name.clone() };
            let sans = CertificateParams::new(vec![name.clone()]).map_err(refused)?;
            params.subject_alt_names.extend(sans.subject_alt_names);
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue_with_key(&params, KeyKind::EcdsaP256)
    }

    /// A certificate for a device, with a key that we make.
    pub fn issue_device(
        &self,
        common_name: &str,
        kind: KeyKind,
        now: UnixMillis,
    ) -> Result<Issued, PkiError> {
        self.issue_with_key(&self.device_params(named(common_name), now)?, kind)
    }

    /// A certificate for a device that is good for some minutes only, with a key that we make.
    pub fn issue_for_minutes(
        &self,
        common_name: &str,
        kind: KeyKind,
        now: UnixMillis,
        minutes: u32,
    ) -> Result<Issued, PkiError> {
        let mut params = self.device_params(named(common_name), now)?;
        let seconds = i64::try_from(now / 1000).map_err(|_| PkiError::Validity)?;
        let now = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| PkiError::Validity)?;
        let last = now.checked_add(Duration::minutes(i64::from(minutes)));
        params.not_after = last.ok_or(PkiError::Validity)?.min(self.not_after);
        self.issue_with_key(&params, kind)
    }

    /// A certificate for the key and the subject of a signing request.
    pub fn sign_request(&self, pem: &str, now: UnixMillis) -> Result<Issued, PkiError> {
        let request = Request::from_pem(pem)?;
        let params = self.device_params(request.subject, now)?;
        self.issue(&params, &request.key)
    }

    fn device_params(
        &self,
        subject: DistinguishedName,
        now: UnixMillis,
    ) -> Result<CertificateParams, PkiError> {
        let mut params = params(subject, self.validity(now, DEVICE_DAYS)?)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        Ok(params)
    }

    /// No certificate outlives its authority.
    fn validity(&self, now: UnixMillis, days: u32) -> Result<Validity, PkiError> {
        let validity = Validity::starting(now, days)?;
        Ok(Validity { not_after: validity.not_after.min(self.not_after), ..validity })
    }

    fn issue_with_key(
        &self,
        params: &CertificateParams,
        kind: KeyKind,
    ) -> Result<Issued, PkiError> {
        let key = key::generate(kind)?;
        let issued = self.issue(params, &key)?;
        let keys = IssuedKeys {
            private_key_pem: key::private_pem(&key),
            public_key_pem: pem::encode("PUBLIC KEY", &key.subject_public_key_info()),
        };
        Ok(Issued { keys: Some(keys), ..issued })
    }

    fn issue(
        &self,
        params: &CertificateParams,
        key: &impl PublicKeyData,
    ) -> Result<Issued, PkiError> {
        let signed = params.signed_by(key, &self.issuer).map_err(PkiError::Sign)?;
        let certificate = signed.der().clone();
        Ok(Issued {
            id: fingerprint(&certificate),
            certificate_pem: pem::encode("CERTIFICATE", &certificate),
            certificate,
            keys: None,
        })
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").finish_non_exhaustive()
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for IssuedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedKeys(…)")
    }
}

#[derive(Clone, Copy)]
struct Validity {
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
}

impl Validity {
    fn starting(now: UnixMillis, days: u32) -> Result<Validity, PkiError> {
        let seconds = i64::try_from(now / 1000).map_err(|_| PkiError::Validity)?;
        let now = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| PkiError::Validity)?;
        let before = now.checked_sub(BACKDATED);
        let after = now.checked_add(Duration::days(i64::from(days)));
        match (before, after) {
            (Some(not_before), Some(not_after)) => Ok(Validity { not_before, not_after }),
            _ => Err(PkiError::Validity),
        }
    }
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn params(subject: DistinguishedName, validity: Validity) -> Result<CertificateParams, PkiError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = validity.not_before;
    params.not_after = validity.not_after;
    params.serial_number = Some(serial_number()?);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Sixteen random bytes, positive and without a leading zero (RFC 5280 §4.1.2.2).
fn serial_number() -> Result<SerialNumber, PkiError> {
    let mut bytes = [0; 16];
    let unavailable = |_| PkiError::Key(rcgen::Error::RingUnspecified);
    rand::fill(&mut bytes).map_err(unavailable)?;
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

#[cfg(test)]
mod tests {
    use model::NameField;
    use proptest::prelude::*;

    use super::*;
    use crate::describe::describe_pem;

    const NOW: UnixMillis = 1_790_000_000_000;
    const DAY: UnixMillis = 24 * 60 * 60 * 1000;

    fn authority() -> CertificateAuthority {
        CertificateAuthority::generate("Thingstead root", NOW).expect("an authority")
    }

    fn request(subject: DistinguishedName, kind: KeyKind) -> String {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key::generate(kind).expect("a key");
        let request = params.serialize_request(&key).expect("a request");
        pem::encode("CERTIFICATE REQUEST", request.der())
    }

    #[test]
    fn an_authority_comes_back_from_its_files() {
        let authority = authority();
        let (certificate, key) = (authority.certificate_pem(), authority.private_key_pem());
        let again = CertificateAuthority::from_pem(&certificate, &key).expect("the same");
        let issued = again.issue_device("d", KeyKind::EcdsaP256, NOW).expect("a certificate");
        let parsed = describe::parse(&issued.certificate).expect("a certificate");
        let root = describe::parse(authority.certificate()).expect("a certificate");
        parsed.verify_signature(Some(root.public_key())).expect("signed by the authority");
        assert!(root.is_ca() && !parsed.is_ca());
        let other = CertificateAuthority::generate("other", NOW).expect("an authority");
        let mixed = CertificateAuthority::from_pem(&certificate, &other.private_key_pem());
        assert!(matches!(mixed, Err(PkiError::KeyMismatch)));
        assert_eq!(format!("{issued:?}"), format!("Issued {{ id: \"{}\", .. }}", issued.id));
    }

    #[test]
    fn a_server_has_its_names_and_is_renewed_in_time() {
        let names = ["localhost", "127.0.0.1", "::1", "*.local"].map(str::to_owned);
        let issued = authority().issue_server(&names, NOW, 90).expect("a certificate");
        let parsed = describe::parse(&issued.certificate).expect("a certificate");
        let names = parsed.subject_alternative_name().expect("well-formed").expect("there");
        assert_eq!(names.value.general_names.len(), 4);
        let described = describe::describe(&issued.certificate).expect("a certificate");
        assert_eq!(described.not_after, NOW + 90 * DAY);
        assert!(described.is_valid_at(NOW - DAY) && !described.is_valid_at(NOW + 91 * DAY));
        assert!(!described.needs_renewal(NOW + 59 * DAY));
        assert!(described.needs_renewal(NOW + 60 * DAY));
        let refused = authority().issue_server(&["ä".to_owned()], NOW, 90);
        assert!(matches!(refused, Err(PkiError::Name { name }) if name == "ä"));
    }

    #[test]
    fn a_device_gets_the_keys_that_aws_gives() {
        let issued = authority()
            .issue_device("AWS IoT Certificate", KeyKind::Rsa2048, NOW)
            .expect("a certificate");
        let keys = issued.keys.expect("its keys");
        assert!(keys.private_key_pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
        assert!(keys.public_key_pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        let key = KeyPair::from_pem(&keys.private_key_pem).expect("a PKCS#1 key");
        let parsed = describe::parse(&issued.certificate).expect("a certificate");
        assert_eq!(parsed.public_key().raw, key.subject_public_key_info());
        let described = describe_pem(&issued.certificate_pem).expect("a certificate");
        assert_eq!(described.id, issued.id);
        assert_eq!(described.subject_text, "CN=AWS IoT Certificate");
        assert_eq!(described.issuer_text, "CN=Thingstead root");
        let names: Vec<&str> = described.subject.values(NameField::CommonName).collect();
        assert_eq!(names, ["AWS IoT Certificate"]);
    }

    #[test]
    fn a_request_gets_its_subject_and_key_but_no_powers() {
        let authority = authority();
        let mut subject = named("lamp");
        subject.push(DnType::OrganizationName, "Example");
        for kind in [KeyKind::EcdsaP256, KeyKind::Rsa2048] {
            let pem = request(subject.clone(), kind);
            let issued = authority.sign_request(&pem, NOW).expect("a certificate");
            assert!(issued.keys.is_none());
            let described = describe::describe(&issued.certificate).expect("a certificate");
            assert_eq!(described.subject_text, "CN=lamp, O=Example");
            assert!(!described.is_ca, "asking to be an authority makes none");
            let certificate = pem::encode("CERTIFICATE", &issued.certificate);
            assert!(crate::is_of_request(&certificate, &pem).expect("both can be read"));
            let other = request(subject.clone(), kind);
            assert!(!crate::is_of_request(&certificate, &other).expect("both can be read"));
        }
    }

    #[test]
    fn requests_that_prove_nothing_are_refused() {
        let authority = authority();
        let refuse = |pem: &str| authority.sign_request(pem, NOW).expect_err("refused");
        assert!(matches!(refuse(""), PkiError::Pem { .. }));
        assert!(matches!(refuse(&pem::encode("CERTIFICATE REQUEST", b"x")), PkiError::Request));
        // The last byte of a request belongs to its signature.
        let key = key::generate(KeyKind::EcdsaP256).expect("a key");
        let params = CertificateParams::default();
        let mut der = params.serialize_request(&key).expect("a request").der().to_vec();
        *der.last_mut().expect("a byte") ^= 1;
        let forged = refuse(&pem::encode("CERTIFICATE REQUEST", &der));
        assert!(matches!(forged, PkiError::RequestSignature));
        let weak = KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
        let der = params.serialize_request(&weak).expect("a request").der().to_vec();
        let weak = refuse(&pem::encode("CERTIFICATE REQUEST", &der));
        assert!(matches!(weak, PkiError::RequestKey));
    }

    #[test]
    fn nothing_outlives_the_authority() {
        let authority = authority();
        let late = NOW + 29 * 365 * DAY;
        let issued = authority.issue_device("d", KeyKind::EcdsaP256, late).expect("signed");
        let root = describe::describe(authority.certificate()).expect("a certificate");
        let device = describe::describe(&issued.certificate).expect("a certificate");
        assert_eq!(device.not_after, root.not_after);
        assert!(matches!(authority.issue_server(&[], u64::MAX, 1), Err(PkiError::Validity)));
    }

    proptest! {
        #[test]
        fn broken_certificates_are_refused_in_peace(
            place: prop::sample::Index,
            byte: u8,
            cut: prop::sample::Index,
        ) {
            let mut der = authority().certificate().to_vec();
            let place = place.index(der.len());
            der[place] = byte;
            der.truncate(cut.index(der.len() + 1));
            drop(describe::describe(&der));
        }
    }
}
