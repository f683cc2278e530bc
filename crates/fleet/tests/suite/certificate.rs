//! Certificates: issued, signed, brought.

use fleet::{CreateCertificateError, DescribeCertificateError, Fleet, RegisterCertificateError};
use pki::{CertificateAuthority, KeyKind};
use registry::{CertificateStatus, Target};
use stdx::task::block_on;

use crate::house::{House, NOW};

#[test]
fn a_certificate_of_ours_is_registered_and_described() {
    let house = House::new();
    let (_, registered) = house.certificate();
    let id = &registered.certificate.id;
    assert!(registered.keys.is_some());
    assert_eq!(registered.certificate.status, CertificateStatus::Active);
    assert_eq!(Fleet::principal(registered.arn.as_str()).as_ref(), Ok(id));
    let described = house.fleet.describe_certificate(id).expect("described");
    assert_eq!(described.description.subject_text, "CN=AWS IoT Certificate");
    assert_eq!(described.certificate, registered.certificate);
}

#[test]
fn a_certificate_of_another_authority_can_be_brought_once() {
    let house = House::new();
    let other = CertificateAuthority::generate("other", NOW).expect("a root");
    let issued = other.issue_device("sensor", KeyKind::EcdsaP256, NOW).expect("issued");
    let bring =
        |pem: &str| block_on(house.fleet.register_certificate(pem, CertificateStatus::Active));
    let registered = bring(&issued.certificate_pem).expect("registered");
    assert_eq!(registered.certificate.id, issued.id);
    let again = bring(&issued.certificate_pem).expect_err("once");
    let expected = registry::RegisterCertificateError::AlreadyExists { id: issued.id.clone() };
    assert_eq!(again.to_string(), expected.to_string());
    assert!(matches!(bring("no PEM"), Err(RegisterCertificateError::Pki(_))));
    let csr = block_on(house.fleet.create_certificate_from_csr("no PEM", true));
    assert!(matches!(csr, Err(CreateCertificateError::Pki(_))));
}

#[test]
fn arns_of_any_home_name_certificates_and_nothing_else_does() {
    let house = House::new();
    let (_, registered) = house.certificate();
    let id = registered.certificate.id;
    let elsewhere = format!("arn:aws:iot:eu-west-1:123456789012:cert/{id}");
    assert_eq!(Fleet::principal(&elsewhere), Ok(id.clone()));
    let target = Fleet::target(&elsewhere).expect("a target");
    assert_eq!(target, Target::Certificate(id.clone()));
    assert_eq!(house.fleet.target_arn(&target), registered.arn);
    for text in ["", id.as_str(), "arn:aws:iot:r:1:cert/1", "arn:aws:iot:r:1:thing/lamp"] {
        assert!(Fleet::principal(text).is_err() && Fleet::target(text).is_err(), "{text}");
    }
    let unknown = house.issue().id;
    let missing = house.fleet.describe_certificate(&unknown);
    assert!(matches!(missing, Err(DescribeCertificateError::NotFound { .. })));
}
